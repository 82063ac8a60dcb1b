"""Codes that nobody has declared: what a reader is told, and what they tell us."""

import uuid
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from products import lookup
from scanning import codes, outside
from scanning.errors import CodeDeclared, in_store_number, not_a_product
from scanning.models import CodeReport, UnknownCode
from scanning.models.unknown import company_prefix


class Said(NamedTuple):
    """What somebody read on the package. Each may be empty."""

    name: str = ""
    brand: str = ""
    note: str = ""


def unknown_details(gtin: str) -> dict[str, Any]:
    """
    Return what the refusal of an unknown product says besides its number.

    `issuer` is for whoever parsed the code; `report` is where a reader may tell more;
    `outside` is what another catalogue says of it, with its source and licence.
    """
    return {
        "issuer": None,
        "report": reverse("code-report-create", args=[gtin]),
        "outside": outside.for_code(gtin),
    }


@transaction.atomic
def report_code(*, gtin: str, said: Said, report_id: uuid.UUID | None = None) -> None:
    """
    Take what somebody says of a code, and put it into the queue of those to declare.

    The same `report_id` counts once. Of each code only so many reports are kept; the
    others are counted.
    """
    parsed = codes.parse(gtin)
    if parsed.kind == "rcn":
        raise in_store_number(gtin, gtin=gtin)
    if parsed.gtin14 is None:
        raise not_a_product(gtin, gtin=gtin)
    if lookup.exists(gtin):
        raise CodeDeclared(
            _("%(gtin)s has a sheet already; scan it again, please.") % {"gtin": gtin},
            gtin=gtin,
        )
    today = timezone.localdate()
    UnknownCode.objects.get_or_create(
        gtin=gtin,
        defaults={
            "prefix": company_prefix(gtin),
            "first_seen": today,
            "last_seen": today,
        },
    )
    # Held, so that two reports at once are counted one after the other.
    code = UnknownCode.objects.select_for_update().get(pk=gtin)
    if report_id and code.said.filter(report_id=report_id).exists():
        return
    if code.said.count() < settings.REPORTS_PER_CODE:
        CodeReport.objects.create(
            code=code,
            report_id=report_id or uuid.uuid4(),
            reported_on=today,
            **said._asdict(),
        )
    UnknownCode.objects.filter(pk=gtin).update(reports=F("reports") + 1)


@transaction.atomic
def dismiss_codes(*, gtins: list[str], is_dismissed: bool) -> int:
    """Take codes out of the queue, or put them back; return how many changed."""
    return (
        UnknownCode.objects.filter(pk__in=gtins)
        .exclude(is_dismissed=is_dismissed)
        .update(is_dismissed=is_dismissed)
    )
