"""
Sheets follow their company: what checks, verifiers and readers found is not left out.

A leaf module. When what the sheets show of a company changed, its published products
are due for their next revision; one that the company is still editing waits for it.
"""

import hashlib
import time
import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from common import canonical
from companies.models import Company
from products import composing, pending
from products.models import LANGUAGES, Following, Product

COMPANIES_AT_ONCE = 50
# Well below the soft limit of the task, which has to publish afterwards.
SLICE_SECONDS = 2.5


def follow_companies() -> int:
    """
    Mark what is due of the companies that changed; return how many sheets are.

    Those for which there is no time are found by the next run.
    """
    until = time.monotonic() + SLICE_SECONDS
    behind = (
        Company.objects.exclude(following__changes=F("changes"))
        .order_by("pk")
        .values_list("pk", flat=True)[:COMPANIES_AT_ONCE]
    )
    count = 0
    for key in list(behind):
        count += follow(key)
        if time.monotonic() > until:
            break
    return count


@transaction.atomic
def follow(company_id: uuid.UUID) -> int:
    """Mark the published products of one company due, if its sheets would change."""
    company = Company.objects.select_for_update().get(pk=company_id)
    digest = _digest(company)
    followed = Following.objects.filter(company=company).first()
    Following.objects.update_or_create(
        company=company, defaults={"changes": company.changes, "digest": digest}
    )
    # What was published before anything was followed may be of any earlier state.
    if followed is not None and followed.digest == digest:
        return 0
    return pending.mark_due(Product.objects.filter(company=company))


def _digest(company: Company) -> str:
    """Return the digest of what sheets show of a company, but for when it was said."""
    shown = []
    for language in LANGUAGES:
        with override(language):
            section = composing.company_section(
                company, language=language, on=timezone.localdate()
            )
        shown.append({key: value for key, value in section.items() if key != "as_of"})
    return hashlib.sha256(canonical.dumps(shown)).hexdigest()
