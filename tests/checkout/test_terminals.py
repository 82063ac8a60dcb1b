"""Terminals and their keys: who may do what, and what proves a request afterwards."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models.functions import Now
from django.utils import timezone

from checkout.errors import PublicKeyRefused, TooManyTerminalKeys
from checkout.models import Terminal
from checkout.proving import PUBLIC_KEYS_AT_ONCE, SECRETS_AT_ONCE
from checkout.services import register_terminal, replace_secret
from checkout.services.terminals import (
    SMALL_ORDER,
    add_public_key,
    disable_terminal,
    enable_terminal,
    end_overlap,
    note_seen,
    remove_public_key,
    rename_terminal,
)
from companies.errors import NotAnOwner
from companies.models import Act
from tests import make

pytestmark = pytest.mark.django_db


def public_key() -> str:
    """Return the public half of a new pair."""
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return "whpk_" + base64.b64encode(raw).decode()


@pytest.fixture
def terminal() -> Terminal:
    """Return a terminal."""
    return make.terminal(make.company()).terminal


def test_both_secrets_count_for_a_day(terminal: Terminal) -> None:
    (old,) = terminal.proving_keys

    new = replace_secret(terminal)

    assert set(terminal.proving_keys) == {old, new}
    ends = terminal.keys.exclude(not_after=None).get().not_after
    assert ends is not None
    assert timedelta(hours=23) < ends - timezone.now() <= timedelta(hours=24)


def test_after_the_overlap_the_new_one_alone_counts(terminal: Terminal) -> None:
    new = replace_secret(terminal)
    terminal.keys.exclude(not_after=None).update(not_after=Now() - timedelta(seconds=1))

    assert terminal.proving_keys == [new]


def test_the_overlap_ends_on_demand_and_again_changes_nothing(
    terminal: Terminal,
) -> None:
    new = replace_secret(terminal)

    assert end_overlap(terminal) == 1
    assert end_overlap(terminal) == 0
    assert terminal.proving_keys == [new]


def test_no_more_secrets_count_than_are_tried(terminal: Terminal) -> None:
    for _ in range(SECRETS_AT_ONCE - 1):
        replace_secret(terminal)

    with pytest.raises(TooManyTerminalKeys):
        replace_secret(terminal)

    assert len(terminal.proving_keys) == SECRETS_AT_ONCE


def test_without_an_overlap_every_earlier_secret_ends(terminal: Terminal) -> None:
    replace_secret(terminal)

    new = replace_secret(terminal, overlap=timedelta(0))

    assert terminal.proving_keys == [new]


def test_a_public_key_is_kept_in_one_spelling(terminal: Terminal) -> None:
    written = public_key()

    first = add_public_key(terminal, public_key=f" {written.rstrip('=')}\n")
    again = add_public_key(terminal, public_key=written)

    assert first == again
    assert first.public_key == written


@pytest.mark.parametrize(
    "given",
    [
        "",
        "whpk_",
        "whpk_" + base64.b64encode(bytes(31)).decode(),
        "whpk_" + base64.b64encode(bytes(33)).decode(),
        "whpk_!!" + "A" * 41,
        "whpk_é",
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "whsec_" + base64.b64encode(bytes(range(32))).decode(),
        "whsk_" + base64.b64encode(bytes(64)).decode(),
    ],
)
def test_what_is_no_public_key_is_refused(terminal: Terminal, given: str) -> None:
    with pytest.raises(PublicKeyRefused):
        add_public_key(terminal, public_key=given)


@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_key_under_which_anybody_signs_is_refused(
    terminal: Terminal, sign: int
) -> None:
    for point in SMALL_ORDER:
        raw = point[:-1] + bytes([point[-1] | sign])
        with pytest.raises(PublicKeyRefused):
            add_public_key(
                terminal, public_key="whpk_" + base64.b64encode(raw).decode()
            )


def test_no_more_public_keys_count_than_are_tried(terminal: Terminal) -> None:
    keys = [
        add_public_key(terminal, public_key=public_key())
        for _ in range(PUBLIC_KEYS_AT_ONCE)
    ]

    with pytest.raises(TooManyTerminalKeys):
        add_public_key(terminal, public_key=public_key())

    assert remove_public_key(terminal, key_id=keys[0].pk)
    assert not remove_public_key(terminal, key_id=keys[0].pk)
    add_public_key(terminal, public_key=public_key())

    assert len(terminal.proving_keys) == 1 + PUBLIC_KEYS_AT_ONCE


def test_a_secret_is_not_taken_away_as_a_public_key(terminal: Terminal) -> None:
    assert not remove_public_key(terminal, key_id=terminal.keys.get().pk)
    assert len(terminal.proving_keys) == 1


def test_switching_says_whether_it_changed_anything(terminal: Terminal) -> None:
    assert disable_terminal(terminal)
    assert not disable_terminal(terminal)
    assert enable_terminal(terminal)
    assert not enable_terminal(terminal)


def test_what_an_owner_does_is_noted(terminal: Terminal) -> None:
    owner = make.member(terminal.company)

    rename_terminal(terminal, label="Caisse 9", author=owner)
    replace_secret(terminal, author=owner)
    end_overlap(terminal, author=owner)
    key = add_public_key(terminal, public_key=public_key(), author=owner)
    remove_public_key(terminal, key_id=key.pk, author=owner)
    disable_terminal(terminal, author=owner)

    acts = Act.objects.filter(actor=owner).order_by("pk")
    assert [act.kind.removeprefix("terminal.") for act in acts] == [
        "renamed",
        "secret_replaced",
        "overlap_ended",
        "public_key_added",
        "public_key_removed",
        "disabled",
    ]
    assert {act.subject for act in acts} == {"Caisse 9"}


@pytest.mark.parametrize("role", ["viewer", "editor", "stranger"])
def test_nobody_but_an_owner_runs_terminals(terminal: Terminal, role: str) -> None:
    of = make.company("Étrangère") if role == "stranger" else terminal.company
    user = make.member(of, "owner" if role == "stranger" else role)
    acts: list[Callable[[], object]] = [
        lambda: register_terminal(company=terminal.company, label="X", author=user),
        lambda: rename_terminal(terminal, label="X", author=user),
        lambda: replace_secret(terminal, author=user),
        lambda: end_overlap(terminal, author=user),
        lambda: add_public_key(terminal, public_key=public_key(), author=user),
        lambda: remove_public_key(terminal, key_id=1, author=user),
        lambda: enable_terminal(terminal, author=user),
        lambda: disable_terminal(terminal, author=user),
    ]

    for act in acts:
        with pytest.raises(NotAnOwner):
            act()


def test_the_last_sight_is_noted_once_a_minute(terminal: Terminal) -> None:
    note_seen(terminal)
    terminal.refresh_from_db()
    first = terminal.last_seen_at
    assert first is not None

    note_seen(terminal)
    terminal.refresh_from_db()
    assert terminal.last_seen_at == first

    Terminal.objects.update(last_seen_at=first - timedelta(minutes=2))
    terminal.refresh_from_db()
    note_seen(terminal)
    terminal.refresh_from_db()
    assert terminal.last_seen_at is not None
    assert terminal.last_seen_at >= first
