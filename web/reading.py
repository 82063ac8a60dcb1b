"""
What a page shows of a sheet: its sections in order, each value with where it is from.

A leaf module: the published document in, plain values out, in the active language. It
adds no fact and hides none.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from companies.levels import Level, Status
from products import stored
from web import provenance, showing
from web.showing import Line, Panel, Picture, Warned

Document = dict[str, Any]

# Its amounts change by the hour: the day alone would say too little.
TIMED_SECTIONS = frozenset({"stock"})
LEVELS = Level.values
# Joined when a sheet is served, and so no part of what was published.
LIVE_SECTIONS = frozenset({"alternatives", "stock"})
# Said at the top of the page, so not again in its section.
SAID_ABOVE = frozenset({"replaced"})


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
    # Where the published document says it; nothing for what is live.
    said: str = ""

    @property
    def is_address(self) -> bool:
        """Say whether the value itself is an address to follow."""
        return self.text.startswith("https://")


class Flag(NamedTuple):
    """What does not fit, and what follows from it."""

    severity: str
    text: str
    consequence: str


class Section(NamedTuple):
    """One section of the sheet; its values are told apart by what is known of them."""

    key: str
    label: str
    text: str
    panels: list[Panel]
    flags: list[Flag]
    entries: list[Entry]
    # Labels, one after the other: of what nobody answered, and of what has no sense.
    silent: str
    inapplicable: str
    # Those of the silent ones that the producer is expected to disclose.
    owed: str

    @property
    def is_disclosed(self) -> bool:
        """Say whether anything at all is known in it."""
        return bool(self.entries)

    @property
    def is_folded(self) -> bool:
        """Say whether its values open at a touch: the page says them in short."""
        return self.is_disclosed and (bool(self.panels) or self.key == "company")


class Notice(NamedTuple):
    """Where a product leads that was replaced by another."""

    gtin: str
    text: str


class Part(NamedTuple):
    """What is told of one lot or one item."""

    title: str
    text: str
    notices: list[Warned]
    panels: list[Panel]
    gaps: list[str]


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
    # How much it discloses, and how well verified: not how good it is.
    transparency: str


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
    pictures: list[Picture]
    replaced: Notice | None
    is_fictitious: bool
    company: Company
    recalls: Section | None
    warnings: list[Warned]
    sections: list[Section]
    gaps: list[Gap]
    attribution: Document | None
    revision: int
    published_on: str


def read(sheet: Document) -> Page:
    """Return the page of a published sheet."""
    documents = sheet["sections"]
    sections = {key: _section(key, documents[key]) for key in _order(sheet)}
    recalls = sections["recalls"]
    has_recalls = documents["recalls"]["fields"]["recalls"]["status"] == Status.KNOWN
    identity = documents["identity"]["fields"]
    return Page(
        gtin=sheet["gtin"],
        name=sheet["name"],
        brand=showing.known_text(identity["brand"]),
        category=showing.known_text(identity["category"]),
        net_content=showing.known_text(identity["net_content"]),
        pictures=showing.pictures(identity, sheet["name"]),
        replaced=_replaced(documents["identity"]),
        is_fictitious=sheet["fictitious"],
        company=_company(documents["company"]),
        recalls=recalls if has_recalls else None,
        warnings=showing.recalls(documents["recalls"]["fields"]["recalls"]),
        # Shown first of all, recalls are not repeated further down.
        sections=[
            section
            for section in sections.values()
            if not (has_recalls and section is recalls)
        ],
        gaps=[_gap(path, documents) for path in sheet["gaps"]],
        attribution=sheet["attribution"],
        revision=sheet["revision"],
        published_on=showing.day(sheet["published_at"]),
    )


def read_part(document: Document) -> Part:
    """Return what a page shows of one lot or one item."""
    section = document["section"]
    return Part(
        title=document["title"],
        text=document["text"],
        notices=[showing.warned(one) for one in document["notices"]],
        panels=[showing.panel(one, section["fields"]) for one in section["panels"]],
        gaps=[str(one["text"]) for one in document["gaps"]],
    )


def _order(sheet: Document) -> list[str]:
    """Return the sections to show; a past revision has none that are live."""
    return [key for key in sheet["section_order"] if key in sheet["sections"]]


def _section(key: str, document: Document) -> Section:
    fields = document["fields"]
    known = {name: fields[name] for name in document["field_order"]}
    missing = {Status.UNKNOWN.value, Status.NOT_APPLICABLE.value}
    said = "" if key in LIVE_SECTIONS else f"sections.{key}"
    panels = [
        showing.panel(one, fields)._replace(said=said and f"{said}.panels.{at}")
        for at, one in enumerate(document.get("panels", []))
        if one["key"] not in SAID_ABOVE
    ]
    if key == "stock" and (shops := showing.shops(fields)):
        panels.insert(0, shops)
    return Section(
        key=key,
        label=document["label"],
        text=document.get("text", ""),
        panels=panels,
        flags=[
            Flag(one["severity"], one["text"], one["consequence"])
            for one in document.get("flags", [])
        ],
        entries=[
            _at(
                entry(name, field, is_timed=key in TIMED_SECTIONS),
                said and f"{said}.fields.{name}",
            )
            for name, field in known.items()
            if field["status"] not in missing or field.get("note")
        ],
        silent=_labels(known.values(), Status.UNKNOWN),
        inapplicable=_labels(known.values(), Status.NOT_APPLICABLE),
        owed=", ".join(
            fields[one["field"].partition(".")[2]]["label"]
            for one in document.get("gaps", [])
        ),
    )


def _at(one: Entry, said: str) -> Entry:
    """Return an entry that knows where the published document says it."""
    others = [
        _at(other, said and f"{said}.discrepancy.{at}")
        for at, other in enumerate(one.others)
    ]
    return one._replace(said=said, others=others)


def _labels(fields: Iterable[Document], status: str) -> str:
    return ", ".join(
        field.get("label", "")
        for field in fields
        if field["status"] == status and not field.get("note")
    )


def _replaced(document: Document) -> Notice | None:
    by = stored.mapping(document["fields"].get("replaced_by", {}).get("value"))
    said = next(
        (one for one in document.get("panels", []) if one["key"] in SAID_ABOVE), None
    )
    return Notice(stored.text(by.get("gtin")), said["text"]) if by and said else None


def entry(
    key: str, field: Document, *, is_timed: bool = False, is_company: bool = False
) -> Entry:
    """Return one value as a page shows it."""
    level = field.get("level") or ""
    return Entry(
        key=key,
        label=field.get("label", ""),
        text=field["text"],
        is_disclosed=field["status"] != Status.UNKNOWN,
        lines=_lines(field),
        provenance=provenance.sentence(field, is_timed=is_timed, is_company=is_company),
        source_url=showing.followable((field.get("source") or {}).get("url")),
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
    value = field.get("value")
    items = value if isinstance(value, list) else []
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
        percent=satisfaction.get("value") or "",
        satisfaction=_at(
            entry("employee_satisfaction", satisfaction),
            "sections.company.fields.employee_satisfaction",
        ),
        transparency=(document.get("transparency") or {}).get("text", ""),
    )


def _gap(path: str, documents: Document) -> Gap:
    section, _dot, key = path.partition(".")
    return Gap(section, documents[section]["fields"][key]["label"])
