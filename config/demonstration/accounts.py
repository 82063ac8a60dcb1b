"""
The people and the terminal of the demonstration, and what opens their doors.

The database keeps digests and hashes only, so a lost file cannot be written again: the
accounts stay, and get new tokens, passwords, second factors and a new secret.
"""

import secrets
import uuid
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from checkout.models import Terminal
from checkout.services import register_terminal, replace_secret
from companies.access import admit
from companies.models import Company, Membership
from config.demonstration import fictitious, second_factor
from shoppers import handles
from shoppers.models import Shopper
from shoppers.services import replace_token

Credentials = dict[str, Any]

TERMINAL = "Caisse de démonstration"
COMPANY_USER = "demo-company"
OPERATOR = "demo-operator"
# Fixed, so that a lost file never costs a visitor of the same name their account.
SHOPPERS = (
    (uuid.UUID("f1a50000-0000-4000-8000-000000000101"), "Démonstration", "fr"),
    (uuid.UUID("f1a50000-0000-4000-8000-000000000102"), "Demonstration", "en"),
)


def belong_here(known: Credentials) -> bool:
    """Say whether these credentials are those of this database."""
    try:
        terminal = known["terminal"]["id"]
        return Terminal.objects.filter(pk=terminal).exists()
    except (KeyError, TypeError, ValidationError):
        return False


def have_second_factors(known: Credentials) -> bool:
    """Say whether the file tells of the second factors: an older version's does not."""
    return all(
        "totp_secret" in known.get(door, {}) for door in ("company_user", "operator")
    )


@transaction.atomic
def open_doors(known: Credentials) -> Credentials:
    """
    Create what is missing, and return the credentials of everyone.

    Those of `known` stay where they still open; every other one is replaced.
    """
    firm = fictitious.firms()[0]
    company = Company.objects.get(pk=firm.id)
    if not belong_here(known):
        known = {}
    tokens = [entry["token"] for entry in known.get("shoppers", [])]
    return {
        "shoppers": [
            _shopper(identifier, name, language, tokens)
            for identifier, name, language in SHOPPERS
        ],
        "company_user": _company_user(company, known.get("company_user")),
        "operator": _operator(known.get("operator")),
        "terminal": _terminal(company, known.get("terminal")),
    }


def _shopper(
    identifier: uuid.UUID, name: str, language: str, tokens: list[str]
) -> Credentials:
    shopper, _is_new = Shopper.objects.get_or_create(
        pk=identifier, defaults={"display_name": name, "language": language}
    )
    known = {handles.digest(token): token for token in tokens}
    phones = shopper.devices.active().order_by("pk")
    phone = phones.filter(token_digest__in=known).first()
    if phone is not None:
        token = known[phone.token_digest]
    else:
        phone = phones.first() or shopper.devices.create(
            token_digest=handles.digest(handles.new_token())
        )
        token = replace_token(phone)
    return {"name": name, "language": language, "token": token}


def _company_user(company: Company, known: Credentials | None) -> Credentials:
    user, is_new = User.objects.get_or_create(
        username=COMPANY_USER, defaults={"is_staff": True}
    )
    admit(user=user, company=company, role=Membership.Role.OWNER)
    return _with_second_factor(user, _with_password(user, None if is_new else known))


def _operator(known: Credentials | None) -> Credentials:
    user, is_new = User.objects.get_or_create(
        username=OPERATOR, defaults={"is_staff": True, "is_superuser": True}
    )
    return _with_second_factor(user, _with_password(user, None if is_new else known))


def _with_second_factor(user: User, credentials: Credentials) -> Credentials:
    """Give the account an authenticator app, whose secret the file keeps as well."""
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    secret = credentials.get("totp_secret")
    if totp is not None and secret and second_factor.opens(totp, secret):
        return credentials
    if totp is not None:
        totp.delete()
    secret = second_factor.give(user)
    return {**credentials, "totp_secret": secret}


def _with_password(user: User, known: Credentials | None) -> Credentials:
    if known is not None:
        return known
    password = secrets.token_urlsafe(16)
    user.set_password(password)
    user.save(update_fields=["password"])
    return {"username": user.username, "password": password}


def _terminal(company: Company, known: Credentials | None) -> Credentials:
    if known is not None:
        return known
    terminal = Terminal.objects.filter(company=company, label=TERMINAL).first()
    if terminal is None:
        terminal, secret = register_terminal(company=company, label=TERMINAL)
    else:
        secret = replace_secret(terminal, overlap=timedelta(0))
    return {"id": str(terminal.pk), "secret": secret, "company": company.name}
