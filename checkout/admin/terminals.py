"""A company's terminals: registered, their keys replaced, switched off when lost."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from checkout.models import SigningKey, Terminal, TerminalKey
from checkout.services import terminals
from common.errors import DomainError
from common.theme import TabularInline
from companies.access import CompanyRows, OnlyRead
from companies.admin.members import author, owns, tell
from companies.admin.owned import OwnedAdmin
from companies.forms import RefusableForm
from companies.second_factor import require_second_factor

Kind = SigningKey.Kind
CONFIRMED = "yes"


class Shown(NamedTuple):
    """A terminal with its new secret, for one page."""

    terminal: Terminal
    secret: str
    overlaps: bool


class NewTerminalForm(RefusableForm):
    """Which device, and whose."""


class TerminalForm(RefusableForm):
    """The name of a terminal, and the public keys by which it may sign."""

    new_public_key = forms.CharField(
        label=gettext_lazy("Add a public key"),
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Ed25519, whpk_… The till keeps the private key, and we never have it."
        ),
    )
    taken_away = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take public keys away"),
        queryset=TerminalKey.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("They prove nothing any more, from the next request."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("taken_away")
        if field is not None:
            field.queryset = self.instance.keys.active().filter(kind=Kind.ED25519)
            field.label_from_instance = lambda key: key.public_key


class KeyInline(  # type: ignore[misc] # an inline is asked with its parent
    OnlyRead[TerminalKey],
    CompanyRows[TerminalKey],
    TabularInline[TerminalKey, Terminal],
):
    """The keys that prove a terminal's requests, and those that did."""

    model = TerminalKey
    company_path = "terminal__company"
    fields = ("kind", "public_key", "not_before", "not_after")
    readonly_fields = fields
    ordering = ("-pk",)
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("Keys, each with the time in which it counts")


