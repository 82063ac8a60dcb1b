"""
What a company is told by e-mail about disputes: opened, three days left, overdue.

A leaf module: the service calls it when a dispute is opened, the sweep for the rest.
Each is told once, to the company's owners and editors and to nobody else.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from companies import catalogue, wording
from companies.mailing import addresses, write_mail
from companies.models import Dispute, Membership

ROLES = (Membership.Role.OWNER, Membership.Role.EDITOR)
BATCH = 50


def tell_opened(dispute: Dispute) -> None:
    """Write the e-mails that say that a statement is contested."""
    # Not in the language of whoever contests it: the readers' is not known.
    with override(settings.LANGUAGE_CODE):
        subject = _("A published fact is contested: %(fact)s")
        first = _(
            "Somebody contests what %(company)s states of “%(fact)s”. Please answer "
            "by %(day)s: correct it, or say why you maintain it."
        )
        _tell(dispute, subject, first)


def tell_due() -> bool:
    """
    Tell the companies whose time runs out or ran out; say whether more are to be told.

    Safe to run twice and at once: each notice is claimed by a conditional update.
    """
    today = timezone.localdate()
    for dispute in Dispute.objects.to_tell(today).select_related("company")[:BATCH]:
        with transaction.atomic(), override(settings.LANGUAGE_CODE):
            _tell_due(dispute, today)
    return Dispute.objects.to_tell(today).exists()


def _tell_due(dispute: Dispute, today: date) -> None:
    if dispute.is_overdue(today):
        if _claim(dispute, "overdue_told_at"):
            subject = _("A dispute is unanswered: %(fact)s")
            first = _(
                "The time to answer ended on %(day)s: “%(fact)s” of %(company)s is "
                "shown as contested and unanswered. You may still answer."
            )
            _tell(dispute, subject, first)
    elif _claim(dispute, "reminded_at"):
        subject = _("A dispute is to be answered soon: %(fact)s")
        first = _(
            "What %(company)s states of “%(fact)s” is contested and not answered. "
            "The time to answer ends on %(day)s."
        )
        _tell(dispute, subject, first)


def _claim(dispute: Dispute, column: str) -> bool:
    """Take one notice; false when it was told, or the dispute answered, meanwhile."""
    mine = Dispute.objects.filter(
        pk=dispute.pk, state=Dispute.State.OPEN, **{column: None}
    )
    return mine.update(**{column: timezone.now()}) == 1


def _tell(dispute: Dispute, subject: str, first: str) -> None:
    fact = catalogue.facts().get(dispute.fact)
    words = {
        "company": dispute.company.name,
        "fact": fact.label(wording.language()) if fact else dispute.fact,
        "day": wording.day(dispute.due_on),
    }
    page = reverse("admin:companies_dispute_change", args=[dispute.pk])
    body = _("%(first)s\n\nThe dispute and your answer: %(address)s\n") % {
        "first": first % words,
        "address": f"{settings.BASE_URL}{page}",
    }
    for address in addresses(dispute.company, ROLES):
        write_mail(to=address, subject=subject % words, body=body)
