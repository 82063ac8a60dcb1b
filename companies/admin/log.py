"""
The log in the back office, for operators: read, and who witnesses it.

Here and not in `ledger`, which knows nothing of accounts and their second factors.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from common.errors import DomainError
from common.theme import ModelAdmin, TabularInline
from companies.access import OnlyRead
from companies.second_factor import AsksWhenSaving, require_second_factor
from ledger import witnessing
from ledger.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Erasure,
    Witness,
    WitnessedLog,
)
from ledger.services import witnesses


class Kept(OnlyRead[Any], ModelAdmin[Any]):
    """Rows that nobody changes: the database itself refuses it."""

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Any = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too."""
        return False


@admin.register(Entry)
class EntryAdmin(Kept):
    """What was logged."""

    list_display = ("place", "kind", "subject", "version", "created_at")
    list_filter = ("kind",)
    search_fields = ("=position", "=subject")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = ("position", "kind", "subject", "version", "created_at", "said", "hashed")
    readonly_fields = fields
    empty_hint = gettext_lazy("Nothing was logged yet.")

    @admin.display(description=gettext_lazy("index"), ordering="position")
    def place(self, entry: Entry) -> str:
        """Return where it is, or that it waits."""
        return _("waiting") if entry.position is None else str(entry.position)

    @admin.display(description=gettext_lazy("leaf"))
    def said(self, entry: Entry) -> str:
        """Return the leaf as it is written."""
        return bytes(entry.leaf).decode(errors="replace")

    @admin.display(description=gettext_lazy("leaf hash"))
    def hashed(self, entry: Entry) -> str:
        """Return the hash of the leaf."""
        return bytes(entry.leaf_hash).hex()


@admin.register(Erasure)
class ErasureAdmin(Kept):
    """What was erased of contents."""

    list_display = ("entry", "reason", "erased_at")
    list_select_related = ("entry",)
    ordering = ("-pk",)
    empty_hint = gettext_lazy("No content was erased.")


class CosignatureInline(  # type: ignore[misc] # an inline is asked with its parent
    OnlyRead[Cosignature], TabularInline[Cosignature, Checkpoint]
):
    """Who else signed a head."""

    model = Cosignature
    fields = ("witness", "received_at", "line")
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Checkpoint)
class CheckpointAdmin(Kept):
    """The signed heads of the log."""

    list_display = ("size", "created_at", "published_at")
    ordering = ("-size",)
    show_full_result_count = False
    fields = ("size", "created_at", "published_at", "note")
    readonly_fields = fields
    inlines = (CosignatureInline,)
    empty_hint = gettext_lazy("Nothing was signed yet: the log has no entry.")


