"""A shopper contests what a company states, follows it and takes it back."""

import hashlib
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from common.errors import DomainError
from companies.models import Act, Company, Dispute, Evidence, Mail
from companies.scoping import readable
from companies.services import disputing
from shoppers.models import Contest, Shopper
from shoppers.services.contesting import Said, contest_fact
from tests import make

pytestmark = pytest.mark.django_db
Bearer = Callable[[str], dict[str, str]]
OWN = "/api/v1/me/disputes"
TEXT = "J’y travaille : nous sommes douze."
# The smallest that is plainly a PDF.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n95\n%%EOF\n"
)


def url(company: Company) -> str:
    return f"/api/v1/companies/{company.pk}/disputes"


def stated() -> Company:
    company = make.company()
    make.fact(company, "employees", "47")
    return company


def said(**members: Any) -> dict[str, Any]:
    return {"fact": "employees", "kind": "wrong", "text": TEXT, **members}


@pytest.fixture
def kept_in(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep documents where this test alone sees them."""
    settings.EVIDENCE_DIR = tmp_path
    return tmp_path


@pytest.mark.database
def test_a_shopper_contests_a_fact(api: APIClient, bearer: Bearer) -> None:
    company = stated()

    response = api.post(url(company), said(), headers=bearer(make.shopper().token))

    assert response.status_code == 201
    document = response.json()
    dispute = Dispute.objects.get()
    assert document["id"] == str(dispute.pk)
    assert (document["state"], document["days_left"]) == ("open", 15)
    assert document["company"] == {"id": str(company.pk), "name": company.name}
    assert document["text"] == TEXT
    assert document["withdrawable"] is True
    assert dispute.opened_by is None
    assert Contest.objects.get().dispute == dispute


@pytest.mark.parametrize("token", ["", "fsd_" + "x" * 43])
def test_who_has_no_phone_here_contests_nothing(api: APIClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    response = api.post(url(stated()), said(), headers=headers)

    assert response.status_code == 401
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"fact": "horoscope"}, "fact"),
        ({"kind": "ugly"}, "kind"),
        ({"text": "court"}, "text"),
        ({"text": "x" * 2_001}, "text"),
        ({"text": "nul \x00 nul nul"}, "text"),
        ({"dispute_id": "7"}, "dispute_id"),
        ({"evidence": "a text"}, "evidence"),
    ],
    ids=["fact", "kind", "short", "long", "nul", "identifier", "no file"],
)
def test_what_cannot_be_contested_so_is_named(
    api: APIClient, bearer: Bearer, members: dict[str, Any], field: str
) -> None:
    headers = bearer(make.shopper().token)

    response = api.post(url(stated()), said(**members), headers=headers)

    assert response.status_code == 400
    assert [one["field"] for one in response.json()["errors"]] == [field]


def test_a_company_or_a_statement_that_is_not_there(
    api: APIClient, bearer: Bearer
) -> None:
    headers = bearer(make.shopper().token)

    nobody = api.post(
        f"/api/v1/companies/{uuid.uuid4()}/disputes", said(), headers=headers
    )
    nothing = api.post(url(stated()), said(fact="turnover"), headers=headers)

    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_company")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_contest")


def test_sent_again_it_is_opened_once(api: APIClient, bearer: Bearer) -> None:
    company, headers = stated(), bearer(make.shopper().token)
    body = said(dispute_id=str(uuid.uuid4()))

    first = api.post(url(company), body, headers=headers)
    mails = Mail.objects.count()
    again = api.post(url(company), body, headers=headers)
    other = api.post(url(stated()), body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Mail.objects.count() == mails
    assert (other.status_code, other.json()["code"]) == (409, "dispute_id_reused")


def test_another_shopper_may_use_the_same_identifier(
    api: APIClient, bearer: Bearer
) -> None:
    company, body = stated(), said(dispute_id=str(uuid.uuid4()))

    for _ in range(2):
        answer = api.post(url(company), body, headers=bearer(make.shopper().token))
        assert answer.status_code == 201


def test_one_unsettled_dispute_per_person_and_fact(
    api: APIClient, bearer: Bearer
) -> None:
    company, headers = stated(), bearer(make.shopper().token)
    make.fact(company, "enps", 12)
    first = api.post(url(company), said(), headers=headers).json()

    second = api.post(url(company), said(), headers=headers)
    elsewhere = api.post(url(company), said(fact="enps"), headers=headers)
    api.delete(f"{OWN}/{first['id']}", headers=headers)
    after = api.post(url(company), said(), headers=headers)

    assert (second.status_code, second.json()["code"]) == (409, "already_contested")
    assert second.json()["dispute"] == first["id"]
    assert elsewhere.status_code == 201
    assert after.status_code == 201


def test_opening_is_limited_by_the_day_and_reading_is_not(
    api: APIClient, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "dispute", "1/day")
    company, one = stated(), make.shopper().token

    statuses = [
        api.post(url(company), said(), headers=bearer(one)).status_code
        for _ in range(2)
    ]

    assert statuses == [201, 429]
    other = bearer(make.shopper().token)
    assert api.post(url(company), said(), headers=other).status_code == 201
    assert {api.get(url(company)).status_code for _ in range(3)} == {200}


def test_a_document_is_for_the_company_and_the_operator(
    api: APIClient, bearer: Bearer, kept_in: Path
) -> None:
    company = stated()
    upload = SimpleUploadedFile("bulletin de Zoé.pdf", PDF, "application/pdf")
    headers = bearer(make.shopper().token)

    response = api.post(
        url(company), said(evidence=upload), format="multipart", headers=headers
    )

    assert response.status_code == 201, response.content
    document = Evidence.objects.get()
    assert response.json()["evidence"] == [
        {
            "sha256": hashlib.sha256(PDF).hexdigest(),
            "media_type": "application/pdf",
            "size": len(PDF),
        }
    ]
    assert "Zoé" not in document.name
    assert (document.is_public, document.uploaded_by) == (False, None)
    assert readable(make.member(company, "viewer")).contains(document)
    assert not readable(make.member(make.company("Rivale"))).contains(document)
    assert api.get(f"/api/v1/evidence/{document.pk}").status_code == 404
    assert "sha256" not in api.get(url(company)).content.decode()


def test_a_document_that_is_none_opens_nothing(
    api: APIClient, bearer: Bearer, kept_in: Path
) -> None:
    upload = SimpleUploadedFile("preuve.pdf", b"MZ\x90\x00", "application/pdf")
    headers = bearer(make.shopper().token)

    response = api.post(
        url(stated()), said(evidence=upload), format="multipart", headers=headers
    )

    assert 400 <= response.status_code < 500
    assert not Dispute.objects.exists()
    assert not Evidence.objects.exists()


def test_nobody_else_reads_or_withdraws_it(api: APIClient, bearer: Bearer) -> None:
    company = stated()
    own, stranger = bearer(make.shopper().token), bearer(make.shopper().token)
    identifier = api.post(url(company), said(), headers=own).json()["id"]
    page = f"{OWN}/{identifier}"

    for answer in (api.get(page, headers=stranger), api.delete(page, headers=stranger)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api.get(page).status_code == 401
    assert api.get(OWN, headers=stranger).json()["results"] == []
    assert [one["id"] for one in api.get(OWN, headers=own).json()["results"]] == [
        identifier
    ]
    assert api.get(page, headers=own).json()["text"] == TEXT


def test_a_dispute_of_an_account_is_no_shopper_s(
    api: APIClient, bearer: Bearer
) -> None:
    statement = make.fact(make.company(), "employees", "47")
    dispute = make.dispute(statement, opened_by=make.member(make.company("Rivale")))

    answer = api.delete(f"{OWN}/{dispute.pk}", headers=bearer(make.shopper().token))

    assert answer.status_code == 404
    assert Dispute.objects.get().state == "open"


def test_withdrawing_is_final_and_twice_the_same(
    api: APIClient, bearer: Bearer
) -> None:
    headers = bearer(make.shopper().token)
    page = f"{OWN}/{api.post(url(stated()), said(), headers=headers).json()['id']}"

    first, again = api.delete(page, headers=headers), api.delete(page, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["state"] == again.json()["state"] == "withdrawn"
    assert first.json()["withdrawable"] is False
    assert Act.objects.filter(kind="dispute.withdrawn").count() == 1


def test_what_is_settled_cannot_be_withdrawn(
    api: APIClient, bearer: Bearer, admin_user: Any
) -> None:
    headers = bearer(make.shopper().token)
    page = f"{OWN}/{api.post(url(stated()), said(), headers=headers).json()['id']}"
    disputing.decide_dispute(
        dispute=Dispute.objects.get(),
        operator=admin_user,
        decision="rejected",
        reason="Rien ne le montre.",
    )

    answer = api.delete(page, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "dispute_moved")
    assert answer.json()["state"] == "rejected"


@pytest.mark.database
def test_erasing_a_shopper_leaves_a_dispute_of_nobody(
    api: APIClient, bearer: Bearer
) -> None:
    registered = make.shopper()
    api.post(url(stated()), said(), headers=bearer(registered.token))

    registered.shopper.delete()

    assert not Contest.objects.exists()
    assert Dispute.objects.get().opened_by is None


@pytest.mark.parametrize("count", [1, 4])
def test_the_own_list_costs_the_same_however_long(
    api: APIClient,
    bearer: Bearer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    headers = bearer(make.shopper().token)
    for _ in range(count):
        api.post(url(stated()), said(), headers=headers)

    # The token, the page, its documents.
    with django_assert_num_queries(3):
        found = api.get(OWN, headers=headers).json()["results"]
    assert len(found) == count


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_same_phone_twice_at_once_opens_one(settings: LazySettings) -> None:
    company, shopper = stated(), make.shopper().shopper
    client_id = uuid.uuid4()
    codes = at_once(company, shopper, [client_id, client_id])

    assert sorted(codes) == ["new", "seen"]
    assert Dispute.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_person_at_once_open_one() -> None:
    company, shopper = stated(), make.shopper().shopper
    codes = at_once(company, shopper, [uuid.uuid4(), uuid.uuid4()])

    assert sorted(codes) == ["already_contested", "new"]
    assert Dispute.objects.count() == 1


def at_once(company: Company, shopper: Shopper, ids: list[uuid.UUID]) -> list[str]:
    barrier = threading.Barrier(len(ids))

    def phone(client_id: uuid.UUID) -> str:
        try:
            barrier.wait(timeout=10)
            contested = contest_fact(
                shopper=shopper,
                company=company,
                said=Said("employees", "wrong", TEXT),
                client_id=client_id,
            )
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return "new" if contested.is_new else "seen"

    with ThreadPoolExecutor(len(ids)) as pool:
        return list(pool.map(phone, ids))
