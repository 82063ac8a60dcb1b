"""What employees said, entered by whoever asked them; the index of every company."""

from datetime import date

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from companies import indexing, tasks
from companies.acts import note_act
from companies.models import Company, IndexRun, SatisfactionRate


@transaction.atomic
def record_rate(  # noqa: PLR0913 - one measure has that many sides
    *,
    company: Company,
    percent: int,
    answers: int,
    invited: int,
    measured_on: date,
    source_kind: str,
    source_name: str,
    level: str,
    author: User | AnonymousUser | None = None,
) -> SatisfactionRate:
    """Record a satisfaction rate; a measure of another day is another row."""
    rate = SatisfactionRate.objects.create(
        company=company,
        percent=percent,
        answers=answers,
        invited=invited,
        measured_on=measured_on,
        source_kind=source_kind,
        source_name=source_name,
        level=level,
    )
    Company.objects.filter(pk=company.pk).note_change()
    note_act(
        company=company,
        actor=author,
        kind="rate.recorded",
        subject=f"{percent} % · {measured_on.isoformat()}",
        subject_id=rate.pk,
    )
    transaction.on_commit(tasks.hint_checks, robust=True)
    return rate


def compute_index(*, author: User | AnonymousUser | None = None) -> IndexRun:
    """Begin to compute every company's index, or return the run that is under way."""
    run, is_new = indexing.begin()
    if is_new:
        note_act(company=None, actor=author, kind="index.started", subject_id=run.pk)
    transaction.on_commit(tasks.hint_index, robust=True)
    return run
