"""Resolving what was scanned to a product's sheet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from django.utils.translation import gettext as _

from products import lookup, replacements
from products.errors import product_unknown
from products.lookup import ServedSheet
from scanning import codes, counting, photos
from scanning.codes import Parsed, prefixes
from scanning.codes.stores import Store as Rules
from scanning.counting import Keeper
from scanning.errors import NoCodeFound, StoreUnknown, UncertainRead
from scanning.models import InStoreNumber, Store
from scanning.photos import Seen
from scanning.services.refusing import refusal_of
from scanning.services.reporting import unknown_details

SHOWN_CHARACTERS = 200


class Told(NamedTuple):
    """What a phone says of a code beside its text; `store` is a shop's short name."""

    code_format: str | None = None
    symbology_identifier: str | None = None
    store: str | None = None


class Origin(NamedTuple):
    """What a scan is counted by: the phone's name for it, its clock, a history."""

    scan_id: UUID | None = None
    scanned_at: datetime | None = None
    keeper: Keeper | None = None


class Found(NamedTuple):
    """One code of a scan: what was read, what it means, how sure the reading is."""

    parsed: Parsed
    format: str | None
    engines: tuple[str, ...]
    is_confirmed: bool

    @property
    def item(self) -> str | None:
        """The article number in an in-store number, when its shop is known."""
        item = self.parsed.details.get("item")
        return item if isinstance(item, str) else None

    def as_document(self) -> dict[str, Any]:
        """Return what the answer says of this code."""
        return {
            **self.parsed.as_document(),
            "text": self.parsed.raw[:SHOWN_CHARACTERS],
            "format": self.format,
            "gtin": self.parsed.gtin14,
            "engines": list(self.engines),
            "confirmed": self.is_confirmed,
        }


class Scanned(NamedTuple):
    """A resolved scan: the product's code first, all that was read, and the sheet."""

    gtin: str
    found: Found
    codes: list[Found]
    sheet: ServedSheet


def scan_text(
    code: str,
    *,
    told: Told = Told(),  # noqa: B008 - immutable
    origin: Origin = Origin(),  # noqa: B008 - immutable
    language: str | None = None,
) -> Scanned:
    """Resolve a typed or decoded code to its sheet."""
    shop = shops_named({told.store}).get(told.store) if told.store else None
    found = parse_text(code, told, shop)
    gtin = _gtin_of(found, shop)
    if gtin is None:
        _refuse(found, [found])
    return _resolve(gtin, found, [found], origin, language)


def scan_image(
    data: bytes,
    *,
    store: str | None = None,
    origin: Origin = Origin(),  # noqa: B008 - immutable
    language: str | None = None,
) -> Scanned:
    """Resolve a photo to the sheet of the product whose code it shows."""
    shop = shops_named({store}).get(store) if store else None
    everything = read_codes(data, shop)
    if not everything:
        raise NoCodeFound(
            _("No code can be seen. Come closer, with more light, and hold still.")
        )
    if products := [found for found in everything if found.parsed.gtin14]:
        chosen = _choose(products, everything)
        gtin = chosen.parsed.gtin14
    else:
        chosen, gtin = _first_sold(everything, shop)
    if gtin is None:
        _refuse(chosen, everything)
    return _resolve(gtin, chosen, everything, origin, language)


def parse_text(code: str, told: Told, shop: Store | None) -> Found:
    """Say what one code is, as its phone describes it and in the shop that it names."""
    parsed = codes.parse(
        code,
        told.code_format,
        told.symbology_identifier,
        shop.chain.rules_of(shop) if shop else None,
    )
    return Found(parsed, told.code_format, (), is_confirmed=True)


def shops_named(slugs: Collection[str]) -> dict[str, Store]:
    """Return shops by their short names, or refuse a name that no shop has."""
    shops = {shop.slug: shop for shop in Store.objects.for_reading(slugs)}
    for slug in slugs:
        if slug not in shops:
            raise StoreUnknown(_("No shop is known by this name."), store=slug)
    return shops


