"""Dumps and tables for tests, and the way through an import."""

import gzip
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from companies.models import Company
from config.demonstration import data
from products.importing import making
from products.models import ProductImport, RefusedProductLine
from products.services import ask_product_import, confirm_product_import
from products.services.importing import DEFAULT, OPERATOR, By, Wish

AT_ONCE = Wish(dry_run=False)
CHANGED = 1_760_000_000


def record(code: str, name: str = "Biscuits", **members: Any) -> dict[str, Any]:
    """Return a record of the dump."""
    return {
        "code": code,
        "product_name": name,
        "lang": "fr",
        "last_modified_t": CHANGED,
        **members,
    }


@cache
def samples() -> list[dict[str, Any]]:
    """Return the records of the demonstration as the dump writes them."""
    return [_as_in_dump(one) for one in data.read("off_products.json")["products"]]


def _as_in_dump(one: dict[str, Any]) -> dict[str, Any]:
    ours = {"name", "names", "nutriments_100g", "agribalyse", "code_class", "gtin14"}
    dumped = {key: value for key, value in one.items() if key not in ours}
    dumped["product_name"] = one["name"]
    for language, text in one.get("names", {}).items():
        dumped[f"product_name_{language}"] = text
    dumped["nutriments"] = {
        f"{key}_100g": value for key, value in one.get("nutriments_100g", {}).items()
    }
    if "agribalyse" in one:
        dumped["environmental_score_data"] = {"agribalyse": one["agribalyse"]}
    return dumped


def lines(records: Iterable[Any]) -> bytes:
    """Return records as lines; bytes are lines already."""
    return b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n"
        for one in records
    )


def dump(records: Iterable[Any]) -> bytes:
    """Return a compressed dump."""
    return gzip.compress(lines(records), mtime=0)


def table(*rows: Sequence[str]) -> bytes:
    """Return a CSV file of cells without quotes."""
    return "\n".join(";".join(row) for row in rows).encode()


def asked(
    content: bytes,
    of: Company | None = None,
    *,
    by: By = OPERATOR,
    wish: Wish = DEFAULT,
) -> ProductImport:
    """Upload a file, in two chunks; work on nothing yet."""
    half = len(content) // 2
    chunks = [content[:half], content[half:]]
    return ask_product_import(
        company=of, name="produits", chunks=chunks, by=by, wish=wish
    )


def imported(content: bytes, of: Company | None = None) -> ProductImport:
    """Import a file without a dry run, to the end."""
    return worked(asked(content, of, wish=AT_ONCE))


def confirmed(run: ProductImport) -> ProductImport:
    """Confirm what was checked, and record it."""
    confirm_product_import(run=run, by=OPERATOR)
    return worked(run)


def worked(run: ProductImport) -> ProductImport:
    """Work until nothing is left."""
    while making.work():
        pass
    run.refresh_from_db()
    return run


def refusals(run: ProductImport) -> list[tuple[int, str, str]]:
    """Return line, field and code of what was refused, in the order of the file."""
    rows = RefusedProductLine.objects.filter(run=run).order_by("line", "pk")
    return list(rows.values_list("line", "field", "code"))
