"""`manage.py terminal`: what it says, and what it ends with."""

import io
import json
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from checkout.management.commands import terminal
from checkout.management.devices import minor_units
from checkout.simulating import misbehaving
from checkout.simulating.phone import AsyncPhone, Card, Phone
from checkout.simulating.till import AsyncTill
from config.testing.processes import free_port
from tests import make
from tests.checkout.serving import Shop

PATIENCE_SECONDS = 20


def till(shop: Shop, *options: str, **changed: Any) -> tuple[int, str]:
    """Run the command to its end, and return its code and what it said."""
    identifier, secret = shop.credentials
    said = io.StringIO()
    known = {"url": shop.address, "terminal": identifier, "secret": secret}
    with pytest.raises(SystemExit) as ended:
        call_command(
            "terminal",
            *options,
            stdout=said,
            **{"language": "en", "no_qr": True, **known, **changed},
        )
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.getvalue()


def shown(shop: Shop) -> str:
    """Return the pass that the shop's phone shows."""
    phone = Phone(shop.address, shop.token)
    handle = phone.mint_pass()
    phone.close()
    return handle


@pytest.fixture
def other_hand() -> Any:
    """Return a pool for what happens while the command runs."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def answered(shop: Shop, *, approve: bool) -> Card:
    """Be the phone that hears of one prompt, and answers it."""
    phone = Phone(shop.address, shop.token)
    try:
        for event in phone.listen():
            if event.name == "prompt":
                card = json.loads(event.data)
                phone.decide(card, approve=approve)
                return dict(card)
        raise AssertionError("the line ended")
    finally:
        phone.close()


@pytest.mark.parametrize(
    ("approve", "code", "words"),
    [(True, 0, "Approved"), (False, 2, "Declined")],
    ids=["approved", "declined"],
)
def test_it_ends_with_the_shoppers_answer(
    shop: Shop, other_hand: ThreadPoolExecutor, approve: bool, code: int, words: str
) -> None:
    card: Future[Card] = other_hand.submit(answered, shop, approve=approve)

    ended, said = till(shop, shown(shop), "--amount=12,99", "--reference=T-9")

    assert (ended, words in said) == (code, True)
    number = card.result(PATIENCE_SECONDS)["number"]
    assert f"Number on both sides: {number}" in said
    assert "T-9" in said


def test_a_used_pass_is_told_with_its_own_code(shop: Shop) -> None:
    code, said = till(shop, "FS1." + "A" * 26)

    assert code == 4
    assert "Scan a new one" in said


def test_a_shopper_who_cannot_be_asked_is_told(shop: Shop) -> None:
    till(shop, shown(shop), misbehave="silent")

    code, said = till(shop, shown(shop))

    assert (code, "cannot be asked" in said) == (4, True)


def test_it_withdraws_its_question(shop: Shop) -> None:
    code, said = till(shop, shown(shop), cancel_after=0.01)

    assert (code, "Canceled" in said) == (6, True)


def test_it_is_told_when_it_withdraws_too_late(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = AsyncTill.cancel

    async def late(self: Any, prompt: Any) -> Any:
        phone = AsyncPhone(shop.address, shop.token)
        await phone.decide((await phone.pending())[0], approve=True)
        await phone.close()
        return await cancel(self, prompt)

    monkeypatch.setattr(AsyncTill, "cancel", late)

    code, said = till(shop, shown(shop), cancel_after=0.01)

    assert (code, "Too late to cancel" in said) == (0, True)


def test_it_shows_a_code_that_a_phone_reads(shop: Shop) -> None:
    _code, said = till(shop, "--claim", cancel_after=0.01, no_qr=False)

    assert "The phone reads this code: FSC1." in said
    assert "▄" in said


@pytest.mark.parametrize("name", ["no_headers", "replay"])
def test_it_says_whether_misbehaviour_was_answered_well(shop: Shop, name: str) -> None:
    code, said = till(shop, shown(shop), misbehave=name)

    assert (code, "as it must" in said) == (0, True)


def test_it_says_when_the_server_answered_badly(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = misbehaving.EXPECTED["replay"]
    monkeypatch.setattr(terminal, "EXPECTED", {"no_headers": wanted})

    assert till(shop, shown(shop), misbehave="no_headers")[0] == 1


def test_the_pass_may_come_from_standard_input(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{shown(shop)}\n"))

    assert till(shop, "-", cancel_after=0.01)[0] == 6


def test_the_demonstrations_shopper_shows_a_pass(
    shop: Shop, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    identifier, secret = shop.credentials
    known = {
        "shoppers": [
            {"language": "fr", "token": "fsd_other"},
            {"language": "en", "token": shop.token},
        ],
        "terminal": {"id": identifier, "secret": secret},
    }
    (tmp_path / "demonstration.json").write_text(json.dumps(known))

    assert till(shop, terminal=None, secret="", cancel_after=0.01)[0] == 6


def test_a_wrong_secret_is_told_in_a_sentence(shop: Shop) -> None:
    with pytest.raises(CommandError, match="does not accept the signature") as refused:
        till(shop, "FS1.x", secret="whsec_" + "A" * 43 + "=")

    assert refused.value.returncode == 5


def test_any_other_refusal_is_told_with_its_code(shop: Shop) -> None:
    with pytest.raises(CommandError, match=r"400 invalid_input"):
        till(shop, shown(shop), currency="euro")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="cannot be reached") as refused:
        call_command(
            "terminal",
            "FS1.x",
            url=f"http://127.0.0.1:{free_port()}",
            terminal="t",
            secret="whsec_AAAA",
            language="en",
        )

    assert refused.value.returncode == 1


def test_without_a_demonstration_it_wants_credentials(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path

    with pytest.raises(CommandError, match="no demonstration here"):
        call_command("terminal", "FS1.x", language="en")


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("12.99", "EUR", 1299), ("12,9", "EUR", 1290), ("7", "JPY", 7)],
)
def test_amounts_are_minor_units(amount: str, currency: str, units: int) -> None:
    assert minor_units(amount, currency) == units


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.999", "x", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="EUR"):
        minor_units(amount, "EUR")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr"}, "en"),
        ({}, "en"),
    ],
    ids=["french", "first one counts", "nothing said"],
)
def test_it_speaks_the_language_of_the_shell(
    environment: dict[str, str], language: str
) -> None:
    from checkout.management.devices import _language_of

    assert _language_of(environment) == language


def test_ctrl_c_ends_it_without_a_traceback(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal.Command, "run", interrupted)

    assert till(shop)[1] == "Stopped.\n"


def test_the_basket_and_its_brands_are_asked(
    shop: Shop, other_hand: ThreadPoolExecutor
) -> None:
    card = other_hand.submit(answered, shop, approve=True)

    code, _said = till(shop, shown(shop), basket=f"{make.gtin()},{make.gtin()}")

    assert (code, card.result(PATIENCE_SECONDS)["brands"]) == (0, [])
