"""
A sheet in the terms of schema.org: from our document to JSON-LD. Pure.

Source: https://schema.org/Product and the types it leads to; what schema.org has no
word for is an `additionalProperty` with its UNECE unit code.
"""

from typing import Any

from products.formats.reading import Sheet, field, items, number, said, value

CONTEXT = "https://schema.org"
GS1 = "https://gs1.org/voc/"
AVAILABILITY = {
    "in_stock": "InStock",
    "limited": "LimitedAvailability",
    "out_of_stock": "OutOfStock",
    "discontinued": "Discontinued",
    "preorder": "PreOrder",
}
NUTRIENTS = {
    "energy_kj": ("calories", "kJ"),
    "fat": ("fatContent", "g"),
    "saturated_fat": ("saturatedFatContent", "g"),
    "carbohydrates": ("carbohydrateContent", "g"),
    "sugars": ("sugarContent", "g"),
    "fiber": ("fiberContent", "g"),
    "proteins": ("proteinContent", "g"),
}
# Sodium is 40 % of salt, by the convention of EU regulation 1169/2011.
SALT_TO_SODIUM = 2.5
# A registered mark: by whether it is our own computation, and whether in English.
SCORE_NAMES = {
    (True, False): "Nutri-Score 2023 calculé par Flashsésame",
    (True, True): "Nutri-Score 2023 computed by Flashsésame",
    (False, False): "Nutri-Score déclaré",
    (False, True): "Nutri-Score, declared",
}
PROPERTIES = (
    ("manufacturing.lead_time", None),
    ("manufacturing.work_time", None),
    ("price.labour_cost_per_unit", None),
    ("price.labour_share_of_price_pct", "P1"),
    ("eco.pcf_total", "KGM"),
    ("eco.recycled_content_pct", "P1"),
    ("eco.environmental_cost", None),
)


def product(sheet: Sheet, base_url: str) -> dict[str, Any]:
    """Return the JSON-LD of a sheet; `base_url` has no closing slash."""
    return said(
        **{"@context": [CONTEXT, {"gs1": GS1}]},
        type_="Product",
        id_=sheet["digital_link"],
        url=sheet["digital_link"],
        gtin=sheet["gtin"],
        hasGS1DigitalLink=sheet["digital_link"],
        name=sheet["name"],
        inLanguage=sheet["language"],
        brand=_named("Brand", value(sheet, "identity.brand")),
        category=value(sheet, "identity.category"),
        image=value(sheet, "identity.image"),
        size=_size(value(sheet, "identity.net_content")),
        manufacturer=_company(sheet, base_url),
        countryOfAssembly=_country(sheet, "assembly"),
        countryOfLastProcessing=_country(sheet, "last_processing"),
        isVariantOf=_group(sheet),
        nutrition=_nutrition(sheet),
        hasCertification=[_certification(one) for one in _certificates(sheet)],
        offers=_offer(sheet),
        additionalProperty=_properties(sheet),
        dateModified=sheet["published_at"],
        creditText=(sheet.get("attribution") or {}).get("text"),
    )


def _named(kind: str, name: Any) -> dict[str, Any] | None:
    return {"@type": kind, "name": name} if name else None


def _size(content: Any) -> dict[str, Any] | None:
    if not isinstance(content, dict):
        return None
    return said(
        type_="QuantitativeValue",
        value=number(content.get("value")),
        unitCode=content.get("unit"),
    )


def _company(sheet: Sheet, base_url: str) -> dict[str, Any] | None:
    company = sheet["sections"].get("company", {})
    if not company.get("id"):
        return None
    return said(
        type_="Organization",
        id_=company.get("url"),
        url=f"{base_url}/companies/{company['id']}",
        name=company.get("name"),
    )


def _country(sheet: Sheet, role: str) -> str | None:
    """Return the one country in which a step took place; several are no country."""
    places = items(sheet, "places.places")
    found = {place.get("country") for place in places if place.get("role") == role}
    return found.pop() if len(found) == 1 else None


