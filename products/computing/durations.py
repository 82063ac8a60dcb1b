"""How long making takes: declared against computed."""

from decimal import Decimal
from typing import Any

from companies.levels import Status
from products import durations, stored
from products.computing.values import computed_from
from products.drafts import Draft
from products.durations import LEAD, PARALLEL, SIGNED_ENOUGH, STAGES, WORK

# Where the events put theirs: no field of its own, it is shown as the lead time.
COMPUTED = "traceability.lead_time_computed"


def add(draft: Draft) -> None:
    """Retain the lead time that signed events show, and add up the stages of work."""
    stated = _stages(draft)
    _add_lead_time(draft)
    _add_work_time(draft, stated)
    timed = durations.Timed(
        durations.minutes(draft.known(LEAD)),
        durations.minutes(draft.known(WORK)),
        stated,
        stored.whole(draft.known(PARALLEL)),
    )
    draft.flags.extend(durations.check(timed))


def _stages(draft: Draft) -> tuple[tuple[str, Decimal], ...]:
    return tuple(
        (_name(entry.get("stage")), amount)
        for entry in stored.entries(draft.known(STAGES))
        if (amount := stored.number(entry.get("minutes"))) is not None
    )


def _name(stage: Any) -> str:
    """Return the code of a stage, or its text in the first of its languages."""
    return stored.text(next(iter(stored.mapping(stage).values()), stage))


def _add_lead_time(draft: Draft) -> None:
    """Show both lead times: the computed one first when enough events are signed."""
    found = draft.documents.get(COMPUTED)
    minutes = durations.computed_minutes(found["value"]) if found else None
    if found is None or minutes is None or not found["level"]:
        return
    computed = {**found, "value": durations.iso(minutes), "unit": "DAY"}
    declared = draft.documents[LEAD]
    if declared["status"] != Status.KNOWN:
        draft.documents[LEAD] = computed
        return
    comparison = durations.compare(declared["value"], computed["value"])
    if comparison is None:
        return
    if comparison.is_disputed:
        draft.flags.append(durations.differing(comparison))
    if comparison.declared == comparison.computed:
        return
    draft.documents[LEAD] = _retained(declared, computed, comparison)


def _retained(
    declared: dict[str, Any],
    computed: dict[str, Any],
    comparison: durations.Comparison,
) -> dict[str, Any]:
    """Return the lead time that is shown, with the other ones in its discrepancy."""
    others = declared.get("discrepancy", [])
    alone = {key: one for key, one in declared.items() if key != "discrepancy"}
    if (stored.whole(computed.get("signed_events")) or 0) < SIGNED_ENOUGH:
        return {**declared, "discrepancy": [computed, *others]}
    if comparison.is_disputed:
        states = sorted({*alone.get("states", []), "disputed"})
        alone["states"] = states
    return {**computed, "discrepancy": [alone, *others]}


def _add_work_time(draft: Draft, stages: tuple[tuple[str, Decimal], ...]) -> None:
    """Add up the stages where nobody gave the total, as whole minutes."""
    if draft.documents[WORK]["status"] != Status.UNKNOWN or not stages:
        return
    total = sum((amount for _stage, amount in stages), Decimal(0))
    if any(amount < 0 for _stage, amount in stages) or total != total.to_integral():
        return
    draft.documents[WORK] = computed_from(
        draft.documents, [STAGES], value=durations.iso(int(total)), unit="MIN"
    )
