"""What the price breakdown tells: how whole it is, and what work costs in it."""

from datetime import date
from decimal import Decimal
from typing import Any

from companies.levels import Status
from products import durations, stored
from products.computing.located import located_components
from products.computing.values import computed_from, decimal
from products.drafts import Draft
from products.price import analyse, labour, rules
from products.price.rules import BY_PLACE, COMPONENTS, COST, PRICE, RATE, WORK

GAP = "price.labour_living_wage_gap_pct"


def add(draft: Draft) -> None:
    """Add what follows from the price breakdown and from the pay behind it."""
    _hide_individual_pay(draft)
    priced = _priced(draft)
    if draft.documents[COMPONENTS]["status"] == Status.KNOWN:
        _add_breakdown(draft, priced)
    _add_living_wage(draft, priced)
    draft.flags.extend(rules.check(priced))


def _hide_individual_pay(draft: Draft) -> None:
    """Publish no pay of a group so small that it is the pay of persons."""
    document = draft.documents[BY_PLACE]
    if not isinstance(document["value"], list):
        return
    shown = _without_pay(document)
    if "discrepancy" in document:
        shown["discrepancy"] = [_without_pay(one) for one in document["discrepancy"]]
    draft.documents[BY_PLACE] = shown


def _without_pay(document: dict[str, Any]) -> dict[str, Any]:
    value = document["value"]
    if not isinstance(value, list):
        return dict(document)
    return {
        **document,
        "value": [dict(labour.without_individual_pay(one)) for one in value]
        if all(isinstance(one, dict) for one in value)
        else [],
    }


def _priced(draft: Draft) -> rules.Priced:
    documents = draft.documents
    components = tuple(
        rules.Component(code, amount, country)
        for code, text, country in located_components(draft)
        if (amount := stored.number(text)) is not None
    )
    currencies = tuple(
        (path, stored.text(documents[path].get("unit")))
        for path in (COMPONENTS, PRICE, COST, BY_PLACE)
        if documents[path]["status"] == Status.KNOWN
    )
    units = {unit for _path, unit in currencies if unit}
    price_ttc, cost = decimal(draft, PRICE), decimal(draft, COST)
    work_minutes = durations.minutes(draft.known(WORK))
    breakdown = analyse(
        [(one.code, one.amount) for one in components],
        price_ttc=price_ttc if len(units) <= 1 else None,
        vat_rate=decimal(draft, RATE),
        stated_cost=cost if len(units) <= 1 else None,
        work_minutes=work_minutes,
    )
    if len(components) < len(stored.entries(draft.known(COMPONENTS))):
        # What could not be read is missing from the sum.
        breakdown = breakdown._replace(completeness="partial", labour_share_pct=None)
    return rules.Priced(
        components,
        breakdown,
        price_ttc,
        decimal(draft, RATE),
        cost,
        tuple(labour.group(one) for one in stored.entries(draft.known(BY_PLACE))),
        work_minutes,
        currencies,
        _observed_on(draft),
    )


def _observed_on(draft: Draft) -> date:
    """Return the day whose minimum wage the amounts are held to."""
    seen = draft.documents[COMPONENTS]["observed_at"]
    seen = seen or draft.documents[BY_PLACE]["observed_at"]
    try:
        return min(date.fromisoformat(str(seen)[:10]), draft.on)
    except ValueError:
        return draft.on


def _add_breakdown(draft: Draft, priced: rules.Priced) -> None:
    breakdown, unit = priced.breakdown, priced.currency
    whole = [COMPONENTS, PRICE, RATE, COST]
    found: list[tuple[str, Any, str | None, list[str]]] = [
        ("completeness", breakdown.completeness, None, whole),
        ("labour_cost_per_unit", breakdown.labour_cost, unit, [COMPONENTS]),
        ("labour_share_of_price_pct", breakdown.labour_share_pct, "P1", whole),
        (
            "labour_minute_cost",
            breakdown.minute_cost,
            f"{unit}/MIN",
            [COMPONENTS, WORK],
        ),
    ]
    for key, value, value_unit, inputs in found:
        if value is not None:
            text = f"{value:f}" if isinstance(value, Decimal) else value
            draft.documents[f"price.{key}"] = computed_from(
                draft.documents, inputs, value=text, unit=value_unit
            )


def _add_living_wage(draft: Draft, priced: rules.Priced) -> None:
    """Add the largest gap to a living wage, among the places where it is sourced."""
    gaps = [
        gap
        for one in priced.groups
        if (gap := labour.living_wage_gap_pct(one, on=draft.on)) is not None
    ]
    if gaps:
        draft.documents[GAP] = computed_from(
            draft.documents, [BY_PLACE], value=f"{max(gaps):f}", unit="P1"
        )
