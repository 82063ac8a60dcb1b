"""A product of which every field of the sheet is known."""

from datetime import date
from typing import Any

from products import composing, vocabulary
from products.models import Product
from tests import make

DAY = date(2026, 6, 15)
# A value for each field that may be stated, with what has words of its own.
VALUES: dict[str, Any] = {
    "identity.name": {"fr": "Pull marin", "en": "Sailor jumper"},
    "identity.brand": "Test",
    "identity.brand_owner": "Filature du Test",
    "identity.category": ["en:knitwear", "en:wool-jumpers"],
    "identity.net_content": {"value": "0.5", "unit": "KGM"},
    "identity.image": "https://exemple.fr/pull.jpg",
    "recalls.recalls": [
        {"text": {"fr": "Bouton", "en": "Button"}, "authority": "DGCCRF"},
        {"text": "Fil", "reference": "R-1"},
    ],
    "variants.group": "Pulls",
    "variants.varies_by": ["size"],
    "variants.consumer_product_variant": "A-1",
    "traceability.journey": [
        {
            "at": "2026-03-01T10:00:00Z",
            "step": "transformation",
            "place": "Roubaix",
            "country": "FR",
            "actor": "Filature",
        },
        {"step": {"fr": "tonte", "en": "shearing"}, "place": "Arles"},
        {"place": "Lyon"},
    ],
    "traceability.verified_ratio": "0.5",
    "places.places": [
        {"role": "assembly", "place": "Roubaix", "country": "FR", "share_pct": "60.5"},
        {"role": "raw_material", "country": "NZ"},
    ],
    "places.origin_claim": "made_in",
    "manufacturing.lead_time": "P3DT4H30M",
    "manufacturing.work_time": "PT1H20M",
    "manufacturing.work_time_by_stage": [{"stage": "assembly", "minutes": 50}],
    "manufacturing.workers_in_parallel": 1,
    "price.price_ttc": "120",
    "price.stated_cost": "40",
    "price.vat_rate": "20",
    "price.components": [
        {"code": "labour_direct", "amount": "40", "place": "Roubaix"},
        {"code": "brand_margin", "amount": "60"},
        {"code": "tax_vat", "amount": "20"},
    ],
    "eco.pcf_total": "12.5",
    "eco.pcf_by_stage": [{"stage": "transport", "kg_co2e": "1.5"}],
    "price.labour_by_place": [
        {
            "country": "PT",
            "workers": 12,
            "minutes": "50",
            "hourly_total_remuneration": "7.50",
            "living_wage_hourly": "8",
            "benchmark": {"source": "WageIndicator", "year": 2025, "region": "Norte"},
        }
    ],
    "eco.green_score_adjustments": [{"code": "production_system", "points": 15}],
    "eco.environmental_impacts": [{"code": "cch", "amount": "5.2"}],
    "eco.environmental_cost_complements": [{"code": "microfibers", "points": "80"}],
    "eco.scope": "cradle_to_gate",
    "eco.declared_unit": {"value": "1", "unit": "H87"},
    "eco.method": "ISO 14067",
    "eco.reference_year": 2025,
    "eco.green_score": {"grade": "a-plus", "score": 92, "version": "2.0"},
    "eco.environmental_cost": "1250",
    "eco.primary_data_ratio": "0.5",
    "eco.recycled_content_pct": "30",
    "eco.packagings": [
        {
            "units": 2,
            "shape": "en:bag",
            "material": "en:paper",
            "weight_g": "12.5",
            "recycling": "en:recycle",
        },
        {"shape": {"fr": "cintre", "en": "hanger"}},
    ],
    "nutrition.basis": "100g",
    "nutrition.nova_group": 4,
    "nutrition.other_nutrients": [{"code": "polyols", "grams": "1.2"}],
    "nutrition.ingredients": "laine",
    "nutrition.allergens": ["en:milk"],
    "certificates.certificates": [{"scheme": "GOTS", "issuer": "", "id": "12"}],
}
NUTRIENT = "1.5"


def compose(product: Product, language: str = "en") -> dict[str, Any]:
    draft = composing.gather(product, on=DAY)
    return composing.compose(product, draft, language=language)


def value(content: dict[str, Any], path: str) -> dict[str, Any]:
    section, _dot, key = path.partition(".")
    found: dict[str, Any] = content["sections"][section]["fields"][key]
    return found


def whole_product(**columns: Any) -> Product:
    """Return a product of which every field is stated."""
    product = make.product(**columns)
    for path, field in vocabulary.fields().items():
        if not field.is_computed:
            unit = "EUR" if field.section == "price" and field.unit is None else None
            make.field(product, path, VALUES.get(path, _default(field.type)), unit=unit)
    return product


def _default(kind: str) -> Any:
    known: dict[str, Any] = {
        "grade": {"grade": "b"},
        "integer": 3,
        "year": 2025,
        "codes": ["en:test"],
        "code": "test",
        "duration": "PT5M",
        "quantity": {"value": "1", "unit": "KGM"},
        "lang_text": {"fr": "essai", "en": "test"},
        "url": "https://exemple.fr/",
    }
    return known.get(kind, NUTRIENT)


def every_value(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        field
        for section in content["sections"].values()
        for field in section["fields"].values()
    ]
