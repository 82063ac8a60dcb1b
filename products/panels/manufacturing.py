"""What the section `manufacturing` says, in the active language."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from companies.levels import SourceKind, Status
from products import durations, stored, wording
from products.drafts import Draft, Flag, Panel
from products.durations import LEAD, STAGES, WORK
from products.panels import saying

WORDS = {
    "manufacturing.work_above_lead": (
        gettext_noop(
            "The work takes %(work)s, longer than the %(lead)s from the first to the "
            "last step, with %(workers)s at work at once."
        ),
        gettext_noop("Both are shown; parallel work is to be declared."),
    ),
    "manufacturing.stages_do_not_add_up": (
        gettext_noop("The stages add up to %(sum)s min, the total is %(work)s min."),
        gettext_noop("The cost of a minute rests on the stated total."),
    ),
    "manufacturing.stage_negative": (
        gettext_noop("The stage “%(stage)s” is stated below zero: %(minutes)s min."),
        gettext_noop("It is shown as stated; the sum of the stages is wrong."),
    ),
    "manufacturing.work_is_zero": (
        gettext_noop("The work time is stated as nothing."),
        gettext_noop("No cost of a minute is computed."),
    ),
    "manufacturing.lead_absurd": (
        gettext_noop("A lead time of %(lead)s is longer than a century."),
        gettext_noop("It is shown as stated, and to be corrected."),
    ),
    "manufacturing.workers_absurd": (
        gettext_noop("%(workers)s is no number of people at work."),
        gettext_noop("One person at a time is reckoned with."),
    ),
    "manufacturing.lead_time_disputed": (
        gettext_noop("Declared %(declared)s; the events show %(computed)s."),
        gettext_noop("Both are shown; an answer of the producer is awaited."),
    ),
}
FORMATS = {
    **dict.fromkeys(("lead", "declared", "computed"), wording.duration),
    **dict.fromkeys(("sum", "minutes", "workers"), saying.number),
    # Either a duration or minutes: what is no duration reads as it is.
    "work": wording.duration,
}


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    return [*_lead_time(draft), *_work_time(draft)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    return saying.words(flag, WORDS, FORMATS)


def _lead_time(draft: Draft) -> Iterator[Panel]:
    document = draft.documents[LEAD]
    if document["status"] == Status.UNKNOWN:
        text = _("Nobody has said how long making it takes, from first to last step.")
        yield Panel("lead_time", _title(), text, "unknown", fields=(LEAD,))
        return
    if document["status"] != Status.KNOWN:
        return
    both = [document, *document.get("discrepancy", [])]
    lines = tuple(_lead_line(one) for one in both if one["status"] == Status.KNOWN)
    text = _("%(time)s from the first to the last step.") % {"time": _time(document)}
    yield Panel("lead_time", _title(), text, "neutral", lines, (LEAD,))


def _title() -> str:
    return _("How long making takes")


def _lead_line(document: dict[str, Any]) -> str:
    """Say of one lead time whether it was declared or computed."""
    source = stored.mapping(document.get("source"))
    if source.get("kind") == SourceKind.COMPUTED:
        return _("computed from the events: %(time)s") % {"time": _time(document)}
    return _("declared: %(time)s") % {"time": _time(document)}


def _time(document: dict[str, Any]) -> str:
    return wording.duration(stored.text(document["value"]))


def _work_time(draft: Draft) -> Iterator[Panel]:
    if draft.documents[WORK]["status"] != Status.KNOWN:
        return
    minutes = durations.minutes(draft.known(WORK))
    text = _("%(time)s of human work for each unit.") % {
        "time": _time(draft.documents[WORK])
    }
    lines = []
    for entry in stored.entries(draft.known(STAGES))[: wording.MAX_LINES]:
        stage = entry.get("stage")
        name = _named(stage)
        amount = stored.number(entry.get("minutes"))
        if amount is not None:
            lines.append(f"{name} — {saying.number(f'{amount:f}')}\u00a0min")
    evaluation = "neutral" if minutes else "unknown"
    yield Panel(
        "work_time",
        _("Human work"),
        text,
        evaluation,
        tuple(lines),
        (WORK, STAGES),
    )


def _named(stage: Any) -> str:
    if isinstance(stage, dict) and stage:
        return stored.text(wording.translated(stage))
    return wording.code(stored.text(stage))