def _group(sheet: Sheet) -> dict[str, Any] | None:
    siblings = items(sheet, "variants.siblings")
    name = value(sheet, "variants.group")
    if not name and not siblings:
        return None
    return said(
        type_="ProductGroup",
        name=name,
        productGroupID=value(sheet, "variants.group_id"),
        variesBy=value(sheet, "variants.varies_by"),
        hasVariant=[
            said(type_="Product", gtin=one.get("gtin"), name=one.get("name"))
            for one in siblings
        ],
    )


def _nutrition(sheet: Sheet) -> dict[str, Any] | None:
    found = {
        name: f"{value(sheet, f'nutrition.{key}')} {unit}"
        for key, (name, unit) in NUTRIENTS.items()
        if value(sheet, f"nutrition.{key}") is not None
    }
    salt = number(value(sheet, "nutrition.salt"))
    if salt is not None:
        found["sodiumContent"] = f"{round(salt / SALT_TO_SODIUM, 4):g} g"
    if not found:
        return None
    basis = {"100g": "100 g", "100ml": "100 ml"}.get(value(sheet, "nutrition.basis"))
    return said(type_="NutritionInformation", servingSize=basis, **found)


def _certificates(sheet: Sheet) -> list[dict[str, Any]]:
    return items(sheet, "certificates.certificates")


def _certification(one: dict[str, Any]) -> dict[str, Any]:
    return said(
        type_="Certification",
        name=one.get("scheme"),
        certificationIdentification=one.get("id"),
        issuedBy=_named("Organization", one.get("issuer")),
        validFrom=one.get("valid_from"),
        expires=one.get("valid_until"),
    )


def _offer(sheet: Sheet) -> dict[str, Any] | None:
    price = value(sheet, "price.price_ttc")
    currency = sheet["sections"].get("price", {}).get("fields", {})
    currency = currency.get("price_ttc", {}).get("unit")
    available = AVAILABILITY.get(str(value(sheet, "stock.availability")))
    if price is None and not available:
        return None
    whole = value(sheet, "price.completeness") in {"full", "cost_only"}
    parts = items(sheet, "price.components") if whole else []
    return said(
        type_="Offer",
        availability=f"{CONTEXT}/{available}" if available else None,
        price=price,
        priceCurrency=currency if price is not None else None,
        priceSpecification=said(
            type_="CompoundPriceSpecification",
            price=price,
            priceCurrency=currency,
            valueAddedTaxIncluded=True,
            priceComponent=[
                said(
                    type_="UnitPriceSpecification",
                    name=part.get("code"),
                    price=part.get("amount"),
                    priceCurrency=currency,
                )
                for part in parts
            ],
        )
        if parts and price is not None
        else None,
    )


def _properties(sheet: Sheet) -> list[dict[str, Any]]:
    found = []
    for path, unit in PROPERTIES:
        known = value(sheet, path)
        if known is not None:
            fields = sheet["sections"][path.partition(".")[0]]["fields"]
            document = fields[path.partition(".")[2]]
            found.append(
                said(
                    type_="PropertyValue",
                    propertyID=path,
                    name=document.get("label"),
                    value=known,
                    unitCode=unit,
                    unitText=document.get("unit") if unit is None else None,
                    measurementMethod=value(sheet, "eco.method")
                    if path.startswith("eco.")
                    else None,
                )
            )
    grade = value(sheet, "nutrition.nutri_score")
    if isinstance(grade, dict) and grade.get("grade"):
        found.append(
            said(
                type_="PropertyValue",
                propertyID="nutrition.nutri_score",
                name=_score_name(sheet),
                value=str(grade["grade"]).upper(),
            )
        )
    return found


def _score_name(sheet: Sheet) -> str:
    """Name the Nutri-Score by who gives it: a declared one may be of 2017."""
    source = field(sheet, "nutrition.nutri_score").get("source") or {}
    return SCORE_NAMES[source.get("kind") == "computed", sheet["language"] == "en"]