def _gtin_of(found: Found, shop: Store | None) -> str | None:
    """Return what product a code names; in-store numbers, in their own chain only."""
    if shop is None or found.item is None:
        return found.parsed.gtin14
    return InStoreNumber.objects.product_of(chain=shop.chain, item=found.item)


def _first_sold(
    everything: Sequence[Found], shop: Store | None
) -> tuple[Found, str | None]:
    """Return the first in-store number that this shop sells, and its product."""
    for found in everything:
        if found.is_confirmed and found.item and (gtin := _gtin_of(found, shop)):
            return found, gtin
    return everything[0], None


def read_codes(data: bytes, shop: Store | None = None) -> list[Found]:
    """Return every code in a photo, confirmed product codes first."""
    return _grouped(photos.read(data), shop.chain.rules_of(shop) if shop else None)


def _grouped(seen: Sequence[Seen], rules: Rules | None = None) -> list[Found]:
    """
    Say what each code of a photo is: products first, what says most before the rest.

    A candidate for a product that another code names already adds nothing.
    """
    found = [
        Found(
            codes.parse(code.text, code.format, code.symbology_identifier, rules),
            code.format,
            code.engines,
            code.is_confirmed,
        )
        for code in seen
    ]
    found.sort(key=_rank)
    kept: list[Found] = []
    for one in found:
        gtin = one.parsed.gtin14
        is_known = gtin is not None and gtin in {other.parsed.gtin14 for other in kept}
        if one.is_confirmed or not is_known:
            kept.append(one)
    return kept


def _rank(found: Found) -> tuple[bool, bool, bool]:
    parsed = found.parsed
    says_more = bool(parsed.lot or parsed.serial)
    return parsed.gtin14 is None, not found.is_confirmed, not says_more


def _choose(products: list[Found], everything: list[Found]) -> Found:
    """
    Return the first confirmed code, one that the catalogue knows before one unknown.

    Without any, the only candidate that the catalogue knows.
    """
    if confirmed := [one for one in products if one.is_confirmed]:
        # Of a single one, whether it is known is seen when its sheet is looked for.
        others = confirmed if len(confirmed) > 1 else []
        known_ones = (one for one in others if lookup.exists(one.parsed.gtin14 or ""))
        return next(known_ones, confirmed[0])
    known = [one for one in products if lookup.exists(one.parsed.gtin14 or "")]
    if len(known) != 1:
        # Shown, so that the person may say which it is; never acted upon.
        raise UncertainRead(
            _("The code cannot be read with certainty. Please take another photo."),
            codes=_documents(everything),
        )
    return known[0]


def _resolve(
    gtin: str,
    found: Found,
    everything: list[Found],
    origin: Origin,
    language: str | None,
) -> Scanned:
    sheet = lookup.current_sheet(gtin, lookup.served_language(language))
    counting.note(
        gtin=gtin,
        is_known=sheet is not None,
        scan_id=origin.scan_id,
        scanned_at=origin.scanned_at,
        keeper=origin.keeper,
        lot=found.parsed.lot or "",
    )
    if sheet is None:
        raise product_unknown(
            gtin,
            read=found.parsed.raw[:SHOWN_CHARACTERS],
            codes=_documents(everything),
            **{**unknown_details(gtin), "issuer": prefixes.issuer(gtin)},
            **_unit_inside(found),
            **replacements.hint(gtin),
        )
    return Scanned(gtin, found, everything, sheet)


def _unit_inside(found: Found) -> dict[str, Any]:
    """Say whether the unit in a case of goods is known: a hint, another product."""
    unit = found.parsed.details.get("base_gtin")
    if not isinstance(unit, str) or not lookup.exists(unit):
        return {}
    return {"unit_inside": {"gtin": unit, "sheet": f"/api/v1/products/{unit}"}}


def _documents(everything: Sequence[Found]) -> list[dict[str, Any]]:
    return [found.as_document() for found in everything]


def _refuse(found: Found, everything: Sequence[Found]) -> NoReturn:
    """Say what was read and why it leads to no product."""
    raise refusal_of(
        found.parsed,
        read=found.parsed.raw[:SHOWN_CHARACTERS],
        format=found.format,
        codes=_documents(everything),
    )
