"""Issuing, replacing and revoking the keys of a company's programs."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.errors import (
    KeyExpiryRefused,
    KeyIsOver,
    KeyNameMissing,
    KeyReplaced,
    NotAnOwner,
    ScopeRefused,
    TooManyKeys,
)
from companies.models import ApiKey, Company, Scope
from companies.services.rights import require_owner

# So that logs, and who looks for secrets in a repository, know one when they see it.
PREFIX = "fsk_"
SHOWN_CHARACTERS = len(PREFIX) + 6
KEYS_AT_ONCE = 50
# How long a program that knows only the old key goes on.
OVERLAP = timedelta(days=7)
# A row that is written with every request would be what requests wait for.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class Issued(NamedTuple):
    """A new key, and the one time that its secret is there to be read."""

    key: ApiKey
    secret: str


@transaction.atomic
def issue_key(
    *,
    company: Company,
    name: str,
    scopes: Iterable[str],
    author: User,
    expires_at: datetime | None = None,
) -> Issued:
    """
    Make a key by which a program acts for a company; owners only.

    The secret is returned once and kept nowhere. Raise `KeyNameMissing`,
    `ScopeRefused`, `KeyExpiryRefused` and `TooManyKeys`.
    """
    company = _lock(company, author)
    if not name.strip():
        raise KeyNameMissing(_("Say which program this key is for."))
    if expires_at is not None and expires_at <= timezone.now():
        raise KeyExpiryRefused(_("This key would have expired already."))
    issued = _make(
        ApiKey(
            company=company,
            name=name.strip(),
            scopes=_known(scopes),
            created_by=author,
            expires_at=expires_at,
        )
    )
    _note(issued.key, author, "api_key.issued")
    return issued


@transaction.atomic
def rotate_key(*, key: ApiKey, author: User, overlap: timedelta = OVERLAP) -> Issued:
    """
    Issue the key that takes a key's place; both are good for the time of the overlap.

    Same name and scopes, and as long a life. Raise `KeyIsOver` for a key that opens
    nothing, and `KeyReplaced` while a replacement is in use: revoke that one first.
    """
    company = _lock(key.company, author)
    old = ApiKey.objects.get(pk=key.pk)
    now = timezone.now()
    if old.state != ApiKey.State.LIVE:
        raise KeyIsOver(_("This key opens nothing any more. Issue a new one."))
    if old.replacements.live(now).exists():
        raise KeyReplaced(
            _("A new key takes the place of this one already. Revoke it first.")
        )
    until = now + overlap
    issued = _make(
        ApiKey(
            company=company,
            name=old.name,
            scopes=old.scopes,
            replaces=old,
            created_by=author,
            expires_at=now + (old.expires_at - old.created_at)
            if old.expires_at
            else None,
        )
    )
    old.expires_at = min(until, old.expires_at or until)
    old.save(update_fields=["expires_at"])
    _note(issued.key, author, "api_key.rotated")
    return issued


@transaction.atomic
def revoke_key(*, key: ApiKey, author: User) -> bool:
    """Make a key open nothing, at once; owners only. Say whether it was open."""
    _lock(key.company, author)
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if revoked:
        _note(key, author, "api_key.revoked")
    return bool(revoked)


def note_use(key: ApiKey) -> None:
    """Remember that a key was used, at most once a minute."""
    now = timezone.now()
    long_ago = now - USE_IS_NOTED_EVERY
    if key.last_used_at is not None and key.last_used_at > long_ago:
        return
    ApiKey.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lte=long_ago), pk=key.pk
    ).update(last_used_at=now)
    key.last_used_at = now


def digest(secret: str) -> str:
    """
    Return what is kept of a secret: its SHA-256 in hexadecimal.

    256 random bits need no slow hash: nobody can try them all.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def _lock(company: Company, author: User) -> Company:
    # One lock a company: two who rotate a key at once make one new key.
    company = Company.objects.select_for_update().get(pk=company.pk)
    try:
        require_owner(author, company)
    except NotAnOwner as error:
        raise NotAnOwner(
            _("Only an owner of this company issues and revokes its keys.")
        ) from error
    return company


def _known(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if not asked or asked - set(Scope.values):
        raise ScopeRefused(
            _("Say what the key is good for: %(scopes)s.")
            % {"scopes": ", ".join(Scope.values)}
        )
    return [scope for scope in Scope.values if scope in asked]


def _make(key: ApiKey) -> Issued:
    live = ApiKey.objects.filter(company=key.company).live(timezone.now())
    if live.count() >= KEYS_AT_ONCE:
        raise TooManyKeys(
            _("%(number)s keys are in use. Revoke one that is not needed any more.")
            % {"number": KEYS_AT_ONCE}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key.prefix, key.digest = secret[:SHOWN_CHARACTERS], digest(secret)
    key.save(force_insert=True)
    return Issued(key, secret)


def _note(key: ApiKey, author: User, kind: str) -> None:
    note_act(
        company=key.company,
        actor=author,
        kind=kind,
        subject=str(key),
        subject_id=key.pk,
    )
