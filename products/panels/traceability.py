"""What the section `traceability` says, in the active language."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from companies import wording as company_wording
from companies.levels import Status
from products import stored, wording
from products.drafts import Draft, Flag, Panel
from products.panels import saying

JOURNEY = "traceability.journey"
SIGNED = "traceability.verified_ratio"
STEPS = "traceability.steps"
COUNTRIES = "traceability.countries"
DISTANCE = "traceability.distance"
STANDS_ON = "traceability.stands_on"
# Of events alone: the declared one has its own section.
LEAD_TIME = "traceability.lead_time_computed"

# By what is missing: the end that is named, and the sentence with and without it.
MISSING = {
    "origin": (
        "to",
        gettext_noop("Undocumented step: where this comes from (%(place)s)"),
        gettext_noop("Undocumented step: where this comes from"),
    ),
    "transport": (
        "to",
        gettext_noop("Undocumented step: the way to %(place)s"),
        gettext_noop("Undocumented step: the way to the next place"),
    ),
    "departure": (
        "from",
        gettext_noop("Undocumented step: the departure from %(place)s"),
        gettext_noop("Undocumented step: the departure"),
    ),
    "arrival": (
        "to",
        gettext_noop("Undocumented step: the arrival at %(place)s"),
        gettext_noop("Undocumented step: the arrival"),
    ),
}
BOTH_ENDS = gettext_noop("Undocumented step: the way from %(start)s to %(end)s")
UNNAMED = gettext_noop("Undocumented step")
MINUS = "\N{MINUS SIGN}"


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    document = draft.documents[JOURNEY]
    if document["status"] == Status.UNKNOWN:
        text = _("Nobody has said by which steps this product was made and moved.")
        return [Panel("journey", _title(), text, "unknown", fields=(JOURNEY,))]
    items = stored.entries(document["value"])
    if document["status"] != Status.KNOWN or not items:
        return []
    return [_summary(draft, items), _steps(items), *_gaps(items)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    raise KeyError(flag.rule)


def _title() -> str:
    return _("Journey")


def _kind(item: Mapping[str, Any]) -> str:
    """Return the kind of an item; what was typed by hand is a step."""
    return stored.text(item.get("kind")) or "event"


def _documented(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [item for item in items if _kind(item) in ("event", "move")]


# --- The head -------------------------------------------------------------------------


def _summary(draft: Draft, items: list[Mapping[str, Any]]) -> Panel:
    steps = stored.whole(draft.known(STEPS)) or len(_documented(items))
    text = ngettext("%(n)s documented step.", "%(n)s documented steps.", steps) % {
        "n": saying.number(str(steps))
    }
    if lot := stored.text(draft.known(STANDS_ON)):
        # Another lot of the same product may have come from elsewhere.
        told = _("Told of %(lot)s alone; another lot may have another journey.")
        text = f"{text} {told % {'lot': lot}}"
    lines = (*_where_lines(draft, items), *_time_lines(draft), *_signed_lines(draft))
    fields = (JOURNEY, STEPS, COUNTRIES, DISTANCE, SIGNED, STANDS_ON)
    return Panel("journey", _title(), text, "neutral", lines, fields)


def _where_lines(draft: Draft, items: list[Mapping[str, Any]]) -> Iterator[str]:
    if countries := stored.texts(draft.known(COUNTRIES)):
        names = [saying.country(code) for code in countries]
        count = len(names)
        line = ngettext("%(n)s country: %(names)s", "%(n)s countries: %(names)s", count)
        yield line % {"n": count, "names": ", ".join(names)}
    distance = stored.number(draft.known(DISTANCE))
    if distance is None:
        return
    length = f"{saying.number(f'{distance:f}')}{company_wording.NO_BREAK}km"
    if all(item.get("lat") for item in _documented(items)):
        yield _("%(length)s as the crow flies") % {"length": length}
    else:
        # A place without coordinates hides its part of the way.
        yield _("At least %(length)s as the crow flies") % {"length": length}


def _time_lines(draft: Draft) -> Iterator[str]:
    time = stored.text(draft.known(LEAD_TIME))
    if time:
        line = _("%(time)s from the first transformation to the last commissioning")
        yield line % {"time": wording.duration(time)}


def _signed_lines(draft: Draft) -> Iterator[str]:
    share = stored.number(draft.known(SIGNED))
    if share is None:
        return
    if share == 0:
        yield _("No step is signed by whoever did it")
    elif share == 1:
        yield _("Every step is signed by whoever did it")
    else:
        line = _("%(share)s of the steps are signed by whoever did them")
        yield line % {"share": saying.percent(f"{share * 100:.0f}")}


# --- The steps ------------------------------------------------------------------------


def _steps(items: list[Mapping[str, Any]]) -> Panel:
    shown = items[-wording.MAX_LINES :]
    lines = [_line(item) for item in shown]
    if left_out := len(items) - len(shown):
        more = ngettext(
            "%(n)s earlier step is not shown",
            "%(n)s earlier steps are not shown",
            left_out,
        )
        lines.insert(0, more % {"n": saying.number(str(left_out))})
    text = _("In the order of time, the first step first.")
    return Panel("steps", _("Step by step"), text, "neutral", tuple(lines), (JOURNEY,))


def _line(item: Mapping[str, Any]) -> str:
    if _kind(item) == "gap":
        return _missing(item)
    parts = [_days(item), _step(item), _way(item), _inputs(item), _temperature(item)]
    return " — ".join(part for part in parts if part)


def _step(item: Mapping[str, Any]) -> str:
    step = item.get("step")
    if isinstance(step, dict) and step:
        return stored.text(wording.translated(step))
    return wording.code(stored.text(step))


def _days(item: Mapping[str, Any]) -> str:
    """Return the day of a step where it happened, or the first and last of a move."""
    start, end = _day(item.get("at")), _day(item.get("until"))
    if not end or end == start:
        return start
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


def _day(value: Any) -> str:
    """Return the day by the clock on the place: that of the reader may be another."""
    try:
        day = datetime.fromisoformat(stored.text(value)).date()
    except ValueError:
        return ""
    text = company_wording.day(day)
    if day.day == 1 and company_wording.language() == "fr":
        return text.replace("1 ", "1er ", 1)
    return text


def _way(item: Mapping[str, Any]) -> str:
    start, end = _place(item), _place(stored.mapping(item.get("to")))
    if start and end and start != end:
        return f"{start} → {end}"
    return start or end


def _place(item: Mapping[str, Any]) -> str:
    """Return town and country, then who acted there, or who tells of it."""
    country = stored.text(item.get("country"))
    parts = [stored.text(item.get("place")), saying.country(country) if country else ""]
    where = ", ".join(part for part in parts if part)
    actor = stored.text(item.get("actor"))
    if not actor and (teller := stored.text(item.get("told_by"))):
        actor = _("told by %(name)s") % {"name": teller}
    return f"{where} ({actor})" if where and actor else where or actor


def _inputs(item: Mapping[str, Any]) -> str:
    count = stored.whole(item.get("inputs")) or 0
    if count < 1:
        return ""
    return ngettext("from %(n)s input", "from %(n)s inputs", count) % {
        "n": saying.number(str(count))
    }


def _temperature(item: Mapping[str, Any]) -> str:
    cold = stored.mapping(item.get("cold_chain"))
    least, most = stored.text(cold.get("min")), stored.text(cold.get("max"))
    if not least or not most:
        return ""
    if least == most:
        text = _("at %(degrees)s") % {"degrees": _degrees(least)}
    else:
        text = _("between %(least)s and %(most)s") % {
            "least": _degrees(least),
            "most": _degrees(most),
        }
    return f"{text} ({_('alarm')})" if cold.get("alarm") else text


def _degrees(text: str) -> str:
    number = saying.number(text).replace("-", MINUS)
    return f"{number}{company_wording.NO_BREAK}°C"


# --- What is missing ------------------------------------------------------------------


def _gaps(items: list[Mapping[str, Any]]) -> Iterator[Panel]:
    gaps = [item for item in items if _kind(item) == "gap"]
    if not gaps:
        return
    text = ngettext(
        "%(n)s link of this journey is not documented.",
        "%(n)s links of this journey are not documented.",
        len(gaps),
    ) % {"n": saying.number(str(len(gaps)))}
    lines = tuple(_missing(gap) for gap in gaps[: wording.MAX_LINES])
    title = _("What is not documented")
    yield Panel("gaps", title, text, "unknown", lines, (JOURNEY,))


def _missing(gap: Mapping[str, Any]) -> str:
    start, end = (_place(stored.mapping(gap.get(name))) for name in ("from", "to"))
    code = stored.text(gap.get("missing"))
    if code not in MISSING:
        return _(UNNAMED)
    if code == "transport" and start and end:
        return _(BOTH_ENDS) % {"start": start, "end": end}
    side, with_place, without = MISSING[code]
    place = start if side == "from" else end
    text = _(with_place) % {"place": place} if place else _(without)
    count = stored.whole(gap.get("count")) or 0
    if count > 1:
        things = ngettext("%(n)s thing", "%(n)s things", count) % {"n": count}
        return f"{text} — {things}"
    return text
