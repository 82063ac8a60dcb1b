"""Our own sheet among the links of a product: its default, unless one is registered."""

import json
from collections.abc import Mapping, Sequence

from django.conf import settings

from products.lookup import DEFAULT_LANGUAGE
from products.models import LANGUAGES, Sheet
from scanning.codes import ResolverKey
from scanning.resolving import linktypes
from scanning.resolving.registered import Level, Registered

MEDIA_TYPE = "text/html"


def names(gtin14: str) -> dict[str, str]:
    """Return the product's name by language, as its current sheet says; one query."""
    # All languages are published together, so the last rows are of one revision.
    newest = Sheet.objects.filter(product=gtin14).order_by("-revision")
    rows = newest.values_list("language", "body")[: len(LANGUAGES)]
    return {language: str(json.loads(bytes(body))["name"]) for language, body in rows}


def address(gtin14: str) -> str:
    """Return where the sheet is shown whatever default its company registered."""
    return f"{settings.BASE_URL}/sheets/{gtin14}"


def is_overruled(levels: Sequence[Level]) -> bool:
    """Say whether a company registered another default than our sheet."""
    return any(
        link.is_default or link.is_default_multi
        for level in levels
        for link in level.links
    )


def added(
    levels: Sequence[Level], key: ResolverKey, named: Mapping[str, str]
) -> tuple[Level, ...]:
    """
    Return the levels with the sheet among the product's own links, after all others.

    `named` has its name by language. It is the default where the product has no other.
    """
    path = key.levels[-1]
    others = tuple(level for level in levels if level.path != path)
    product = next(
        (level for level in levels if level.path == path),
        Level(path, named.get(DEFAULT_LANGUAGE, ""), ()),
    )
    has_default = any(link.is_default for link in product.links)
    own = _elsewhere(key, named) if has_default else _in_place(path, named)
    return (*others, product._replace(links=(*product.links, *own)))


def _elsewhere(key: ResolverKey, named: Mapping[str, str]) -> tuple[Registered, ...]:
    title = named.get(DEFAULT_LANGUAGE, "")
    link = Registered(linktypes.PIP, address(key.primary[1][:14]), title)
    return (link._replace(media_type=MEDIA_TYPE, is_sheet=True),)


def _in_place(path: str, named: Mapping[str, str]) -> tuple[Registered, ...]:
    """Return the default, which is the address itself, and one link a language."""
    anchor = f"{settings.BASE_URL}{path}"
    default = Registered(
        linktypes.PIP,
        anchor,
        named.get(DEFAULT_LANGUAGE, ""),
        is_default=True,
        is_sheet=True,
    )
    in_languages = [
        default._replace(
            href=f"{anchor}?lang={language}",
            title=named.get(language, default.title),
            hreflang=(language,),
            media_type=MEDIA_TYPE,
            is_default=False,
            is_default_multi=True,
        )
        for language in LANGUAGES
    ]
    return (default, *in_languages)
