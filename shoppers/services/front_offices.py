"""The account by which a company comes before shoppers: open, suspended or closed."""

from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import acts
from companies.models import Company
from companies.services import require_editor
from companies.services.gating import (
    require_complete_civil_status,
    require_identity,
)
from shoppers.errors import FrontOfficeClosed, FrontOfficeOpen
from shoppers.models import FrontOffice


class Presentation(NamedTuple):
    """How a company presents itself to shoppers."""

    fr: str = ""
    en: str = ""

    def columns(self) -> dict[str, str]:
        """Return the account's columns that hold it."""
        return {"presentation_fr": self.fr.strip(), "presentation_en": self.en.strip()}


@transaction.atomic
def open_front_office(
    *, company: Company, author: User, presentation: Presentation
) -> FrontOffice:
    """
    Open a company's account, or open it again; its civil status must be complete.

    Of two who open it at once one does, the other gets `FrontOfficeOpen`.
    """
    require_editor(author, company)
    # The lock of its statements: none is withdrawn between the look and the opening.
    Company.objects.select_for_update().get(pk=company.pk)
    require_complete_civil_status(company)
    require_identity(company)
    columns = {
        "opened_at": timezone.now(),
        "opened_by": author,
        "closed_at": None,
        **presentation.columns(),
    }
    account, is_new = FrontOffice.objects.get_or_create(
        company=company, defaults=columns
    )
    if not is_new:
        closed = FrontOffice.objects.filter(pk=account.pk).exclude(closed_at=None)
        if not closed.update(**columns):
            raise FrontOfficeOpen(_("This account is open already."))
        account.refresh_from_db()
    _note(account, author, "account.opened")
    return account


@transaction.atomic
def close_front_office(*, account: FrontOffice, author: User) -> FrontOffice:
    """Close an account; nothing is asked through it any more. It can be reopened."""
    require_editor(author, account.company)
    mine = FrontOffice.objects.open().filter(pk=account.pk)
    if not mine.update(closed_at=timezone.now()):
        raise FrontOfficeClosed(_("This account is closed already."))
    account.refresh_from_db()
    _note(account, author, "account.closed")
    return account


@transaction.atomic
def present_company(
    *, account: FrontOffice, author: User, presentation: Presentation
) -> FrontOffice:
    """Change how a company presents itself."""
    require_editor(author, account.company)
    FrontOffice.objects.filter(pk=account.pk).update(**presentation.columns())
    account.refresh_from_db()
    _note(account, author, "account.presented")
    return account


def require_front_office(company: Company) -> FrontOffice:
    """
    Return a company's account, or raise why it cannot ask shoppers for anything today.

    `FrontOfficeClosed` where there is none, `CivilStatusIncomplete` while it is
    suspended. Whatever a company asks of shoppers calls this first.
    """
    account = FrontOffice.objects.open().filter(company=company).first()
    if account is None:
        raise FrontOfficeClosed(
            _("%(company)s has no account on the shoppers’ Sésames.")
            % {"company": company.name}
        )
    require_complete_civil_status(company)
    require_identity(company)
    return account


def _note(account: FrontOffice, author: User, kind: str) -> None:
    acts.note_act(
        company=account.company, actor=author, kind=kind, subject_id=account.pk
    )
