"""
Which link answers: link type, then context, media type, language, then the default.

Source: GS1-Conformant Resolver 1.2.1. A link that is merely unmatched loses against the
default of its type; links of a type that are alike in language, media type and context
cannot be told apart, and are all offered (status 300).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common import accepting
from common.accepting import Wish
from scanning.resolving.registered import Level, Registered


class Wanted(NamedTuple):
    """What a request asks for; no link type: the default."""

    link_type: str = ""
    context: str = ""
    media: tuple[Wish, ...] = ()
    languages: tuple[Wish, ...] = ()


class Score(NamedTuple):
    """How well a link fits, part by part: -1 against, 0 indifferent, above: for."""

    context: float
    media: float
    language: float

    @property
    def is_match(self) -> bool:
        """Say whether something speaks for it, and no language or context against."""
        return max(self) > 0 and self.context >= 0 and self.language >= 0


def choose(levels: Iterable[Level], wanted: Wanted) -> tuple[Registered, ...]:
    """
    Return the link that answers, several when they are alike, none when there is none.

    The most granular level that has the link type answers, whatever the levels above
    would fit better.
    """
    if not wanted.link_type:
        return _default(levels, wanted)
    for level in levels:
        links = [link for link in level.links if link.link_type == wanted.link_type]
        if links:
            return _best_of_type(links, wanted)
    return ()


def _default(levels: Iterable[Level], wanted: Wanted) -> tuple[Registered, ...]:
    """Return the best of `defaultLinkMulti`, else `defaultLink`, level by level."""
    for level in levels:
        matching = [
            link
            for link in level.links
            if link.is_default_multi and _score(link, wanted).is_match
        ]
        if matching:
            return (max(matching, key=lambda link: _score(link, wanted)),)
        for link in level.links:
            if link.is_default:
                return (link,)
    return ()


def _best_of_type(
    links: Sequence[Registered], wanted: Wanted
) -> tuple[Registered, ...]:
    def rank(link: Registered) -> tuple[Score, bool, bool]:
        is_open = not (link.hreflang or link.media_type or link.context)
        return _score(link, wanted), link.is_default, is_open

    # Of links that rank alike the first one: they are in their registered order.
    best = max(links, key=rank)
    if best.is_default or best.is_sheet:
        return (best,)
    return tuple(
        link for link in links if _traits(link) == _traits(best) and not link.is_sheet
    )


def _traits(link: Registered) -> tuple[object, ...]:
    return (
        frozenset(tag.lower() for tag in link.hreflang),
        link.media_type.lower(),
        frozenset(link.context),
    )


def _score(link: Registered, wanted: Wanted) -> Score:
    return Score(_context(link, wanted), _media(link, wanted), _language(link, wanted))


def _context(link: Registered, wanted: Wanted) -> float:
    if not link.context:
        return 0
    asked = wanted.context.casefold()
    return 1 if asked in {one.casefold() for one in link.context} else -1


def _media(link: Registered, wanted: Wanted) -> float:
    if not link.media_type or not wanted.media:
        return 0
    found = accepting.fit(link.media_type, wanted.media)
    if found.quality <= 0:
        return -1
    # `*/*` lets everything in, and so says nothing for this type.
    return 1 + found.quality if found.precision > 0 else 0


def _language(link: Registered, wanted: Wanted) -> float:
    if not link.hreflang:
        return 0
    place = accepting.speaks(link.hreflang, wanted.languages)
    # The first wanted language is worth most; all are worth more than none.
    return -1 if place is None else 1 + 1 / (1 + place)
