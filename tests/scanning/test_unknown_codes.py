"""A code that nobody has declared: reported by anyone, and put into the queue."""

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from scanning.models import CodeReport, CodeState, UnknownCode
from scanning.services.reporting import dismiss_codes, unknown_details
from tests import make

pytestmark = pytest.mark.django_db


def url(gtin: str) -> str:
    return f"/api/v1/unknown-codes/{gtin}/reports"


def state(gtin: str) -> str:
    found = UnknownCode.objects.with_state().get(pk=gtin)
    return str(getattr(found, "state", ""))


@pytest.mark.database
def test_anyone_reports_a_code_with_what_the_package_says(api: APIClient) -> None:
    gtin = make.gtin()

    answer = api.post(
        url(gtin[1:]), {"name": "Crème < 5 %", "brand": "Été", "note": "a\nb"}
    )

    assert answer.status_code == 202
    assert answer.json()["gtin"] == gtin
    assert gtin in answer.json()["detail"]
    report = CodeReport.objects.get()
    assert (report.name, report.brand, report.note) == ("Crème < 5 %", "Été", "a\nb")
    assert (report.code.gtin, report.code.reports, report.code.scans) == (gtin, 1, 0)


def test_a_report_may_say_nothing_but_the_code(api: APIClient) -> None:
    gtin = make.gtin()

    assert api.post(url(gtin)).status_code == 202
    assert UnknownCode.objects.get().reports == 1


@pytest.mark.database
def test_the_same_report_sent_again_counts_once(api: APIClient) -> None:
    gtin, body = make.gtin(), {"name": "Miel", "report_id": str(uuid.uuid4())}

    assert [api.post(url(gtin), body).status_code for _ in range(2)] == [202, 202]

    assert UnknownCode.objects.get().reports == 1
    assert CodeReport.objects.count() == 1


def test_a_flood_is_counted_and_not_kept(
    api: APIClient, settings: LazySettings
) -> None:
    settings.REPORTS_PER_CODE = 2
    gtin = make.gtin()
    for number in range(4):
        api.post(url(gtin), {"name": f"Miel {number}"})

    assert UnknownCode.objects.get().reports == 4
    assert CodeReport.objects.count() == 2


def test_too_many_reports_from_one_address_wait(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"report": "1/hour"})

    answers = [api.post(url(make.gtin())) for _ in range(2)]

    assert [one.status_code for one in answers] == [202, 429]
    assert int(answers[1]["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": "x" * 501}, "name"),
        ({"note": "<script>alert(1)</script>"}, "note"),
        ({"brand": "a</b>"}, "brand"),
        ({"name": "a\x00"}, "name"),
        ({"name": ["a"]}, "name"),
        ({"report_id": "mine"}, "report_id"),
    ],
)
def test_what_is_no_short_plain_text_is_refused(
    api: APIClient, members: dict[str, Any], field: str
) -> None:
    answer = api.post(url(make.gtin()), members)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not UnknownCode.objects.exists()


@pytest.mark.parametrize(
    ("gtin", "status", "code"),
    [
        ("4006381333932", 400, "invalid_gtin"),
        ("12345", 400, "invalid_gtin"),
        ("2012345678903", 422, "in_store_number"),
        ("9812345678902", 422, "not_a_product_code"),
    ],
)
def test_a_number_that_names_no_product_is_refused(
    api: APIClient, gtin: str, status: int, code: str
) -> None:
    answer = api.post(url(gtin))

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_product_with_a_sheet_needs_no_report(api: APIClient) -> None:
    answer = api.post(url(make.product(published=True).gtin))

    assert (answer.status_code, answer.json()["code"]) == (409, "already_declared")


def test_a_code_is_declared_once_its_product_has_a_sheet(api: APIClient) -> None:
    from products.services import publish_sheet

    product = make.product()
    api.post(url(product.gtin))
    assert state(product.gtin) == CodeState.OPEN
    dismiss_codes(gtins=[product.gtin], is_dismissed=True)
    assert state(product.gtin) == CodeState.DISMISSED

    publish_sheet(product=product)

    assert state(product.gtin) == CodeState.DECLARED


def test_a_dismissed_code_is_put_back() -> None:
    code = UnknownCode.objects.create(
        gtin=make.gtin(), first_seen="2026-01-01", last_seen="2026-01-01"
    )

    changed = [
        dismiss_codes(gtins=[code.pk], is_dismissed=is_dismissed)
        for is_dismissed in (True, True, False)
    ]

    assert changed == [1, 0, 1]
    assert state(code.pk) == CodeState.OPEN


def test_an_unknown_product_says_where_to_report_it() -> None:
    gtin = make.gtin()

    assert unknown_details(gtin) == {
        "issuer": None,
        "report": url(gtin),
        "outside": None,
    }
