"""
Values of the sheet that follow from others, with their inputs and how they were found.

A leaf module: plain documents in, plain documents out. A computed value has the lowest
level, every state and the oldest date of what it was computed from.
"""

from decimal import Decimal
from typing import Any

from companies.civil_status import computed
from companies.levels import Status, lowest
from products import price
from products.vocabulary import DURATION, Section

Documents = dict[str, dict[str, Any]]


def add_price(documents: Documents) -> None:
    """Add to `documents`, by field path, what the price breakdown tells."""
    components = documents["price.components"]
    if components["status"] != Status.KNOWN:
        return
    currencies = {components.get("unit"), documents["price.price_ttc"].get("unit")}
    is_one_currency = len(currencies - {None}) <= 1
    work_minutes = minutes(documents["manufacturing.work_time"]["value"])
    breakdown = price.analyse(
        [(item["code"], Decimal(item["amount"])) for item in components["value"]],
        price_ttc=_decimal(documents["price.price_ttc"]) if is_one_currency else None,
        vat_rate=_decimal(documents["price.vat_rate"]),
        stated_cost=_decimal(documents["price.stated_cost"]),
        work_minutes=work_minutes,
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
            documents[f"price.{key}"] = _computed(
                documents, inputs, value=str(value), unit=value_unit
            )


def minutes(value: Any) -> int | None:
    """Return an ISO 8601 duration in whole minutes, or none."""
    matched = DURATION.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        return None
    days, _time, hours, mins = (part or "" for part in matched.groups())
    return int(days[:-1] or 0) * 1440 + int(hours[:-1] or 0) * 60 + int(mins[:-1] or 0)


def gaps(sections: tuple[Section, ...], documents: Documents) -> list[str]:
    """Return the mandatory fields that nobody answered, in the order of the sheet."""
    return [
        field.path
        for section in sections
        for field in section.fields
        if field.is_mandatory and documents[field.path]["status"] == Status.UNKNOWN
    ]


def _decimal(document: dict[str, Any]) -> Decimal | None:
    return Decimal(document["value"]) if document["value"] is not None else None


def _computed(
    documents: Documents, inputs: list[str], **members: Any
) -> dict[str, Any]:
    inputs = [path for path in inputs if documents[path]["level"]]
    used = [documents[path] for path in inputs]
    return computed(
        lowest([document["level"] for document in used]),
        states=sorted(
            {state for document in used for state in document.get("states", [])}
        ),
        observed_at=min(document["observed_at"] for document in used),
        inputs=inputs,
        **members,
    )
