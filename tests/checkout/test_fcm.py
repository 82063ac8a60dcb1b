"""Waking phones through Firebase Cloud Messaging."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_django import Settings
from structlog.testing import capture_logs

from checkout.channels import CHANNELS, fcm
from checkout.channels.interface import Later, NotSent, Refused, Sent
from common import outgoing
from common.outgoing import Answer
from shoppers.models import PushSubscription
from tests.checkout.channel_contract import ASKED, ChannelContract
from tests.checkout.push_service import Phone, PushService, push_service

__all__ = ["push_service"]

pytestmark = pytest.mark.django_db
ACCESS = Answer(200, b'{"access_token": "ya29.abc", "expires_in": 3599}', None)


@pytest.fixture(scope="module")
def account_key() -> rsa.RSAPrivateKey:
    """Draw the key of Firebase's account once: it takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TestFcm(ChannelContract):
    kind = PushSubscription.Kind.FCM

    @pytest.fixture(autouse=True)
    def ready(
        self,
        push_service: PushService,
        settings: Settings,
        tmp_path: Path,
        account_key: rsa.RSAPrivateKey,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[None]:
        file = tmp_path / "account.json"
        pem = account_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        content = {
            "project_id": "till",
            "client_email": "push@till.example",
            "private_key": pem.decode(),
        }
        file.write_text(json.dumps(content))
        settings.FCM_CREDENTIALS = str(file)
        monkeypatch.setitem(CHANNELS, self.kind, fcm.Fcm())
        fcm._read.cache_clear()
        push_service.answers.append(ACCESS)
        yield
        fcm._read.cache_clear()

    @pytest.fixture
    def subscription(self) -> PushSubscription:
        return PushSubscription(kind=self.kind, endpoint="c0ffee:APA91b")

    def read(self, service: PushService, phone: Phone) -> dict[str, Any]:  # noqa: ARG002 - what the contract gives
        data: dict[str, Any] = self.message(service)["data"]
        return data

    def lifetime(self, service: PushService) -> str:
        text: str = self.message(service)["android"]["ttl"]
        return text.removesuffix("s")

    def message(self, service: PushService) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(service.received[-1].body)
        return dict(content["message"])

    def test_what_is_bought_stays_between_us_and_the_phone(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        self.send(subscription)

        assert self.read(push_service, phone) == {"id": ASKED["id"]}

    def test_the_account_proves_itself_once_for_many_messages(
        self,
        push_service: PushService,
        subscription: PushSubscription,
        account_key: rsa.RSAPrivateKey,
    ) -> None:
        self.send(subscription)
        self.send(subscription)

        asked, *sent = push_service.received
        assert (asked.base_url, asked.path) == (
            "https://oauth2.googleapis.com",
            "/token",
        )
        form = parse_qs(asked.body.decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        public = account_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        token = jwt.decode(
            form["assertion"][0], RSAKey.import_key(public), algorithms=["RS256"]
        )
        assert token.header["alg"] == "RS256"
        assert token.claims["iss"] == "push@till.example"
        assert token.claims["aud"] == "https://oauth2.googleapis.com/token"
        assert token.claims["exp"] - token.claims["iat"] == 3600
        assert [one.headers["Authorization"] for one in sent] == ["Bearer ya29.abc"] * 2
        assert {one.path for one in sent} == {"/v1/projects/till/messages:send"}

    def test_it_wakes_the_phone_and_a_later_message_replaces_it(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        self.send(subscription)

        message = self.message(push_service)
        assert message["token"] == "c0ffee:APA91b"
        assert message["android"]["priority"] == "high"
        assert message["android"]["collapse_key"] == ASKED["id"]

    def test_an_access_token_that_died_early_is_replaced_once(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        push_service.answer(401)
        push_service.answers.append(ACCESS)

        assert self.send(subscription) == Sent(201)
        assert len(push_service.received) == 4

    def test_an_access_token_that_is_never_taken_is_shouted(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        push_service.answer(401)
        push_service.answers.append(ACCESS)
        push_service.answer(401)

        with capture_logs() as logged, pytest.raises(Refused, match="401"):
            self.send(subscription)
        assert logged[0]["event"] == "push.refused"

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            pytest.param(Answer(400, b"invalid_grant", None), Refused, id="refused"),
            pytest.param(Answer(503, b"", None), Later, id="in trouble"),
            pytest.param(Answer(404, b"", None), Later, id="not there"),
            pytest.param(Answer(200, b"<html>", None), Later, id="another page"),
            pytest.param(Answer(200, b"[]", None), Later, id="another JSON"),
            pytest.param(outgoing.NoAnswer("tls"), Later, id="no answer"),
        ],
    )
    def test_without_an_access_token_the_phone_is_not_to_blame(
        self,
        push_service: PushService,
        subscription: PushSubscription,
        answer: Answer | Exception,
        expected: type[NotSent],
    ) -> None:
        push_service.answers[:] = [answer]

        with capture_logs(), pytest.raises(expected):
            self.send(subscription)
        assert len(push_service.received) == 1

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"project_id": "a"}'])
    def test_a_file_that_is_no_account_is_shouted(
        self, subscription: PushSubscription, settings: Settings, content: str
    ) -> None:
        Path(settings.FCM_CREDENTIALS).write_text(content)

        with capture_logs() as logged, pytest.raises(Refused, match="fcm_credentials"):
            self.send(subscription)
        assert logged[0]["event"] == "push.fcm_credentials"
