"""
An answer becomes rows: what was kept of it, and what the register states.

Statements are append-only. Each register supersedes what it stated itself, and nobody
else; the same answer once more writes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.db import transaction
from django.utils import timezone

from companies import catalogue, entering
from companies.catalogue import ValueRefused
from companies.levels import Level, SourceKind, Status
from companies.models import Company, RegisterRecord, Statement
from companies.registers import naming, parents
from companies.registers.asked import Extract, Register, Said

State = RegisterRecord.State
# At the lowest level: whatever anybody else says is shown before it.
NO_MORE: dict[str, Any] = {
    "status": Status.UNKNOWN.value,
    "value": None,
    "details": {},
    "note": "",
    "level": Level.DECLARED.value,
}

logger = structlog.get_logger(__name__)


class Claim(NamedTuple):
    """A record in the hands of one worker, until the lease ends or it is taken back."""

    record: RegisterRecord
    lease: datetime

    def update(self, **columns: Any) -> bool:
        """Write to the record if it is still ours."""
        held = RegisterRecord.objects.filter(
            pk=self.record.pk, key=self.record.key, next_try_at=self.lease
        )
        return held.update(**columns) == 1


@transaction.atomic
def record_answer(
    claim: Claim, register: Register, extract: Extract | None, *, again_at: datetime
) -> bool:
    """Record what a register answered; say whether anything is new."""
    company = Company.objects.select_for_update().get(pk=claim.record.company_id)
    now = timezone.now()
    kept = {"is_absent": True} if extract is None else dict(extract)
    state = State.ABSENT if extract is None else State.FOUND
    is_ours = claim.update(
        state=state,
        extract=kept,
        source_url=register.page(claim.record.key),
        fetched_at=now,
        next_try_at=again_at,
        attempts=0,
        reason="",
    )
    if not is_ours:
        return False
    is_new = (claim.record.state, claim.record.extract) != (state, kept)
    said = Spoken(
        _said(register, claim.record),
        [] if extract is None else _says_of(company, register, extract, claim.record),
        now,
        register.page(claim.record.key),
    )
    is_new |= _state(company, register, said)
    is_new |= parents.follow(company, claim.record.extract, kept)
    if is_new:
        Company.objects.filter(pk=company.pk).note_change()
    return is_new


def forget(company: Company, register: Register, record: RegisterRecord) -> None:
    """
    Take back what a register stated of a number that is no more the company's.

    Called under the company's lock, in the transaction of whatever made it so.
    """
    spoken = Spoken(_said(register, record), [], timezone.now(), "")
    is_new = _state(company, register, spoken)
    is_new |= parents.follow(company, record.extract, {})
    if is_new or record.extract:
        Company.objects.filter(pk=company.pk).note_change()


def restate(company: Company, register: Register, record: RegisterRecord) -> None:
    """
    Make the register's statements fit its kept answer and the company's present name.

    Called under the company's lock. Nothing is written while nothing is new.
    """
    if record.state != State.FOUND or record.fetched_at is None:
        return
    spoken = Spoken(
        _said(register, record),
        _says_of(company, register, record.extract, record),
        record.fetched_at,
        record.source_url,
    )
    if _state(company, register, spoken):
        Company.objects.filter(pk=company.pk).note_change()


def _says_of(
    company: Company, register: Register, extract: Extract, record: RegisterRecord
) -> list[Said]:
    """Return what the register states, if the number is, or was, the company's own."""
    names = naming.names_of([company.pk])[company.pk]
    is_own = any(naming.is_named_so(names, one) for one in (extract, record.extract))
    return register.says(extract) if is_own else []


class Spoken(NamedTuple):
    """What a register stated, what it states now, since when, and where to read it."""

    before: list[Said]
    now: list[Said]
    at: datetime
    page: str


def _said(register: Register, record: RegisterRecord) -> list[Said]:
    return register.says(record.extract) if record.state == State.FOUND else []


def _state(company: Company, register: Register, spoken: Spoken) -> bool:
    """Make the register's statements what it says now; say whether any changed."""
    current = {
        statement.fact: statement
        for statement in Statement.objects.current()
        .filter(
            company=company,
            source_kind=SourceKind.REGISTER,
            source_name=register.name,
        )
        .order_by("pk")
    }
    # What it states no more becomes unknown; what somebody typed under the register's
    # name is left alone.
    wanted = {
        one.fact: NO_MORE
        for one in spoken.before
        if one.fact in current and current[one.fact].author_id is None
    }
    wanted |= {one.fact: columns for one in spoken.now if (columns := _columns(one))}
    changed = {
        fact: columns
        for fact, columns in wanted.items()
        if not _says(current.get(fact), columns)
    }
    made = [
        Statement(
            company=company,
            fact=fact,
            source_kind=SourceKind.REGISTER,
            source_name=register.name,
            source_url=spoken.page,
            observed_at=spoken.at,
            supersedes=current.get(fact),
            **columns,
        )
        for fact, columns in changed.items()
    ]
    entering.record(entering.STATEMENTS, made)
    return bool(changed)


def _columns(said: Said) -> dict[str, Any] | None:
    """Return the columns of a statement; none where the value has not its form."""
    is_known = said.status == Status.KNOWN
    try:
        return {
            "status": said.status,
            "value": catalogue.clean(said.fact, said.value) if is_known else None,
            "details": catalogue.clean_details(said.fact, dict(said.details)),
            "note": said.note,
            "level": Level.CROSS_CHECKED.value,
        }
    except ValueRefused as refused:
        logger.info("registers.value_refused", fact=said.fact, code=refused.code)
        return None


def _says(statement: Statement | None, columns: Mapping[str, Any]) -> bool:
    return statement is not None and all(
        getattr(statement, name) == value for name, value in columns.items()
    )
