"""A shopper begins without a name, and a token is all that opens its doors."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from shoppers import handles
from shoppers.models import Device, Shopper
from shoppers.services import replace_token
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/shoppers"
DOOR = "/api/v1/me/pass"
Bearer = Callable[[str], dict[str, str]]


@pytest.mark.database
def test_nothing_need_be_said_to_begin(api: APIClient) -> None:
    response = api.post(URL, {})

    assert response.status_code == 201
    card = response.json()
    assert card["display_name"] == ""
    assert card["language"] == "fr"
    shopper = Shopper.objects.get(pk=card["id"])
    assert str(shopper) == card["id"]
    assert card["token"].startswith("fsd_")
    assert len(card["token"]) >= 43


def test_a_name_and_a_language_may_be_said(api: APIClient) -> None:
    response = api.post(URL, {"display_name": "Zoé 🧶", "language": "en"})

    shopper = Shopper.objects.get(pk=response.json()["id"])
    assert (shopper.display_name, shopper.language) == ("Zoé 🧶", "en")


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"language": "de"}, "language"),
        ({"display_name": "n" * 81}, "display_name"),
        ({"display_name": "a\x00b"}, "display_name"),
        ({"display_name": "\ud800"}, "display_name"),
        ({"display_name": None}, "display_name"),
        ({"display_name": ["a"]}, "display_name"),
    ],
)
def test_what_cannot_be_said_is_refused(
    api: APIClient, members: dict[str, Any], field: str
) -> None:
    response = api.post(URL, json.dumps(members), content_type="application/json")

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Shopper.objects.exists()


def test_the_token_opens(api: APIClient, bearer: Bearer) -> None:
    token = api.post(URL, {}).json()["token"]

    assert api.post(DOOR, headers=bearer(token)).status_code == 201


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Basic fsd_abc",
        "Bearer fst_abcdefghijklmnopqrstuvwxyz",
        "Bearer fsd_unknown",
        "Bearer fsd_é",
    ],
)
def test_anything_else_does_not_open(api: APIClient, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    response = api.post(DOOR, headers=headers)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="shopper"'
    assert response["Content-Type"] == "application/problem+json"


def test_the_scheme_may_be_written_small(api: APIClient) -> None:
    token = make.shopper().token

    headers = {"Authorization": f"bearer {token} "}

    assert api.post(DOOR, headers=headers).status_code == 201


def test_a_replaced_token_opens_no_more(api: APIClient, bearer: Bearer) -> None:
    registered = make.shopper()

    token = replace_token(registered.device)

    assert api.post(DOOR, headers=bearer(token)).status_code == 201
    assert api.post(DOOR, headers=bearer(registered.token)).status_code == 401


def test_a_revoked_phone_is_refused(api: APIClient, bearer: Bearer) -> None:
    registered = make.shopper()
    other = make.shopper()
    Device.objects.filter(pk=registered.device.pk).update(revoked_at=timezone.now())

    refused = api.post(DOOR, headers=bearer(registered.token))

    assert refused.status_code == 401
    assert refused.json()["code"] == "authentication_failed"
    assert api.post(DOOR, headers=bearer(other.token)).status_code == 201
    assert str(registered.device).startswith(str(registered.shopper.pk))


def test_signing_up_is_limited_by_the_hour(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "sign-up", "2/hour")

    statuses = [api.post(URL, {}).status_code for _ in range(3)]

    refused = api.post(URL, {})
    assert statuses == [201, 201, 429]
    assert refused.json()["code"] == "too_many_requests"
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert refused.json()["retry_after"] == int(refused["Retry-After"])


def test_tokens_are_random_and_kept_as_digests() -> None:
    tokens = {handles.new_token() for _ in range(100)}
    registered = make.shopper()

    assert len(tokens) == 100
    assert registered.device.token_digest == handles.digest(registered.token)
    assert registered.token not in repr(list(Device.objects.values()))


def test_two_shoppers_have_nothing_in_common() -> None:
    one, other = make.shopper(), make.shopper("en")

    assert one.shopper.channel != other.shopper.channel
    assert list(one.shopper.devices.all()) == [one.device]
