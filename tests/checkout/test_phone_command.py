"""`manage.py phone`: what it shows, in which order, and how it answers."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from checkout.simulating.lines import NotReached
from checkout.simulating.phone import AsyncPhone, Phone
from checkout.simulating.till import Prompt, Till
from config.testing.processes import free_port
from tests.checkout.serving import Shop

PATIENCE_SECONDS = 20


class Screen(io.StringIO):
    """What the command says, and a keyboard for who waits to see something."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()

    def write(self, text: str) -> int:
        with self.changed:
            written = super().write(text)
            self.changed.notify_all()
        return written

    def shows(self, text: str, times: int = 1) -> None:
        """Wait until a text is shown so often."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: self.getvalue().count(text) >= times, PATIENCE_SECONDS
            ), self.getvalue()

    def typing(self, *lines: str) -> Iterator[str]:
        """Yield a line each time that the command asks for one."""
        for number, line in enumerate(lines, start=1):
            self.shows("[y/n]", number)
            yield f"{line}\n"


@pytest.fixture
def other_hand() -> Iterator[ThreadPoolExecutor]:
    """Return a pool for what happens while the command runs."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def phone(shop: Shop, screen: Screen, *options: str, **changed: Any) -> Any:
    """Run the command until the first payment is over, and return its code."""
    known = {"url": shop.address, "token": shop.token, "no_qr": True}
    with pytest.raises(SystemExit) as ended:
        call_command(
            "phone",
            "--once",
            *options,
            stdout=screen,
            **{"language": "en", **known, **changed},
        )
    return ended.value.code


def asked(shop: Shop, screen: Screen) -> Prompt:
    """Be the till that asks once the phone listens."""
    screen.shows("Waiting for a till")
    device, till = (
        Phone(shop.address, shop.token),
        Till(shop.address, *shop.credentials),
    )
    try:
        prompt = till.ask(device.mint_pass(), 1299, "EUR")
        return till.wait(prompt, PATIENCE_SECONDS)
    finally:
        device.close()
        till.close()


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [("approve", 0, "approved"), ("decline", 2, "declined")],
)
def test_it_answers_as_told(
    shop: Shop, other_hand: ThreadPoolExecutor, answer: str, code: int, state: str
) -> None:
    screen = Screen()
    outcome = other_hand.submit(asked, shop, screen)

    assert phone(shop, screen, answer=answer) == code
    assert outcome.result(PATIENCE_SECONDS).state == state


def test_amount_and_payee_come_before_the_rate(
    shop: Shop, other_hand: ThreadPoolExecutor
) -> None:
    screen = Screen()
    outcome = other_hand.submit(asked, shop, screen)
    phone(shop, screen, answer="approve", no_qr=False)

    said = screen.getvalue()
    places = [said.index(one) for one in ("12,99", "Magasin X", "Number on both", "64")]
    assert places == sorted(places)
    assert outcome.result(PATIENCE_SECONDS).content["delivery"] == "seen"
    assert "▄" in said


@pytest.mark.parametrize(
    ("typed", "code"),
    [(["perhaps", "Y"], 0), (["non"], 2)],
    ids=["yes after nonsense", "no in french"],
)
def test_it_asks_its_owner(
    shop: Shop,
    other_hand: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
    typed: list[str],
    code: int,
) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdin", screen.typing(*typed))
    outcome = other_hand.submit(asked, shop, screen)

    assert phone(shop, screen, answer="ask") == code
    assert outcome.result(PATIENCE_SECONDS).is_final


def canceled(shop: Shop, screen: Screen) -> None:
    screen.shows("Waiting for a till")
    device, till = (
        Phone(shop.address, shop.token),
        Till(shop.address, *shop.credentials),
    )
    prompt = till.ask(device.mint_pass(), 1299, "EUR")
    screen.shows("Number on both")
    till.cancel(prompt)
    device.close()
    till.close()


def test_a_withdrawn_question_goes_away(
    shop: Shop, other_hand: ThreadPoolExecutor
) -> None:
    screen = Screen()
    outcome = other_hand.submit(canceled, shop, screen)

    assert phone(shop, screen, answer="none") == 6
    assert outcome.result(PATIENCE_SECONDS) is None
    assert "withdrew" in screen.getvalue()


def test_a_new_shopper_takes_the_code_of_a_till(shop: Shop) -> None:
    till, screen = Till(shop.address, *shop.credentials), Screen()
    prompt = till.ask("", 1299, "EUR", mode="claim")

    code = phone(shop, screen, "--sign-up", answer="approve", claim=prompt.claim_code)

    assert code == 0
    assert "Token of this phone: fsd_" in screen.getvalue()
    assert till.wait(prompt, PATIENCE_SECONDS).state == "approved"
    till.close()


def test_a_line_that_breaks_is_opened_again(
    shop: Shop, other_hand: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkout.management.commands import phone as command

    listen, opened = AsyncPhone.listen, []

    async def fragile(self: Any) -> Any:
        opened.append(1)
        async for event in listen(self):
            yield event
            if len(opened) == 1:
                raise NotReached("gone")

    monkeypatch.setattr(AsyncPhone, "listen", fragile)
    monkeypatch.setattr(command, "AGAIN_SECONDS", 0)
    screen = Screen()
    outcome = other_hand.submit(asked, shop, screen)

    assert phone(shop, screen, answer="approve") == 0
    assert outcome.result(PATIENCE_SECONDS).state == "approved"
    assert "trying again" in screen.getvalue()


def test_an_unknown_token_is_told_in_a_sentence(shop: Shop) -> None:
    with pytest.raises(CommandError, match="does not know this token") as refused:
        phone(shop, Screen(), token="fsd_nobody", answer="none")

    assert refused.value.returncode == 5


def test_a_server_that_is_not_there_is_told(shop: Shop) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(CommandError, match="cannot be reached"):
        phone(shop, Screen(), url=url, answer="none")
