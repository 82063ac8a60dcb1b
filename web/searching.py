"""The search page: what somebody typed in, what was found out."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from products.searching import Card, Cursor, Found, Wanted, find, read_cursor
from products.words.asking import LONGEST_QUESTION
from web import negotiation

SIZE = 20


class Line(NamedTuple):
    """One product found, as the page shows it."""

    href: str
    gtin: str
    name: str
    detail: str
    company: str
    image: str
    nutri_score: str
    is_fictitious: bool


def context(request: HttpRequest, language: str) -> dict[str, Any]:
    """Return what the page shows; raise `BrokenCursor`."""
    asked = request.GET
    # A question that a browser cannot send, a database cannot take either.
    text = asked.get("q", "").replace("\x00", " ")[:LONGEST_QUESTION]
    cursor = read_cursor(asked["cursor"]) if asked.get("cursor") else None
    is_exact = asked.get("exact") == "true"
    said = {
        "q": text,
        "exact": "true" if is_exact else "",
        "lang": negotiation.asked_language(request),
    }
    found = _find(text, language, cursor, is_exact=is_exact)
    return {
        "q": text,
        "lines": [_line(card, said["lang"]) for card in found.cards],
        "corrected": [
            {"given": given, "taken": taken} for given, taken in found.taken.items()
        ],
        "literally": _href(said | {"exact": "true"}),
        "next": _paged(said, found.next),
        "previous": _paged(said, found.previous),
    }


def _find(text: str, language: str, cursor: Cursor | None, *, is_exact: bool) -> Found:
    wanted = Wanted(
        text=text, language=language, size=SIZE, cursor=cursor, is_exact=is_exact
    )
    return find(wanted)


def _line(card: Card, lang: str) -> Line:
    path = reverse("web:sheet", args=[card["gtin"]])
    image = card["image"] or ""
    return Line(
        href=f"{path}?{urlencode({'lang': lang})}" if lang else path,
        gtin=card["gtin"],
        name=card["name"],
        detail=" · ".join(
            part for part in (card["brand"], card["net_content"]) if part
        ),
        company=card["company"]["name"] or "",
        # Of others' servers, each would learn what was searched here.
        image=image if image.startswith(f"{settings.BASE_URL}/") else "",
        nutri_score=(card["nutri_score"] or "").upper(),
        is_fictitious=card["fictitious"],
    )


def _paged(said: dict[str, str], cursor: Cursor | None) -> str:
    return _href(said | {"cursor": cursor.text()}) if cursor else ""


def _href(said: dict[str, str]) -> str:
    kept = {name: value for name, value in said.items() if value}
    return f"{reverse('web:search')}?{urlencode(kept)}"
