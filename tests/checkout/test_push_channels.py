"""One contract for every way to wake a phone, and what each does besides."""

import time
from typing import Any

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from checkout.channels import own_key
from checkout.channels.interface import Message, Refused
from checkout.models import PushKey
from checkout.webpush.encryption import MAX_PLAIN_SIZE
from shoppers.models import PushSubscription
from tests.checkout.channel_contract import ASKED, ChannelContract
from tests.checkout.push_service import Phone, PushService, check_sender, push_service

__all__ = ["push_service"]

pytestmark = pytest.mark.django_db


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
