"""What signs the log: a key of our own, or one from outside, and its successors."""

import base64
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError
from django.utils import timezone
from pytest_django import Settings

from config import checks
from ledger import log_keys, notes
from ledger.models import LogKey
from ledger.services import rotate_log_key
from tests.ledger import making

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def seed() -> str:
    return base64.b64encode(
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.Raw, PrivateFormat.Raw, NoEncryption()
        )
    ).decode()


def signers() -> list[bytes]:
    row, _said = making.head()
    return [one.key_id for one in notes.read_note(row.note.encode()).signatures]


def test_the_first_key_is_made_once_and_kept_sealed() -> None:
    first, again = log_keys.current_keys(), log_keys.current_keys()

    assert first == again
    assert LogKey.objects.get().sealed_private.startswith("gAAAA")


def test_who_comes_second_takes_the_first_ones_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[LogKey] = []

    def outrun() -> LogKey:
        made.append(make())
        raise IntegrityError

    make = log_keys.make_key
    monkeypatch.setattr(log_keys, "make_key", outrun)

    (key,) = log_keys.current_keys()

    assert key.public == bytes(made[0].public)


def test_both_keys_sign_until_the_old_one_retires() -> None:
    making.log_of(1)
    (old,) = log_keys.current_keys()

    rotate_log_key(overlap=MONTH)
    new, beside = log_keys.current_keys()
    making.log_of(1)

    assert (beside, new.name) == (old, old.name)
    assert signers() == [new.key_id, old.key_id]
    row, _said = making.head()
    for key in (new, old):
        assert notes.open_note(row.note.encode(), [key])

    LogKey.objects.filter(public=old.public).update(retires_at=timezone.now())
    making.log_of(1)

    assert signers() == [new.key_id]
    assert log_keys.known_keys() == [new, old]


def test_a_third_key_leaves_the_first_ones_term_alone() -> None:
    log_keys.current_keys()
    rotate_log_key(overlap=timedelta(days=1))
    first = LogKey.objects.get(pk=1).retires_at

    rotate_log_key(overlap=MONTH)

    assert LogKey.objects.get(pk=1).retires_at == first
    assert len(log_keys.current_keys()) == 3


def test_a_key_in_wrong_hands_stops_at_once() -> None:
    (old,) = log_keys.current_keys()

    printed = StringIO()
    call_command("rotate_log_key", "--overlap-days=0", stdout=printed)

    assert old not in log_keys.current_keys()
    assert printed.getvalue().split() == [str(log_keys.current_keys()[0])]


def test_the_command_refuses_what_it_cannot_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="0 or more"):
        call_command("rotate_log_key", "--overlap-days=-1")

    def outrun() -> None:
        raise IntegrityError

    monkeypatch.setattr(log_keys, "make_key", outrun)
    with pytest.raises(CommandError, match="Somebody else"):
        call_command("rotate_log_key")


def test_a_key_from_outside_is_never_in_the_database(
    settings: Settings, tmp_path: Path
) -> None:
    private = Ed25519PrivateKey.generate()
    file = tmp_path / "log.pem"
    file.write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    settings.LOG_KEYS = (str(file), seed())

    making.log_of(1)

    first, second = log_keys.current_keys()
    assert first == notes.verifier_key(log_keys.origin(), private)
    assert signers() == [first.key_id, second.key_id]
    assert [row.sealed_private for row in LogKey.objects.all()] == ["", ""]
    making.log_of(1)
    assert set(log_keys.known_keys()) == {first, second}


def test_a_key_from_outside_succeeds_one_of_our_own(settings: Settings) -> None:
    making.log_of(1)
    (old,) = log_keys.current_keys()
    settings.LOG_KEYS = (seed(),)
    making.log_of(1)
    assert len(signers()) == 2

    assert rotate_log_key(overlap=timedelta(0)) is None

    (new,) = log_keys.current_keys()
    making.log_of(1)
    assert signers() == [new.key_id]
    assert set(log_keys.known_keys()) == {new, old}


@pytest.mark.parametrize("given", ["", "short", "AAAA", "/nowhere/log.pem", "%%%%"])
def test_what_is_no_key_is_refused_and_not_repeated(
    settings: Settings, given: str
) -> None:
    settings.LOG_KEYS = (given,)

    with pytest.raises(log_keys.KeyUnusable) as refused:
        log_keys.current_keys()

    assert not given or given not in str(refused.value)
    assert [one.id for one in checks.check_mode(None)].count("flashsesame.E017") == 1


def test_a_key_of_another_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "log.pem"
    other = generate_private_key(SECP256R1())
    file.write_bytes(
        other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    settings.LOG_KEYS = (str(file),)

    with pytest.raises(log_keys.KeyUnusable, match="Ed25519"):
        log_keys.current_keys()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://shop.example", "shop.example/log"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000/log"),
        ("https://shop.example/below", "shop.example/log"),
    ],
)
def test_the_log_is_named_after_the_host(address: str, name: str) -> None:
    assert log_keys.origin_of(address) == name


def test_another_host_is_warned_of_and_changes_nothing(settings: Settings) -> None:
    assert checks.check_name_of_the_log(None, ["default"]) == []
    making.log_of(1)
    assert checks.check_name_of_the_log(None, ["default"]) == []
    settings.BASE_URL = "https://elsewhere.example"

    (warned,) = checks.check_name_of_the_log(None, ["default"])

    assert warned.id == "flashsesame.W005"
    assert "elsewhere.example/log" in str(warned.hint)
    assert checks.check_name_of_the_log(None) == []


def test_without_tables_nothing_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise DatabaseError

    monkeypatch.setattr(log_keys, "other_origin", fail)

    assert checks.check_name_of_the_log(None, ["default"]) == []
