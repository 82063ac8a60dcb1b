"""
Records of Open Food Facts, as statements of the sheet. Pure but for the files.

What a record leaves out, or says in words that nobody could read for sure, is not
stated: the sheet then says “not disclosed”.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from companies.catalogue import ValueRefused
from companies.levels import SourceKind, Status
from companies.services import Source
from config.demonstration import data, geography, quantities
from config.demonstration.data import Item, Wanted
from products import vocabulary
from products.gtin import is_gtin, is_restricted, normalize

ATTRIBUTION = "Données produits : © contributeurs Open Food Facts, licence ODbL 1.0"
SITE = "https://world.openfoodfacts.org/product"

NUTRIENTS = {
    "fat": "fat",
    "saturated-fat": "saturated_fat",
    "carbohydrates": "carbohydrates",
    "sugars": "sugars",
    "fiber": "fiber",
    "proteins": "proteins",
    "salt": "salt",
    "fruits-vegetables-legumes-estimate-from-ingredients": (
        "fruits_vegetables_legumes_pct"
    ),
    "energy-kcal": "energy_kcal",
}
STAGES = {
    "agriculture": "raw_materials",
    "processing": "manufacturing",
    "packaging": "packaging",
    "transportation": "transport",
    "distribution": "distribution",
    "consumption": "use",
}


_AMOUNTS = "fat|saturated-fat|sugars?|added-sugars?|salt|added-salt|sodium|calories"
_RICH_IN = "fib(?:er|re)s?|proteins?|omega-3"
NUTRITIONAL = re.compile(
    rf"en:(?:(?:no|low|low-or-no|reduced|[0-9]+-less)-(?:{_AMOUNTS})"
    rf"|(?:{_AMOUNTS})-free|(?:(?:source-of|high|high-in|rich-in)-)(?:{_RICH_IN}))"
)


class Selected(NamedTuple):
    """The products that can be loaded, and how many cannot, by reason."""

    items: list[Item]
    skipped: Counter[str]


def select() -> Selected:
    """Return one item for each usable record of both files."""
    recent, old = data.read("off_products.json"), data.read("off_products_fr.json")
    # No record of the older file is dated: all are as old as its answers.
    records = recent["products"] + [
        {**record, "observed_at": data.noon(old["observed_on"])}
        for record in old["products"]
    ]
    items: dict[str, Item] = {}
    skipped: Counter[str] = Counter()
    for record in records:
        if not is_gtin(record["code"]):
            skipped["no GTIN"] += 1
            continue
        gtin = normalize(record["code"])
        if is_restricted(gtin):
            skipped["in-store number"] += 1
        elif gtin in items:
            skipped["twice"] += 1
        else:
            items[gtin] = _item(gtin, record, skipped)
    return Selected(list(items.values()), skipped)


def _item(gtin: str, record: dict[str, Any], skipped: Counter[str]) -> Item:
    url = f"{SITE}/{record['code']}"
    observed_at = record.get("observed_at") or datetime.fromtimestamp(
        record["last_modified_t"], UTC
    )
    source = Source(
        kind=SourceKind.COMMUNITY,
        name="Open Food Facts",
        url=url,
        observed_at=observed_at,
    )
    statements = []
    for wanted in _statements(record, source):
        try:
            cleaned = _cleaned(wanted)
        except ValueRefused as refused:
            skipped[f"{wanted.field}: {refused.code}"] += 1
        else:
            statements.append(cleaned)
    return Item(
        gtin=gtin,
        name=record["name"],
        statements=statements,
        attribution=ATTRIBUTION,
        attribution_url=url,
    )


def _cleaned(wanted: Wanted) -> Wanted:
    if wanted.status != Status.KNOWN:
        return wanted
    return wanted._replace(value=vocabulary.clean(wanted.field, wanted.value))


def _statements(record: dict[str, Any], source: Source) -> Iterator[Wanted]:
    yield from _identity(record, source)
    yield from _footprint(record, source)
    yield from _nutrition(record, source)


def _identity(record: dict[str, Any], source: Source) -> Iterator[Wanted]:
    names = record.get("names") or {record.get("lang", "fr"): record["name"]}
    yield Wanted("identity.name", source, names)
    # The community's placeholder for “no category”.
    categories = [tag for tag in record.get("categories_tags", []) if tag != "en:null"]
    found = {
        "identity.brand": record.get("brands"),
        "identity.category": categories,
        "identity.net_content": quantities.net_content(record.get("quantity", "")),
        "places.places": geography.places(record),
    }
    for field, value in found.items():
        if value:
            yield Wanted(field, source, value)


def _footprint(record: dict[str, Any], source: Source) -> Iterator[Wanted]:
    if "agribalyse" in record:
        average = source._replace(name="Agribalyse via Open Food Facts")
        for field, value in _agribalyse(record["agribalyse"]).items():
            yield Wanted(f"eco.{field}", average, value)
    grade = record.get("environmental_score_grade", "unknown")
    if grade == "not-applicable":
        yield Wanted("eco.green_score", source, status=Status.NOT_APPLICABLE)
    elif grade != "unknown":
        score = {
            "grade": grade,
            "score": record["environmental_score_score"],
            "version": "Open Food Facts",
        }
        yield Wanted("eco.green_score", source, score)
    packagings = [_packaging(one) for one in record.get("packagings", [])]
    if packagings:
        yield Wanted("eco.packagings", source, packagings)


def _agribalyse(average: dict[str, Any]) -> dict[str, Any]:
    """Return the footprint of one kilogram of the category, not of this product."""
    return {
        "pcf_total": quantities.rounded(average["co2_total"]),
        "pcf_by_stage": [
            {"stage": stage, "kg_co2e": quantities.rounded(average[f"co2_{theirs}"])}
            for theirs, stage in STAGES.items()
        ],
        "scope": "cradle_to_grave",
        "declared_unit": {"value": "1", "unit": "KGM"},
        "method": "Agribalyse 3 (catégorie)",
        # In mPt for one kilogram: the Green-Score starts from it.
        "ef_single_score": quantities.rounded(average["ef_total"]),
        "data_quality_rating": quantities.rounded(float(average["dqr"])),
    }


def _packaging(one: dict[str, Any]) -> dict[str, Any]:
    names = {"shape", "material", "recycling"}
    packaging = {key: value for key, value in one.items() if key in names}
    if "number_of_units" in one:
        packaging["units"] = int(one["number_of_units"])
    return packaging


def _nutrition(record: dict[str, Any], source: Source) -> Iterator[Wanted]:
    values = _nutrients(record.get("nutriments_100g", {}))
    if values:
        is_drink = "en:beverages" in record.get("categories_tags", [])
        values["basis"] = "100ml" if is_drink else "100g"
    grade = record.get("nutriscore_grade", "unknown")
    if grade in "abcde":
        values["nutri_score"] = {
            "grade": grade,
            "score": record["nutriscore_score"],
            "version": "2023 (Open Food Facts)",
        }
    if "nova_group" in record:
        values["nova_group"] = record["nova_group"]
    doubtful = _doubtful(record.get("data_quality_errors_tags", []), values)
    values["ingredients"] = record.get("ingredients_text")
    # An empty list says that nobody filled it in, not that there is no allergen.
    values["allergens"] = record.get("allergens_tags")
    values["additives"] = record.get("additives_tags")
    values["claims"] = [
        tag for tag in record.get("labels_tags", []) if _is_nutritional(tag)
    ]
    for key, value in values.items():
        if value:
            said_by = source._replace(is_disputed=key in doubtful)
            yield Wanted(f"nutrition.{key}", said_by, value)
    if grade == "not-applicable":
        yield Wanted("nutrition.nutri_score", source, status=Status.NOT_APPLICABLE)


def _is_nutritional(label: str) -> bool:
    """Say whether a label is about nutrients: “organic” and “kosher” are not."""
    return NUTRITIONAL.fullmatch(label) is not None


def _nutrients(given: dict[str, float]) -> dict[str, Any]:
    values: dict[str, Any] = {
        ours: quantities.rounded(given[theirs])
        for theirs, ours in NUTRIENTS.items()
        if theirs in given
    }
    energy = given.get("energy-kj", given.get("energy"))
    if energy is not None:
        values["energy_kj"] = quantities.rounded(energy)
    return values


def _doubtful(errors: list[str], values: dict[str, Any]) -> set[str]:
    """
    Return the nutrition fields that Open Food Facts itself holds to be wrong.

    They are shown, since that is what is on record, and as disputed: 229 g of sugars
    in 100 g is nobody's truth.
    """
    if any("nutrition-value" in tag for tag in errors):
        return set(values)
    return {"energy_kj", "energy_kcal", "nutri_score"} if errors else set()
