"""What may change in a company's civil status."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from companies import entering, tasks
from companies.acts import note_act
from companies.columns import Source, require_reason, statement_columns
from companies.errors import AlreadyCorrected, EvidenceMissing
from companies.levels import Level, Status
from companies.models import Company, Evidence, Statement

__all__ = ["Source", "require_reason", "state_fact", "statement_columns"]


@transaction.atomic
def state_fact(  # noqa: PLR0913 - one statement has that many sides
    *,
    company: Company,
    fact: str,
    value: Any = None,
    status: str = Status.KNOWN,
    unit: str | None = None,
    source: Source | None = None,
    year: int | None = None,
    details: dict[str, Any] | None = None,
    valid_from: date | None = None,
    evidence: Iterable[Evidence] = (),
    author: User | None = None,
    corrects: Statement | None = None,
) -> Statement:
    """
    Record what is stated of one fact, and return the statement.

    `corrects` is the statement that the author saw and replaces: when somebody was
    faster, `AlreadyCorrected` is raised and nothing changes. Without it, the latest
    statement of the same kind of source is superseded. The checks follow in Celery.
    """
    source = source or Source(name=company.name)
    columns = statement_columns(
        fact=fact,
        value=value,
        status=status,
        unit=unit,
        year=year,
        details=details,
        source=source,
        valid_from=valid_from,
    )
    documents = _own(company, evidence)
    _require_proof(source, documents, author)
    # One lock a company: two statements of one fact are put one after the other.
    Company.objects.select_for_update().get(pk=company.pk)
    if corrects and (corrects.company_id, corrects.fact) != (company.pk, fact):
        raise ValueError("A correction is of the same company and the same fact")
    previous = corrects or _latest_of_kind(company, fact, source.kind)
    if previous and Statement.objects.filter(supersedes=previous).exists():
        raise AlreadyCorrected(
            _("Somebody corrected this fact meanwhile. Look at it again, please.")
        )
    statement = Statement(
        company=company, author=author, supersedes=previous, **columns
    )
    entering.record(entering.STATEMENTS, [statement])
    statement.evidence.set(documents)
    Company.objects.filter(pk=company.pk).note_change()
    if author is not None:
        note_act(
            company=company,
            actor=author,
            kind="statement.corrected" if previous else "statement.recorded",
            subject=fact,
            subject_id=statement.pk,
        )
    transaction.on_commit(tasks.hint_checks, robust=True)
    return statement


def _require_proof(
    source: Source, documents: list[Evidence], author: User | None
) -> None:
    """Raise `EvidenceMissing` where a member says “evidenced” and shows nothing."""
    is_member = author is not None and not author.is_superuser
    if is_member and source.level == Level.EVIDENCED and not documents:
        raise EvidenceMissing(_("Attach the document that shows it."))


def _own(company: Company, evidence: Iterable[Evidence]) -> list[Evidence]:
    documents = list(evidence)
    if any(document.company_id != company.pk for document in documents):
        raise ValueError("The evidence belongs to another company")
    return documents


def _latest_of_kind(company: Company, fact: str, kind: str) -> Statement | None:
    return (
        Statement.objects.current()
        .filter(company=company, fact=fact, source_kind=kind)
        .order_by("-id")
        .first()
    )
