"""A phone says how it is woken when its app is closed."""

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from checkout.channels import own_key
from shoppers.models import PushSubscription
from shoppers.services import Registered
from shoppers.services.push import MAX_LIVING, subscribe
from tests import make
from tests.checkout.push_service import ENDPOINT, Phone, b64url

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/push-subscriptions"


def client_of(who: Registered) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {who.token}")
    return client


@pytest.fixture
def shopper() -> Registered:
    return make.shopper()


@pytest.fixture
def api(shopper: Registered) -> APIClient:
    return client_of(shopper)


def asked(endpoint: str = ENDPOINT, **members: object) -> dict[str, object]:
    return {"endpoint": endpoint, "keys": Phone().keys, **members}


def test_the_public_key_is_anybody_s() -> None:
    response = APIClient().get("/api/v1/push/key")

    assert response.status_code == 200
    assert response.json() == {"public_key": own_key.public_key()}


def test_a_browser_s_subscription_is_kept(api: APIClient, shopper: Registered) -> None:
    phone = Phone()
    # As `PushSubscription.toJSON()` gives it, and what else it may hold.
    body = {"endpoint": ENDPOINT, "expirationTime": None, "keys": phone.keys}

    response = api.post(URL, body)

    assert response.status_code == 201
    kept = PushSubscription.objects.get()
    assert response.json()["id"] == kept.pk
    assert (kept.kind, kept.endpoint) == ("web_push", ENDPOINT)
    assert {"p256dh": kept.p256dh, "auth": kept.auth} == phone.keys
    assert kept.device == shopper.device


def test_the_same_again_is_known(api: APIClient) -> None:
    first = api.post(URL, asked())
    again = api.post(URL, asked())

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


def test_what_a_service_gave_up_comes_back_to_life(api: APIClient) -> None:
    api.post(URL, asked())
    PushSubscription.objects.update(gone_at=timezone.now())

    assert api.post(URL, asked()).status_code == 201
    assert PushSubscription.objects.living().count() == 1


def test_an_address_belongs_to_the_phone_that_brought_it_last(api: APIClient) -> None:
    api.post(URL, asked())
    other = make.shopper()

    assert client_of(other).post(URL, asked()).status_code == 201
    assert PushSubscription.objects.get().device == other.device


def test_the_newest_of_a_phone_are_kept(api: APIClient, shopper: Registered) -> None:
    for number in range(MAX_LIVING + 2):
        api.post(URL, asked(f"{ENDPOINT}{number}"))

    kept = shopper.device.push_subscriptions.living()
    assert kept.count() == MAX_LIVING
    assert not kept.filter(endpoint=f"{ENDPOINT}1").exists()
    assert kept.filter(endpoint=f"{ENDPOINT}2").exists()


def test_what_is_brought_again_is_new_again(api: APIClient) -> None:
    for number in [*range(MAX_LIVING), 0, MAX_LIVING]:
        api.post(URL, asked(f"{ENDPOINT}{number}"))

    living = PushSubscription.objects.living().values_list("endpoint", flat=True)
    assert f"{ENDPOINT}0" in living
    assert f"{ENDPOINT}1" not in living


def test_what_is_gone_is_forgotten_with_the_next_one(api: APIClient) -> None:
    api.post(URL, asked(f"{ENDPOINT}1"))
    PushSubscription.objects.update(gone_at=timezone.now())

    api.post(URL, asked(f"{ENDPOINT}2"))

    assert PushSubscription.objects.count() == 1


def test_a_phone_takes_its_subscription_back(api: APIClient) -> None:
    key = api.post(URL, asked()).json()["id"]

    assert api.delete(f"{URL}/{key}").status_code == 204
    assert api.delete(f"{URL}/{key}").status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("key", ["0", "9" * 40])
def test_there_may_be_no_such_subscription(api: APIClient, key: str) -> None:
    assert api.delete(f"{URL}/{key}").status_code == 204


def test_a_stranger_takes_nobody_else_s_back(api: APIClient) -> None:
    key = api.post(URL, asked()).json()["id"]

    client_of(make.shopper()).delete(f"{URL}/{key}")

    assert PushSubscription.objects.exists()


def test_without_a_token_nothing_is_kept() -> None:
    assert APIClient().post(URL, asked()).status_code == 401
    assert APIClient().delete(f"{URL}/1").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(asked("https://evil.example/x"), "endpoint", id="host"),
        pytest.param(
            asked("http://updates.push.services.mozilla.com/x"), "endpoint", id="http"
        ),
        pytest.param(asked("https://10.0.0.1/x"), "endpoint", id="own network"),
        pytest.param(asked("x" * 4097), "endpoint", id="long"),
        pytest.param({"endpoint": ENDPOINT}, "keys", id="no keys"),
        pytest.param(asked(keys={}), "keys.p256dh", id="no point"),
        pytest.param(
            asked(keys={**Phone().keys, "auth": b64url(b"a" * 15)}),
            "keys",
            id="short secret",
        ),
        pytest.param(
            asked(keys={**Phone().keys, "p256dh": b64url(b"\4" + b"a" * 64)}),
            "keys",
            id="off the curve",
        ),
        pytest.param(asked(kind="apns"), "kind", id="kind"),
        pytest.param({"kind": "fcm", "endpoint": "c" * 40}, "kind", id="no Firebase"),
        pytest.param({}, "endpoint", id="nothing"),
        pytest.param(asked(keys="abc"), "keys.non_field_errors", id="a text"),
    ],
)
def test_what_cannot_be_reached_is_refused(
    api: APIClient, body: dict[str, object], field: str
) -> None:
    response = api.post(URL, body)

    assert (response.status_code, response.json()["code"]) == (400, "invalid_input")
    assert field in {error["field"] for error in response.json()["errors"]}
    assert not PushSubscription.objects.exists()


def test_a_configured_server_of_unified_push_is_taken(
    api: APIClient, settings: Settings
) -> None:
    settings.PUSH_HOSTS = ("push.example.org",)
    body = asked("https://push.example.org/up1", kind="unified_push")

    assert api.post(URL, body).status_code == 201


@pytest.mark.parametrize(
    ("token", "status"), [("c0ffee:APA91b_-" + "a" * 140, 201), ("a b" * 9, 400)]
)
def test_a_registration_token_is_taken_where_firebase_is(
    api: APIClient, settings: Settings, token: str, status: int
) -> None:
    settings.FCM_CREDENTIALS = "/somewhere/account.json"

    response = api.post(URL, {"kind": "fcm", "endpoint": token})

    assert response.status_code == status


def test_a_revoked_phone_is_woken_no_more(shopper: Registered) -> None:
    subscribe(device=shopper.device, kind="web_push", endpoint=ENDPOINT)
    assert PushSubscription.objects.living().exists()

    shopper.device.revoked_at = timezone.now()
    shopper.device.save(update_fields=["revoked_at"])

    assert not PushSubscription.objects.living().exists()
