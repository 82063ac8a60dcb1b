"""The links of one made-up product, of one of its lots and of one of its items."""

from collections.abc import Iterator
from typing import Any

from config.demonstration import data
from scanning.models import Link
from scanning.resolving.rules import Entry
from scanning.services.linking import Line, register_links


def load() -> int:
    """
    Register what was never registered, and return how many links that was.

    What a person replaced or retired since stays as it is.
    """
    lines = [line for line in _lines() if not _was_there(line)]
    register_links(lines=lines, author=None)
    return len(lines)


def _lines() -> Iterator[Line]:
    content = data.read("links.json")
    product = f"/01/{content['gtin']}"
    paths = {
        "product": [product],
        "lot": [f"{product}/10/{lot}" for lot in content["lots"]],
        "serial": [f"{product}/21/{serial}" for serial in content["serials"]],
    }
    for level, anchors in paths.items():
        for anchor in anchors:
            for link in content[level]:
                yield Line(anchor, _entry(link))


def _entry(link: dict[str, Any]) -> Entry:
    return Entry(**{**link, "hreflang": tuple(link["hreflang"])})


def _was_there(line: Line) -> bool:
    versions = Link.objects.filter(anchor__path=line.anchor, href=line.entry.href)
    return versions.exists()