class WitnessForm(forms.ModelForm[Witness]):
    """A witness's key and address."""

    def clean(self) -> dict[str, Any]:
        """Refuse what could not be asked."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance._state.adding and {"vkey", "url"} <= set(given):
            try:
                witnesses.require_witness(vkey=given["vkey"], url=given["url"])
            except DomainError as refused:
                raise forms.ValidationError(refused.detail) from refused
        return given


@admin.register(Witness)
class WitnessAdmin(AsksWhenSaving[Witness], ModelAdmin[Witness]):
    """Who signs our heads besides us."""

    form = WitnessForm
    list_display = (
        "__str__",
        "is_enabled",
        "is_required",
        "last_size",
        "last_ok_at",
        "why",
        "next_try_at",
    )
    actions = ("ask_now",)
    empty_hint = gettext_lazy(
        "No witness yet. A witness signs our heads, so that nobody can be shown "
        "another log than everybody else: see docs/ledger.md."
    )

    @admin.display(description=gettext_lazy("last failure"))
    def why(self, witness: Witness) -> str:
        """Return why it did not sign the last time."""
        return _reason(witness.reason)

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Witness | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: what it signed is verified by its key."""
        return False

    def get_fields(self, request: HttpRequest, obj: Witness | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for three things; afterwards show how it does."""
        if obj is None:
            return ("vkey", "url", "is_required")
        state = ("last_size", "last_ok_at", "attempts", "next_try_at", "why")
        return ("vkey", "url", "is_enabled", "is_required", *state)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Witness | None = None
    ) -> Any:
        """Fix key and address: others are another witness."""
        if obj is None:
            return ()
        fields = self.get_fields(request, obj)
        return [name for name in fields if name not in {"is_enabled", "is_required"}]

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Witness,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Add or change it by the services."""
        if change:
            witnesses.change_witness(
                witness=obj, is_required=obj.is_required, is_enabled=obj.is_enabled
            )
            return
        made = witnesses.add_witness(
            vkey=obj.vkey, url=obj.url, is_required=obj.is_required
        )
        obj.pk = made.pk

    @admin.action(description=gettext_lazy("Ask now"), permissions=["change"])
    def ask_now(self, request: HttpRequest, queryset: QuerySet[Witness]) -> None:
        """Ask the chosen witnesses to sign the newest head, and say what came of it."""
        require_second_factor(request)
        for witness in queryset[:5]:
            reason = witnessing.ask(witness)
            text = _reason(reason) or _("it signed.")
            level = messages.ERROR if reason else messages.SUCCESS
            self.message_user(request, f"{witness}: {text}", level)


class WitnessedLogForm(forms.ModelForm[WitnessedLog]):
    """The keys of a log, one in each line."""

    class Meta:
        model = WitnessedLog
        fields = ("vkeys", "is_enabled")
        widgets = {"vkeys": UnfoldAdminTextareaWidget(attrs={"rows": 4})}

    def clean_vkeys(self) -> str:
        """Refuse what are not the keys of one log, and of another than before."""
        lines: list[str] = self.cleaned_data["vkeys"].split()
        try:
            origin = witnesses.require_log_keys(lines)
        except DomainError as refused:
            raise forms.ValidationError(refused.detail) from refused
        if self.instance._state.adding:
            if WitnessedLog.objects.filter(origin=origin).exists():
                raise forms.ValidationError(_("This log is witnessed already."))
        elif origin != self.instance.origin:
            raise forms.ValidationError(_("These are the keys of another log."))
        return "\n".join(lines)


@admin.register(WitnessedLog)
class WitnessedLogAdmin(AsksWhenSaving[WitnessedLog], ModelAdmin[WitnessedLog]):
    """Whose heads we sign."""

    form = WitnessedLogForm
    list_display = ("origin", "is_enabled", "size", "signed_at", "contradicts")
    empty_hint = gettext_lazy(
        "No log is witnessed here yet. Add the keys of one that asked for it."
    )

    @admin.display(description=gettext_lazy("contradicts itself"), boolean=True)
    def contradicts(self, log: WitnessedLog) -> bool | None:
        """Say whether it signed two roots of one size; nothing when it did not."""
        return False if log.contradiction else None

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: WitnessedLog | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: without what was signed last, another history could be signed."""
        return False

    def get_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: WitnessedLog | None = None,
    ) -> Any:
        """Ask for keys; the name is theirs."""
        if obj is None:
            return ("vkeys",)
        return ("origin", "vkeys", "is_enabled", "size", "signed_at", "contradiction")

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: WitnessedLog | None = None,
    ) -> Any:
        """Fix what only signing changes."""
        return ("origin", "size", "signed_at", "contradiction") if obj else ()

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: WitnessedLog,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Add or change it by the services."""
        row = witnesses.witness_log(vkeys=obj.vkeys.split())
        if change and not obj.is_enabled:
            witnesses.stop_witnessing(log=row)
        obj.pk, obj.origin = row.pk, row.origin


def _reason(reason: str) -> str:
    """Return why a witness did not sign, in words."""
    words = {
        "": "",
        "fork": _("ALARM: it was shown another log under our name"),
        "ahead": _("ALARM: it signed entries that we do not have"),
        "our_log_unknown": _("it does not know our log"),
        "our_key_unknown": _("it does not know our key"),
        "nothing_to_sign": _("there is nothing to sign yet"),
        "timeout": _("it did not answer in time"),
    }
    return words.get(reason, reason)
