"""Sheets, what they say, and events of the supply chain are in the log."""

import ast
import hashlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ledger import leaves
from ledger.models import Entry
from products import entering
from products.models import Event, EventCorrection, Sheet, Statement
from products.publishing import publish_products
from products.services import publish_sheet
from tests import make
from tests.ledger import tampering
from tests.logged import audited, chain, content_of
from tests.products.event_documents import (
    captured,
    declared_wrong,
    document,
    life,
    link,
    observation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
# Every model whose rows are logged, and what inserts rows.
LOGGED = {
    "Statement",
    "CheckResult",
    "Verification",
    "Credential",
    "DidDocument",
    "Sheet",
    "Event",
    "EventCorrection",
    "Row",
}
INSERTS = ("create", "bulk_create", "get_or_create", "update_or_create")
FORBIDDEN = {f"{model}.objects.{one}" for model in LOGGED for one in INSERTS}


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


def revisions(gtin: str, language: str = "fr") -> list[Entry | None]:
    """Return the entries of a sheet, revision by revision."""
    rows = Sheet.objects.filter(product=gtin, language=language).order_by("revision")
    return [row.entry for row in rows]


def without_log() -> None:
    """Forget of every row that it was logged, as if it was older than the log."""
    with tampering.unguarded():
        for book in entering.ALL_BOOKS:
            book.model._default_manager.update(**{book.entry: None})


def test_revisions_of_a_sheet_are_one_chain_in_each_language() -> None:
    product = make.product(of=make.company(), published=True)
    make.field(product, "identity.brand", "Vallon")
    publish_sheet(product=product)

    for language in ("fr", "en"):
        assert chain(*revisions(product.pk, language)) == [
            ("sheet.revision", 1),
            ("sheet.revision", 2),
        ]
    assert revisions(product.pk)[0] != revisions(product.pk, "en")[0]
    sheet = Sheet.objects.get(product=product, language="fr", revision=2)
    assert sheet.entry is not None
    said = leaves.parse(bytes(sheet.entry.leaf))
    digest = hashlib.sha256(bytes(sheet.salt) + bytes(sheet.body)).digest()
    assert said["digest"] == leaves.named(digest)
    assert said["actor"] == str(product.company_id)
    assert audited() == []


def test_publishing_takes_as_many_queries_for_five_products() -> None:
    company = make.company()
    products = [make.product(of=company, published=True).pk for _number in range(6)]
    counts = []
    for gtins in (products[:1], products[1:]):
        for gtin in gtins:
            product = Statement.objects.filter(product=gtin)[0].product
            make.field(product, "identity.brand", f"V {gtin}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            publish_products(gtins)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_statements_of_a_field_are_one_chain() -> None:
    product = make.product(of=make.company())
    first = make.field(product, "identity.brand", "Vallon")
    second = make.field(product, "identity.brand", None, status="unknown")

    assert chain(first.entry, second.entry) == [
        ("fact.asserted", 1),
        ("fact.retracted", 2),
    ]
    assert content_of(first.entry)["gtin"] == product.pk
    assert content_of(first.entry)["value"] == "Vallon"
    assert audited() == []


def test_events_are_logged_once_with_their_corrections() -> None:
    company = make.company()
    pull = make.product(of=company)
    captured(company, document(*life(pull.gtin)))
    captured(company, document(*life(pull.gtin)))
    wrong = observation([link(pull.gtin, serial="1")])
    captured(company, document(wrong))
    captured(company, document(declared_wrong(wrong, "urn:uuid:1")))

    events = Event.objects.all()
    assert all(one.entry and one.entry.kind == "supply.event" for one in events)
    correction = EventCorrection.objects.get()
    assert chain(correction.event.entry, correction.entry) == [
        ("supply.event", 1),
        ("supply.event", 2),
    ]
    entered = Entry.objects.filter(kind="supply.event").count()
    assert entered == events.count() + 1
    assert audited() == []


def test_events_that_another_company_captured_at_the_same_moment_are_entered_once() -> (
    None
):
    company, other = make.company(), make.company()
    event = observation([link(make.gtin(), serial="1")])
    first = captured(company, document(event))
    second = captured(other, document(observation([link(make.gtin(), serial="2")])))
    stored, own = Event.objects.get(capture=first), Event.objects.get(capture=second)
    before = Entry.objects.count()
    new = Event(**{**_columns(own), "hash": "0" * 64})

    entering.record_events([Event(**{**_columns(stored), "capture": second}), new])

    assert Event.objects.get(pk=stored.pk).capture == first
    assert Event.objects.get(pk="0" * 64).entry is not None
    assert Entry.objects.count() == before + 1
    assert audited() == []


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        pytest.param(Sheet, {"body": b"{}"}, id="body"),
        pytest.param(Sheet, {"body": b"", "salt": b""}, id="half erased"),
        pytest.param(Sheet, {"revision": 9}, id="revision"),
        pytest.param(Sheet, {"digest": b""}, id="digest"),
        pytest.param(Sheet, {"entry": None}, id="entry of a sheet"),
        pytest.param(Event, {"body": {}}, id="event"),
        pytest.param(Event, {"salt": b"1"}, id="salt of an event"),
        pytest.param(EventCorrection, {"body": {}}, id="correction"),
    ],
)
def test_the_database_refuses_to_edit_what_was_published(
    model: Any, columns: dict[str, Any]
) -> None:
    company = make.company()
    product = make.product(of=company, published=True)
    wrong = observation([link(product.gtin, serial="1")])
    captured(company, document(wrong))
    captured(company, document(declared_wrong(wrong, "urn:uuid:1")))
    row = model.objects.order_by("pk")[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**columns)

    assert audited() == []


