"""One contract for every way to wake a phone, and what each does besides."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_django import Settings
from structlog.testing import capture_logs

from checkout.channels import CHANNELS, fcm, hosts, own_key
from checkout.channels.interface import (
    LONGEST_PAUSE,
    Gone,
    Later,
    Message,
    NotSent,
    Refused,
    Sent,
)
from checkout.models import PushKey
from checkout.webpush.encryption import MAX_PLAIN_SIZE
from common import outgoing
from common.outgoing import Answer
from shoppers.models import PushSubscription
from tests.checkout.push_service import (
    ENDPOINT,
    Phone,
    PushService,
    check_sender,
    push_service,
)

__all__ = ["push_service"]

pytestmark = pytest.mark.django_db

ASKED = {
    "id": "Zm9vYmFyYmF6cXV4cXV1eGNvcmdl",
    "text": "Voulez-vous valider votre paiement ?",
    "amount_text": "12,99 €",
    "payee": "Magasin X",
    "number": "42",
}
MESSAGE = Message(ASKED["id"], ASKED, 57)
ACCESS = Answer(200, b'{"access_token": "ya29.abc", "expires_in": 3599}', None)


@pytest.fixture(scope="module")
def account_key() -> rsa.RSAPrivateKey:
    """Draw the key of Firebase's account once: it takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class ChannelContract:
    """What holds for every channel."""

    kind: ClassVar[str]

    @pytest.fixture
    def phone(self) -> Phone:
        return Phone()

    @pytest.fixture
    def subscription(self, phone: Phone) -> PushSubscription:
        return PushSubscription(kind=self.kind, endpoint=ENDPOINT, **phone.keys)

    def send(self, subscription: PushSubscription, message: Message = MESSAGE) -> Sent:
        return CHANNELS[self.kind].send(message, subscription)

    def read(self, service: PushService, phone: Phone) -> dict[str, Any]:
        """Return what the phone reads of the last request."""
        raise NotImplementedError

    def lifetime(self, service: PushService) -> str:
        """Return the life in seconds that the last request gave the message."""
        raise NotImplementedError

    def test_the_phone_learns_which_prompt_it_is(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        assert self.send(subscription).status in {200, 201}

        assert self.read(push_service, phone)["id"] == ASKED["id"]

    def test_the_message_lives_as_long_as_the_prompt(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        self.send(subscription)

        assert self.lifetime(push_service) == "57"

    def test_an_end_says_how_it_ended(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        ended = {"id": ASKED["id"], "state": "approved"}

        self.send(subscription, Message(ASKED["id"], ended, 30))

        assert self.read(push_service, phone) == ended

    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    def test_any_success_is_one(
        self, push_service: PushService, subscription: PushSubscription, status: int
    ) -> None:
        push_service.answer(status)

        assert self.send(subscription) == Sent(status)

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_phone_that_is_not_known_any_more_is_gone(
        self, push_service: PushService, subscription: PushSubscription, status: int
    ) -> None:
        push_service.answer(status)

        with pytest.raises(Gone, match=str(status)):
            self.send(subscription)

    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    def test_a_service_in_trouble_is_asked_again(
        self, push_service: PushService, subscription: PushSubscription, status: int
    ) -> None:
        push_service.answer(status)

        with pytest.raises(Later, match=str(status)) as caught:
            self.send(subscription)
        assert caught.value.pause is None

    @pytest.mark.parametrize(
        ("asked", "pause"),
        [
            ("7", timedelta(seconds=7)),
            ("999999999999", LONGEST_PAUSE),
            ("soon", None),
            ("-5", None),
        ],
    )
    def test_a_pause_is_granted_within_limits(
        self,
        push_service: PushService,
        subscription: PushSubscription,
        asked: str,
        pause: timedelta | None,
    ) -> None:
        push_service.answer(429, retry_after=asked)

        with pytest.raises(Later) as caught:
            self.send(subscription)
        assert caught.value.pause == pause

    @pytest.mark.parametrize("status", [400, 403])
    def test_our_own_fault_is_shouted(
        self, push_service: PushService, subscription: PushSubscription, status: int
    ) -> None:
        push_service.answer(status)

        with capture_logs() as logged, pytest.raises(Refused, match=str(status)):
            self.send(subscription)

        (line,) = logged
        assert (line["event"], line["log_level"]) == ("push.refused", "error")
        assert subscription.endpoint not in str(line)

    @pytest.mark.parametrize("status", [301, 307, 405, 422])
    def test_what_means_nothing_is_final(
        self, push_service: PushService, subscription: PushSubscription, status: int
    ) -> None:
        push_service.answer(status)

        with pytest.raises(Refused, match=str(status)):
            self.send(subscription)

    def test_no_answer_is_worth_another_try(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        push_service.answers.append(outgoing.NoAnswer("timeout"))

        with pytest.raises(Later, match="timeout"):
            self.send(subscription)


class WebPushContract(ChannelContract):
    """Web Push and UnifiedPush: the payload is for the phone alone."""

    def read(self, service: PushService, phone: Phone) -> dict[str, Any]:
        return service.payloads(phone)[-1]

    def lifetime(self, service: PushService) -> str:
        return service.received[-1].headers["TTL"]

    def test_the_headers_are_those_of_the_rfcs(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        self.send(subscription)

        (received,) = push_service.received
        assert received.path == "/wpush/v2/phone-1"
        assert received.headers["Content-Encoding"] == "aes128gcm"
        assert received.headers["Urgency"] == "high"
        assert received.headers["Topic"] == ASKED["id"]
        assert len(received.headers["Topic"]) <= 32
        sender = check_sender(received, now=time.time())
        assert sender == own_key.public_key()

    def test_the_phone_reads_the_whole_question(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        self.send(subscription)

        assert push_service.payloads(phone) == [ASKED]
        assert b"Magasin" not in push_service.received[0].body

    def test_each_service_gets_a_proof_of_its_own(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        self.send(subscription)
        subscription.endpoint = "https://web.push.apple.com/Q1w2"
        self.send(subscription)

        for received in push_service.received:
            check_sender(received, now=time.time())

    def test_a_shorter_message_is_tried_once(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        push_service.answer(413)

        self.send(subscription)

        assert push_service.payloads(phone) == [ASKED, {"id": ASKED["id"]}]

    def test_a_service_that_takes_no_short_one_either_is_left(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        push_service.answer(413)
        push_service.answer(413)

        with pytest.raises(Refused, match="413"):
            self.send(subscription)
        assert len(push_service.received) == 2

    def test_what_never_fits_is_sent_short(
        self, push_service: PushService, subscription: PushSubscription, phone: Phone
    ) -> None:
        long = Message("a", {"id": "a", "text": "x" * MAX_PLAIN_SIZE}, 9)
        self.send(subscription, long)
        push_service.answer(413)

        with pytest.raises(Refused):
            self.send(subscription, long)

        assert push_service.payloads(phone) == [{"id": "a"}, {"id": "a"}]

    def test_another_host_is_not_talked_to_even_when_it_is_kept(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        subscription.endpoint = "https://metadata.example.org/latest"

        with pytest.raises(Refused, match="host_not_allowed"):
            self.send(subscription)
        assert push_service.received == []

    def test_keys_that_are_none_are_final(self, subscription: PushSubscription) -> None:
        subscription.auth = "short"

        with pytest.raises(Refused, match="bad_phone_keys"):
            self.send(subscription)

    def test_a_key_of_ours_that_does_not_open_is_shouted(
        self, subscription: PushSubscription
    ) -> None:
        own_key.public_key()
        PushKey.objects.update(sealed_private="sealed under another key")

        with capture_logs() as logged, pytest.raises(Refused, match="own_key_sealed"):
            self.send(subscription)
        assert logged[0]["event"] == "push.own_key_sealed"

    def test_a_proof_that_is_refused_is_shouted(
        self, push_service: PushService, subscription: PushSubscription
    ) -> None:
        push_service.answer(401)

        with capture_logs() as logged, pytest.raises(Refused, match="401"):
            self.send(subscription)
        assert logged[0]["event"] == "push.refused"


class TestWebPush(WebPushContract):
    kind = PushSubscription.Kind.WEB_PUSH


class TestUnifiedPush(WebPushContract):
    kind = PushSubscription.Kind.UNIFIED_PUSH

    def test_a_configured_server_is_talked_to(
        self,
        push_service: PushService,
        subscription: PushSubscription,
        settings: Settings,
    ) -> None:
        settings.PUSH_HOSTS = ("push.example.org:8443",)
        subscription.endpoint = "https://push.example.org:8443/up?id=1"

        self.send(subscription)

        (received,) = push_service.received
        assert received.base_url == "https://push.example.org:8443"
        assert received.path == "/up?id=1"
        check_sender(received, now=time.time())


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


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://FCM.googleapis.com/wp/x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QO",
        "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d",
        "https://push.example.org/up?id=1",
        "https://a.ntfy.example.net:8443/up",
        "https://fcm.googleapis.com:443/x",
    ],
)
def test_an_address_of_an_allowed_service(address: str, settings: Settings) -> None:
    settings.PUSH_HOSTS = ("push.example.org", "*.ntfy.example.net:8443")

    assert hosts.is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:99999/x",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://10.0.0.1/fcm.googleapis.com",
        "https://evil.example/#fcm.googleapis.com",
        "https://evil.example\\fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://.push.apple.com/x",
        "https://xpush.apple.com/x",
        "https://push.services.mozilla.com/x",
        "https://ntfy.example.net:8443/x",
        "https://a.ntfy.example.net/x",
        "https://push.example.org/a b",
        "https://push.example.org/a\r\nHost: b",
        "https://push.example.org/" + "a" * 2000,
        "https://[::1]/x",
        "ftp://push.example.org/x",
        "//push.example.org/x",
    ],
)
def test_an_address_of_nobody_we_talk_to(address: str, settings: Settings) -> None:
    settings.PUSH_HOSTS = ("push.example.org", "*.ntfy.example.net:8443")

    assert not hosts.is_allowed(address)


def test_our_key_is_made_once_and_kept_sealed() -> None:
    first = own_key.public_key()

    assert own_key.public_key() == first
    row = PushKey.objects.get()
    assert row.public_key == first
    assert "sealed" not in str(row)


def test_who_makes_the_key_second_takes_the_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both saw none; the number of the row decides."""
    ours = own_key.public_key()
    empty = PushKey.objects.none()
    with monkeypatch.context() as patch:
        patch.setattr(PushKey.objects, "order_by", lambda *_fields: empty)

        assert own_key.public_key() == ours
    assert PushKey.objects.count() == 1
