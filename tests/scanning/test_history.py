"""A shopper's history: off by default, theirs alone, and gone when they say so."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from scanning import counting
from scanning.counting import forgetting
from scanning.models import HistoryEntry, ScanHistory
from scanning.services.history import keeper_of, switch_history
from shoppers.models import Device
from shoppers.services import Registered
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/scan-history"
SETTINGS = f"{URL}/settings"


@pytest.fixture
def shopper() -> Registered:
    return make.shopper()


@pytest.fixture
def phone(shopper: Registered) -> APIClient:
    """Return the shopper's phone."""
    return phone_of(shopper)


def phone_of(registered: Registered) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {registered.token}"})


def scanned(by: Registered, gtin: str | None = None, **members: Any) -> str:
    """Note a scan of a shopper, as the service does; it is not yet counted."""
    code = gtin or make.gtin()
    counting.note(gtin=code, is_known=True, keeper=keeper_of(by.token), **members)
    return code


def test_no_history_is_kept_until_it_is_switched_on(
    shopper: Registered, phone: APIClient
) -> None:
    scanned(shopper)
    counting.flush()

    assert phone.get(SETTINGS).json() == {
        "enabled": False,
        "enabled_at": None,
        "kept_days": 730,
    }
    assert phone.get(URL).json()["results"] == []
    assert not ScanHistory.objects.exists()


@pytest.mark.database
def test_a_history_shows_what_was_scanned_latest_first(
    shopper: Registered, phone: APIClient
) -> None:
    product = make.product(name="Crème brûlée", published=True)
    draft = make.product(name="À paraître")
    assert phone.put(SETTINGS, {"enabled": True}).json()["enabled"] is True
    now = timezone.now()
    scanned(shopper, product.gtin, lot="L1", scanned_at=now - timedelta(hours=2))
    scanned(shopper, draft.gtin, scanned_at=now - timedelta(hours=1))
    nameless = scanned(shopper)
    counting.flush()

    results = phone.get(URL).json()["results"]

    shown = [
        (one["gtin"], one["lot"], one["product_name"], one["has_sheet"])
        for one in results
    ]
    assert shown == [
        (nameless, None, None, False),
        (draft.gtin, None, "À paraître", False),
        (product.gtin, "L1", "Crème brûlée", True),
    ]
    assert set(results[0]) == {
        "id",
        "gtin",
        "lot",
        "scanned_at",
        "product_name",
        "has_sheet",
    }


@pytest.mark.parametrize("entries", [1, 15])
def test_a_page_costs_two_queries_however_long(
    shopper: Registered,
    phone: APIClient,
    django_assert_num_queries: DjangoAssertNumQueries,
    entries: int,
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    for _ in range(entries):
        scanned(shopper, make.product(published=True).gtin)
    counting.flush()

    with django_assert_num_queries(2):
        assert len(phone.get(URL).json()["results"]) == entries


def test_pages_follow_each_other(shopper: Registered, phone: APIClient) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    codes = {scanned(shopper) for _ in range(5)}
    counting.flush()

    seen, address = [], f"{URL}?page_size=2"
    while address:
        page = phone.get(address).json()
        seen += [one["gtin"] for one in page["results"]]
        address = page["next"]

    assert len(seen) == 5
    assert set(seen) == codes


@pytest.mark.database
def test_scans_of_one_moment_are_paged_by_key(
    shopper: Registered, phone: APIClient
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    now = timezone.now()
    entries = [
        HistoryEntry.objects.create(
            shopper=shopper.shopper, gtin=make.gtin(), scanned_at=now
        )
        for _ in range(5)
    ]

    seen, address = [], f"{URL}?page_size=2"
    while address:
        page = phone.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    assert seen == sorted((str(one.pk) for one in entries), reverse=True)


def test_nobody_sees_another_s_history(shopper: Registered) -> None:
    stranger = make.shopper()
    switch_history(shopper=shopper.shopper, is_enabled=True)
    scanned(shopper)
    counting.flush()
    entry = HistoryEntry.objects.get()

    assert phone_of(stranger).get(URL).json()["results"] == []
    assert phone_of(stranger).delete(f"{URL}/{entry.pk}").status_code == 404
    assert phone_of(stranger).delete(URL).status_code == 204
    assert HistoryEntry.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", URL),
        ("delete", URL),
        ("get", SETTINGS),
        ("put", SETTINGS),
        ("delete", f"{URL}/{uuid.UUID(int=1)}"),
    ],
)
def test_a_request_without_token_is_refused(
    api: APIClient, method: str, path: str
) -> None:
    assert getattr(api, method)(path).status_code == 401


