"""
Destroying what was stated, where the law asks for it.

The entry in the log stays and proves no more than that something was stated. With its
salt gone, nobody can find out by trying values what it was.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from companies import entering
from companies.acts import note_act
from companies.errors import ContentIsCurrent
from companies.levels import Level, Status
from companies.models import CheckResult, Company, Statement
from ledger.services import note_erasure

# What is left of every statement that was erased: that there was one.
NOTHING: dict[str, Any] = {
    "status": Status.UNKNOWN.value,
    "value": None,
    "unit": "",
    "note": "",
    "source_name": "",
    "source_url": "",
    "level": Level.DECLARED.value,
    "valid_until": None,
    "salt": None,
}


@transaction.atomic
def erase_statement(*, statement: Statement, reason: str) -> None:
    """
    Destroy what a statement said, with what the checks wrote about it.

    For the operator. Only what was superseded is erased: raise `ContentIsCurrent` for
    what readers are still shown, which is corrected first. A repeat does nothing.
    """
    Company.objects.select_for_update().get(pk=statement.company_id)
    require_superseded(statement)
    entering.catch_up(entering.STATEMENTS, [statement.pk])
    row = Statement.objects.select_related("entry").get(pk=statement.pk)
    if row.salt is None:
        return
    results = CheckResult.objects.filter(statement=row)
    entering.catch_up(entering.CHECKS, results.values_list("pk", flat=True))
    for result in results.select_related("entry").exclude(salt=None):
        assert result.entry is not None
        note_erasure(entry=result.entry, reason=reason)
    results.update(inputs={}, text_fr="", text_en="", salt=None)
    assert row.entry is not None
    note_erasure(entry=row.entry, reason=reason)
    Statement.objects.filter(pk=row.pk).update(
        **NOTHING, details={}, year=None, valid_from=None
    )
    row.evidence.clear()
    Company.objects.filter(pk=row.company_id).note_change()
    note_act(
        company=row.company,
        actor=None,
        kind="statement.erased",
        subject=row.fact,
        subject_id=row.pk,
    )


def require_superseded(statement: Any) -> None:
    """Refuse to erase what is still shown."""
    if not type(statement)._default_manager.filter(supersedes=statement.pk).exists():
        raise ContentIsCurrent(
            _("Readers are still shown this: correct it first, then erase it.")
        )
