"""
Which companies are to be asked about: those that state an identifier that is new.

A periodic look at the companies that changed since the last one; in each transaction
one company. Safe to run twice, and at once.
"""

import time

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from companies.levels import Status
from companies.models import Company, RegisterRecord, Statement
from companies.registers.asked import Question, Register
from companies.registers.known import enabled
from companies.registers.recording import forget, restate
from companies.retaining import retain

# How long a worker stays with it: far below the limit of a task.
SLICE_SECONDS = 2.5
AT_ONCE = 500


def look() -> int:
    """Look at the companies that changed, for a moment; return how many were new."""
    until = time.monotonic() + SLICE_SECONDS
    found = 0
    for register in enabled():
        for company in _changed(register):
            if time.monotonic() > until:
                return found
            found += want(company, register)
    return found


@transaction.atomic
def want(company: Company, register: Register) -> bool:
    """Make the record fit what the company states now; say whether it is new."""
    # One lock a company, as whoever states something takes.
    locked = Company.objects.select_for_update().get(pk=company.pk)
    found = identifier(locked, register)
    key = found or ""
    record = RegisterRecord.objects.filter(
        company=locked, register=register.key
    ).first()
    if record is None:
        if found is not None:
            # Where it is of no use as well, so that nobody looks at it again.
            RegisterRecord.objects.create(
                company=locked,
                register=register.key,
                key=key,
                is_wanted=bool(key),
                seen_changes=locked.changes,
            )
        return bool(key)
    if record.key == key:
        restate(locked, register, record)
        RegisterRecord.objects.filter(pk=record.pk).update(seen_changes=locked.changes)
        return False
    # What was said of another number says nothing about this company.
    forget(locked, register, record)
    RegisterRecord.objects.filter(pk=record.pk).update(
        key=key,
        state=RegisterRecord.State.WAITING,
        extract={},
        source_url="",
        fetched_at=None,
        is_wanted=bool(key),
        next_try_at=timezone.now(),
        attempts=0,
        reason="",
        seen_changes=locked.changes,
    )
    return bool(key)


def identifier(company: Company, register: Register) -> str | None:
    """
    Return the number by which the register would know the company, if one is stated.

    Empty when none of those stated has the form that the register wants. Its own word
    counts only where nobody else says anything: otherwise it would hold a company to a
    number that the company has corrected, or taken back.
    """
    said = list(Statement.objects.current().filter(company=company, fact=register.fact))
    others = [one for one in said if one.source_name != register.name]
    known = [one for one in others or said if one.status == Status.KNOWN]
    retained = retain([one for one in known if register.is_key(str(one.value))])
    if retained is None:
        return "" if known else None
    return str(retained.value)


def question(record: RegisterRecord) -> Question:
    """Return what to ask: the company's number, and the sites that it states."""
    stated = Statement.objects.current().filter(
        company=record.company_id, fact="sites", status=Status.KNOWN
    )
    sites = {
        str(site["siret"]).replace(" ", "")
        for one in stated
        for site in (one.value if isinstance(one.value, list) else [])
        if isinstance(site, dict) and site.get("siret")
    }
    return Question(record.key, tuple(sorted(sites)))


def _changed(register: Register) -> list[Company]:
    """Return companies that changed and have, or had, an identifier of the register."""
    own = RegisterRecord.objects.filter(company=OuterRef("pk"), register=register.key)
    stated = Statement.objects.current().filter(
        company=OuterRef("pk"), fact=register.fact, status=Status.KNOWN
    )
    return list(
        Company.objects.filter(is_fictitious=register.is_fictitious)
        .annotate(seen=Subquery(own.values("seen_changes")[:1]))
        .filter(
            Q(seen__isnull=False) & ~Q(seen=F("changes"))
            | Q(seen__isnull=True) & Exists(stated)
        )
        .order_by("pk")[:AT_ONCE]
    )
