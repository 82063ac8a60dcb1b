"""
What a page shows first: panels, pictures, warnings, the stock with its hour.

A leaf module: published documents in, plain values out, in the active language.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import wording
from companies.levels import Status
from products import batches, notices, stored
from products.wording import translated
from web import figures
from web.figures import Bar, Step

Document = dict[str, Any]

# Nobody sees a colour alone: a word says the same.
VERDICTS = {
    "good": gettext_lazy("favourable"),
    "average": gettext_lazy("middling"),
    "bad": gettext_lazy("unfavourable"),
    "unknown": gettext_lazy("not known"),
}
# Lines of a panel that name products, and the field that holds their numbers.
NAMING = {
    "family": "siblings",
    "grades": "siblings",
    "replaces": "replaces",
}


class Line(NamedTuple):
    """One item of a list; `gtin` when it is another product."""

    text: str
    gtin: str = ""


class Panel(NamedTuple):
    """What a person reads first: one thing that a section says, and its figure."""

    key: str
    title: str
    text: str
    evaluation: str
    # What the colour says, in a word: empty where nothing is judged.
    verdict: str
    lines: list[Line]
    letter: str = ""
    bars: list[Bar] = []
    steps: list[Step] = []
    # Where the document says its title and text; nothing for what is live.
    said: str = ""


class Picture(NamedTuple):
    """One picture, with its size on the page, so that nothing jumps when it comes."""

    url: str
    srcset: str
    width: int
    height: int
    alt: str


class Warned(NamedTuple):
    """A recall or a safety notice, and whether this lot or this item is meant."""

    title: str
    is_meant: bool
    affected: str
    text: str
    what_to_do: str
    said_by: str
    url: str


def panel(document: Document, fields: Document) -> Panel:
    key, lines = document["key"], document.get("lines", [])
    steps = figures.steps(key, lines, fields)
    bars, rest = figures.bars(key, lines, fields)
    return Panel(
        key=key,
        title=document["title"],
        text=document["text"],
        evaluation=document["evaluation"],
        verdict=str(VERDICTS.get(document["evaluation"], "")),
        # The gaps of a journey stand where they are among its steps.
        lines=[] if steps or key == "gaps" else _named(key, rest, fields),
        letter=figures.letter(key, fields),
        bars=bars,
        steps=steps,
    )


def _named(key: str, lines: Sequence[str], fields: Document) -> list[Line]:
    """Return lines, each with the product that it names."""
    value = fields.get(NAMING.get(key, ""), {}).get("value")
    gtins = [
        stored.text(one.get("gtin"))
        for one in stored.entries(value)
        if key != "grades" or one.get("grades")
    ]
    return [
        Line(line, gtin)
        for line, gtin in zip_longest(lines, gtins[: len(lines)], fillvalue="")
    ]


def shops(fields: Document) -> Panel | None:
    """Say what is in stock, where, and at what hour that was told."""
    availability = fields["availability"]
    if availability["status"] != Status.KNOWN:
        return None
    quantity = known_text(fields["quantity"])
    when = _hour(availability["observed_at"])
    told = {"state": availability["text"], "bucket": quantity, "when": when}
    return Panel(
        key="stock",
        title=str(availability["label"]),
        text=_("%(state)s — %(bucket)s units in all, told %(when)s") % told
        if quantity
        else str(availability["text"]),
        evaluation="good" if availability["value"] == "in_stock" else "average",
        verdict="",
        lines=[
            Line(
                _("%(shop)s: %(bucket)s, told %(when)s")
                % {
                    "shop": stored.text(one.get("shop")),
                    "bucket": stored.text(one.get("quantity")),
                    "when": _hour(stored.text(one.get("as_of"))),
                }
            )
            for one in stored.entries(fields["by_shop"].get("value"))
        ],
    )


def pictures(identity: Document, name: str) -> list[Picture]:
    """Return our own pictures, by addresses of this very site."""
    pictures = []
    for one in stored.entries(identity.get("pictures", {}).get("value")):
        sizes = stored.entries(one.get("sizes"))
        alt = stored.mapping(one.get("alt"))
        pictures.append(
            Picture(
                url=_here(one.get("url")),
                srcset=", ".join(
                    f"{_here(size.get('url'))} {size.get('width')}w" for size in sizes
                ),
                width=stored.whole(one.get("width")) or 0,
                height=stored.whole(one.get("height")) or 0,
                alt=translated(dict(alt)) if alt else name,
            )
        )
    return pictures


def _here(address: Any) -> str:
    return str(address or "").removeprefix(settings.BASE_URL)


def warned(document: Document) -> Warned:
    said = (
        document["authority"],
        document["reference"],
        day(document["published_at"]),
    )
    return Warned(
        title=document["title"],
        # Where it cannot be told, nobody is reassured.
        is_meant=document["affected"] is not False,
        affected=document["affected_text"],
        text=document["text"],
        what_to_do=document["what_to_do"],
        said_by=" · ".join(part for part in said if part),
        url=followable(document["url"]),
    )


def recalls(field: Document) -> list[Warned]:
    """Return the notices of a product; which units they mean is for the reader."""
    found = stored.entries(field.get("value"))
    return [_recall(one) for one in found] if all(map(_is_notice, found)) else []


def _is_notice(item: Any) -> bool:
    return isinstance(item.get("text"), dict) and "kind" in item


def _recall(item: Any) -> Warned:
    units = batches.named(item.get("batches"))
    told = item.get("what_to_do")
    said = (
        stored.text(item.get("authority")),
        stored.text(item.get("reference")),
        day(stored.text(item.get("published_at"))),
    )
    return Warned(
        title=notices.title(item["kind"]),
        is_meant=True,
        affected=_("Check yours: this concerns %(units)s.") % {"units": units}
        if units
        else _("Every unit of this product is concerned."),
        text=translated(item["text"]),
        what_to_do=translated(told) if told else "",
        said_by=" · ".join(part for part in said if part),
        url=followable(item.get("url")),
    )


def followable(address: Any) -> str:
    """Return a web address, and nothing for any other scheme."""
    text = str(address or "")
    return text if text.startswith(("https://", "http://")) else ""


def _hour(instant: str) -> str:
    """Return “at 14:05”, with the day where it is not today's."""
    moment = parse_datetime(instant)
    if moment is None:
        return instant
    local = localtime(moment)
    time = formats.time_format(local, _("H:i"))
    if local.date() == localtime().date():
        return _("at %(time)s") % {"time": time}
    return _("on %(day)s at %(time)s") % {
        "day": wording.day(local.date()),
        "time": time,
    }


def day(instant: str) -> str:
    moment = parse_datetime(instant)
    return wording.day(localtime(moment).date()) if moment else ""


def known_text(field: Document) -> str:
    return str(field["text"]) if field["status"] == Status.KNOWN else ""
