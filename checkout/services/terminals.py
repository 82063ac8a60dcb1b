"""Terminals and the keys that prove what they ask. Owners of the company run them."""

import base64
import binascii
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.errors import PublicKeyRefused, TooManyTerminalKeys
from checkout.models import SigningKey, Terminal, TerminalKey
from checkout.proving import PUBLIC_KEYS_AT_ONCE, SECRETS_AT_ONCE
from common import sealing
from companies.acts import note_act
from companies.models import Company
from companies.services.rights import require_owner

# Both secrets count for a day: tills are not all changed in the same minute.
OVERLAP = timedelta(hours=24)
# A row that is written with every request would be what requests wait for.
SEEN_IS_NOTED_EVERY = timedelta(minutes=1)
PUBLIC_PREFIX = "whpk_"
PUBLIC_BYTES = 32
Kind = SigningKey.Kind

# Points of small order: under these anybody signs. The sign, their highest bit, is off.
SMALL_ORDER = frozenset(
    bytes.fromhex(one)
    for one in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


class Registered(NamedTuple):
    """A new terminal; the secret is shown this once."""

    terminal: Terminal
    secret: str


@transaction.atomic
def register_terminal(
    *, company: Company, label: str, author: User | None = None
) -> Registered:
    """Create a terminal of a company, with a secret of 32 random bytes."""
    _authorize(author, company)
    terminal = Terminal.objects.create(company=company, label=label.strip())
    secret = _new_secret(terminal)
    _note(terminal, author, "terminal.registered")
    return Registered(terminal, secret)


@transaction.atomic
def rename_terminal(
    terminal: Terminal, *, label: str, author: User | None = None
) -> None:
    """Give a terminal another label."""
    terminal = _locked(terminal, author)
    terminal.label = label.strip()
    terminal.save(update_fields=["label"])
    _note(terminal, author, "terminal.renamed")


@transaction.atomic
def replace_secret(
    terminal: Terminal, *, overlap: timedelta = OVERLAP, author: User | None = None
) -> str:
    """
    Give a terminal a new secret; the earlier ones count for `overlap` more.

    Refuse with `TooManyTerminalKeys` while several earlier ones still do: nobody would
    know which till has which.
    """
    terminal = _locked(terminal, author)
    until = timezone.now() + overlap if overlap else Now()
    counting = terminal.keys.active().filter(kind=Kind.HMAC)
    counting.filter(Q(not_after=None) | Q(not_after__gt=until)).update(not_after=until)
    if counting.count() >= SECRETS_AT_ONCE:
        raise TooManyTerminalKeys(
            _("Several earlier secrets still count. End their time first.")
        )
    secret = _new_secret(terminal)
    _note(terminal, author, "terminal.secret_replaced")
    return secret


@transaction.atomic
def end_overlap(terminal: Terminal, *, author: User | None = None) -> int:
    """Make the replaced secrets count no more, at once; return how many did."""
    terminal = _locked(terminal, author)
    replaced = terminal.keys.active().filter(kind=Kind.HMAC, not_after__isnull=False)
    ended = replaced.update(not_after=Now())
    if ended:
        _note(terminal, author, "terminal.overlap_ended")
    return ended


@transaction.atomic
def add_public_key(
    terminal: Terminal, *, public_key: str, author: User | None = None
) -> TerminalKey:
    """
    Let a key pair that the till made prove its requests.

    Refuse with `PublicKeyRefused` what is no `whpk_` key of 32 bytes, and with
    `TooManyTerminalKeys` more than are tried. The same key again changes nothing.
    """
    terminal = _locked(terminal, author)
    written = _normalized(public_key)
    counting = terminal.keys.active().filter(kind=Kind.ED25519)
    known = counting.filter(public_key=written).first()
    if known is not None:
        return known
    if counting.count() >= PUBLIC_KEYS_AT_ONCE:
        raise TooManyTerminalKeys(
            _("A terminal has at most %(number)s public keys. Take one away first.")
            % {"number": PUBLIC_KEYS_AT_ONCE}
        )
    key = TerminalKey.objects.create(
        terminal=terminal, kind=Kind.ED25519, public_key=written
    )
    _note(terminal, author, "terminal.public_key_added")
    return key


@transaction.atomic
def remove_public_key(
    terminal: Terminal, *, key_id: int, author: User | None = None
) -> bool:
    """Make a public key prove nothing any more; say whether it did."""
    terminal = _locked(terminal, author)
    found = terminal.keys.active().filter(pk=key_id, kind=Kind.ED25519)
    removed = found.update(not_after=Now())
    if removed:
        _note(terminal, author, "terminal.public_key_removed")
    return bool(removed)


@transaction.atomic
def enable_terminal(terminal: Terminal, *, author: User | None = None) -> bool:
    """Let a terminal ask again; say whether it could not."""
    terminal = _locked(terminal, author)
    return _switch(terminal, is_on=True, author=author)


@transaction.atomic
def disable_terminal(terminal: Terminal, *, author: User | None = None) -> bool:
    """Let a terminal ask nothing from now on; say whether it could before."""
    terminal = _locked(terminal, author)
    return _switch(terminal, is_on=False, author=author)


def _switch(terminal: Terminal, *, is_on: bool, author: User | None) -> bool:
    changed = Terminal.objects.filter(pk=terminal.pk, is_enabled=not is_on).update(
        is_enabled=is_on
    )
    if changed:
        _note(terminal, author, "terminal.enabled" if is_on else "terminal.disabled")
    return bool(changed)


def _authorize(author: User | None, company: Company) -> None:
    if author is not None:
        require_owner(author, company)


def _locked(terminal: Terminal, author: User | None) -> Terminal:
    # Two who replace a secret at once do so one after the other.
    found = Terminal.objects.select_for_update(of=("self",))
    terminal = found.select_related("company").get(pk=terminal.pk)
    _authorize(author, terminal.company)
    return terminal


def _new_secret(terminal: Terminal) -> str:
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    TerminalKey.objects.create(terminal=terminal, sealed_secret=sealing.seal(secret))
    return secret


def _normalized(public_key: str) -> str:
    text = public_key.strip()
    if text.startswith("whsk_"):
        raise PublicKeyRefused(
            _("This is the private key. It stays in the till; make a new pair.")
        )
    raw = _decoded(text.removeprefix(PUBLIC_PREFIX))
    is_key = text.startswith(PUBLIC_PREFIX) and len(raw) == PUBLIC_BYTES
    if not is_key or raw[:-1] + bytes([raw[-1] & 0x7F]) in SMALL_ORDER:
        raise PublicKeyRefused(
            _("A public key is whpk_ and the base64 of the 32 bytes of Ed25519.")
        )
    return PUBLIC_PREFIX + base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _note(terminal: Terminal, author: User | None, kind: str) -> None:
    note_act(
        company=terminal.company,
        actor=author,
        kind=kind,
        subject=terminal.label,
        subject_id=terminal.pk,
    )


def note_seen(terminal: Terminal) -> None:
    """Remember that a terminal asked something, at most once a minute."""
    long_ago = timezone.now() - SEEN_IS_NOTED_EVERY
    if terminal.last_seen_at is None or terminal.last_seen_at <= long_ago:
        Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=Now())
