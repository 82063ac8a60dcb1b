"""
Asking registers about one company at a time, at the pace that each of them allows.

The rows are the truth: a record is due when its company states a new number, or when
its answer is old. Safe to run twice, and at once.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from common import outgoing
from common.outgoing import NoAnswer, TooLarge
from companies.models import RegisterRecord
from companies.registers.asked import Extract, Question, Register, Unusable
from companies.registers.recording import Claim, record_answer
from companies.registers.wanting import question

State = RegisterRecord.State

# All questions about one company together: below the limit of a task.
BUDGET_SECONDS = 8.0
# Between two of them: SIRENE allows seven a second.
SPACING_SECONDS = 0.2
# Longer than the budget: whoever died while asking gives the record back.
LEASE = timedelta(seconds=60)
ASKING_SECONDS = 30
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
# With these pauses, a register that is away for a long week-end loses nobody.
MAX_ATTEMPTS = 14
REFRESH_AFTER = timedelta(days=90)
# New companies come into a register late.
ABSENT_AGAIN_AFTER = timedelta(days=30)
UNUSABLE_AGAIN_AFTER = timedelta(days=7)
# A register that did not answer is left alone for so long, whoever is next.
BREATH = timedelta(minutes=1)

logger = structlog.get_logger(__name__)


class TryLater(Exception):
    """Time may heal it. `after` is what the other side asked for, if it did."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Asked(NamedTuple):
    """What one question came to."""

    company_id: object
    # Something is known that was not: the checks are due.
    is_new: bool


def ask_next(register: Register) -> Asked | None:
    """
    Ask a register about the company that has waited longest, if it is our turn.

    One question at a time over all processes, so that a slow register holds one worker
    and not all of them.
    """
    if register.is_fictitious:
        return _ask_next(register)
    per_minute = settings.REGISTERS_PER_MINUTE[register.key]
    if register.key not in settings.REGISTERS or not per_minute:
        return None
    if not _due(register).exists() or not cache.add(
        _asking(register), 1, timeout=ASKING_SECONDS
    ):
        return None
    try:
        if not cache.add(_turn(register), 1, timeout=60 / per_minute):
            return None
        return _ask_next(register)
    finally:
        cache.delete(_asking(register))


def claim(record: RegisterRecord) -> Claim | None:
    """Take one due record; none when another was faster."""
    lease = timezone.now() + LEASE
    taken = RegisterRecord.objects.filter(
        pk=record.pk, key=record.key, is_wanted=True, next_try_at=record.next_try_at
    ).update(next_try_at=lease, attempts=record.attempts + 1)
    return Claim(record, lease) if taken == 1 else None


def _ask_next(register: Register) -> Asked | None:
    record = _due(register).first()
    claimed = claim(record) if record else None
    return _ask(claimed, register) if claimed else None


def _due(register: Register) -> QuerySet[RegisterRecord]:
    return RegisterRecord.objects.due().filter(
        register=register.key, company__is_fictitious=register.is_fictitious
    )


def _ask(claimed: Claim, register: Register) -> Asked:
    record = claimed.record
    is_new = False
    try:
        extract = _answer(register, question(record))
    except TryLater as later:
        _put_off(claimed, register, later)
    except (Unusable, TooLarge) as error:
        reason = str(error) or "too_large"
        _rest(claimed, reason, timezone.now() + UNUSABLE_AGAIN_AFTER)
    else:
        pause = ABSENT_AGAIN_AFTER if extract is None else REFRESH_AFTER
        is_new = record_answer(
            claimed, register, extract, again_at=timezone.now() + pause
        )
        logger.info(
            "registers.answered",
            register=register.key,
            company=str(record.company_id),
            is_known=extract is not None,
            is_new=is_new,
        )
    return Asked(record.company_id, is_new)


def _answer(register: Register, asked: Question) -> Extract | None:
    """Return what the register says today; none when it does not know the company."""
    until = time.monotonic() + BUDGET_SECONDS
    answers: list[bytes | None] = []
    try:
        while path := register.next_path(asked, answers):
            if answers:
                time.sleep(SPACING_SECONDS)
            answers.append(_body(register, path, until))
    finally:
        if len(answers) > 1:
            # Each of the questions costs a turn.
            between = 60 / settings.REGISTERS_PER_MINUTE[register.key]
            cache.set(_turn(register), 1, timeout=between * len(answers))
    return register.read(asked, answers)


def _body(register: Register, path: str, until: float) -> bytes | None:
    left = until - time.monotonic()
    if left <= 0:
        raise TryLater("timeout")
    try:
        answer = outgoing.get(
            settings.REGISTER_URLS[register.key],
            path,
            user_agent=f"Flashsesame/{settings.VERSION} ({settings.REGISTERS_CONTACT})",
            accept=register.accept,
            seconds=left,
        )
    except NoAnswer as error:
        raise TryLater(str(error)) from error
    if answer.status == 404:
        return None
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(
            f"status_{answer.status}", answer.asked_pause(longest=LONGEST_PAUSE)
        )
    if answer.status != 200:
        # A redirect too: it may lead to another host, and a right address has none.
        raise Unusable(f"status_{answer.status}")
    return answer.body


def _put_off(claimed: Claim, register: Register, later: TryLater) -> None:
    # The wish concerns every company, not this one alone.
    breath = max(later.after or BREATH, BREATH)
    cache.set(_turn(register), 1, timeout=breath.total_seconds())
    attempts = claimed.record.attempts + 1
    reason = str(later)
    if attempts >= MAX_ATTEMPTS:
        _rest(claimed, reason, timezone.now() + UNUSABLE_AGAIN_AFTER)
        return
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    claimed.update(
        next_try_at=timezone.now() + max(pause, later.after or pause),
        reason=reason[:40],
    )
    logger.info(
        "registers.put_off", register=register.key, reason=reason, attempts=attempts
    )


def _rest(claimed: Claim, reason: str, again_at: datetime) -> None:
    """Give up for now. What was answered before stays known, with its day."""
    state = claimed.record.state
    claimed.update(
        state=State.FAILED if state == State.WAITING else state,
        next_try_at=again_at,
        attempts=0,
        reason=reason[:40],
    )
    logger.warning("registers.gave_up", register=claimed.record.register, reason=reason)


def _turn(register: Register) -> str:
    """Return the key that is there while nobody may ask: a question just went out."""
    return f"companies.registers.{register.key}.turn"


def _asking(register: Register) -> str:
    """Return the key that is there while a question is on its way."""
    return f"companies.registers.{register.key}.asking"
