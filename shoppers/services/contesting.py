"""Contesting what a company states, as a shopper."""

import uuid
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from companies.filing import Kept
from companies.models import Company, Dispute
from companies.services import disputing
from shoppers.errors import DisputeIdReused
from shoppers.models import Contest, Shopper


class Said(NamedTuple):
    """What a shopper contests, how, and why."""

    fact: str
    kind: str
    text: str
    document: Kept | None = None


class Contested(NamedTuple):
    """A shopper's dispute, and whether it was opened just now."""

    contest: Contest
    is_new: bool


@transaction.atomic
def contest_fact(
    *,
    shopper: Shopper,
    company: Company,
    said: Said,
    client_id: uuid.UUID | None = None,
) -> Contested:
    """
    Contest what readers are shown of a fact; the same `client_id` does it once.

    One unsettled dispute per person and fact: `AlreadyContested` names the first.
    """
    # One lock a shopper: the same thing sent twice at once is opened once.
    Shopper.objects.select_for_update().get(pk=shopper.pk)
    if client_id and (before := _sent_before(shopper, client_id)):
        dispute = before.dispute
        if (dispute.company_id, dispute.fact) != (company.pk, said.fact):
            raise DisputeIdReused(
                _("This identifier was given to another dispute of yours.")
            )
        return Contested(before, is_new=False)
    mine = Contest.objects.filter(
        shopper=shopper,
        dispute__company=company,
        dispute__fact=said.fact,
        dispute__state__in=Dispute.UNSETTLED,
    )
    if unsettled := mine.select_related("dispute").first():
        raise disputing.already_contested(unsettled.dispute)
    opened = disputing.open_dispute(
        statement=disputing.statement_to_contest(company, said.fact),
        kind=said.kind,
        text=said.text,
        document=said.document,
    )
    contest = Contest.objects.create(
        shopper=shopper, dispute=opened, client_id=client_id or uuid.uuid4()
    )
    return Contested(contest, is_new=True)


def withdraw_contest(*, contest: Contest) -> Dispute:
    """Take a shopper's own dispute back, for good."""
    return disputing.withdraw_dispute(dispute=contest.dispute, author=None)


def _sent_before(shopper: Shopper, client_id: uuid.UUID) -> Contest | None:
    return (
        Contest.objects.select_related("dispute__company")
        .filter(shopper=shopper, client_id=client_id)
        .first()
    )
