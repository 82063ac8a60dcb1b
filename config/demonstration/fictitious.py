"""The made-up companies and products, as their files describe them."""

from typing import Any, NamedTuple

from companies import catalogue
from companies.levels import Status
from config.demonstration import data
from config.demonstration.data import Item, Wanted
from products import vocabulary

# Amounts of this demonstration; the vocabulary leaves the currency to the statement.
CURRENCY = "EUR"
PRICED = {"price.price_ttc", "price.components", "price.stated_cost"}


class Rate(NamedTuple):
    """How many employees are satisfied, measured `days_ago` before the load."""

    percent: int
    answers: int
    invited: int
    days_ago: int
    source_kind: str
    source_name: str
    level: str


class Firm(NamedTuple):
    """One company of the demonstration, with all that is stated of it."""

    id: str
    name: str
    statements: list[Wanted]
    rate: Rate


def firms() -> list[Firm]:
    """Return the companies; the first one is the one of the terminal."""
    content = data.read("companies.json")
    return [_firm(entry, content["sources"]) for entry in content["companies"]]


def items() -> list[Item]:
    """Return the products of these companies."""
    content = data.read("products.json")
    companies = {
        entry["key"]: entry for entry in data.read("companies.json")["companies"]
    }
    return [
        _item(product, group, content["sources"], companies[group["company"]])
        for group in content["groups"]
        for product in group["products"]
    ]


def featured() -> dict[str, str]:
    """Return the GTINs worth a first look: a full sheet, and a real product."""
    gtins: dict[str, str] = data.read("products.json")["featured"]
    return gtins


def _firm(entry: dict[str, Any], sources: dict[str, Any]) -> Firm:
    statements = [
        _wanted(fact, value, sources[said_by], entry["name"])._replace(
            unit=entry["units"].get(fact),
            year=entry.get("year") if covers_a_year(fact) else None,
            details=entry.get("details", {}).get(fact, {}),
        )
        for said_by, facts in entry["says"].items()
        for fact, value in facts.items()
    ]
    return Firm(entry["id"], entry["name"], statements, Rate(**entry["rate"]))


def covers_a_year(fact: str) -> bool:
    """Say whether a fact's figure is about a year."""
    return catalogue.facts()[fact].period == "year"


def _item(
    product: dict[str, Any],
    group: dict[str, Any],
    sources: dict[str, Any],
    company: dict[str, Any],
) -> Item:
    # A variant says what differs; the rest its family says once.
    says = {
        said_by: {**group["says"].get(said_by, {}), **product["says"].get(said_by, {})}
        for said_by in [*group["says"], *product["says"]]
    }
    statements = [
        _field(field, value, sources[said_by], company["name"])
        for said_by, fields in says.items()
        for field, value in fields.items()
    ]
    if not group["nutrition"]:
        statements += [
            _field(
                path, {"status": "not_applicable"}, sources["producer"], company["name"]
            )
            for path, field in vocabulary.fields().items()
            if field.section == "nutrition"
        ]
    return Item(
        gtin=product["gtin"].zfill(14),
        name=product["name"],
        statements=statements,
        company_id=company["id"],
        family=group["family"],
        variant=product["variant"],
        stock=product["stock"],
    )


def _field(field: str, value: Any, described: dict[str, Any], name: str) -> Wanted:
    wanted = _wanted(field, value, described, name)
    if wanted.status == Status.KNOWN:
        wanted = wanted._replace(value=vocabulary.clean(field, value))
    return wanted._replace(unit=CURRENCY) if field in PRICED else wanted


def _wanted(field: str, value: Any, described: dict[str, Any], name: str) -> Wanted:
    """Return one statement; `{"status": …}` and a note say why there is no value."""
    source = data.source(described, name=name)
    if isinstance(value, dict) and "status" in value:
        noted = source._replace(note=value.get("note", ""))
        return Wanted(field, noted, status=value["status"])
    return Wanted(field, source, value)
