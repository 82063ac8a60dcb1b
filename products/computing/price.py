"""What the price breakdown tells: how whole it is, and what work costs in it."""

from decimal import Decimal
from typing import Any

from companies.levels import Status
from products import price
from products.computing.values import computed_from, decimal, minutes
from products.drafts import Draft


def add(draft: Draft) -> None:
    """Add what follows from the price breakdown."""
    documents = draft.documents
    components = documents["price.components"]
    if components["status"] != Status.KNOWN:
        return
    currencies = {components.get("unit"), documents["price.price_ttc"].get("unit")}
    is_one_currency = len(currencies - {None}) <= 1
    breakdown = price.analyse(
        [(item["code"], Decimal(item["amount"])) for item in components["value"]],
        price_ttc=decimal(draft, "price.price_ttc") if is_one_currency else None,
        vat_rate=decimal(draft, "price.vat_rate"),
        stated_cost=decimal(draft, "price.stated_cost"),
        work_minutes=minutes(draft.known("manufacturing.work_time")),
    )
    unit = components.get("unit") or documents["price.price_ttc"].get("unit", "")
    whole = [
        "price.components",
        "price.price_ttc",
        "price.vat_rate",
        "price.stated_cost",
    ]
    timed = ["price.components", "manufacturing.work_time"]
    found: list[tuple[str, Any, str | None, list[str]]] = [
        ("completeness", breakdown.completeness, None, whole),
        ("labour_cost_per_unit", breakdown.labour_cost, unit, ["price.components"]),
        ("labour_share_of_price_pct", breakdown.labour_share_pct, "P1", whole),
        ("labour_minute_cost", breakdown.minute_cost, f"{unit}/MIN", timed),
    ]
    for key, value, value_unit, inputs in found:
        if value is not None:
            documents[f"price.{key}"] = computed_from(
                documents, inputs, value=str(value), unit=value_unit
            )
