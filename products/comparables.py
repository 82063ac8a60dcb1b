"""
What a sheet is compared by: noted when it is published, the quartiles read before.

A leaf module. The publication writes rows of its own products only, which it has
locked; what follows from them for others is found later, off its path.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from companies.levels import Status
from products import stored, wording
from products.drafts import Benchmark, Draft
from products.footprint import comparing, rules
from products.footprint.reading import read
from products.models import CategoryBenchmark, Comparable, Product

CATEGORY = "identity.category"
NUTRI_SCORE, GREEN_SCORE = "nutrition.nutri_score", "eco.green_score"
NUTRI_LETTERS = ("a", "b", "c", "d", "e")
GREEN_LETTERS = ("a-plus", "a", "b", "c", "d", "e", "f")
FOOTPRINT = "eco.pcf_total"
COST = ("eco.environmental_cost", "eco.environmental_cost_version")
LABOUR, PRICE = "price.labour_share_of_price_pct", "price.price_ttc"
CONTENT = "identity.net_content"
# How many of what a price is told for are in one of the content's unit.
PRICED_BY = {
    "GRM": ("KGM", Decimal("0.001")),
    "KGM": ("KGM", Decimal(1)),
    "MLT": ("LTR", Decimal("0.001")),
    "CLT": ("LTR", Decimal("0.01")),
    "LTR": ("LTR", Decimal(1)),
    "H87": ("H87", Decimal(1)),
}
# Databases keep fifteen digits without loss, and quartiles need two more decimals.
LARGEST = Decimal(10) ** 7
STEP = Decimal("0.000001")
# States that leave a value out of any comparison.
UNSAFE = frozenset({"disputed", "expired"})
# What changes no comparison, or follows from one.
OWN = frozenset({"product", "standing", "is_due", "updated_at"})
FIELDS = tuple(one.attname for one in Comparable._meta.concrete_fields)
COMPARED = tuple(
    one.attname for one in Comparable._meta.concrete_fields if one.name not in OWN
)
Sections = Mapping[tuple[Any, str], dict[str, Any]]


def categories_of(draft: Draft) -> tuple[str, str]:
    """Return the category above the finest one, and the finest one; or nothing."""
    found = [one[:120] for one in stored.texts(draft.known(CATEGORY))]
    return (found[-2] if len(found) > 1 else "", found[-1] if found else "")


def add_benchmarks(products: Sequence[Product], drafts: Sequence[Draft]) -> None:
    """Add to each draft the quartiles of its categories, coarse to fine; one query."""
    wanted = {
        category
        for draft in drafts
        if draft.known(FOOTPRINT) is not None
        for category in categories_of(draft)
    } - {""}
    if not wanted:
        return
    found: dict[tuple[str, bool], list[Benchmark]] = {}
    for row in CategoryBenchmark.objects.filter(category__in=wanted).order_by("pk"):
        found.setdefault((row.category, row.is_fictitious), []).append(told(row))
    for product, draft in zip(products, drafts, strict=True):
        kind = _is_fictitious(product)
        draft.benchmarks = tuple(
            one
            for category in categories_of(draft)
            for one in found.get((category, kind), [])
        )


def told(row: CategoryBenchmark) -> Benchmark:
    """Return quartiles as drafts have them."""
    return Benchmark(
        row.category,
        row.method,
        row.scope,
        row.unit,
        stored.plain(row.p25),
        stored.plain(row.median),
        stored.plain(row.p75),
        row.count,
    )


def note_published(
    products: Sequence[Product], drafts: Sequence[Draft], companies: Sections
) -> None:
    """
    Note what these products are compared by, in the transaction of their publication.

    `companies` are the companies' sections by company and language. Two queries, and
    one only where nothing changed; what changed is due to be compared.
    """
    known = Comparable.objects.in_bulk([product.pk for product in products])
    changed = []
    # One for all of them: see `comparing.working`, which tells publications by it.
    moment = timezone.now()
    for product, draft in zip(products, drafts, strict=True):
        row = _row(product, draft, companies.get((product.company_id, "fr"), {}))
        row.updated_at = moment
        before = known.get(product.pk)
        row.is_due = before is None or before.is_due or _differ(row, before)
        if before is None and not row.category:
            row.is_due = False
        if before is None or row.is_due or row.standing != before.standing:
            changed.append(row)
    Comparable.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=[one for one in FIELDS if one != "product_id"],
    )


def _differ(row: Comparable, before: Comparable) -> bool:
    return any(getattr(row, name) != getattr(before, name) for name in COMPARED)


def _is_fictitious(product: Product) -> bool:
    return bool(product.company and product.company.is_fictitious)


def _row(product: Product, draft: Draft, company: Mapping[str, Any]) -> Comparable:
    parent, category = categories_of(draft)
    brand = stored.text(draft.known("identity.brand"))
    row = Comparable(
        product=product,
        category=category,
        parent=parent,
        is_fictitious=_is_fictitious(product),
        is_recalled=bool(draft.known("recalls.recalls")),
        maker=str(product.company_id or brand.casefold() or product.pk),
        name_fr=_name(product, draft, "fr"),
        name_en=_name(product, draft, "en"),
        brand=brand,
        image=_address(draft.known("identity.image")),
    )
    until: list[str] = []
    for measured in (_nutri_score, _green_score, _footprint, _cost, _labour, _price):
        measured(row, draft, until)
    _satisfaction(row, company)
    row.holds_until = _day(min(until)) if until else None
    compared = comparing.compare_stated(read(draft), draft.benchmarks)
    row.standing = compared.evaluation if compared else ""
    return row


def _name(product: Product, draft: Draft, language: str) -> str:
    names = stored.mapping(draft.known("identity.name"))
    if not names:
        return product.name
    with override(language):
        return wording.translated(dict(names))[:300]


def _address(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 2000 else ""


def _usable(draft: Draft, path: str) -> dict[str, Any] | None:
    """Return a value that is known, neither disputed nor expired; or none."""
    document = draft.documents[path]
    if document["status"] != Status.KNOWN or not document["observed_at"]:
        return None
    return None if UNSAFE & set(document.get("states", [])) else document


def _said(
    row: Comparable, key: str, document: Mapping[str, Any], until: list[str]
) -> None:
    """Note the day and level of a value, and how long it and its inputs hold."""
    row.said[key] = [str(document["observed_at"])[:10], str(document["level"])]
    if end := document.get("valid_until"):
        until.append(str(end))


def _grade(
    draft: Draft, path: str, letters: Sequence[str]
) -> tuple[dict[str, Any], Decimal, str] | None:
    """Return a grade whose version is known: letters of two versions do not compare."""
    document = _usable(draft, path)
    value = stored.mapping(document["value"]) if document else {}
    letter = stored.text(value.get("grade")).strip().casefold().replace("+", "-plus")
    version = stored.text(value.get("version"))
    if document is None or letter not in letters or not version:
        return None
    basis = f"{version} {stored.text(value.get('class'))}".strip()[:120]
    return document, Decimal(letters.index(letter)), basis


def _nutri_score(row: Comparable, draft: Draft, until: list[str]) -> None:
    if found := _grade(draft, NUTRI_SCORE, NUTRI_LETTERS):
        document, row.nutri_score, row.nutri_score_basis = found
        _said(row, "nutri_score", document, _ends(draft, document, until))


def _green_score(row: Comparable, draft: Draft, until: list[str]) -> None:
    if found := _grade(draft, GREEN_SCORE, GREEN_LETTERS):
        document, row.green_score, row.green_score_basis = found
        _said(row, "green_score", document, _ends(draft, document, until))


def _ends(draft: Draft, document: Mapping[str, Any], until: list[str]) -> list[str]:
    """Add when the inputs of a computed value end: it holds no longer than they."""
    inputs = [draft.documents[path] for path in document.get("inputs", [])]
    until += [str(one["valid_until"]) for one in inputs if one.get("valid_until")]
    return until


def _footprint(row: Comparable, draft: Draft, until: list[str]) -> None:
    needed = ("eco.method", "eco.scope", "eco.declared_unit")
    documents = [_usable(draft, path) for path in (FOOTPRINT, *needed)]
    footprint = read(draft)
    amount, unit = _held(footprint.total), comparing.unit_text(footprint.declared_unit)
    told = (footprint.method, footprint.scope, unit)
    if None in documents or amount is None or not all(told):
        return
    if not rules.is_comparable(footprint) or len(unit) > 120:
        return
    row.footprint = amount
    row.footprint_method, row.footprint_scope, row.footprint_unit = told
    for document in reversed(documents):
        if document:
            _said(row, "footprint", document, until)


def _cost(row: Comparable, draft: Draft, until: list[str]) -> None:
    document, version = _usable(draft, COST[0]), _usable(draft, COST[1])
    amount = _held(stored.number(draft.known(COST[0])))
    basis = stored.text(draft.known(COST[1]))
    if document and version and amount is not None and amount >= 0 and basis:
        row.environmental_cost, row.environmental_cost_basis = amount, basis
        _said(row, "environmental_cost", version, until)
        _said(row, "environmental_cost", document, until)


def _labour(row: Comparable, draft: Draft, until: list[str]) -> None:
    document = _usable(draft, LABOUR)
    amount = _held(stored.number(draft.known(LABOUR)))
    if document and amount is not None:
        row.labour_share = amount
        _said(row, "labour_share", document, _ends(draft, document, until))


def _price(row: Comparable, draft: Draft, until: list[str]) -> None:
    """Note the price of one kilogram, litre or piece; in euros only."""
    document, content = _usable(draft, PRICE), _usable(draft, CONTENT)
    amount = stored.number(draft.known(PRICE))
    quantity = stored.mapping(draft.known(CONTENT))
    per, factor = PRICED_BY.get(stored.text(quantity.get("unit")), ("", Decimal(0)))
    size = (stored.number(quantity.get("value")) or Decimal(0)) * factor
    if not document or not content or amount is None or amount <= 0 or size <= 0:
        return
    price = _held(amount / size)
    if price is not None and document.get("unit") == "EUR":
        row.price, row.price_basis = price, f"EUR/{per}"
        _said(row, "price", content, until)
        _said(row, "price", document, until)


def _satisfaction(row: Comparable, company: Mapping[str, Any]) -> None:
    """Note a rate of the company that is fresh; old ones are only shown."""
    document = stored.mapping(
        stored.mapping(company.get("fields")).get("employee_satisfaction")
    )
    if document.get("freshness") != "fresh" or document.get("states"):
        return
    amount = _held(stored.number(document.get("value")))
    if amount is not None:
        row.satisfaction = amount
        _said(row, "satisfaction", document, [])


def _held(value: Decimal | None) -> Decimal | None:
    """Return a number as every database holds it; none of what is beyond."""
    if value is None or abs(value) >= LARGEST:
        return None
    return stored.rounded(value, STEP)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def holding(on: date) -> Q:
    """Return the rows whose values all hold on a day."""
    return Q(holds_until=None) | Q(holds_until__gte=on)
