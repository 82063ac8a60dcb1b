"""What every way to wake a phone must do, whichever it is."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from structlog.testing import capture_logs

from checkout.channels import CHANNELS
from checkout.channels.interface import (
    LONGEST_PAUSE,
    Gone,
    Later,
    Message,
    Refused,
    Sent,
)
from common import outgoing
from shoppers.models import PushSubscription
from tests.checkout.push_service import ENDPOINT, Phone, PushService, push_service

__all__ = ["push_service"]


ASKED = {
    "id": "Zm9vYmFyYmF6cXV4cXV1eGNvcmdl",
    "text": "Voulez-vous valider votre paiement ?",
    "amount_text": "12,99 €",
    "payee": "Magasin X",
    "number": "42",
}
MESSAGE = Message(ASKED["id"], ASKED, 57)


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
