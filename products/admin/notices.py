"""Recalls and safety notices: issued, corrected, withdrawn; each a line that stays."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from companies.access import RowLevelAdmin, is_operator
from companies.forms import RefusableForm
from companies.second_factor import AsksWhenSaving
from products import batches, wording
from products.models import LANGUAGES, Notice
from products.notices import item
from products.services.noticing import (
    Content,
    Issuer,
    correct_notice,
    issue_notice,
    withdraw_notice,
)

# Between the ends of a range, as people write it; a lot itself may hold a hyphen.
BETWEEN = ("…", "..", "–", " to ", " à ")
WHAT = ("product", "kind", "authority", "reference", "url", "published_at")
UNITS = ("lots", "ranges", "serials")
TEXTS = ("text_fr", "todo_fr", "text_en", "todo_en")


def _lines(label: Any, help_text: Any, *, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=True,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}),
        help_text=help_text,
    )


class NoticeForm(RefusableForm):
    """A notice: what it is about, which units, what is wrong, what to do."""

    url = forms.URLField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=gettext_lazy("Where the notice itself can be read: https://…"),
    )
    lots = _lines(
        gettext_lazy("Lots"),
        gettext_lazy(
            "One per line, exactly as printed: capitals count. Without any lot, range "
            "or serial number, every unit is concerned."
        ),
    )
    ranges = _lines(
        gettext_lazy("Ranges of lots"),
        gettext_lazy("One per line: L0100 … L0199."),
        rows=2,
    )
    serials = _lines(gettext_lazy("Serial numbers"), gettext_lazy("One per line."))
    text_fr = _lines(gettext_lazy("What is wrong, in French"), "")
    todo_fr = _lines(
        gettext_lazy("What to do, in French"),
        gettext_lazy(
            "For instance: do not eat it; bring it back to the shop, which refunds it."
        ),
    )
    text_en = _lines(gettext_lazy("What is wrong, in English"), "")
    todo_en = _lines(gettext_lazy("What to do, in English"), "")
    withdraw = forms.BooleanField(
        label=gettext_lazy("It is over: withdraw this notice"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy(
            "The sheet shows it no more, and whoever was told is told so. Nothing "
            "else on this page is changed then."
        ),
    )

    class Meta:
        model = Notice
        fields = (*WHAT, "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self._show(self.instance)
        elif "published_at" in self.fields:
            self.fields["published_at"].initial = timezone.now
        if "reason" in self.fields:
            # Of this change, not of the one before.
            self.initial["reason"] = ""

    def _show(self, notice: Notice) -> None:
        found: dict[str, list[str]] = {name: [] for name in UNITS}
        for one in notice.batches:
            if "lot" in one:
                found["lots"].append(one["lot"])
            elif "serial" in one:
                found["serials"].append(one["serial"])
            else:
                found["ranges"].append(f"{one['from']} … {one['to']}")
        for name, lines in found.items():
            self.initial[name] = "\n".join(lines)
        for language in LANGUAGES:
            self.initial[f"text_{language}"] = notice.text.get(language, "")
            self.initial[f"todo_{language}"] = notice.what_to_do.get(language, "")

    def clean_ranges(self) -> str:
        """Refuse a line that has no two ends."""
        text = str(self.cleaned_data["ranges"])
        for line in text.splitlines():
            if line.strip() and len(_ends(line)) != 2:
                raise forms.ValidationError(
                    _("“%(line)s”: write the first lot, … and the last one."),
                    params={"line": line[:80]},
                )
        return text

    def clean(self) -> dict[str, Any]:
        """Ask why it is withdrawn."""
        cleaned = super().clean()
        if cleaned.get("withdraw") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it does not apply any more."))
        return cleaned

    @property
    def content(self) -> Content:
        """Return what was typed as the service takes it."""
        given = self.cleaned_data
        return Content(
            kind=given["kind"],
            authority=given["authority"],
            reference=given.get("reference", ""),
            published_at=given["published_at"],
            text={one: given[f"text_{one}"] for one in LANGUAGES},
            what_to_do={one: given[f"todo_{one}"] for one in LANGUAGES},
            batches=[
                *({"lot": one} for one in _typed(given["lots"])),
                *(
                    dict(zip(("from", "to"), _ends(one), strict=True))
                    for one in _typed(given["ranges"])
                ),
                *({"serial": one} for one in _typed(given["serials"])),
            ],
            url=given["url"] or "",
        )


@admin.register(Notice)
class NoticeAdmin(AsksWhenSaving[Notice], RowLevelAdmin[Notice]):
    """Every version of every notice. A change is recorded as the next version."""

    form = NoticeForm
    company_path = "product__company"
    member_actions = ("view", "add", "change")
    list_display = (
        "reference",
        "product",
        "kind",
        "concerned",
        "version",
        "state",
        "published_at",
    )
    list_select_related = ("product__company",)
    list_filter = ("kind", "is_withdrawn")
    search_fields = ("reference", "product__gtin", "product__name")
    autocomplete_fields = ("product",)
    date_hierarchy = "published_at"
    list_per_page = 50
    empty_hint: ClassVar[Any] = gettext_lazy(
        "A recall or a warning is shown above everything else on the sheet, at once, "
        "and whoever scanned the product and keeps a history is told."
    )

    @admin.display(description=gettext_lazy("units concerned"))
    def concerned(self, notice: Notice) -> str:
        """Name the units."""
        return batches.named(notice.batches) or _("every unit")

    @admin.display(description=gettext_lazy("state"))
    def state(self, notice: Notice) -> str:
        """Say whether this version holds."""
        if notice.is_withdrawn:
            return _("withdrawn")
        return _("in force") if self._is_last(notice) else _("replaced by a later one")

    @admin.display(description=gettext_lazy("as readers see it"))
    def as_read(self, notice: Notice) -> str:
        """Return the line of the sheet."""
        return format_html("<strong>{}</strong>", wording.recall(item(notice)))

    def get_fieldsets(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        """Show what is typed to who types, and the line of the sheet to everyone."""
        if obj is not None and not self.has_change_permission(request, obj):
            shown = (*WHAT, "concerned", "version", "state", "reason", "recorded_at")
            return [(None, {"fields": ("as_read", *shown)})]
        head: list[Any] = [(None, {"fields": WHAT})]
        tail: list[Any] = []
        if obj is not None:
            head = [(None, {"fields": ("as_read", *WHAT)})]
            tail = [(_("This change"), {"fields": ("reason", "withdraw")})]
        return [
            *head,
            (_("Which units"), {"fields": UNITS}),
            (_("What is said"), {"fields": TEXTS}),
            *tail,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Fix what names the notice once it is issued."""
        computed = ("as_read", "concerned", "version", "state", "recorded_at")
        return (*computed, "product", "reference") if obj else computed

    def has_change_permission(
        self, request: HttpRequest, obj: Notice | None = None
    ) -> bool:
        """Let only the last version be corrected, and an operator's by operators."""
        if not super().has_change_permission(request, obj) or obj is None:
            return super().has_change_permission(request, obj)
        is_own = obj.company_id is not None or is_operator(request)
        return is_own and not obj.is_withdrawn and self._is_last(obj)

    def save_model(
        self,
        request: HttpRequest,
        obj: Notice,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Record it by the service, and show how it reads."""
        author: Any = request.user
        by = Issuer(author=author)
        if not change:
            given = {"product": form.cleaned_data["product"], "content": form.content}
            done = issue_notice(**given, by=by)
        elif form.cleaned_data["withdraw"]:
            reason = form.cleaned_data["reason"]
            done = withdraw_notice(number=obj.number, reason=reason, by=by)
        else:
            reason = form.cleaned_data["reason"]
            done = correct_notice(
                number=obj.number, content=form.content, by=by, reason=reason
            )
        obj.pk, obj.number, obj.version = (
            done.notice.pk,
            done.notice.number,
            done.notice.version,
        )
        line = wording.recall(item(done.notice))
        said = (
            _("Readers see it no more: %s")
            if done.notice.is_withdrawn
            else _("Readers see: %s")
        )
        self.message_user(request, said % line, messages.INFO)

    def _is_last(self, notice: Notice) -> bool:
        later = Notice.objects.filter(number=notice.number, version__gt=notice.version)
        return not later.exists()


def _typed(text: str) -> list[str]:
    return [line.strip() for line in str(text).splitlines() if line.strip()]


def _ends(line: str) -> list[str]:
    """Return the two ends of a range as typed, or what there is of them."""
    for sign in BETWEEN:
        if sign in line:
            return [end.strip() for end in line.split(sign) if end.strip()]
    return [line.strip()]
