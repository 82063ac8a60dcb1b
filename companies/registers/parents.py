"""
Who belongs to whom here, by what a register says of ultimate parents.

Nobody of one group verifies another of it, so a tie is entered as soon as both
companies are here, and taken back when the register names another parent.
"""

from typing import Any

from companies.levels import Status
from companies.models import Company, RegisterRecord, Statement
from companies.registers.asked import Extract

# Longer chains of parents are somebody's mistake.
LONGEST_CHAIN = 30


def follow(company: Company, before: Extract, after: Extract) -> bool:
    """
    Tie the company to the parent that was named; say whether that changed anything.

    Its own subsidiaries, asked about before it was here, are tied to it as well.
    """
    was, is_now = _parent_lei(before), _parent_lei(after)
    changed = False
    if was and was != is_now:
        changed |= _untie(company, was)
    if is_now:
        changed |= _tie(company, _holder(is_now))
    if lei := after.get("lei"):
        waiting = RegisterRecord.objects.filter(
            extract__ultimate_parent__lei=lei, company__parent=None
        ).exclude(company=company)
        if waiting.exists() and _holder(lei) == company:
            for record in waiting.select_related("company"):
                if _tie(record.company, company):
                    Company.objects.filter(pk=record.company_id).note_change()
    return changed


def _parent_lei(extract: Extract) -> str:
    parent: Any = extract.get("ultimate_parent") or {}
    return str(parent.get("lei", ""))


def _holder(lei: str) -> Company | None:
    """Return the one company here that states this LEI; none if several do."""
    holders = Company.objects.filter(
        pk__in=Statement.objects.current()
        .filter(fact="lei", value=lei, status=Status.KNOWN)
        .values("company")
    )[:2]
    return holders[0] if len(holders) == 1 else None


def _tie(company: Company, parent: Company | None) -> bool:
    """Enter a parent where there is none, unless that would make a circle."""
    if parent is None or _is_above(company, parent):
        return False
    return Company.objects.filter(pk=company.pk, parent=None).update(parent=parent) == 1


def _untie(company: Company, lei: str) -> bool:
    """Take back a parent that was entered for this LEI; another one stays."""
    parent = _holder(lei)
    if parent is None:
        return False
    return Company.objects.filter(pk=company.pk, parent=parent).update(parent=None) == 1


def _is_above(company: Company, other: Company | None) -> bool:
    """Say whether `company` is `other` or one of its parents, however far up."""
    for _step in range(LONGEST_CHAIN):
        if other is None:
            return False
        if other.pk == company.pk:
            return True
        other = other.parent
    return True
