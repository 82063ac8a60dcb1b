"""
Keeping what the catalogue is searched by, from what is published and nothing else.

A leaf module. Publishing calls `index` in its transaction; `catch_up` does the same for
what was published before there was an index, or under other rules of what a word is.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from companies.levels import Status
from products import stored
from products.models import LANGUAGES, Product, SearchEntry, SearchWord, Sheet
from products.words import RULES, lexemes, spelling
from products.words.lexemes import Said

# Of one product in each language: the document that is published.
Contents = Mapping[str, dict[str, Any]]

COLUMNS = ("position", "order_fr", "order_en", "words", "card_fr", "card_en", "rules")
AT_ONCE = 40
# Far below the limit of a task.
WORK_SECONDS = 4.0


def index(published: Mapping[str, Contents], revisions: Mapping[str, int]) -> None:
    """
    Let products be found by what their sheets say now; in the caller's transaction.

    Three queries, however many products.
    """
    if not published:
        return
    SearchEntry.objects.bulk_create(
        [
            _entry(gtin, contents, revisions[gtin])
            # In one order everywhere: two publishers at once never wait in a circle.
            for gtin, contents in sorted(published.items())
        ],
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=COLUMNS,
    )
    _learn(
        word
        for contents in published.values()
        for word in lexemes.spoken(_said(contents))
        if spelling.may_be_misspelt(word)
    )


def _entry(gtin: str, contents: Contents, revision: int) -> SearchEntry:
    said = _said(contents)
    cards = {language: _card(contents[language], revision) for language in LANGUAGES}
    return SearchEntry(
        product_id=gtin,
        position=lexemes.position(said.names, gtin),
        order_fr=lexemes.order(cards["fr"]["name"]),
        order_en=lexemes.order(cards["en"]["name"]),
        words=lexemes.lexemes(said, _marks(contents["fr"])),
        card_fr=json.dumps(cards["fr"], ensure_ascii=False),
        card_en=json.dumps(cards["en"], ensure_ascii=False),
        rules=RULES,
    )


def _learn(words: Iterable[str]) -> None:
    """Remember words that were not known; whoever publishes the same ones waits."""
    said = set(words)
    known = SearchWord.objects.filter(word__in=said).values_list("word", flat=True)
    SearchWord.objects.bulk_create(
        [
            SearchWord(word=word, length=len(word), keys=" ".join(spelling.keys(word)))
            for word in sorted(said - set(known))
        ],
        ignore_conflicts=True,
    )


def _said(contents: Contents) -> Said:
    """Return the words of a product: its names in every language, and the rest."""
    names = dict.fromkeys(content["name"] for content in contents.values())
    translations = _value(contents["fr"], "name")
    if isinstance(translations, dict):
        names.update(dict.fromkeys(map(str, translations.values())))
    others = (
        text
        for content in contents.values()
        for text in (
            _text(content, "category"),
            _text(content, "brand_owner"),
            _company(content)["name"] or "",
        )
    )
    brands = (_text(content, "brand") for content in contents.values())
    return Said(tuple(names), _each(brands), _each(others))


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _marks(content: dict[str, Any]) -> list[str]:
    """Return the lexemes of the exact values that a list can be filtered by."""
    categories = stored.texts(_value(content, "category"))
    found = [lexemes.mark("category", one) for one in categories]
    if brand := _text(content, "brand"):
        found.append(lexemes.mark("brand", brand))
    if company := _company(content)["id"]:
        found.append(lexemes.mark("company", company))
    return [
        *found,
        fictitious(is_so=content["fictitious"]),
        number(content["gtin"]),
    ]


def fictitious(*, is_so: bool) -> str:
    """Return the lexeme of the products of an invented company, or of all others."""
    return lexemes.mark("fictitious", "yes" if is_so else "no")


def number(gtin: str) -> str:
    """Return the lexeme of a GTIN of 14 digits."""
    return lexemes.mark("gtin", gtin)


def _card(content: dict[str, Any], revision: int) -> dict[str, Any]:
    """Return a product as lists show it, in one language."""
    grade = _value(content, "nutri_score", "nutrition")
    return {
        "gtin": content["gtin"],
        "name": content["name"],
        "brand": _text(content, "brand") or None,
        "category": _text(content, "category") or None,
        "net_content": _text(content, "net_content") or None,
        "company": _company(content),
        "image": _value(content, "image"),
        "nutri_score": grade.get("grade") if isinstance(grade, dict) else None,
        "revision": revision,
        "fictitious": content["fictitious"],
    }


def _company(content: dict[str, Any]) -> dict[str, Any]:
    section = content["sections"]["company"]
    return {"id": section.get("id"), "name": section.get("name")}


def _field(content: dict[str, Any], key: str, section: str) -> dict[str, Any]:
    fields = content["sections"].get(section, {}).get("fields", {})
    field: dict[str, Any] = fields.get(key, {})
    return field if field.get("status") == Status.KNOWN else {}


def _value(content: dict[str, Any], key: str, section: str = "identity") -> Any:
    return _field(content, key, section).get("value")


def _text(content: dict[str, Any], key: str) -> str:
    return str(_field(content, key, "identity").get("text", ""))


def missing() -> QuerySet[Sheet]:
    """Return first revisions, of the products that are not indexed, or no longer."""
    indexed = SearchEntry.objects.filter(product=OuterRef("product"), rules=RULES)
    first = Sheet.objects.filter(language=LANGUAGES[0], revision=1)
    return first.filter(~Exists(indexed)).order_by("product_id")


def catch_up(*, seconds: float = WORK_SECONDS) -> bool:
    """Index published products for some seconds; say whether some are still missing."""
    until = time.monotonic() + seconds
    after = ""
    while gtins := _next(missing(), after):
        index_again(gtins)
        after = gtins[-1]
        if time.monotonic() >= until:
            return missing().exists()
    return False


def _next(sheets: QuerySet[Sheet], after: str) -> list[str]:
    rows = sheets.filter(product__gt=after).order_by("product_id")
    return list(rows.values_list("product", flat=True)[:AT_ONCE])


@transaction.atomic
def index_again(gtins: Iterable[str]) -> None:
    """
    Index what these products' current sheets say.

    Their rows are locked as a publisher locks them: what it publishes meanwhile is not
    overwritten with what was read before.
    """
    gtins = list(gtins)
    locked = Product.objects.select_for_update().filter(pk__in=gtins).order_by("pk")
    list(locked.values_list("pk"))
    published: dict[str, dict[str, dict[str, Any]]] = {}
    for sheet in _current(gtins):
        content = json.loads(bytes(sheet.body))
        published.setdefault(sheet.product_id, {})[sheet.language] = content
    whole = {
        gtin: contents
        for gtin, contents in published.items()
        if len(contents) == len(LANGUAGES)
    }
    index(whole, {gtin: one["fr"]["revision"] for gtin, one in whole.items()})


def _current(gtins: list[str]) -> QuerySet[Sheet]:
    later = Sheet.objects.filter(
        product=OuterRef("product"),
        language=OuterRef("language"),
        revision__gt=OuterRef("revision"),
    )
    return (
        Sheet.objects.filter(~Exists(later), product__in=gtins)
        .order_by()
        .only("product", "language", "body")
    )
