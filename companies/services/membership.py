"""Who acts for a company: what may change about it once they do."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.errors import LastOwner, MemberGone, RoleUnknown
from companies.models import Company, Invitation, Membership
from companies.services.rights import RANKS, Role, require_owner


@transaction.atomic
def change_role(*, member: Membership, role: str, author: User) -> Membership:
    """
    Give a member another role; owners only. The same role changes nothing.

    Raise `LastOwner` when nobody would be left to say who acts for the company.
    """
    _require_role(role)
    member = _lock(member)
    require_owner(author, member.company)
    if member.role == role:
        return member
    _keep_an_owner(member)
    if rank(role) < rank(member.role):
        _forget_promises(member)
    member.role = role
    member.save(update_fields=["role"])
    if role != Role.OWNER:
        _forget_invitations(member)
    note_act(
        company=member.company,
        actor=author,
        kind="member.role",
        subject=role,
        subject_id=member.pk,
    )
    return member


@transaction.atomic
def remove_member(*, member: Membership, author: User) -> None:
    """
    Let somebody act for the company no more; owners only, or the person alone.

    The account stays. Raise `LastOwner` as `change_role` does.
    """
    member = _lock(member)
    if member.user_id != author.pk:
        require_owner(author, member.company)
    _keep_an_owner(member)
    _forget_invitations(member)
    _forget_promises(member)
    note_act(
        company=member.company,
        actor=author,
        kind="member.removed",
        subject=member.role,
        subject_id=member.pk,
    )
    member.delete()


@transaction.atomic
def raise_role(*, user: User, company: Company, role: str) -> tuple[Membership, bool]:
    """
    Let `user` act for `company` with at least `role`; say whether something changed.

    Never takes a right away: who has a higher role keeps it.
    """
    _require_role(role)
    Company.objects.select_for_update().get(pk=company.pk)
    member, is_new = Membership.objects.get_or_create(
        user=user, company=company, defaults={"role": role}
    )
    is_raised = rank(member.role) < rank(role)
    if is_raised:
        member.role = role
        member.save(update_fields=["role"])
    return member, is_new or is_raised


def rank(role: str) -> int:
    """Return how much a role may do, as a number to compare."""
    return RANKS.index(Role(role))


def _require_role(role: str) -> None:
    if role not in RANKS:
        raise RoleUnknown(_("There is no such role."))


def _lock(member: Membership) -> Membership:
    # One lock a company: two owners who step down at once are put one after the other.
    Company.objects.select_for_update().get(pk=member.company_id)
    found = Membership.objects.select_related("company").filter(pk=member.pk).first()
    if found is None:
        raise MemberGone(_("This person no longer acts for the company."))
    return found


def _keep_an_owner(member: Membership) -> None:
    if member.role != Role.OWNER:
        return
    others = member.company.memberships.filter(role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=member.pk).exists():
        raise LastOwner(
            _(
                "This is the only owner. Make somebody else an owner first: otherwise "
                "nobody could say who acts for the company."
            )
        )


def _forget_invitations(member: Membership) -> None:
    """Take back what somebody promised who may not any more."""
    Invitation.objects.filter(
        company=member.company, invited_by=member.user
    ).take_back()


def _forget_promises(member: Membership) -> None:
    """Take back what somebody was promised: the link would let them in again."""
    addresses = [
        member.user.email,
        *EmailAddress.objects.filter(user=member.user).values_list("email", flat=True),
    ]
    Invitation.objects.filter(
        company=member.company, email__in={one.lower() for one in addresses}
    ).take_back()
