"""
What a request prefers: media types (RFC 9110) and languages (RFC 4647, lookup).

Malformed parts of a header are passed over: an odd header is no reason to refuse.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_RANGES = 30
QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
LANGUAGE_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
MEDIA_RANGE = re.compile(r"[A-Za-z0-9!#$&^_.+*-]{1,127}/[A-Za-z0-9!#$&^_.+*-]{1,127}")


class Wish(NamedTuple):
    """One range of a header, in lower case, and its quality from 0 to 1."""

    range: str
    quality: float


class Fit(NamedTuple):
    """How well a media type fits; compared in this order."""

    quality: float
    # 2 for the type itself, 1 for `text/*`, 0 for `*/*`.
    precision: int


UNFIT = Fit(0.0, -1)


@lru_cache(maxsize=512)
def wishes(header: str, *, of_languages: bool = False) -> tuple[Wish, ...]:
    """Return the ranges of an `Accept` or `Accept-Language` header, best first."""
    shape = LANGUAGE_RANGE if of_languages else MEDIA_RANGE
    found = []
    for part in header.split(",", MAX_RANGES)[:MAX_RANGES]:
        name, *parameters = (one.strip() for one in part.split(";"))
        quality = _quality(parameters)
        if quality is not None and shape.fullmatch(name):
            found.append(Wish(name.lower(), quality))
    # Stable: of equal quality, what was written first is wanted more.
    return tuple(sorted(found, key=lambda wish: -wish.quality))


def fit(media_type: str, wanted: Sequence[Wish]) -> Fit:
    """Return how well a media type fits; its most precise range decides."""
    whole = media_type.lower()
    family = f"{whole.partition('/')[0]}/*"
    best = UNFIT
    for name, quality in wanted:
        precision = {whole: 2, family: 1, "*/*": 0}.get(name, -1)
        if precision > best.precision:
            best = Fit(quality, precision)
    return best


def preferred(header: str, offers: Sequence[str]) -> str:
    """
    Return the offer that the header wants most; the first one when none is wanted.

    Of equal quality the one named by itself wins over one that `*/*` lets in, then the
    one that the header names first.
    """
    wanted = wishes(header)
    order = {wish.range: -place for place, wish in enumerate(wanted)}
    ranked = [
        (*fit(offer, wanted), order.get(offer, -MAX_RANGES - place), offer)
        for place, offer in enumerate(offers)
    ]
    best = max(ranked, default=None)
    return best[-1] if best and best[0] > 0 else offers[0]


def speaks(hreflang: Iterable[str], languages: Sequence[Wish]) -> int | None:
    """
    Return the place of the first wanted language that a link has, or none.

    By lookup: `fr-FR` is satisfied by `fr-FR`, then by `fr`; `*` asks for the default.
    """
    tags = {tag.lower() for tag in hreflang}
    for place, (name, quality) in enumerate(languages):
        if quality > 0 and any(tag in tags for tag in _lookup(name)):
            return place
    return None


def _lookup(name: str) -> Iterable[str]:
    """Yield a language range and what it falls back to, `*` nothing."""
    while name and name != "*":
        yield name
        name = name.rpartition("-")[0]
        # A single letter opens an extension, and says nothing without it.
        if len(name.rpartition("-")[2]) == 1 and "-" in name:
            name = name.rpartition("-")[0]


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "q":
            found = QUALITY.fullmatch(value.strip())
            return float(found[0]) if found else None
    return 1.0
