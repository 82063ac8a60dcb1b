"""
Two durations, kept apart: calendar time and human work. Pure.

The lead time is calendar time from the first to the last step; the work time is human
minutes for one unit. Both are ISO 8601 durations, counted here in minutes.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from products import stored
from products.cleaning import DURATION
from products.drafts import Flag, flagged
from products.stored import plain, rounded

LEAD = "manufacturing.lead_time"
WORK = "manufacturing.work_time"
STAGES = "manufacturing.work_time_by_stage"
PARALLEL = "manufacturing.workers_in_parallel"
DAY = 1440
# Computed ones may be finer than those that are stated: “P29DT3H0.5S”, or 29.125 days.
FINE = re.compile(
    r"P(?=.)(?:([0-9]{1,7}(?:[.][0-9]{1,9})?)D)?"
    r"(?:T(?=.)(?:([0-9]{1,9}(?:[.][0-9]{1,9})?)H)?"
    r"(?:([0-9]{1,9}(?:[.][0-9]{1,9})?)M)?(?:([0-9]{1,9}(?:[.][0-9]{1,9})?)S)?)?"
)
MINUTES_OF = (Decimal(DAY), Decimal(60), Decimal(1), Decimal(1) / 60)
# With fewer signed events, the declared lead time is not set aside.
SIGNED_ENOUGH = 2
DISPUTED_ABOVE_PCT = Decimal(20)
# The longest maturing of spirits and cheeses stays below.
LONGEST_LEAD = 100 * 365 * DAY


def minutes(value: Any) -> int | None:
    """Return a stated ISO 8601 duration in whole minutes, or none."""
    matched = DURATION.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        return None
    days, _time, hours, mins = (part or "" for part in matched.groups())
    return int(days[:-1] or 0) * DAY + int(hours[:-1] or 0) * 60 + int(mins[:-1] or 0)


def computed_minutes(value: Any) -> int | None:
    """Return a computed duration, ISO 8601 or decimal days, to the nearest minute."""
    matched = FINE.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        days = stored.number(value)
        if days is None or not 0 <= days < 10**7:
            return None
        return int(days * DAY + Decimal("0.5"))
    parts = zip(matched.groups(), MINUTES_OF, strict=True)
    total = sum((Decimal(part) * each for part, each in parts if part), Decimal(0))
    return int(total + Decimal("0.5"))


def iso(total: int) -> str:
    """Return minutes as an ISO 8601 duration of days, hours and minutes."""
    days, rest = divmod(total, DAY)
    hours, mins = divmod(rest, 60)
    time = (f"{hours}H" if hours else "") + (f"{mins}M" if mins else "")
    day = f"{days}D" if days or not time else ""
    return f"P{day}T{time}" if time else f"P{day}"


class Comparison(NamedTuple):
    """A declared lead time beside the computed one, the gap in percent of this one."""

    declared: int
    computed: int
    gap_pct: Decimal | None

    @property
    def is_disputed(self) -> bool:
        """Say whether the declared one is too far from what the events show."""
        if self.gap_pct is None:
            return self.declared != self.computed
        return abs(self.gap_pct) > DISPUTED_ABOVE_PCT


def compare(declared: Any, computed: Any) -> Comparison | None:
    """Compare a stated lead time with the computed one; none where one is missing."""
    stated, found = minutes(declared), computed_minutes(computed)
    if stated is None or found is None:
        return None
    gap = Decimal(stated - found) / found * 100 if found else None
    return Comparison(stated, found, gap)


class Timed(NamedTuple):
    """What is said of the time that making takes, in minutes, read from the sheet."""

    lead: int | None
    work: int | None
    stages: tuple[tuple[str, Decimal], ...] = ()
    workers_in_parallel: int | None = None

    @property
    def of_stages(self) -> Decimal:
        """Return the sum of the stages."""
        return sum((one for _stage, one in self.stages), Decimal(0))


def check(timed: Timed) -> list[Flag]:
    """Return what does not fit."""
    return [flag for rule in RULES for flag in rule(timed)]


def _work_above_lead(timed: Timed) -> Iterator[Flag]:
    """Look whether the work fits into the lead time of those who work at once."""
    if timed.lead is None or timed.work is None:
        return
    at_once = max(1, timed.workers_in_parallel or 1)
    if timed.work > timed.lead * at_once:
        yield flagged(
            "manufacturing.work_above_lead",
            WORK,
            LEAD,
            PARALLEL,
            severity="error",
            work=iso(timed.work),
            lead=iso(timed.lead),
            workers=at_once,
        )


def _stages(timed: Timed) -> Iterator[Flag]:
    """Hold the stages to their total, to the minute."""
    if timed.work is None or not timed.stages:
        return
    if timed.of_stages != timed.work:
        yield flagged(
            "manufacturing.stages_do_not_add_up",
            STAGES,
            WORK,
            sum=plain(timed.of_stages),
            work=timed.work,
        )


def _negative(timed: Timed) -> Iterator[Flag]:
    for stage, amount in timed.stages:
        if amount < 0:
            yield flagged(
                "manufacturing.stage_negative",
                STAGES,
                severity="error",
                stage=stage,
                minutes=plain(amount),
            )
            return


def _absurd(timed: Timed) -> Iterator[Flag]:
    if timed.work == 0:
        yield flagged("manufacturing.work_is_zero", WORK, severity="error")
    if timed.lead is not None and timed.lead > LONGEST_LEAD:
        yield flagged(
            "manufacturing.lead_absurd", LEAD, severity="error", lead=iso(timed.lead)
        )
    if timed.workers_in_parallel is not None and timed.workers_in_parallel < 1:
        yield flagged(
            "manufacturing.workers_absurd",
            PARALLEL,
            severity="error",
            workers=timed.workers_in_parallel,
        )


RULES: tuple[Callable[[Timed], Iterator[Flag]], ...] = (
    _work_above_lead,
    _stages,
    _negative,
    _absurd,
)


def differing(comparison: Comparison) -> Flag:
    """Return the flag of a declared lead time that the events contradict."""
    gap = (
        None if comparison.gap_pct is None else rounded(comparison.gap_pct, Decimal(1))
    )
    return flagged(
        "manufacturing.lead_time_disputed",
        LEAD,
        declared=iso(comparison.declared),
        computed=iso(comparison.computed),
        gap="" if gap is None else plain(gap),
    )