def test_one_entry_is_erased(shopper: Registered, phone: APIClient) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    kept, erased = scanned(shopper), scanned(shopper)
    counting.flush()
    entry = HistoryEntry.objects.get(gtin=erased)

    assert phone.delete(f"{URL}/{entry.pk}").status_code == 204
    again = phone.delete(f"{URL}/{entry.pk}")

    assert (again.status_code, again.json()["code"]) == (404, "unknown_history_entry")
    assert HistoryEntry.objects.get().gtin == kept


def test_an_erased_entry_does_not_come_back_with_its_scan_resent(
    shopper: Registered,
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    scan_id = uuid.uuid4()
    gtin = scanned(shopper, scan_id=scan_id)
    counting.flush()
    HistoryEntry.objects.all().delete()

    scanned(shopper, gtin, scan_id=scan_id)
    counting.flush()

    assert not HistoryEntry.objects.exists()


@pytest.mark.database
def test_what_was_noted_before_the_history_is_erased_never_appears(
    shopper: Registered, phone: APIClient
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    scanned(shopper)
    assert phone.delete(URL).status_code == 204
    after = scanned(shopper)
    counting.flush()

    assert [entry.gtin for entry in HistoryEntry.objects.all()] == [after]


@pytest.mark.parametrize("erase", [True, False])
def test_what_was_noted_before_it_is_switched_off_never_appears(
    shopper: Registered, phone: APIClient, erase: bool
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    kept = scanned(shopper)
    counting.flush()
    scanned(shopper)

    answer = phone.put(SETTINGS, {"enabled": False, "erase": erase})
    # On again: what was noted in between belongs to the time before.
    phone.put(SETTINGS, {"enabled": True})
    counting.flush()

    assert answer.json()["enabled"] is False
    left = [entry.gtin for entry in HistoryEntry.objects.all()]
    assert left == ([] if erase else [kept])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"enabled": False}, "erase"),
        ({"enabled": True, "erase": True}, "erase"),
        ({"erase": True}, "enabled"),
        ({"enabled": "perhaps"}, "enabled"),
    ],
)
def test_what_is_not_said_clearly_is_asked(
    phone: APIClient, body: dict[str, Any], field: str
) -> None:
    answer = phone.put(SETTINGS, body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_switching_on_again_loses_nothing(
    shopper: Registered, phone: APIClient
) -> None:
    since = phone.put(SETTINGS, {"enabled": True}).json()["enabled_at"]
    scanned(shopper)
    again = phone.put(SETTINGS, {"enabled": True}).json()["enabled_at"]
    counting.flush()

    assert again == since
    assert HistoryEntry.objects.exists()


def test_a_scan_asks_once_whose_history_it_is(
    shopper: Registered, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)

    with django_assert_num_queries(1):
        keeper = keeper_of(shopper.token)
    with django_assert_num_queries(0):
        assert keeper_of(None) is None

    assert keeper == counting.Keeper(shopper.shopper.pk, 1)


def test_a_token_that_opens_nothing_keeps_no_history(shopper: Registered) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    Device.objects.update(revoked_at=timezone.now())

    assert keeper_of(shopper.token) is None
    assert keeper_of("fsd_nonsense") is None


def test_an_account_that_goes_takes_its_history_with_it(shopper: Registered) -> None:
    switch_history(shopper=shopper.shopper, is_enabled=True)
    scanned(shopper)
    counting.flush()
    scanned(shopper)

    shopper.shopper.delete()
    counting.flush()

    assert not HistoryEntry.objects.exists()


def test_old_entries_are_forgotten(shopper: Registered, settings: LazySettings) -> None:
    now = timezone.now()
    for days in (730, 729):
        HistoryEntry.objects.create(
            shopper=shopper.shopper,
            gtin=make.gtin(),
            scanned_at=now - timedelta(days=days, minutes=1),
        )

    assert forgetting.forget()["HistoryEntry"] == 1