def _columns(event: Event) -> dict[str, Any]:
    names = (field.name for field in Event._meta.concrete_fields)
    columns = {name: getattr(event, name) for name in names}
    return columns | {"entry": None, "salt": None}


def test_the_backlog_is_entered_piece_by_piece(monkeypatch: Any) -> None:
    monkeypatch.setattr("products.entering.backlog.AT_ONCE", 2)
    company = make.company()
    product = make.product(of=company, published=True)
    for number in range(5):
        make.field(product, "identity.brand", f"V {number}")
        publish_sheet(product=product)
    make.fact(company, "employees", "47")
    captured(company, document(*life(product.pk)))
    without_log()
    assert any(code == "content_unlogged" for code, _where in audited())

    told = StringIO()
    call_command("log_backlog", stdout=told)

    assert told.getvalue().endswith("Everything is entered.\n")
    assert chain(*revisions(product.pk))[-1] == ("sheet.revision", 6)
    # What was entered first, and whose rows forgot it, is lost; nothing else is.
    assert {code for code, _where in audited()} == {"content_missing"}


def test_the_next_revision_enters_those_before_it() -> None:
    product = make.product(of=make.company(), published=True)
    make.field(product, "identity.brand", "Vallon")
    publish_sheet(product=product)
    with tampering.unguarded():
        Sheet.objects.update(entry=None)

    make.field(product, "identity.brand", "Autre")
    publish_sheet(product=product)

    assert chain(*revisions(product.pk)) == [
        ("sheet.revision", 1),
        ("sheet.revision", 2),
        ("sheet.revision", 3),
    ]


def test_a_long_past_is_entered_at_once() -> None:
    product = make.product()
    now, salt, made = timezone.now(), leaves.new_salt(), []
    for number in range(1, 1201):
        body = b'{"revision":%d}' % number
        made.append(
            Sheet(
                product=product,
                language="fr",
                revision=number,
                body=body,
                etag="",
                content_digest=b"",
                salt=salt,
                digest=leaves.digest_of(salt, body),
                published_at=now,
            )
        )
    Sheet.objects.bulk_create(made)

    entering.catch_up(entering.SHEETS, [made[-1].pk])

    assert chain(*revisions(product.pk))[-1] == ("sheet.revision", 1200)


def _inserting(tree: ast.AST) -> Iterator[str]:
    """Yield what inserts rows of a logged model."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        text = ast.unparse(node.func)
        if text in FORBIDDEN:
            yield text


def test_nobody_inserts_what_is_logged_but_by_its_book() -> None:
    found = []
    rooms = ("companies", "products", "scanning", "shoppers", "checkout", "web")
    for room in (*rooms, "config"):
        for path in sorted((Path(project.BASE_DIR) / room).rglob("*.py")):
            for text in _inserting(ast.parse(path.read_text())):
                found.append((str(path.relative_to(project.BASE_DIR)), text))

    # Where another was faster, and what is stored is entered afterwards, uses the
    # default manager.
    assert found == []
