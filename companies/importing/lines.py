"""
One line of a file as the columns of a statement, or the reason why not.

No query: what a line refers to, its company and its documents, is looked up beside.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.errors import DomainError
from common.times import as_iso, written_day
from companies import catalogue
from companies.columns import Source, statement_columns
from companies.importing.files import Line
from companies.importing.headers import DETAIL, folded
from companies.importing.words import why_cell
from companies.levels import Level, Status
from companies.models import Statement

# Nobody verifies itself: a file speaks in the company's name, whoever brings it.
OWN_LEVELS = (Level.DECLARED.value, Level.EVIDENCED.value)
LENGTHS = {"note": 500, "unit": 40, "source_url": 200}
# What a template has filled in already says nothing yet.
PREFILLED = frozenset({"company", "fact", "label", "unit"})
REMARK = "#"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_is_url = URLValidator(schemes=["http", "https"])


class LineRefused(Exception):
    """A line states nothing that can be recorded: in which column, and why."""

    def __init__(self, column: str, code: str, text: str) -> None:
        super().__init__(code)
        self.column, self.code, self.text = column, code, text


class Stated(NamedTuple):
    """What a line states: columns of a statement, and digests of its documents."""

    fact: str
    columns: dict[str, Any]
    evidence: frozenset[str]
    # Whether the line says when it was observed; otherwise it is now, no news itself.
    is_dated: bool


def says_nothing(line: Line) -> bool:
    """Say whether a line of a template was left as it was."""
    return not line.wrong and PREFILLED.issuperset(line.cells)


def is_remark(line: Line) -> bool:
    """Say whether a line is there for people only."""
    return next(iter(line.cells.values()), "").startswith(REMARK)


def fact_of(line: Line) -> str:
    """Return the key of a line's fact; what the catalogue does not know, as it is."""
    text = line.cells.get("fact", "")
    return _facts().get(folded(text), text)


def digests_of(line: Line) -> frozenset[str]:
    """Return the digests by which a line names documents, right or wrong."""
    given = re.split(r"[\s,;]+", line.cells.get("evidence", "").lower())
    return frozenset(digest for digest in given if digest)


def stated(line: Line, company_name: str) -> Stated:
    """Return what a line states in the name of the company, or raise `LineRefused`."""
    for column, code in line.wrong.items():
        raise LineRefused(column, code, why_cell(code))
    _require_short(line)
    fact = _fact(line)
    known = catalogue.facts()[fact]
    status = _status(line)
    note, observed_at = line.cells.get("note", ""), _moment(line)
    source = Source(
        name=company_name,
        url=_address(line),
        level=_choice(line, "level", Level, Level.DECLARED.value),
        observed_at=observed_at,
        valid_until=_day(line, "valid_until"),
        note=note,
    )
    try:
        columns = statement_columns(
            fact=fact,
            value=_value(line, known),
            status=status,
            unit=line.cells.get("unit"),
            year=_year(line),
            details=_details(line, known),
            source=source,
        )
    except DomainError as refused:
        raise _from_domain(refused) from refused
    _require_storable("value", columns["value"])
    _require_storable("details", columns["details"])
    columns["valid_from"] = _valid_from(line, source.valid_until)
    return Stated(fact, columns, _evidence(line), observed_at is not None)


def _require_short(line: Line) -> None:
    for column, most in LENGTHS.items():
        if len(line.cells.get(column, "")) > most:
            text = _("At most %(most)s characters.") % {"most": most}
            raise LineRefused(column, "cell_too_long", text)


def _fact(line: Line) -> str:
    fact = fact_of(line)
    if not fact:
        raise LineRefused("fact", "fact_missing", _("Say which fact this is."))
    if fact not in catalogue.facts():
        text = _("The catalogue has no fact “%s”.") % fact[:60]
        raise LineRefused("fact", "unknown_fact", text)
    if fact == catalogue.MEASURED:
        text = _("This is measured by whoever asks the employees, not stated.")
        raise LineRefused("fact", "fact_is_measured", text)
    return fact


@cache
def _facts() -> dict[str, str]:
    """Return the keys of facts by key and by both labels."""
    return {
        folded(name): fact.key
        for fact in catalogue.facts().values()
        for name in (fact.label_en, fact.label_fr, fact.key)
    }


def _status(line: Line) -> str:
    has_value = "value" in line.cells
    status = _choice(line, "status", Status, Status.KNOWN if has_value else "")
    if not status or (status == Status.KNOWN and not has_value):
        text = _("Give the value, or another status.")
        raise LineRefused("value", "value_missing", text)
    if has_value and status != Status.KNOWN:
        text = _("Only what is known has a value.")
        raise LineRefused("value", "value_not_known", text)
    return status


