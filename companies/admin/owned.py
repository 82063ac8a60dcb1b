"""What owners alone add, with a secret that is shown once: in one answer."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.contrib.auth import get_permission_codename
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from companies.access import RowLevelAdmin
from companies.admin.members import owned_companies, owns
from companies.models import Company

M = TypeVar("M", bound=Model)


class OwnedAdmin(RowLevelAdmin[M]):
    """Rows that the owners of a company add, and of which each has a secret."""

    add_title: ClassVar[Any]
    shown_title: ClassVar[Any]
    shown_template: ClassVar[str]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let owners of some company."""
        name = get_permission_codename("add", self.opts)
        may_add = request.user.has_perm(f"{self.opts.app_label}.{name}")
        return may_add and owns(request, None)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the companies that the person owns."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.remote_field.model is Company:
            field.queryset = owned_companies(request)
        return field

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a row, with one way to send it."""
        context = {
            **(extra_context or {}),
            "title": self.add_title,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().add_view(request, form_url, context)

    def shown_once(self, request: HttpRequest, made: Sequence[object]) -> HttpResponse:
        """
        Show what was `made`, with its secrets: in this answer and nowhere else.

        Not in the session, nor in a message: these are rows, or lie in a cache.
        """
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.shown_title,
            "made": made,
        }
        answer = TemplateResponse(request, self.shown_template, context)
        answer["Cache-Control"] = "no-store"
        return answer
