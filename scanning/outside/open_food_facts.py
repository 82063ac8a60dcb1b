"""
Open Food Facts: which address to ask, and what its answer says. No Django, no network.

Source: https://openfoodfacts.github.io/openfoodfacts-server/api/ (version 2). An absent
product is answered 404 today, and was answered 200 with `"status": 0` before.
"""

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SOURCE = "Open Food Facts"
LICENCE = "ODbL 1.0"
LICENCE_URL = "https://opendatacommons.org/licenses/odbl/1-0/"
FIELDS = (
    "code",
    "product_name",
    "product_name_fr",
    "product_name_en",
    "brands",
    "quantity",
    "image_front_url",
    "image_url",
)
# In the order of choice: the catalogue's own readers write the first one themselves.
NAMES = ("product_name_fr", "product_name", "product_name_en")
IMAGES = ("image_front_url", "image_url")
MAX_NAME_CHARACTERS = 300
MAX_QUANTITY_CHARACTERS = 100
MAX_URL_CHARACTERS = 500


class Unusable(Exception):
    """The answer is not what the documentation promises. One word says how."""


class Described(NamedTuple):
    """A product in the catalogue's words. Each may be empty."""

    name: str
    brands: str
    quantity: str
    image_url: str


def barcode(gtin14: str) -> str:
    """Return the number as the catalogue writes it: 8 digits, 13, or all 14."""
    if gtin14.startswith("000000"):
        return gtin14[6:]
    return gtin14.removeprefix("0")


def path(gtin14: str) -> str:
    """Return the path and query of the question."""
    return f"/api/v2/product/{barcode(gtin14)}.json?fields={','.join(FIELDS)}"


def page(base_url: str, gtin14: str) -> str:
    """Return the address of the product's page, for people."""
    return f"{base_url}/product/{barcode(gtin14)}"


def read(gtin14: str, body: bytes) -> Described | None:
    """
    Return what a 200 answer says of the product, none when it is absent.

    Raise `Unusable` for anything else, another product's answer included.
    """
    try:
        answer = json.loads(body)
    # RecursionError: brackets in brackets, a thousand deep.
    except (ValueError, RecursionError) as error:
        raise Unusable("not_json") from error
    if not isinstance(answer, dict):
        raise Unusable("not_an_object")
    if answer.get("status") == 0:
        return None
    product = answer.get("product")
    if answer.get("status") != 1 or not isinstance(product, dict):
        raise Unusable("no_product")
    code = product.get("code") or answer.get("code")
    if not isinstance(code, str) or code.lstrip("0") != gtin14.lstrip("0"):
        raise Unusable("another_product")
    return Described(
        name=_first(product, NAMES, MAX_NAME_CHARACTERS),
        brands=_text(product.get("brands"), MAX_NAME_CHARACTERS),
        quantity=_text(product.get("quantity"), MAX_QUANTITY_CHARACTERS),
        image_url=next(filter(None, (_https(product.get(key)) for key in IMAGES)), ""),
    )


def _first(product: dict[str, Any], keys: tuple[str, ...], limit: int) -> str:
    return next(filter(None, (_text(product.get(key), limit) for key in keys)), "")


def _text(value: Any, limit: int) -> str:
    """Return a text on one line, without characters that no screen shows."""
    if not isinstance(value, str):
        return ""
    shown = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(shown.split())[:limit].strip()


def _https(value: Any) -> str:
    """Return an https address, or nothing: it is shown to readers as a picture."""
    text = _text(value, MAX_URL_CHARACTERS + 1)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    usable = parts.scheme == "https" and parts.hostname and " " not in text
    return text if usable and len(text) <= MAX_URL_CHARACTERS else ""
