"""Whose keys are believed. For the operator alone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from common.theme import ModelAdmin
from companies.forms.crediting import DidDocumentForm
from companies.models import DidDocument
from companies.second_factor import require_second_factor
from companies.services.pinning import pin_did_document


@admin.register(DidDocument)
class DidDocumentAdmin(ModelAdmin[DidDocument]):
    """The keys of verifiers. A document is added, never changed; the latest counts."""

    form = DidDocumentForm
    list_display = ("verifier", "source", "sha256", "created_at")
    list_filter = ("source",)
    list_select_related = ("verifier",)
    search_fields = ("verifier__organisation", "verifier__did", "sha256")
    date_hierarchy = "created_at"
    empty_hint = gettext_lazy(
        "No verifier’s keys are known yet. A credential is believed only when the "
        "document that names its key was registered here, or fetched from its domain."
    )

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: DidDocument | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: other keys are another document."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: DidDocument | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: credentials were verified by it."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let the operator alone say whose keys are believed."""
        return bool(getattr(request.user, "is_superuser", False))

    def get_fields(self, request: HttpRequest, obj: DidDocument | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for a file, or show what was in it."""
        if obj is None:
            return ("verifier", "file")
        return ("verifier", "source", "sha256", "created_at", "text")

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: DidDocument | None = None,
    ) -> Any:
        """Fix what is there."""
        return () if obj is None else ("source", "sha256", "created_at", "text")

    @admin.display(description=gettext_lazy("DID document"))
    def text(self, kept: DidDocument) -> str:
        """Return the document as it is written."""
        return bytes(kept.document).decode(errors="replace")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> DidDocument:  # noqa: FBT001, ARG002 - Django's signature
        """Register the document through the service."""
        require_second_factor(request)
        assert isinstance(request.user, User)
        return pin_did_document(
            verifier=form.cleaned_data["verifier"],
            document=form.cleaned_data["file"],
            user=request.user,
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: a document has no rows of its own."""