def _choice(line: Line, column: str, words: type[TextChoices], default: str) -> str:
    text = line.cells.get(column)
    if text is None:
        return str(default)
    found = _words(words).get(folded(text))
    if found is None:
        text = _("One of: %s.") % ", ".join(words.values)
        raise LineRefused(column, f"unknown_{column}", text)
    return found


@cache
def _words(words: type[TextChoices]) -> dict[str, str]:
    """Return the codes by themselves and by their words in both languages."""
    found: dict[str, str] = {}
    for language in ("fr", "en"):
        with override(language):
            found |= {folded(str(one.label)): str(one.value) for one in words}
    return found | {folded(code): code for code in words.values}


def _value(line: Line, fact: catalogue.Fact) -> Any:
    text = line.cells.get("value")
    if text is None:
        return None
    if fact.type.startswith("list"):
        return _json("value", text)
    if fact.type in {"decimal", "integer", "money", "percent", "boolean+percent"}:
        # As spreadsheet programs show numbers: 1 234,50 € and 12 %.
        sign = {"money": "€"}.get(fact.type, "%" if "percent" in fact.type else "")
        bare = _BLANKS.sub("", text)
        return bare.removesuffix(sign) if sign else bare
    return as_iso(text) if fact.type == "date" else text


def _json(column: str, text: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        sentence = _('This is not JSON, such as [{"place": "Lyon"}].')
        raise LineRefused(column, "not_json", sentence) from error


def _details(line: Line, fact: catalogue.Fact) -> dict[str, Any]:
    dates = {one.key for one in fact.details if one.type == "date"}
    details: Any = {}
    if "details" in line.cells:
        details = _json("details", line.cells["details"])
        if not isinstance(details, dict):
            text = _("The parts are written as JSON by name.")
            raise LineRefused("details", "not_an_object", text)
    for column, text in line.cells.items():
        if column.startswith(DETAIL):
            is_json = text.startswith(("{", "["))
            name = column.removeprefix(DETAIL)
            said = as_iso(text) if name in dates else text
            details[name] = _json(column, text) if is_json else said
    return dict(details)


def _year(line: Line) -> int | None:
    text = line.cells.get("year")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{4}", text):
        raise LineRefused("year", "not_a_year", _("A year has four digits."))
    return int(text)


def _day(line: Line, column: str) -> date | None:
    text = line.cells.get(column)
    if text is None:
        return None
    try:
        return written_day(text)
    except ValueError as error:
        sentence = _("A date is written YYYY-MM-DD or DD/MM/YYYY.")
        raise LineRefused(column, "not_a_date", sentence) from error


def _valid_from(line: Line, until: date | None) -> date | None:
    since = _day(line, "valid_from")
    if since and until and since > until:
        text = _("The validity ends before it begins.")
        raise LineRefused("valid_until", "ends_before_it_begins", text)
    return since


def _moment(line: Line) -> datetime | None:
    text = line.cells.get("observed_at")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(as_iso(text))
    except ValueError as error:
        sentence = _("A date is written YYYY-MM-DD or DD/MM/YYYY.")
        raise LineRefused("observed_at", "not_a_date", sentence) from error
    is_ours = 1900 <= moment.year <= timezone.localdate().year + 1
    if is_ours and timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if not is_ours or moment > timezone.now():
        text = _("This is in the future, or too long ago.")
        raise LineRefused("observed_at", "out_of_bounds", text)
    return moment


def _address(line: Line) -> str:
    text = line.cells.get("source_url", "")
    try:
        if text:
            _is_url(text)
    except ValidationError as error:
        sentence = _("An address begins with https://.")
        raise LineRefused("source_url", "not_an_address", sentence) from error
    return text


def _evidence(line: Line) -> frozenset[str]:
    given = digests_of(line)
    if any(not _SHA256.fullmatch(digest) for digest in given):
        text = _("A document is named by its SHA-256, 64 digits and letters.")
        raise LineRefused("evidence", "not_a_digest", text)
    return given


def _from_domain(refused: DomainError) -> LineRefused:
    code = str(refused.extra.get("reason") or refused.code)
    part = refused.extra.get("part")
    column = {
        "fact_is_computed": "fact",
        "unknown_fact": "fact",
        "reason_missing": "note",
        "unit_refused": "unit",
    }.get(refused.code, f"{DETAIL}{part}"[:60] if part else "value")
    return LineRefused(column, code, refused.detail)


def _require_storable(column: str, value: Any) -> None:
    """Refuse in JSON what no database keeps, such as an escaped NUL."""
    for text in _texts(value):
        if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
            code = "control_character"
            raise LineRefused(column, code, why_cell(code))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def is_same(current: Statement, given: Stated) -> bool:
    """Say whether the current statement says all that a line says."""
    names = ["value", "status", "unit", "year", "details", "level", "note"]
    names += ["source_url", "valid_from", "valid_until"]
    if given.is_dated:
        names.append("observed_at")
    return all(getattr(current, name) == given.columns[name] for name in names)
