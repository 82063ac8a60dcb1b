"""Asking registers anew, at somebody's wish."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies import registers, tasks
from companies.acts import note_act
from companies.errors import NoRegisterToAsk, RegistersAskedRecently
from companies.models import Company, RegisterRecord
from companies.services.rights import require_editor

# An answer of the same day says the same.
AGAIN_AFTER = timedelta(hours=24)


@transaction.atomic
def ask_registers(*, company: Company, author: User) -> int:
    """
    Ask again the registers whose last answer is a day old; return how many.

    Raise `NoRegisterToAsk` when none can be asked about this company, and
    `RegistersAskedRecently` when all of them have just answered.
    """
    require_editor(author, company)
    keys = []
    for register in registers.enabled_for(company):
        registers.want(company, register)
        keys.append(register.key)
    now = timezone.now()
    records = list(
        RegisterRecord.objects.filter(
            company=company, register__in=keys, is_wanted=True
        )
    )
    if not records:
        raise NoRegisterToAsk(
            _(
                "No register can be asked about this company: state its SIREN or its "
                "LEI first. Registers may also be switched off here."
            )
        )
    old = [one.pk for one in records if not _is_recent(one.fetched_at, now)]
    if not old:
        raise RegistersAskedRecently(
            _("The registers answered less than a day ago. Ask again after %(moment)s.")
            % {"moment": _moment(records)}
        )
    RegisterRecord.objects.filter(pk__in=old).update(next_try_at=now, attempts=0)
    note_act(
        company=company,
        actor=author,
        kind="register.asked",
        subject=", ".join(
            registers.named(one.register) for one in records if one.pk in old
        ),
    )
    transaction.on_commit(tasks.hint_registers, robust=True)
    return len(old)


def _is_recent(fetched_at: datetime | None, now: datetime) -> bool:
    return fetched_at is not None and fetched_at > now - AGAIN_AFTER


def _moment(records: list[RegisterRecord]) -> str:
    """Return in words when the first of the records may be asked again."""
    first = min(one.fetched_at for one in records if one.fetched_at) + AGAIN_AFTER
    return date_format(timezone.localtime(first), "DATETIME_FORMAT")
