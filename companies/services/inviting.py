"""Inviting people by e-mail to act for a company; accepting is `joining`."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.internal.userkit import filter_users_by_email
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies import tasks
from companies.acts import note_act
from companies.errors import (
    AddressRefused,
    AlreadyMember,
    InvitationRevoked,
    InvitationUsed,
    RoleUnknown,
    TooManyInvitations,
)
from companies.mailing import is_address, write_mail
from companies.models import Act, Company, Invitation
from companies.services.membership import rank
from companies.services.rights import RANKS, require_owner

# So that logs know one when they see one (common/logs.py).
PREFIX = "fsi_"


@transaction.atomic
def invite_member(
    *, company: Company, email: str, role: str, author: User
) -> Invitation:
    """
    Ask somebody by e-mail to act for a company; owners only.

    Again for the same address: the invitation is renewed, with a new link in a new
    e-mail, and the old link opens nothing. Raise `AlreadyMember` where there is nothing
    to gain, and `TooManyInvitations` beyond the company's daily number.
    """
    if role not in RANKS:
        raise RoleUnknown(_("There is no such role."))
    address = normalized(email)
    # One lock a company: the same address invited twice at once is one invitation.
    company = Company.objects.select_for_update().get(pk=company.pk)
    require_owner(author, company)
    _refuse_members(company, address, role)
    _refuse_too_many(company)
    token = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    invitation, _is_new = Invitation.objects.unanswered().update_or_create(
        company=company,
        email=address,
        defaults={
            "role": role,
            "token_digest": digest(token),
            "invited_by": author,
            "expires_at": now + timedelta(days=settings.INVITATION_DAYS),
            "created_at": now,
        },
    )
    _write(invitation, token)
    note(invitation, author, "invitation.sent")
    return invitation


def send_again(*, invitation: Invitation, author: User) -> Invitation:
    """
    Send an unanswered invitation once more, with a new link; the old one is dead.

    Raise as `invite_member` does, and `InvitationUsed` or `InvitationRevoked` when it
    is unanswered no longer.
    """
    refuse_answered(Invitation.objects.get(pk=invitation.pk))
    return invite_member(
        company=invitation.company,
        email=invitation.email,
        role=invitation.role,
        author=author,
    )


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, author: User) -> None:
    """Take an invitation back; owners only. Taken back already: nothing happens."""
    require_owner(author, invitation.company)
    if Invitation.objects.filter(pk=invitation.pk).take_back():
        note(invitation, author, "invitation.revoked")
    elif Invitation.objects.get(pk=invitation.pk).accepted_at:
        raise InvitationUsed(
            _("It was accepted meanwhile. Remove the person from the members instead.")
        )


def normalized(email: str) -> str:
    """Return an address as it is kept and compared, or raise `AddressRefused`."""
    address = email.strip().lower()
    if not is_address(address):
        raise AddressRefused(_("This is not an e-mail address."))
    return address


def invitation_path(token: str) -> str:
    """Return the address on this service that a link leads to."""
    return reverse("invitation", args=[token])


def _refuse_members(company: Company, address: str, role: str) -> None:
    users = filter_users_by_email(address, prefer_verified=True)
    for member in company.memberships.filter(user__in=users):
        if rank(member.role) >= rank(role):
            raise AlreadyMember(
                _("This person acts for the company already, as %(role)s.")
                % {"role": member.get_role_display()}
            )


def _refuse_too_many(company: Company) -> None:
    # The log counts each e-mail, where a renewed invitation is one row.
    sent = Act.objects.filter(
        company=company,
        kind="invitation.sent",
        at__gt=timezone.now() - timedelta(days=1),
    ).count()
    if sent >= settings.INVITATIONS_PER_DAY:
        raise TooManyInvitations(
            _("%(number)s invitations were sent within a day. Go on tomorrow.")
            % {"number": sent}
        )


def refuse_answered(invitation: Invitation) -> None:
    """Raise `InvitationUsed` or `InvitationRevoked` where nothing is open any more."""
    if invitation.state == Invitation.State.ACCEPTED:
        raise InvitationUsed(_("This invitation was accepted already."))
    if invitation.state == Invitation.State.REVOKED:
        raise InvitationRevoked(
            _("This invitation was taken back. Ask %(company)s for a new one.")
            % {"company": invitation.company}
        )


def _write(invitation: Invitation, token: str) -> None:
    company = invitation.company
    until = timezone.localtime(invitation.expires_at)
    body = _(
        "Hello,\n\n"
        "You are invited to act for %(company)s on Flashsésame, with the role of "
        "%(role)s.\n\n"
        "Open this link to accept, until %(until)s:\n\n"
        "%(link)s\n\n"
        "The link is for you alone: whoever has it can accept in your place. If you "
        "did not expect this e-mail, do nothing, and nothing happens.\n"
    ) % {
        "company": company,
        "role": invitation.get_role_display(),
        "until": date_format(until, "DATETIME_FORMAT"),
        "link": f"{settings.BASE_URL}{invitation_path(token)}",
    }
    subject = _("Invitation to act for %(company)s") % {"company": company}
    write_mail(to=invitation.email, subject=subject, body=body)
    transaction.on_commit(tasks.hint_mails, robust=True)


def note(invitation: Invitation, actor: User, kind: str) -> None:
    """Write into the log what was done with an invitation; the address stays out."""
    note_act(
        company=invitation.company,
        actor=actor,
        kind=kind,
        subject=invitation.role,
        subject_id=invitation.pk,
    )


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
