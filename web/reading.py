"""
What a page shows of a sheet: its sections in order, each value with where it is from.

A leaf module: the published document in, plain values out, in the active language. It
adds no fact and hides none.
"""

from typing import Any, NamedTuple

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from companies import wording
from companies.levels import Level, Status
from web import provenance

Document = dict[str, Any]

# Its amounts change by the hour: the day alone would say too little.
TIMED_SECTIONS = frozenset({"stock"})
LEVELS = Level.values


class Line(NamedTuple):
    """One item of a list; `gtin` when it is another product."""

    text: str
    gtin: str = ""


class Entry(NamedTuple):
    """One value: its words, and beneath them who says so, when, how far verified."""

    key: str
    label: str
    text: str
    is_disclosed: bool
    lines: list[Line]
    provenance: str
    source_url: str
    rank: int
    level: str
    marks: list[provenance.Mark]
    note: str
    # What other sources say of the same thing: shown beside, never hidden.
    others: list["Entry"]

    @property
    def is_address(self) -> bool:
        """Say whether the value itself is an address to follow."""
        return self.text.startswith("https://")


class Section(NamedTuple):
    """One section of the sheet."""

    key: str
    label: str
    text: str
    entries: list[Entry]

    @property
    def is_disclosed(self) -> bool:
        """Say whether anything at all is known in it."""
        return any(entry.is_disclosed for entry in self.entries)


class Company(NamedTuple):
    """Who stands behind the product, for the top of the page."""

    name: str
    text: str
    is_complete: bool
    # Where all that it states is shown, on this site.
    page: str
    # One truth value for each mandatory fact, the answered ones first.
    ticks: list[bool]
    percent: str
    satisfaction: Entry


class Gap(NamedTuple):
    """One expected value that nobody disclosed."""

    section: str
    label: str


class Page(NamedTuple):
    """The sheet as its page shows it."""

    gtin: str
    name: str
    brand: str
    category: str
    net_content: str
    image: str
    is_fictitious: bool
    company: Company
    recalls: Section | None
    sections: list[Section]
    gaps: list[Gap]
    attribution: Document | None
    revision: int
    published_on: str


def read(sheet: Document) -> Page:
    """Return the page of a published sheet."""
    documents = sheet["sections"]
    sections = {key: _section(key, documents[key]) for key in sheet["section_order"]}
    recalls = sections["recalls"]
    has_recalls = documents["recalls"]["fields"]["recalls"]["status"] == Status.KNOWN
    identity = documents["identity"]["fields"]
    return Page(
        gtin=sheet["gtin"],
        name=sheet["name"],
        brand=_known_text(identity["brand"]),
        category=_known_text(identity["category"]),
        net_content=_known_text(identity["net_content"]),
        image=_known_text(identity["image"]),
        is_fictitious=sheet["fictitious"],
        company=_company(documents["company"]),
        recalls=recalls if has_recalls else None,
        # Shown first of all, recalls are not repeated further down.
        sections=[
            section
            for section in sections.values()
            if not (has_recalls and section is recalls)
        ],
        gaps=[_gap(path, documents) for path in sheet["gaps"]],
        attribution=sheet["attribution"],
        revision=sheet["revision"],
        published_on=_day(sheet["published_at"]),
    )


def _section(key: str, document: Document) -> Section:
    fields = document["fields"]
    return Section(
        key,
        document["label"],
        document.get("text", ""),
        [
            entry(name, fields[name], is_timed=key in TIMED_SECTIONS)
            for name in document["field_order"]
        ],
    )


def entry(
    key: str, field: Document, *, is_timed: bool = False, is_company: bool = False
) -> Entry:
    """Return one value as a page shows it."""
    level = field["level"] or ""
    return Entry(
        key=key,
        label=field.get("label", ""),
        text=field["text"],
        is_disclosed=field["status"] != Status.UNKNOWN,
        lines=_lines(field),
        provenance=provenance.sentence(field, is_timed=is_timed, is_company=is_company),
        source_url=_followable((field["source"] or {}).get("url")),
        rank=LEVELS.index(level) + 1 if level in LEVELS else 0,
        level=str(Level(level).label) if level in LEVELS else "",
        marks=provenance.marks(field),
        note=field.get("note", ""),
        others=[
            entry(key, other, is_timed=is_timed, is_company=is_company)
            for other in field.get("discrepancy", [])
        ],
    )


def _lines(field: Document) -> list[Line]:
    texts = field.get("lines") or []
    items = field["value"] if isinstance(field["value"], list) else []
    return [
        Line(text, str(item.get("gtin", "")) if isinstance(item, dict) else "")
        for text, item in zip(texts, items, strict=False)
    ]


def _company(document: Document) -> Company:
    satisfaction = document["fields"]["employee_satisfaction"]
    completeness = document.get("completeness") or {}
    present = completeness.get("present", 0)
    missing = completeness.get("mandatory", 0) - present
    return Company(
        name=document.get("name", ""),
        text=document.get("text", ""),
        page=f"/companies/{document['id']}" if document.get("id") else "",
        is_complete=bool(completeness.get("complete")),
        ticks=[True] * present + [False] * missing,
        percent=satisfaction["value"] or "",
        satisfaction=entry("employee_satisfaction", satisfaction),
    )


def _gap(path: str, documents: Document) -> Gap:
    section, _dot, key = path.partition(".")
    return Gap(section, documents[section]["fields"][key]["label"])


def _known_text(field: Document) -> str:
    return str(field["text"]) if field["status"] == Status.KNOWN else ""


def _followable(address: Any) -> str:
    """Return a web address, and nothing for any other scheme."""
    text = str(address or "")
    return text if text.startswith(("https://", "http://")) else ""


def _day(instant: str) -> str:
    moment = parse_datetime(instant)
    return wording.day(localtime(moment).date()) if moment else ""
