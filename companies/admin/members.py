"""Who acts for which company: read by its members, said by its owners."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies.access import RowLevelAdmin, is_operator, open_admin
from companies.errors import SecondFactorMissing
from companies.models import Company, Membership
from companies.second_factor import require_second_factor
from companies.services.membership import change_role, raise_role, remove_member


@admin.register(Membership)
class MembershipAdmin(RowLevelAdmin[Membership]):
    """
    Who acts for which company. Owners change their own company's members.

    The operator alone adds somebody here; an owner sends an invitation.
    """

    member_actions = ("view", "change", "delete")
    list_display = ("person", "email", "role", "company")
    list_select_related = ("user", "company")
    list_filter = ("role",)
    search_fields = ("user__username", "user__first_name", "company__name")
    autocomplete_fields = ("user", "company")
    fields = ("user", "company", "role")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nobody acts for the company yet. An owner invites people by e-mail."
    )

    @admin.display(description=gettext_lazy("person"), ordering="user__username")
    def person(self, member: Membership) -> str:
        """Return the name that the person gave, or the one of the account."""
        return member.user.get_full_name() or member.user.get_username()

    @admin.display(description=gettext_lazy("e-mail address"))
    def email(self, member: Membership) -> str:
        """Return the account's address."""
        return member.user.email

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let the operator only: an owner invites."""
        return is_operator(request) and super().has_add_permission(request)

    def has_change_permission(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> bool:
        """Let the owners of the member's company."""
        return super().has_change_permission(request, obj) and owns(
            request, obj.company if obj else None
        )

    def has_delete_permission(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> bool:
        """Let the owners of the member's company: the account stays, not the right."""
        if not request.user.has_perm("companies.delete_membership"):
            return False
        return owns(request, obj.company if obj else None)

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Membership | None = None,
    ) -> Any:
        """Fix who and for whom: another person is another member."""
        return ("user", "company") if obj else ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Remove members one by one, where a refusal can be said of each."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Change the role by the service, or open the admin to somebody new."""
        require_second_factor(request)
        if change:
            change_role(member=obj, role=obj.role, author=author(request))
            return
        made, _is_new = raise_role(user=obj.user, company=obj.company, role=obj.role)
        open_admin(obj.user)
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Remove the member by the service."""
        require_second_factor(request)
        remove_member(member=obj, author=author(request))

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say a refusal on the list of members."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except SecondFactorMissing:
            raise
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.ERROR)
            return HttpResponseRedirect(
                reverse("admin:companies_membership_changelist")
            )


def owned_companies(request: HttpRequest) -> QuerySet[Company]:
    """Return the companies of which this person says who acts for them."""
    if is_operator(request):
        return Company.objects.all()
    return Company.objects.filter(
        memberships__user=request.user.pk, memberships__role=Membership.Role.OWNER
    )


def owns(request: HttpRequest, company: Company | None) -> bool:
    """Say whether this person is an owner: of `company`, or of any without one."""
    companies = owned_companies(request)
    if company is not None:
        companies = companies.filter(pk=company.pk)
    return companies.exists()


def author(request: HttpRequest) -> User:
    """Return who is acting."""
    assert isinstance(request.user, User)
    return request.user


def tell(request: HttpRequest, refused: DomainError, of: object) -> None:
    """Show why one of several chosen things was refused."""
    messages.error(
        request,
        _("%(subject)s: %(reason)s") % {"subject": of, "reason": refused.detail},
    )
