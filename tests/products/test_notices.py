"""Recalls and safety notices: on the sheet at once, by whom, and for which units."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from companies.errors import NotAnEditor
from companies.models import Act, Company
from products import batches, parts, publishing
from products.errors import (
    NoticeIsOver,
    NoticeOfAuthority,
    NoticeReferenceUsed,
    NoticeRefused,
)
from products.models import Notice, Product, Sheet
from products.services import (
    correct_notice,
    issue_notice,
    publish_sheet,
    withdraw_notice,
)
from products.services.noticing import Issuer
from tests import make
from tests.products.notices_made import content, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> Company:
    """Return who makes the cheese."""
    return make.company("Fromagerie du Test")


@pytest.fixture
def cheese(maker: Company) -> Product:
    """Return a product that readers see."""
    return make.product(name="Tomme", of=maker, published=True)


def recalls(product: Product, language: str = "fr") -> dict[str, Any]:
    """Return the field as the current sheet has it."""
    sheet = Sheet.objects.filter(product=product, language=language).latest("revision")
    section = json.loads(bytes(sheet.body))["sections"]["recalls"]
    return {**section["fields"]["recalls"], "panels": section.get("panels", [])}


def test_an_issued_recall_is_on_the_next_revision_with_its_lots(
    maker: Company, cheese: Product
) -> None:
    issued(cheese, batches=[{"lot": "L1"}, {"from": "L100", "to": "L199"}])

    field = recalls(cheese)
    assert (field["status"], field["level"]) == ("known", "declared")
    assert field["source"]["name"] == maker.name
    assert field["value"][0]["reference"] == "R-1"
    assert "L100" in field["lines"][0]
    assert "Listeria" in field["lines"][0]
    assert "Ne pas manger" in field["lines"][0]
    assert "Do not eat" in recalls(cheese, "en")["lines"][0]
    assert [one["evaluation"] for one in field["panels"]] == ["bad"]


def test_the_newest_comes_first_beside_what_was_stated_by_hand(cheese: Product) -> None:
    stated = [
        {"reference": "H-1", "text": "Fil", "published_at": "2020-01-01T00:00:00Z"}
    ]
    make.field(cheese, "recalls.recalls", stated)
    ago = timezone.now() - timedelta(days=400)
    issued(cheese, reference="R-OLD", published_at=ago)
    issued(cheese, reference="R-NEW", kind="safety")

    field = recalls(cheese)
    assert [one["reference"] for one in field["value"]] == ["R-NEW", "R-OLD", "H-1"]
    assert field["source"]["kind"] == "computed"
    assert [one["key"] for one in field["panels"]] == ["recalled", "warned"]


def test_who_said_that_there_is_none_is_contradicted_in_sight(cheese: Product) -> None:
    make.field(cheese, "recalls.recalls", None, status="none")
    issued(cheese)

    field = recalls(cheese)
    assert field["status"] == "known"
    assert [one["status"] for one in field["discrepancy"]] == ["none"]


def test_a_draft_stays_a_draft(maker: Company) -> None:
    draft = make.product(of=maker)
    issued(draft)

    assert not Sheet.objects.filter(product=draft).exists()
    publish_sheet(product=draft)
    assert recalls(draft)["status"] == "known"


def test_a_sheet_that_cannot_be_composed_holds_up_no_recall(
    cheese: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "publish_product", fail)

    issued(cheese)

    cheese.refresh_from_db()
    assert Notice.objects.count() == 1
    assert cheese.publication_due_at is not None


def test_the_same_again_is_answered_and_something_else_refused(cheese: Product) -> None:
    at = timezone.now()
    first = issued(cheese, published_at=at)
    withdraw_notice(number=first.number, reason="Erreur", by=_operator())

    again = issue_notice(
        product=cheese, content=content(published_at=at), by=_operator()
    )
    assert (again.is_new, again.notice.is_withdrawn) == (False, True)
    with pytest.raises(NoticeReferenceUsed):
        issue_notice(
            product=cheese,
            content=content(published_at=at, authority="Autre"),
            by=_operator(),
        )


def test_a_correction_and_the_end_are_later_lines(
    maker: Company, cheese: Product
) -> None:
    editor = make.member(maker, "editor")
    by = Issuer(author=editor)
    at = timezone.now()
    first = issue_notice(product=cheese, content=content(published_at=at), by=by).notice
    wider = content(published_at=at, batches=[{"lot": "L7"}])

    second = correct_notice(number=first.number, content=wider, by=by)
    same = correct_notice(number=first.number, content=wider, by=by)
    assert (second.notice.version, second.is_new, same.is_new) == (2, True, False)
    assert "L7" in recalls(cheese)["lines"][0]

    over = withdraw_notice(number=first.number, reason="Analyses bonnes", by=by)
    assert over.is_new
    assert not withdraw_notice(number=first.number, reason="Bis", by=by).is_new
    assert recalls(cheese)["status"] == "unknown"
    assert Notice.objects.count() == 3
    kinds = Act.objects.filter(company=maker).values_list("kind", flat=True)
    assert {"notice.issued", "notice.corrected", "notice.withdrawn"} <= set(kinds)
    with pytest.raises(NoticeIsOver):
        correct_notice(number=first.number, content=content(), by=by)


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_others_issue_nothing(maker: Company, cheese: Product, role: str) -> None:
    of = maker if role == "viewer" else make.company("Ailleurs")
    person = make.member(of, "viewer" if role == "viewer" else "owner")

    with pytest.raises(NotAnEditor):
        issue_notice(product=cheese, content=content(), by=Issuer(author=person))

    assert not Notice.objects.exists()


def test_what_the_operator_issued_the_company_cannot_take_back(
    maker: Company, cheese: Product
) -> None:
    notice = issued(cheese, url="https://rappel.exemple.fr/1", by=_operator())
    assert recalls(cheese)["level"] == "evidenced"
    assert recalls(cheese)["source"]["kind"] == "register"

    with pytest.raises(NoticeOfAuthority):
        withdraw_notice(
            number=notice.number,
            reason="Non",
            by=Issuer(author=make.member(maker, "owner")),
        )


@pytest.mark.parametrize(
    ("members", "field", "reason"),
    [
        ({"kind": "rumour"}, "kind", "unknown_kind"),
        ({"text": {}}, "text", "missing"),
        ({"text": {"de": "Nein"}}, "text", "unknown_language"),
        ({"what_to_do": {"fr": " "}}, "what_to_do", "missing"),
        ({"reference": "\0"}, "reference", "missing"),
        ({"reference": "\u200b"}, "reference", "missing"),
        ({"url": "http://exemple.fr"}, "url", "not_a_url"),
        ({"url": "javascript:alert(1)"}, "url", "not_a_url"),
        ({"batches": [{"lot": "é"}]}, "batches", "not_a_number"),
        ({"batches": [{"lot": "L1", "serial": "S"}]}, "batches", "not_a_batch"),
        ({"batches": [{"from": "L1", "to": "L10"}]}, "batches", "not_a_range"),
        ({"batches": [{"from": "A1", "to": "B2"}]}, "batches", "not_a_range"),
        ({"batches": [{"from": "L9", "to": "L1"}]}, "batches", "range_reversed"),
        ({"batches": [{"lot": "L"}] * 501}, "batches", "too_many"),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else str(value),
)
def test_what_does_not_hold_together_is_refused_whole(
    cheese: Product, members: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(NoticeRefused) as refused:
        issued(cheese, **members)

    assert (refused.value.extra["field"], refused.value.extra["reason"]) == (
        field,
        reason,
    )
    assert not Notice.objects.exists()


def test_no_notice_is_of_tomorrow(cheese: Product) -> None:
    with pytest.raises(NoticeRefused):
        issued(cheese, published_at=timezone.now() + timedelta(days=1))


@pytest.mark.parametrize(
    ("units", "lot", "serial", "expected"),
    [
        ([], "", "", True),
        ([{"lot": "L1"}], "L1", "", True),
        ([{"lot": "L1"}], "l1", "", False),
        ([{"lot": "L1"}], "", "S1", None),
        ([{"from": "L100", "to": "L199"}], "L150", "", True),
        ([{"from": "L100", "to": "L199"}], "L200", "", False),
        ([{"from": "L100", "to": "L199"}], "L1500", "", False),
        ([{"from": "L100", "to": "L199"}], "M150", "", False),
        ([{"from": "L100", "to": "L199"}], "L15A", "", False),
        ([{"serial": "S1"}], "L1", "", None),
        ([{"lot": "L1"}, {"serial": "S1"}], "L2", "S1", True),
        ([{"lot": "L1"}, {"serial": "S1"}], "L2", "S2", False),
    ],
    ids=[f"case-{number}" for number in range(12)],
)
def test_which_units_are_meant(
    units: list[dict[str, str]], lot: str, serial: str, expected: bool | None
) -> None:
    assert batches.affects(batches.clean(units), lot=lot, serial=serial) is expected


def test_a_lot_says_whether_it_is_meant(cheese: Product) -> None:
    issued(cheese, batches=[{"lot": "L123"}])

    meant, other, item = (
        parts.document(cheese.pk, language="fr", **asked)["notices"][0]
        for asked in ({"lot": "L123"}, {"lot": "L9"}, {"serial": "S1"})
    )

    assert [one["affected"] for one in (meant, other, item)] == [True, False, None]
    assert "L123" in meant["affected_text"]
    assert "L9" in other["affected_text"]
    assert "L123" in item["affected_text"]


def test_a_program_issues_corrects_and_withdraws(
    maker: Company, cheese: Product
) -> None:
    program = _program(maker)
    given = _body()
    url = f"/api/v1/products/{cheese.pk}/notices"

    made = program.post(url, given, format="json")
    again = program.post(url, given, format="json")
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    one = f"/api/v1/notices/{made.json()['id']}"
    corrected = program.put(
        one, {**given, "batches": [{"from": "L1", "to": "L5"}]}, format="json"
    )
    assert (corrected.status_code, corrected.json()["version"]) == (201, 2)
    over = program.post(f"{one}/withdrawal", {"reason": "Erreur"}, format="json")
    assert over.json()["state"] == "withdrawn"

    listed = APIClient().get(f"/api/v1/notices?gtin={cheese.pk}").json()["results"]
    assert [(one["version"], one["state"]) for one in listed] == [(3, "withdrawn")]
    later = timezone.now() + timedelta(hours=1)
    since = {"since": later.isoformat()}
    assert APIClient().get("/api/v1/notices", since).json()["results"] == []


def test_a_stranger_s_program_finds_nothing_to_change(
    maker: Company, cheese: Product
) -> None:
    notice = issued(cheese)
    program = _program(make.company("Ailleurs"))
    url = f"/api/v1/products/{cheese.pk}/notices"

    one = f"/api/v1/notices/{notice.number}"
    codes = [
        program.post(url, _body(), format="json").status_code,
        program.put(one, _body(), format="json").status_code,
        program.post(f"{one}/withdrawal", {"reason": "x"}, format="json").status_code,
        _program(maker, "stock:write").post(url, _body(), format="json").status_code,
        APIClient().post(url, _body(), format="json").status_code,
    ]

    assert codes == [404, 404, 404, 403, 401]
    assert Notice.objects.count() == 1


def test_pages_of_the_public_list_follow_each_other(cheese: Product) -> None:
    for number in range(3):
        issued(cheese, reference=f"R-{number}")

    seen, address = [], "/api/v1/notices?page_size=2"
    while address:
        page = APIClient().get(address).json()
        seen += [one["reference"] for one in page["results"]]
        address = page["next"]

    assert seen == ["R-2", "R-1", "R-0"]


def _operator() -> Issuer:
    author: User = make.operator()
    return Issuer(author=author)


def _program(of: Company, scope: str = "products:write") -> APIClient:
    secret = make.api_key(of, scope)
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def _body() -> dict[str, Any]:
    return {
        "kind": "recall",
        "authority": "RappelConso",
        "reference": "SR/1/26",
        "published_at": "2026-01-02T10:00:00Z",
        "text": {"fr": "Listeria"},
        "what_to_do": {"fr": "Rapporter"},
        "batches": [{"lot": "L1"}],
    }
