"""Webhook addresses of companies and the keys that sign for them. Owners run them."""

import base64
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout import notifying
from checkout.errors import (
    TerminalOfAnother,
    TooManyEndpoints,
    WebhookAddressRefused,
)
from checkout.models import Endpoint, EndpointKey, SigningKey, Terminal
from common import outgoing, sealing
from companies.acts import note_act
from companies.models import Company
from companies.services.rights import require_owner

# Both keys sign for a day: the other side need not change in the same minute.
OVERLAP = timedelta(hours=24)
ENDPOINTS_AT_ONCE = 20
# A person waits for it, before a form.
LOOK_UP_SECONDS = 4.0
BY_OWNER = "by_owner"
Kind = SigningKey.Kind


class Address(NamedTuple):
    """An address that `check_address` has looked at."""

    url: str


class NewKey(NamedTuple):
    """
    A key that signs from now on.

    `secret` is what the other side needs: the `whsec_` secret, shown this once, or the
    `whpk_` public key, which is none.
    """

    key: EndpointKey
    secret: str


def check_address(url: str) -> Address:
    """
    Refuse, with `WebhookAddressRefused`, an address that cannot be told anything.

    Its name is looked up, which may take seconds: not to be called in a transaction.
    """
    try:
        outgoing.check_url(url, seconds=LOOK_UP_SECONDS)
    except outgoing.NoAnswer as error:
        raise WebhookAddressRefused(_sentence(str(error)), reason=str(error)) from error
    return Address(url)


@transaction.atomic
def register_endpoint(
    *, company: Company, address: Address, author: User, kind: str = Kind.ED25519
) -> NewKey:
    """
    Take an address of a company, with the first key that signs for it.

    Raise `TooManyEndpoints`. Outcomes are told there once a terminal is attached.
    """
    company = Company.objects.select_for_update().get(pk=company.pk)
    require_owner(author, company)
    if company.webhook_endpoints.count() >= ENDPOINTS_AT_ONCE:
        raise TooManyEndpoints(
            _("A company has at most %(number)s webhook addresses.")
            % {"number": ENDPOINTS_AT_ONCE}
        )
    endpoint = Endpoint.objects.create(company=company, url=address.url)
    made = _new_key(endpoint, kind)
    _note(endpoint, author, "webhook_endpoint.registered")
    return made


@transaction.atomic
def replace_key(
    *, endpoint: Endpoint, author: User, kind: str, overlap: timedelta = OVERLAP
) -> NewKey:
    """Sign with a new key from now on; the earlier ones sign too for `overlap`."""
    endpoint = _locked(endpoint, author)
    until = timezone.now() + overlap
    endpoint.keys.active().filter(not_after=None).update(not_after=until)
    made = _new_key(endpoint, kind)
    _note(endpoint, author, "webhook_endpoint.key_replaced")
    return made


@transaction.atomic
def enable_endpoint(*, endpoint: Endpoint, author: User) -> bool:
    """
    Tell an address again what ends from now on; false if it was enabled.

    What was given up meanwhile stays so: it can be sent again, one by one.
    """
    endpoint = _locked(endpoint, author)
    if endpoint.is_enabled:
        return False
    endpoint.is_enabled, endpoint.disabled_reason = True, ""
    endpoint.failing_since = None
    endpoint.save(update_fields=["is_enabled", "disabled_reason", "failing_since"])
    _note(endpoint, author, "webhook_endpoint.enabled")
    return True


@transaction.atomic
def disable_endpoint(*, endpoint: Endpoint, author: User) -> bool:
    """Tell an address nothing more, and give up what is due; false if it was so."""
    endpoint = _locked(endpoint, author)
    disabled = notifying.disable(endpoint, BY_OWNER)
    if disabled:
        _note(endpoint, author, "webhook_endpoint.disabled")
    return disabled


@transaction.atomic
def attach_terminals(
    *, endpoint: Endpoint, terminals: Collection[Terminal], author: User
) -> int:
    """
    Have the outcomes of exactly these terminals told at an address.

    Return how many terminals changed. Raise `TerminalOfAnother`.
    """
    endpoint = _locked(endpoint, author)
    if any(one.company_id != endpoint.company_id for one in terminals):
        raise TerminalOfAnother(_("A terminal of another company was chosen."))
    wanted = {one.pk for one in terminals}
    rows = Terminal.objects.filter(company=endpoint.company_id)
    changed = rows.filter(endpoint=endpoint).exclude(pk__in=wanted).update(
        endpoint=None
    ) + rows.filter(pk__in=wanted).exclude(endpoint=endpoint).update(endpoint=endpoint)
    if changed:
        _note(endpoint, author, "webhook_endpoint.attached")
    return changed


def _sentence(reason: str) -> str:
    sentences = {
        "not_https": _("The address begins with https:// and names no user."),
        "not_a_port": _("The port is 443 or 8443."),
        "not_a_host": _("The address names a host of the public internet."),
        "not_a_path": _(
            "The path is in ASCII characters, without spaces and without #."
        ),
        "private_address": _("This name leads to an address that is not public."),
        "timeout": _("Nobody said in time where this name leads."),
    }
    return sentences.get(reason) or _("Nobody knows where this name leads.")


def _locked(endpoint: Endpoint, author: User) -> Endpoint:
    found = (
        Endpoint.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(pk=endpoint.pk)
    )
    require_owner(author, found.company)
    return found


def _new_key(endpoint: Endpoint, kind: str) -> NewKey:
    if kind == Kind.HMAC:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        key = EndpointKey.objects.create(
            endpoint=endpoint, kind=kind, sealed_secret=sealing.seal(secret)
        )
        return NewKey(key, secret)
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    pair = base64.b64encode(private.private_bytes_raw() + public).decode()
    public_key = "whpk_" + base64.b64encode(public).decode()
    key = EndpointKey.objects.create(
        endpoint=endpoint,
        kind=Kind.ED25519,
        sealed_secret=sealing.seal("whsk_" + pair),
        public_key=public_key,
    )
    return NewKey(key, public_key)


def _note(endpoint: Endpoint, author: User, kind: str) -> None:
    note_act(
        company=endpoint.company,
        actor=author,
        kind=kind,
        subject=endpoint.url,
        subject_id=endpoint.pk,
    )
