"""Accepting an invitation, with an account that exists or a new one."""

import secrets
from typing import NamedTuple

from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.errors import (
    AccountExists,
    InvitationExpired,
    InvitationUnknown,
    PasswordRefused,
)
from companies.models import Company, Invitation, Membership
from companies.services.inviting import digest, note, refuse_answered
from companies.services.membership import raise_role

USERNAME_CHARACTERS = 150


class Joined(NamedTuple):
    """What accepting came to: `is_new` says that a right was gained."""

    membership: Membership
    is_new: bool


def find_invitation(token: str) -> Invitation:
    """
    Return the invitation that a link opens, or raise why it opens nothing.

    `InvitationUnknown`, `InvitationUsed`, `InvitationRevoked`, `InvitationExpired`.
    """
    invitation = (
        Invitation.objects.select_related("company", "accepted_by")
        .filter(token_digest=digest(token))
        .first()
    )
    if invitation is None:
        raise InvitationUnknown(
            _(
                "This link leads to no invitation. If you were sent a newer e-mail, "
                "use the link in that one."
            )
        )
    refuse_answered(invitation)
    if invitation.state == Invitation.State.EXPIRED:
        raise InvitationExpired(
            _("This invitation has expired. Ask %(company)s for a new one.")
            % {"company": invitation.company}
        )
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Joined:
    """
    Let `user` act for the company that invited; who may more already keeps it.

    The account's address need not be the invited one: the link is what counts. Raise
    as `find_invitation` does; of two at once, one wins and the other is told.
    """
    invitation = find_invitation(token)
    # The company first, as everywhere: two locks in two orders would wait for ever.
    Company.objects.select_for_update().get(pk=invitation.company_id)
    now = timezone.now()
    claimed = (
        Invitation.objects.unanswered()
        .filter(
            pk=invitation.pk,
            token_digest=invitation.token_digest,
            expires_at__gt=now,
        )
        .update(accepted_at=now, accepted_by=user)
    )
    if not claimed:
        # It moved between the two: say where to.
        refuse_answered(find_invitation(token))
    membership, is_new = raise_role(
        user=user, company=invitation.company, role=invitation.role
    )
    note(invitation, user, "invitation.accepted")
    return Joined(membership, is_new)


@transaction.atomic
def open_account(*, token: str, name: str, password: str) -> Joined:
    """
    Make an account for the invited address, and accept with it.

    The address counts as verified: the link was sent there and nowhere else. Raise
    `AccountExists` when it has one, `PasswordRefused`, and as `accept_invitation`.
    """
    invitation = find_invitation(token)
    # Two tabs would otherwise open two accounts.
    Company.objects.select_for_update().get(pk=invitation.company_id)
    address = invitation.email
    if has_account(address):
        raise _account_exists()
    user = User(
        username=_username(address),
        email=address,
        first_name=" ".join(name.split())[:150],
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages)) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(
                user=user, email=address, verified=True, primary=True
            )
    except IntegrityError as error:
        # Another company's invitation was accepted in the same moment.
        raise _account_exists() from error
    return accept_invitation(token=token, user=user)


def has_account(email: str) -> bool:
    """Say whether an address belongs to an account, whatever its state."""
    return bool(filter_users_by_email(email)) or (
        User.objects.filter(username__iexact=email).exists()
    )


def _username(address: str) -> str:
    if len(address) <= USERNAME_CHARACTERS:
        return address
    # An address may be longer than a name; nobody types this one, they type theirs.
    return address[: USERNAME_CHARACTERS - 9] + "-" + secrets.token_hex(4)


def _account_exists() -> AccountExists:
    return AccountExists(
        _("There is an account with this address already. Sign in with it.")
    )
