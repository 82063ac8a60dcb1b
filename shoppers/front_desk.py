"""
Which accounts of companies count today, and how they are read. A leaf module.

Six queries or so for a page of them, however long it is.
"""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.times import rfc3339
from companies import assessing, civil_status, wording
from shoppers.models import FrontOffice


def effective_documents(accounts: Sequence[FrontOffice]) -> list[dict[str, Any]]:
    """Return what shoppers read of the accounts that count today, in their order."""
    language, today = wording.language(), timezone.localdate()
    keys = [account.company_id for account in accounts]
    portraits = assessing.portray(keys, on=today)
    documents = []
    for account in accounts:
        portrait = portraits[account.company_id]
        completeness = civil_status.completeness_document(
            assessing.standings(portrait), language
        )
        if not completeness["complete"]:
            continue
        rate = civil_status.satisfaction_document(portrait.rate, on=today)
        documents.append(
            {
                "id": str(account.company_id),
                "name": account.company.name,
                "fictitious": account.company.is_fictitious,
                "presentation": account.presentation(language) or None,
                "since": rfc3339(account.opened_at),
                "completeness": {
                    name: completeness[name]
                    for name in ("complete", "present", "mandatory", "text")
                },
                "satisfaction": {
                    name: rate.get(name) for name in ("status", "value", "text")
                },
            }
        )
    return documents


def standing_text(account: FrontOffice) -> str:
    """Return whether an account is open, suspended or closed, and why, in words."""
    if not account.is_open:
        assert account.closed_at is not None
        closed = timezone.localtime(account.closed_at).date()
        return _("closed since %(day)s") % {"day": wording.day(closed)}
    if missing := missing_labels(account):
        return _("suspended: %(labels)s missing or expired") % {
            "labels": ", ".join(missing)
        }
    opened = timezone.localtime(account.opened_at).date()
    return _("open since %(day)s") % {"day": wording.day(opened)}


def missing_labels(account: FrontOffice) -> list[str]:
    """Return the labels of the mandatory facts that the account waits for."""
    labels: list[str] = civil_status.completeness(account.company)["missing_labels"]
    return labels
