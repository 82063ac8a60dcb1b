"""What companies state, and what is found of it, is in the log."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from companies import checking, entering
from companies.columns import Source
from companies.levels import Status
from companies.models import CheckResult, Credential, DidDocument, Statement
from companies.services import state_fact
from companies.services.crediting import recheck_credential
from companies.services.verifying import verify_statement
from ledger import leaves
from ledger.models import Entry
from tests import make
from tests.companies.credentials.world import World
from tests.logged import audited, chain, content_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_statement_is_asserted_corrected_and_taken_back() -> None:
    company = make.company()
    first = make.fact(company, "employees", "47", year=2025)
    second = make.fact(company, "employees", "48", year=2025)
    third = state_fact(company=company, fact="employees", status=Status.UNKNOWN)

    assert chain(first.entry, second.entry, third.entry) == [
        ("fact.asserted", 1),
        ("fact.asserted", 2),
        ("fact.retracted", 3),
    ]
    assert content_of(second.entry) == {
        "v": 1,
        "company": str(company.pk),
        "fact": "employees",
        "status": "known",
        "value": second.value,
        "unit": second.unit,
        "note": "",
        "year": 2025,
        "valid_from": None,
        "valid_until": None,
        "details": {},
        "source": {"kind": "producer", "name": company.name, "url": ""},
        "level": "declared",
        "disputed": False,
        "observed_at": content_of(second.entry)["observed_at"],
    }
    assert audited() == []


def test_a_leaf_names_the_company_that_speaks_and_no_register() -> None:
    company = make.company()
    own = make.fact(company, "employees", "47")
    register = make.fact(
        company, "legal_name", "A", source=Source(kind="register", name="Sirene")
    )

    actors = [
        leaves.parse(bytes(one.entry.leaf))["actor"]
        for one in (own, register)
        if one.entry
    ]
    assert actors == [str(company.pk), None]


def test_who_typed_it_is_not_in_the_content() -> None:
    company = make.company()
    member = make.member(company)

    statement = make.fact(company, "employees", "47", author=member)

    assert member.get_username() not in str(content_of(statement.entry))


def test_a_refused_statement_leaves_no_entry() -> None:
    company = make.company()
    statement = make.fact(company, "employees", "47")
    before = Entry.objects.count()

    def refuse() -> None:
        with transaction.atomic():
            make.fact(company, "employees", "48")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        refuse()

    assert Entry.objects.count() == before
    assert Statement.objects.get() == statement


def test_checks_name_the_statement_and_follow_one_another() -> None:
    company = make.company()
    make.fact(company, "national_id", "732829320")
    checking.check_company(company.pk)
    first = CheckResult.objects.order_by("pk").first()
    assert first is not None

    statement = first.statement.entry
    assert statement is not None
    assert content_of(first.entry)["statement"] == leaves.named(
        bytes(statement.leaf_hash)
    )
    assert content_of(first.entry)["rule"] == first.rule
    assert audited() == []


def test_a_verdict_and_its_withdrawal_are_one_chain() -> None:
    company = make.company()
    make.fact(company, "tax_residence", "FR")
    statement = make.fact(company, "employees", "47")
    verifier = make.verifier("employees")
    found = verify_statement(statement=statement, user=verifier.user, result="verified")
    withdrawn = verify_statement(
        statement=statement,
        user=verifier.user,
        result="withdrawn",
        reason="Erreur.",
        seen=found,
    )

    assert chain(found.entry, withdrawn.entry) == [
        ("fact.checked", 1),
        ("fact.checked", 2),
    ]
    assert content_of(withdrawn.entry)["reason"] == "Erreur."
    assert audited() == []


def test_a_credential_is_logged_as_it_came_and_when_it_was_revoked() -> None:
    world = World()
    credential = world.receive()
    assert isinstance(credential, Credential)
    recheck_credential(
        credential=credential, status_list=world.status(94_567), user=world.editor
    )

    credential.refresh_from_db()
    assert chain(credential.entry, credential.revocation_entry) == [
        ("credential.received", 1),
        ("credential.revoked", 2),
    ]
    document = DidDocument.objects.get()
    assert document.entry is not None
    assert document.entry.kind == "did.snapshot"
    assert audited() == []


def test_what_is_older_than_the_log_is_entered_before_its_correction() -> None:
    company = make.company()
    now = timezone.now()
    old = Statement.objects.create(
        company=company, fact="employees", value="46", observed_at=now
    )
    older = Statement.objects.create(
        company=company,
        fact="employees",
        value="47",
        observed_at=now,
        supersedes=old,
    )

    made = make.fact(company, "employees", "48")

    for row in (old, older):
        row.refresh_from_db()
    assert chain(old.entry, older.entry, made.entry) == [
        ("fact.asserted", 1),
        ("fact.asserted", 2),
        ("fact.asserted", 3),
    ]
    assert audited() == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(26.50, "26.5", id="a float"),
        pytest.param(1e22, "10000000000000000000000", id="a large float"),
        pytest.param(10**22, "10000000000000000000000", id="a large integer"),
        pytest.param(-0.0, "0", id="nothing from below"),
        pytest.param(1e-7, "0.0000001", id="a small float"),
    ],
)
def test_a_number_is_written_by_its_worth(value: float, text: str) -> None:
    assert entering.written({"list": [value, True]}) == (
        b'{"list":[{"decimal":"%b"},true],"v":1}' % text.encode()
    )


def test_a_moment_is_written_in_utc() -> None:
    company = make.company()
    statement = Statement(
        company=company,
        fact="employees",
        value="1",
        observed_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )

    entering.record(entering.STATEMENTS, [statement])

    assert content_of(statement.entry)["observed_at"] == "2026-03-01T12:00:00Z"
