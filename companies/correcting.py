"""
How statements are entered in the admin: what looks like editing adds a new statement.

Nothing is edited or deleted. A correction opens with the present value, and saving it
records a statement that supersedes the one the author saw.
"""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from companies.access import RowLevelAdmin, is_operator
from companies.forms import StatementForm
from companies.levels import Level, SourceKind
from companies.models import Company, StatementBase
from companies.services import Source

# Nobody verifies itself: higher levels come from a check or a third party.
MEMBER_LEVELS = (Level.DECLARED, Level.EVIDENCED)

S = TypeVar("S", bound=StatementBase)


class Choice(NamedTuple):
    """One fact or field that may be stated."""

    key: str
    label: str


class Titled:
    """A row that reads otherwise than it does elsewhere."""

    def __init__(self, row: Model, title: str) -> None:
        self._row, self._title = row, title

    def __str__(self) -> str:
        return self._title

    def __getattr__(self, name: str) -> Any:
        """Be the row in all else."""
        return getattr(self._row, name)


class CurrentStatements(ChangeList):
    """The list shows what is current; what was superseded keeps its own address."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Keep what no later statement supersedes."""
        return super().get_queryset(*args, **kwargs).filter(superseded_by=None)


class CatalogueFilter(admin.SimpleListFilter):
    """A filter by what is stated, under its label."""

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: admin.ModelAdmin[Any],
    ) -> Iterable[tuple[str, str]]:
        """Return every key that may be stated."""
        assert isinstance(model_admin, CorrectionAdmin)
        return model_admin.choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Keep the statements of the chosen key."""
        if not (value := self.value()):
            return queryset
        return queryset.filter(**{str(self.parameter_name): value})


class CorrectionAdmin(RowLevelAdmin[S]):
    """The admin of statements about one kind of subject."""

    form = StatementForm
    member_actions = ("view", "add", "change")
    # The columns that say of whom and of what the statement is.
    subject: ClassVar[str]
    key: ClassVar[str]
    # What the author is told, with `what` was stated.
    recorded_text: ClassVar[Any] = gettext_lazy(
        "“%(what)s” is recorded. Readers see it once the sheets are published."
    )

    list_display: tuple[str, ...] = (
        "what",
        "shown",
        "level",
        "source_kind",
        "observed_at",
    )
    list_display_links = ("what",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-observed_at", "-pk")

    @abstractmethod
    def choices(self) -> list[Choice]:
        """Return what may be stated, in the active language."""

    @abstractmethod
    def words(self, statement: S) -> str:
        """Return the value in words."""

    @abstractmethod
    def record(self, request: HttpRequest, given: dict[str, Any], seen: S | None) -> S:
        """Record through the service what the form gives, in place of `seen`."""

    @admin.display(description=gettext_lazy("What"))
    def what(self, statement: S) -> str:
        """Return the label of the fact or field."""
        key = getattr(statement, self.key)
        return dict(self.choices()).get(key, str(key))

    @admin.display(description=gettext_lazy("Value"))
    def shown(self, statement: S) -> str:
        """Return the value in words, with the states beside its level."""
        states = {"disputed": _("disputed"), "expired": _("expired")}
        marks = [states[one] for one in statement.states(timezone.localdate())]
        text = self.words(statement)
        return f"{text} [{', '.join(marks)}]" if marks else text

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's signature
        """List what is current."""
        return CurrentStatements

    def get_fields(self, request: HttpRequest, obj: S | None = None) -> Any:
        """Return the columns of the form; sources are the operator's to choose."""
        about = [self.subject, self.key] if obj is None else [self.subject, "what"]
        value = ["status", "value", "unit", "level"]
        dates = ["note", "source_url", "observed_at", "valid_until"]
        if is_operator(request):
            return [
                *about,
                *value,
                "is_disputed",
                "source_kind",
                "source_name",
                *dates,
            ]
        return [*about, *value, *dates]

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: S | None = None,
    ) -> list[str]:
        """Fix of whom and of what a correction is."""
        return [] if obj is None else [self.subject, "what"]

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer the catalogue's entries by their labels."""
        if db_field.name == self.key:
            return forms.ChoiceField(
                label=gettext_lazy("What"),
                choices=[("", "—"), *self.choices()],
                widget=UnfoldAdminSelectWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_choice_field(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField:
        """Offer members only the levels that one may claim for oneself."""
        if db_field.name == "level" and not is_operator(request):
            kwargs["choices"] = [(one.value, one.label) for one in MEMBER_LEVELS]
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        assert isinstance(field, forms.TypedChoiceField)
        return field

    def has_change_permission(self, request: HttpRequest, obj: S | None = None) -> bool:
        """Keep from members what a register or a laboratory said of them."""
        if not super().has_change_permission(request, obj):
            return False
        return (
            obj is None
            or is_operator(request)
            or obj.source_kind == SourceKind.PRODUCER
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer one way to save: each makes a statement, so “continue” has no sense."""
        context = {
            **(extra_context or {}),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().changeform_view(request, object_id, form_url, context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        form_url: str = "",
        obj: S | None = None,
    ) -> HttpResponse:
        """Title the page of a statement by its label, where a row has its key."""
        if obj is not None:
            title = f"{getattr(obj, self.subject)} · {self.what(obj)}"
            context |= {"subtitle": title, "original": Titled(obj, title)}
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead from what was superseded to what replaced it."""
        successor = self._successor(request, object_id)
        if request.method == "GET" and successor is not None:
            text = _("This value was corrected meanwhile; here is what replaced it.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(self._address("change", successor.pk))
        return super().change_view(request, object_id, form_url, extra_context)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> S:  # noqa: FBT001 - Django's signature
        """Record the new statement, which the admin's log then names."""
        seen = form.instance if change else None
        return self.record(request, form.cleaned_data, seen)

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: a statement has no rows of its own."""

    def response_add(
        self,
        request: HttpRequest,
        obj: S,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Say that readers see it once it is published."""
        return self._recorded(request, obj)

    def response_change(self, request: HttpRequest, obj: S) -> HttpResponse:
        """Say that readers see it once it is published."""
        return self._recorded(request, obj)

    def source(self, given: dict[str, Any], company: Company | None) -> Source:
        """Return who says so: a member speaks for its company and for nobody else."""
        kind = given.get("source_kind") or SourceKind.PRODUCER
        own_name = company.name if company and kind == SourceKind.PRODUCER else ""
        return Source(
            kind=kind,
            name=given.get("source_name") or own_name,
            url=given.get("source_url") or "",
            level=given["level"],
            observed_at=given.get("observed_at"),
            valid_until=given.get("valid_until"),
            is_disputed=bool(given.get("is_disputed")),
            note=given.get("note") or "",
        )

    def is_disputed_already(self, statements: QuerySet[Any]) -> bool:
        """Say whether the producer's current statement is disputed: it stays so."""
        return statements.filter(
            superseded_by=None, source_kind=SourceKind.PRODUCER, is_disputed=True
        ).exists()

    def _recorded(self, request: HttpRequest, statement: S) -> HttpResponse:
        text = str(self.recorded_text) % {"what": self.what(statement)}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._address("changelist"))

    def _successor(self, request: HttpRequest, object_id: str) -> Any:
        seen = self.get_object(request, object_id)
        if seen is None:
            return None
        return self.model._default_manager.filter(supersedes=seen.pk).first()

    def _address(self, page: str, *args: Any) -> str:
        return reverse(
            f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}",
            args=args,
        )
