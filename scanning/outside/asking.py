"""
Asking an outside catalogue for one code at a time, at the pace that its terms ask for.

The rows are the truth: a scan of an unknown code makes its row wanted, with the counts,
and a periodic task takes the next one that is due. Safe to run twice, and at once.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from common import outgoing
from common.outgoing import NoAnswer, TooLarge
from scanning.models import OutsideProduct
from scanning.outside import open_food_facts
from scanning.outside.open_food_facts import Described, Unusable

State = OutsideProduct.State

# Longer than a request may take: whoever died while asking gives the row back.
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
MAX_ATTEMPTS = 8
REFRESH_AFTER = timedelta(days=90)
ASK_AGAIN_AFTER = timedelta(days=30)
# Present while nobody may ask: one request just went out, or one is on its way.
TURN = "scanning.outside.turn"
ASKING = "scanning.outside.asking"
ASKING_SECONDS = 30

logger = structlog.get_logger(__name__)


class TryLater(Exception):
    """Time may heal it. `after` is what the other side asked for, if it did."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


def ask_next() -> str | None:
    """
    Ask for the code that has waited longest, if it is our turn; return it.

    One request at a time over all processes, so that a slow catalogue holds one worker
    and not all of them.
    """
    if not settings.OUTSIDE_CATALOGUE or not settings.OUTSIDE_CATALOGUE_PER_MINUTE:
        return None
    seen = OutsideProduct.objects.due().first()
    if seen is None or not cache.add(ASKING, 1, timeout=ASKING_SECONDS):
        return None
    try:
        between = 60 / settings.OUTSIDE_CATALOGUE_PER_MINUTE
        if not cache.add(TURN, 1, timeout=between) or not _claim(seen):
            return None
        _ask(seen)
    finally:
        cache.delete(ASKING)
    return seen.gtin


def _claim(seen: OutsideProduct) -> bool:
    """Take one due row; false when another was faster."""
    claimed = OutsideProduct.objects.filter(
        pk=seen.pk, is_wanted=True, next_try_at=seen.next_try_at
    ).update(next_try_at=timezone.now() + LEASE, attempts=seen.attempts + 1)
    return claimed == 1


def _ask(seen: OutsideProduct) -> None:
    attempts = seen.attempts + 1
    try:
        described = _described(seen.gtin)
    except TryLater as later:
        _put_off(seen, attempts, str(later), later.after)
    except (Unusable, TooLarge) as error:
        _rest(seen, State.FAILED, ASK_AGAIN_AFTER, reason=str(error) or "too_large")
    else:
        if described is None:
            _rest(seen, State.ABSENT, ASK_AGAIN_AFTER, fetched_at=None)
        else:
            _rest(
                seen,
                State.FOUND,
                REFRESH_AFTER,
                fetched_at=timezone.now(),
                source_url=open_food_facts.page(
                    settings.OUTSIDE_CATALOGUE_URL, seen.gtin
                ),
                **described._asdict(),
            )


def _described(gtin: str) -> Described | None:
    """Return what the catalogue says today; none when it does not know the code."""
    try:
        answer = outgoing.get(
            settings.OUTSIDE_CATALOGUE_URL,
            open_food_facts.path(gtin),
            user_agent=(
                f"Flashsesame/{settings.VERSION} ({settings.OUTSIDE_CATALOGUE_CONTACT})"
            ),
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
    return open_food_facts.read(gtin, answer.body)


def _put_off(
    seen: OutsideProduct, attempts: int, reason: str, after: timedelta | None
) -> None:
    if after:
        # The wish concerns every code, not this one alone.
        cache.set(TURN, 1, timeout=after.total_seconds())
    if attempts >= MAX_ATTEMPTS:
        _rest(seen, State.FAILED, ASK_AGAIN_AFTER, reason=reason)
        return
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    OutsideProduct.objects.filter(pk=seen.pk).update(
        next_try_at=timezone.now() + max(pause, after or pause), reason=reason
    )
    logger.info("outside.put_off", gtin=seen.gtin, reason=reason, attempts=attempts)


def _rest(
    seen: OutsideProduct,
    state: State,
    pause: timedelta,
    *,
    reason: str = "",
    **columns: str | datetime | None,
) -> None:
    """Want the row no longer; after the pause, a new scan will."""
    OutsideProduct.objects.filter(pk=seen.pk).update(
        state=state,
        is_wanted=False,
        attempts=0,
        next_try_at=timezone.now() + pause,
        reason=reason[:40],
        **columns,
    )
    logger.info("outside.asked", gtin=seen.gtin, state=state.value, reason=reason)
