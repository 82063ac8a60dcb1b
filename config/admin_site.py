"""
The back office: Django's admin with the theme, and what it adds to every page.

The theme's own search is left out: nothing leads to it, and it would keep the names of
what a person could see for minutes after the person no longer can.
"""

from functools import partial, update_wrapper
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.functional import SimpleLazyObject
from django.views.i18n import set_language

from common.theme import AdminSite
from companies import dashboard

# The theme's scripts are evaluated (Alpine) and partly inline, so both are allowed;
# what is not ours is not: no script, picture, font or form goes to another host.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class BackOffice(AdminSite):
    """The one admin of all rooms; its home is the dashboard."""

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what each of the person's companies has to do."""
        return super().index(
            request, {**(extra_context or {}), **dashboard.home(request)}
        )

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """
        Return the rooms and their tables, found once somebody looks at them.

        Django puts them into every page, and asks each table for rights; our pages
        have a navigation of their own.
        """
        find = partial(super().get_app_list, request, app_label)
        return cast(list[dict[str, Any]], SimpleLazyObject(find))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the theme's search, and add the choice of the language."""
        own = path("language/", self.admin_view(set_language), name="set_language")
        urls: list[URLPattern | URLResolver] = super().get_urls()
        return [own, *(one for one in urls if getattr(one, "name", "") != "search")]

    def admin_view(
        self,
        view: Any,
        cacheable: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:
        """Guard the page, and say with its answer what a browser may load."""
        guarded = super().admin_view(view, cacheable)

        def with_policy(*args: Any, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = guarded(*args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
            return response

        return update_wrapper(with_policy, guarded)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say the same of the page that comes before all others."""
        response = super().login(request, extra_context)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response
