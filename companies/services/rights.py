"""Who may change what a company says, and who may say so."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from companies.errors import NotAnEditor, NotAnOwner
from companies.models import Company, Membership

Role = Membership.Role
# From least to most; each may do what the ones before it may.
RANKS = (Role.VIEWER, Role.EDITOR, Role.OWNER)


def require_editor(
    user: AbstractBaseUser | AnonymousUser, company: Company | None
) -> None:
    """Raise `NotAnEditor` unless `user` may change what `company` states."""
    if not _has_role(user, company, [Role.EDITOR, Role.OWNER]):
        raise NotAnEditor(_("Only an editor of this company may change it."))


def require_owner(
    user: AbstractBaseUser | AnonymousUser, company: Company | None
) -> None:
    """Raise `NotAnOwner` unless `user` may say who acts for `company`."""
    if not _has_role(user, company, [Role.OWNER]):
        raise NotAnOwner(_("Only an owner of this company may say who acts for it."))


def _has_role(
    user: AbstractBaseUser | AnonymousUser, company: Company | None, roles: list[Role]
) -> bool:
    if getattr(user, "is_superuser", False):
        return True
    return (
        company is not None
        and company.memberships.filter(user=user.pk, role__in=roles).exists()
    )
