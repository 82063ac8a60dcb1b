"""The made-up companies, put into the database."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from companies import catalogue, services
from companies.levels import Status
from companies.models import Company, SatisfactionRate, Statement
from companies.satisfaction import is_publishable
from config.demonstration.data import Wanted
from config.demonstration.fictitious import Firm, Rate
from products.models import Product


@transaction.atomic
def load(firm: Firm) -> int:
    """
    Make a company say what its file says, and return how many statements that took.

    A fact that a person stated since is theirs: it is left as it is.
    """
    company, _is_new = Company.objects.get_or_create(
        pk=firm.id, defaults={"name": firm.name, "is_fictitious": True}
    )
    current = {
        (statement.fact, str(statement.source_kind)): statement
        for statement in Statement.objects.current()
        .filter(company=company)
        .order_by("pk")
    }
    missing = [
        wanted
        for wanted in firm.statements
        if _is_missing(current.get((wanted.field, wanted.source.kind)), wanted)
    ]
    for wanted in missing:
        services.state_fact(
            company=company,
            fact=wanted.field,
            value=wanted.value,
            status=wanted.status,
            unit=wanted.unit,
            year=wanted.year,
            details=wanted.details,
            source=wanted.source,
        )
    is_measured = _measure(company, firm.rate)
    if missing or is_measured:
        # The sheets show a part of the civil status.
        Product.objects.filter(company=company).update(
            publication_due_at=timezone.now()
        )
    return len(missing)


def _is_missing(current: Statement | None, wanted: Wanted) -> bool:
    if current is None:
        return True
    value = (
        catalogue.clean(wanted.field, wanted.value)
        if wanted.status == Status.KNOWN
        else None
    )
    said = (current.value, current.status, current.level, current.year)
    same = said == (value, wanted.status, wanted.source.level, wanted.year) and (
        current.details == catalogue.clean_details(wanted.field, wanted.details)
    )
    return not same and current.author_id is None


def _measure(company: Company, rate: Rate) -> bool:
    """
    Record the satisfaction rate, and again once the last one is too old to be shown.

    The rate that is too old on purpose would be as old when measured anew: it stays.
    """
    today = timezone.localdate()
    latest = SatisfactionRate.objects.shown_for(company.pk, today)
    measured_on = today - timedelta(days=rate.days_ago)
    is_shown = is_publishable(answers=rate.answers, measured_on=measured_on, on=today)
    if latest is not None and (latest.is_publishable(today) or not is_shown):
        return False
    services.record_rate(
        company=company,
        percent=rate.percent,
        answers=rate.answers,
        invited=rate.invited,
        measured_on=measured_on,
        source_kind=rate.source_kind,
        source_name=rate.source_name,
        level=rate.level,
    )
    return True
