"""Who may change what a company says."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from companies.errors import NotAnEditor
from companies.models import Company, Membership


def require_editor(
    user: AbstractBaseUser | AnonymousUser, company: Company | None
) -> None:
    """Raise `NotAnEditor` unless `user` may change what `company` states."""
    if getattr(user, "is_superuser", False):
        return
    roles = [Membership.Role.EDITOR, Membership.Role.OWNER]
    if (
        company is None
        or not company.memberships.filter(user=user.pk, role__in=roles).exists()
    ):
        raise NotAnEditor(_("Only an editor of this company may change it."))
