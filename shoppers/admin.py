"""The admin of this room: the accounts by which companies come before shoppers."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Field
from django.forms import Field as FormField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from common.errors import DomainError
from companies.access import RowLevelAdmin, may_edit
from companies.second_factor import require_second_factor
from shoppers import front_desk
from shoppers.models import FrontOffice
from shoppers.services.front_offices import (
    Presentation,
    close_front_office,
    open_front_office,
    present_company,
)

TEXTS = ("presentation_fr", "presentation_en")


@admin.register(FrontOffice)
class FrontOfficeAdmin(RowLevelAdmin[FrontOffice]):
    """A company's account on the Sésames: opened, presented, closed by its editors."""

    member_actions = ("view", "add", "change")
    list_display = ("company", "standing", "opened_at")
    list_select_related = ("company",)
    # Each row's civil status is looked at.
    list_per_page = 20
    search_fields = ("company__name",)
    change_form_template = "admin/shoppers/frontoffice/change_form.html"
    add_form_template = change_form_template
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No account yet. With a complete civil status, open one: shoppers then find "
        "the company on their Sésame."
    )

    @admin.display(description=gettext_lazy("Where it stands"))
    def standing(self, account: FrontOffice) -> str:
        """Return whether it is open, suspended or closed, and why."""
        return front_desk.standing_text(account)

    def get_fields(self, request: HttpRequest, obj: FrontOffice | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for the company once."""
        return ("company", *TEXTS)

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: FrontOffice | None = None,
    ) -> Any:
        """Fix whose account it is."""
        return () if obj is None else ("company",)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Give room to write a few sentences."""
        if db_field.name in TEXTS:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 4})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add where an account is closed, or opened again."""
        own: URLPattern = path(
            "<int:account_id>/move/",
            self.admin_site.admin_view(self.move),
            name="shoppers_frontoffice_move",
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say where the account stands, and what it waits for."""
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        account = self.get_object(request, object_id)
        if account is not None:
            context |= {
                "account": account,
                "standing": self.standing(account),
                "missing": front_desk.missing_labels(account),
                "may_edit": may_edit(request, account.company),
                "move_address": reverse(
                    "admin:shoppers_frontoffice_move", args=[account.pk]
                ),
                "company_address": reverse(
                    "admin:companies_company_change", args=[account.company_id]
                ),
            }
        return super().change_view(request, object_id, form_url, context)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> FrontOffice:  # noqa: FBT001 - Django's signature
        """Open the account, or change how the company presents itself."""
        require_second_factor(request)
        given = form.cleaned_data
        presentation = Presentation(*(given[name] for name in TEXTS))
        if change:
            return present_company(
                account=form.instance,
                author=_person(request),
                presentation=presentation,
            )
        return open_front_office(
            company=given["company"], author=_person(request), presentation=presentation
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: an account has no rows of its own."""

    def move(self, request: HttpRequest, account_id: int) -> HttpResponse:
        """Close an open account, or open a closed one again."""
        account = self.get_queryset(request).filter(pk=account_id).first()
        if account is None:
            raise Http404
        if request.method != "POST" or not may_edit(request, account.company):
            raise PermissionDenied
        require_second_factor(request)
        try:
            text = _moved(account, _person(request))
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
        else:
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(
            reverse("admin:shoppers_frontoffice_change", args=[account.pk])
        )


def _moved(account: FrontOffice, person: User) -> str:
    if account.is_open:
        close_front_office(account=account, author=person)
        return _("The account is closed: shoppers no longer find the company.")
    open_front_office(
        company=account.company,
        author=person,
        presentation=Presentation(account.presentation_fr, account.presentation_en),
    )
    return _("The account is open again.")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