@admin.register(Terminal)
class TerminalAdmin(OwnedAdmin[Terminal]):
    """The terminals of a company. Owners register, switch and rename them."""

    member_actions = ("view", "add", "change")
    ordering = ("label", "pk")
    list_display = ("label", "is_enabled", "last_seen_at", "counting", "company")
    list_filter = ("is_enabled",)
    list_select_related = ("company",)
    search_fields = ("label", "company__name")
    inlines = (KeyInline,)
    actions = ("replace_secret", "end_overlap", "enable", "disable")
    add_title: ClassVar[Any] = gettext_lazy("Register a terminal")
    shown_title: ClassVar[Any] = gettext_lazy("The secret of a terminal")
    shown_template: ClassVar[str] = "admin/checkout/terminal/secrets.html"
    confirm_template: ClassVar[str] = "admin/checkout/terminal/confirm.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No terminal yet. Register the device of a till: it gets a secret, and signs "
        "with it what it asks your customers."
    )

    @admin.display(description=gettext_lazy("keys that count"))
    def counting(self, terminal: Terminal) -> str:
        """Return how many keys prove its requests now."""
        now = timezone.now()
        keys = [key for key in terminal.keys.all() if _counts(key, now)]
        secrets = sum(key.kind == Kind.HMAC for key in keys)
        words = [
            ngettext("%(n)s secret", "%(n)s secrets", secrets) % {"n": secrets},
        ]
        if public := len(keys) - secrets:
            text = ngettext("%(n)s public key", "%(n)s public keys", public)
            words.append(text % {"n": public})
        return ", ".join(words)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Terminal]:
        """Load the keys with them."""
        return super().get_queryset(request).prefetch_related("keys")

    def has_change_permission(
        self, request: HttpRequest, obj: Terminal | None = None
    ) -> bool:
        """Let owners of the terminal's company."""
        if not super().has_change_permission(request, obj):
            return False
        return owns(request, obj.company if obj else None)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Let owners replace secrets, enable and disable."""
        return self.has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj: Terminal | None = None) -> Any:
        """Ask for two things; afterwards for a name and public keys."""
        if obj is None:
            return ("company", "label")
        shown = ("id", "is_enabled", "last_seen_at", "endpoint", "created_at")
        if not self.has_change_permission(request, obj):
            return ("company", "label", *shown)
        return ("company", "label", "new_public_key", "taken_away", *shown)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Terminal | None = None
    ) -> Any:
        """Fix what only actions change, and whose it is."""
        typed = {"label", "new_public_key", "taken_away"}
        fields = self.get_fields(request, obj)
        return [name for name in fields if name not in typed] if obj else ()

    def get_form(
        self,
        request: HttpRequest,
        obj: Terminal | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Return the form of a new terminal, or that of its name and public keys."""
        is_asked = obj is not None and self.has_change_permission(request, obj)
        kwargs["form"] = TerminalForm if is_asked else NewTerminalForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: Terminal,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Register the terminal, or change it, by the services."""
        require_second_factor(request)
        if change:
            _change(obj, form, author(request))
            return
        made = terminals.register_terminal(
            company=obj.company, label=obj.label, author=author(request)
        )
        obj.pk = made.terminal.pk
        obj.secret = made.secret  # type: ignore[attr-defined]

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show the secret, in the answer to the form itself."""
        return self.shown_once(request, [Shown(obj, obj.secret, overlaps=False)])

    @admin.action(
        description=gettext_lazy("Replace the secret by a new one"), permissions=["run"]
    )
    def replace_secret(
        self, request: HttpRequest, queryset: QuerySet[Terminal]
    ) -> HttpResponse | None:
        """Give the chosen terminals new secrets, and show them."""
        made: list[Shown] = []

        def replace(terminal: Terminal, user: User) -> bool:
            secret = terminals.replace_secret(terminal, author=user)
            made.append(Shown(terminal, secret, overlaps=True))
            return True

        page = self._act(
            request,
            queryset,
            replace,
            _("The present secrets count for a day more: give the tills the new ones."),
        )
        return self.shown_once(request, made) if made else page

    @admin.action(
        description=gettext_lazy("End the time of replaced secrets now"),
        permissions=["run"],
    )
    def end_overlap(
        self, request: HttpRequest, queryset: QuerySet[Terminal]
    ) -> HttpResponse | None:
        """Make replaced secrets count no more, before their day is over."""
        return self._act(
            request,
            queryset,
            lambda terminal, user: bool(terminals.end_overlap(terminal, author=user)),
            _("A till that still signs with a replaced secret is refused at once."),
        )

    @admin.action(description=gettext_lazy("Enable"), permissions=["run"])
    def enable(
        self, request: HttpRequest, queryset: QuerySet[Terminal]
    ) -> HttpResponse | None:
        """Let the chosen terminals ask again."""
        return self._act(
            request,
            queryset,
            lambda terminal, user: terminals.enable_terminal(terminal, author=user),
            _("Whoever has their keys can ask your customers."),
        )

    @admin.action(description=gettext_lazy("Disable"), permissions=["run"])
    def disable(
        self, request: HttpRequest, queryset: QuerySet[Terminal]
    ) -> HttpResponse | None:
        """Let the chosen terminals ask nothing more."""
        return self._act(
            request,
            queryset,
            lambda terminal, user: terminals.disable_terminal(terminal, author=user),
            _("They are refused from the next request. What they asked goes on."),
        )

    def _act(
        self,
        request: HttpRequest,
        queryset: QuerySet[Terminal],
        do: Callable[[Terminal, User], bool],
        consequence: str,
    ) -> HttpResponse | None:
        """Ask whether it is meant; then do it to each, and say what was refused."""
        require_second_factor(request)
        if request.POST.get("post") != CONFIRMED:
            return self._asked(request, queryset, consequence)
        count = 0
        for terminal in queryset:
            try:
                count += do(terminal, author(request))
            except DomainError as refused:
                tell(request, refused, terminal.label)
        text = ngettext(
            "%(n)s terminal was changed.", "%(n)s terminals were changed.", count
        )
        level = messages.SUCCESS if count else messages.INFO
        self.message_user(request, text % {"n": count}, level)
        return None

    def _asked(
        self, request: HttpRequest, queryset: QuerySet[Terminal], consequence: str
    ) -> HttpResponse:
        action = request.POST.get("action", "")
        descriptions = dict(self.get_action_choices(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": descriptions.get(action, action),
            "terminals": queryset,
            "action": action,
            "consequence": consequence,
        }
        return TemplateResponse(request, self.confirm_template, context)


def _change(terminal: Terminal, form: Any, user: User) -> None:
    if "label" in form.changed_data:
        terminals.rename_terminal(terminal, label=terminal.label, author=user)
    for key in form.cleaned_data.get("taken_away") or ():
        terminals.remove_public_key(terminal, key_id=key.pk, author=user)
    if public_key := form.cleaned_data.get("new_public_key"):
        terminals.add_public_key(terminal, public_key=public_key, author=user)


def _counts(key: TerminalKey, now: Any) -> bool:
    return key.not_before <= now and (key.not_after is None or key.not_after > now)
