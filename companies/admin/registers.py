"""What public registers answered about a company: to be read, and to be asked again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from companies import registers, services, wording
from companies.access import OnlyRead, RowLevelAdmin
from companies.models import Company, RegisterRecord

State = RegisterRecord.State
# What is shown of an answer, in this order; marked here, translated when shown.
PARTS = {
    "siren": gettext_lazy("SIREN"),
    "lei": gettext_lazy("LEI"),
    "legal_name": gettext_lazy("Legal name"),
    "legal_form_code": gettext_lazy("Legal form (INSEE code)"),
    "legal_form_elf": gettext_lazy("Legal form (ELF code)"),
    "legal_form": gettext_lazy("Legal form"),
    "registered_as": gettext_lazy("Registered as"),
    "jurisdiction": gettext_lazy("Jurisdiction"),
    "founded_on": gettext_lazy("Founded on"),
    "created_on": gettext_lazy("Founded on"),
    "is_active": gettext_lazy("Active"),
    "status": gettext_lazy("Status of the LEI"),
    "entity_status": gettext_lazy("Status of the company"),
    "corroboration": gettext_lazy("Corroboration"),
    "band": gettext_lazy("Headcount band (INSEE code)"),
    "band_year": gettext_lazy("Year of the headcount band"),
    "seat": gettext_lazy("Registered office"),
    "legal_address": gettext_lazy("Registered office"),
    "sites": gettext_lazy("Sites"),
    "finances": gettext_lazy("Turnover"),
    "vat_ids": gettext_lazy("VAT numbers"),
    "idcc": gettext_lazy("Collective agreements (IDCC)"),
    "is_ess": gettext_lazy("Social and solidarity economy"),
    "is_mission": gettext_lazy("Purpose-driven company"),
    "has_equality_index": gettext_lazy("Equality index filed"),
    "has_ghg_report": gettext_lazy("Greenhouse gas report filed"),
    "ultimate_parent": gettext_lazy("Ultimate parent"),
    "parent_exception": gettext_lazy("Why no parent is named"),
    "masked": gettext_lazy("Kept private at the company’s wish"),
}
REASONS = {
    "timeout": gettext_lazy("It took too long to answer."),
    "tls": gettext_lazy("Its certificate cannot be trusted."),
    "network": gettext_lazy("It could not be reached."),
    "private_address": gettext_lazy("Its name leads to a private address."),
    "not_https": gettext_lazy("Its address is not https: tell the operator."),
    "too_large": gettext_lazy("Its answer was too large."),
    "another_company": gettext_lazy("It answered about another company."),
    "status_429": gettext_lazy("It was asked too often."),
}


@admin.register(RegisterRecord)
class RegisterRecordAdmin(OnlyRead[RegisterRecord], RowLevelAdmin[RegisterRecord]):
    """What each register last answered about each company."""

    list_display = ("register_name", "company", "key", "state_words", "answered_at")
    list_filter = ("register", "state")
    list_select_related = ("company",)
    list_per_page = 50
    search_fields = ("key", "company__name")
    ordering = ("company__name", "register")
    actions = ("ask_again",)
    fields = (
        *("company", "register_name", "key", "state_words", "answered_at"),
        *("next_try_at", "answer", "page"),
    )
    readonly_fields = fields
    empty_hint = gettext_lazy(
        "State your SIREN or your LEI: the registers that know it are asked, and what "
        "they answer comes here."
    )

    @admin.display(description=gettext_lazy("Register"), ordering="register")
    def register_name(self, record: RegisterRecord) -> str:
        """Return the name of the register."""
        return registers.named(record.register)

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def state_words(self, record: RegisterRecord) -> str:
        """Return where the asking stands, and what went wrong last."""
        if not record.is_wanted:
            return _("not asked: no number that this register knows is stated")
        state = str(State(record.state).label)
        if not record.reason:
            return state
        reason = REASONS.get(record.reason) or _("It did not answer as it should.")
        if record.state == State.FOUND:
            return _("%(state)s; asked again in vain: %(reason)s") % {
                "state": state,
                "reason": reason,
            }
        return f"{state}: {reason}"

    @admin.display(description=gettext_lazy("Answered"), ordering="fetched_at")
    def answered_at(self, record: RegisterRecord) -> str:
        """Return when the register answered; a dash before it ever did."""
        if record.fetched_at is None:
            return "-"
        moment = timezone.localtime(record.fetched_at)
        return date_format(moment, "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("What it said"))
    def answer(self, record: RegisterRecord) -> SafeString | str:
        """Return what was kept of the answer, line by line."""
        lines = [
            (label, _words(record.extract[key]))
            for key, label in PARTS.items()
            if key in record.extract
        ]
        if not lines:
            return _("Nothing.")
        listed = format_html_join("", "<li>{}: {}</li>", lines)
        return format_html("<ul>{}</ul>", listed)

    @admin.display(description=gettext_lazy("Where to read it"))
    def page(self, record: RegisterRecord) -> SafeString | str:
        """Link to the register's own page of the company."""
        if not record.source_url:
            return "-"
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', record.source_url)

    @admin.action(
        description=gettext_lazy("Ask the registers again"), permissions=["ask"]
    )
    def ask_again(
        self, request: HttpRequest, queryset: QuerySet[RegisterRecord]
    ) -> None:
        """Ask about each chosen row's company again, where a day has passed."""
        asked = 0
        companies = Company.objects.filter(register_records__in=queryset).distinct()
        for company in companies:
            try:
                asked += services.ask_registers(
                    company=company,
                    author=request.user,  # type: ignore[arg-type]
                )
            except DomainError as refused:
                self.message_user(
                    request, f"{company}: {refused.detail}", messages.WARNING
                )
        if asked:
            text = ngettext(
                "%(n)s register is asked again.",
                "%(n)s registers are asked again.",
                asked,
            )
            self.message_user(request, text % {"n": asked}, messages.SUCCESS)

    def has_ask_permission(self, request: HttpRequest) -> bool:
        """Let editors ask; the service looks at each company once more."""
        return self._is_editor(request)


def _words(value: Any) -> str:
    """Return a part of an answer in words."""
    match value:
        case True | False:
            return _("yes") if value else _("no")
        case None | []:
            return _("none")
        case dict():
            return _of_object(value)
        case list():
            return ", ".join(_words(one) for one in value)
        case _:
            return str(value)


def _of_object(value: dict[str, Any]) -> str:
    match value:
        case {"is_open": is_open}:
            return f"{value.get('siret')} ({_('open') if is_open else _('closed')})"
        case {"turnover": turnover}:
            return wording.money(turnover, "EUR")
        case _ if all(isinstance(one, dict) for one in value.values()):
            return " · ".join(f"{key}: {_words(one)}" for key, one in value.items())
        case _:
            return ", ".join(_words(one) for one in value.values())
