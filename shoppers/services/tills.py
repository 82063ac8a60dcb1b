"""What a shopper allows at tills: passes without network, quiet, blocked companies."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from companies.errors import CompanyUnknown
from companies.models import Company
from shoppers.models import BlockedCompany, ContactlessKey, Shopper, TillSettings

CHANGEABLE = frozenset({"is_contactless", "quiet_until"})


@transaction.atomic
def change_till_settings(*, shopper: Shopper, **wishes: Any) -> TillSettings:
    """
    Change what is named of `is_contactless` and `quiet_until`, and nothing else.

    Whoever takes passes without network back has their keys forgotten at once: what a
    phone made with them before opens nothing any more.
    """
    assert CHANGEABLE.issuperset(wishes)
    TillSettings.objects.get_or_create(shopper=shopper)
    if wishes:
        # Locks the row: a key that is issued at the same time is found below.
        TillSettings.objects.filter(shopper=shopper).update(**wishes)
    if wishes.get("is_contactless") is False:
        ContactlessKey.objects.filter(device__shopper=shopper).delete()
    return TillSettings.objects.get(shopper=shopper)


def block_company(*, shopper: Shopper, company_id: uuid.UUID) -> BlockedCompany:
    """Keep a company's tills from asking a shopper; again is fine."""
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise CompanyUnknown(_("No company has this identifier."))
    blocked, _is_new = BlockedCompany.objects.get_or_create(
        shopper=shopper, company=company
    )
    return blocked


def unblock_company(*, shopper: Shopper, company_id: uuid.UUID) -> None:
    """Let a company's tills ask a shopper again; fine when they might anyway."""
    BlockedCompany.objects.filter(shopper=shopper, company=company_id).delete()
