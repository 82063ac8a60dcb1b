"""Which link answers, of those that are registered."""

from typing import Any

import pytest

from common.accepting import wishes
from scanning.resolving import linktypes
from scanning.resolving.choosing import Wanted, choose
from scanning.resolving.registered import Level, Registered

PIP, DPP = linktypes.PIP, f"{linktypes.NAMESPACE}dpp"


def link(href: str, kind: str = PIP, **members: Any) -> Registered:
    return Registered(kind, href, "title", **members)


def chosen(
    *levels: list[Registered], kind: str = "", language: str = "", **wanted: Any
) -> list[str]:
    """Return the addresses of the links that answer; the finest level comes first."""
    tree = [
        Level(f"/01/{place}", "", tuple(links)) for place, links in enumerate(levels)
    ]
    media = wishes(wanted.pop("accept", ""))
    languages = wishes(language, of_languages=True)
    found = choose(tree, Wanted(kind, media=media, languages=languages, **wanted))
    return [one.href for one in found]


def test_the_finest_level_with_a_default_answers() -> None:
    lot, product = [link("lot", DPP)], [link("product", is_default=True)]

    assert chosen(lot, product) == ["product"]
    assert chosen([link("lot", is_default=True)], product) == ["lot"]


def test_the_finest_level_answers_even_when_one_above_fits_better() -> None:
    lot = [link("lot", is_default=True)]
    product = [link("french", hreflang=("fr",), is_default_multi=True)]

    assert chosen(lot, product, language="fr") == ["lot"]


def test_the_default_of_a_language_needs_that_language() -> None:
    links = [
        link("default", is_default=True),
        link("fr", hreflang=("fr",), is_default_multi=True),
        link("en", hreflang=("en",), is_default_multi=True),
        link("de", hreflang=("de",)),
    ]

    assert chosen(links, language="en;q=0.5, fr") == ["fr"]
    assert chosen(links, language="de") == ["default"]
    assert chosen(links) == ["default"]


def test_a_default_in_german_yields_to_a_type_in_english() -> None:
    links = [
        link("german", DPP, is_default=True),
        link("pip-de", hreflang=("de",)),
        link("pip-en", hreflang=("en",)),
    ]

    assert chosen(links, kind=PIP, language="en") == ["pip-en"]


def test_alike_links_are_all_offered_whatever_their_order_of_words() -> None:
    traits = {"media_type": "text/html"}
    links = [
        link("a", hreflang=("fr", "en"), **traits),
        link("b", hreflang=("en", "fr"), **traits),
        link("c", hreflang=("en",), **traits),
    ]

    assert chosen(links, kind=PIP, language="fr") == ["a", "b"]


def test_the_default_of_a_type_is_never_one_of_several() -> None:
    links = [link("a"), link("b", is_default=True), link("c")]

    assert chosen(links, kind=PIP) == ["b"]
    assert chosen([link("a"), link("c")], kind=PIP) == ["a", "c"]


def test_unmatched_the_one_without_conditions_answers() -> None:
    links = [link("de", hreflang=("de",)), link("any"), link("fr", hreflang=("fr",))]

    assert chosen(links, kind=PIP, language="es") == ["any"]


def test_the_context_counts_more_than_the_language() -> None:
    links = [
        link("lk", context=("LK",), hreflang=("en",)),
        link("fr", hreflang=("fr",)),
    ]

    assert chosen(links, kind=PIP, language="fr", context="lk") == ["lk"]
    assert chosen(links, kind=PIP, language="en") == ["fr"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/pdf", "pdf"),
        ("text/html, */*;q=0.5", "html"),
        ("application/*", "pdf"),
        ("*/*", "html"),
        ("image/png", "html"),
    ],
)
def test_the_media_type_chooses(accept: str, expected: str) -> None:
    links = [
        link("html", media_type="text/html"),
        link("pdf", media_type="application/pdf"),
    ]

    assert chosen(links, kind=PIP, accept=accept) == [expected]


def test_what_is_not_there_is_not_replaced_by_something_else() -> None:
    assert chosen([link("default", is_default=True)], kind=DPP) == []


def test_our_sheet_is_not_offered_beside_the_company_s_own_page() -> None:
    own = link("own", hreflang=("fr",), media_type="text/html")
    sheet = own._replace(href="sheet", is_sheet=True)

    assert chosen([own, sheet], kind=PIP, language="fr") == ["own"]
