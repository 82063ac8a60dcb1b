"""
A sheet as a UNTP Digital Product Passport, version 0.6.1. Pure.

Source: https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/. Version 0.7 moves the
scorecards and the events, so a version is a form of its own. The passport is not
signed: it is what we publish of a product, told in these terms.
"""

from typing import Any

from products.formats.reading import Sheet, items, number, said, value

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/",
]
SCOPES = {"cradle_to_gate": "CradleToGate", "cradle_to_grave": "CradleToGrave"}
GTINS = "https://id.gs1.org/01/"
FACILITIES = {13: "https://id.gs1.org/414/"}
# Of net contents: what of a product's dimensions they are.
WEIGHTS, VOLUMES = frozenset({"GRM", "KGM"}), frozenset({"MLT", "LTR", "CLT"})


def passport(sheet: Sheet, base_url: str) -> dict[str, Any]:
    """Return the passport of a sheet; `base_url` has no closing slash."""
    link = sheet["digital_link"]
    return {
        "@context": CONTEXT,
        "type": ["DigitalProductPassport", "VerifiableCredential"],
        "id": f"{base_url}/api/v1/products/{sheet['gtin']}"
        f"?revision={sheet['revision']}&profile=untp-dpp-0.6.1",
        "issuer": {"type": ["CredentialIssuer"], "id": base_url, "name": "Flashsésame"},
        "validFrom": sheet["published_at"],
        "credentialSubject": said(
            type=["ProductPassport"],
            id=link,
            granularityLevel=sheet.get("granularity", "model"),
            product=_product(sheet),
            emissionsScorecard=_emissions(sheet),
            circularityScorecard=_circularity(sheet),
            traceabilityInformation=_traceability(sheet, base_url),
            materialsProvenance=_materials(sheet),
            conformityClaim=[*_labour(sheet), *_certified(sheet)],
        ),
    }


def _product(sheet: Sheet) -> dict[str, Any]:
    part = sheet.get("part") or {}
    return said(
        type=["Product"],
        id=sheet["digital_link"],
        name=sheet["name"],
        registeredId=sheet["gtin"],
        idScheme={
            "type": ["IdentifierScheme"],
            "id": GTINS,
            "name": "Global Trade Item Number (GTIN)",
        },
        batchNumber=part.get("lot"),
        serialNumber=part.get("serial"),
        productImage=_link(value(sheet, "identity.image"), sheet["name"]),
        productCategory=_categories(sheet),
        producedByParty=_party(sheet),
        producedAtFacility=_facility(sheet),
        countryOfProduction=_country(sheet),
        dimensions=_dimensions(value(sheet, "identity.net_content")),
    )


def _link(address: Any, name: str) -> dict[str, Any] | None:
    if not address:
        return None
    return {"type": ["Link"], "linkURL": str(address), "linkName": name}


def _categories(sheet: Sheet) -> list[dict[str, Any]]:
    codes = value(sheet, "identity.category")
    return [
        {
            "type": ["Classification"],
            "id": f"https://world.openfoodfacts.org/category/{code}",
            "code": code,
            "name": code.partition(":")[2].replace("-", " ") or code,
            "schemeID": "https://world.openfoodfacts.org/categories",
            "schemeName": "Open Food Facts categories",
        }
        for code in (codes if isinstance(codes, list) else [])
        if isinstance(code, str) and code.partition(":")[1]
    ]


def _party(sheet: Sheet) -> dict[str, Any] | None:
    company = sheet["sections"].get("company", {})
    if not company.get("id"):
        return None
    return said(
        type=["Party"],
        id=company.get("url"),
        name=company.get("name"),
        registeredId=value(sheet, "company.national_id"),
    )


def _facility(sheet: Sheet) -> dict[str, Any] | None:
    """Return where the last substantial step took place, when its number is known."""
    for role in ("last_processing", "assembly", "transformation"):
        for place in items(sheet, "places.places"):
            number_of = str(place.get("facility_id") or "")
            if place.get("role") == role and number_of:
                return said(
                    type=["Facility"],
                    id=f"{FACILITIES.get(len(number_of), 'urn:facility:')}{number_of}",
                    name=place.get("place"),
                    registeredId=number_of,
                )
    return None


def _country(sheet: Sheet) -> str | None:
    places = items(sheet, "places.places")
    for role in ("last_processing", "assembly", "transformation"):
        found = {
            place.get("country") for place in places if place.get("role") == role
        } - {None, ""}
        if found:
            return str(found.pop()) if len(found) == 1 else None
    return None


def _dimensions(content: Any) -> dict[str, Any] | None:
    amount = number(content.get("value")) if isinstance(content, dict) else None
    if amount is None:
        return None
    measure = {"type": ["Measure"], "value": amount, "unit": content.get("unit", "")}
    if content.get("unit") in WEIGHTS:
        return {"type": ["Dimension"], "weight": measure}
    if content.get("unit") in VOLUMES:
        return {"type": ["Dimension"], "volume": measure}
    return None


def _emissions(sheet: Sheet) -> dict[str, Any] | None:
    """Return the emissions; without any of their four parts there is no scorecard."""
    footprint = number(value(sheet, "eco.pcf_total"))
    unit = value(sheet, "eco.declared_unit")
    ratio = number(value(sheet, "eco.primary_data_ratio"))
    if footprint is None or ratio is None or not isinstance(unit, dict):
        return None
    # Flagged on the sheet; the passport has no word for “impossible”.
    if not 0 <= ratio <= 1:
        return None
    return said(
        type=["EmissionsPerformance"],
        carbonFootprint=footprint,
        declaredUnit=unit.get("unit") or "C62",
        operationalScope=SCOPES.get(str(value(sheet, "eco.scope")), "None"),
        primarySourcedRatio=ratio,
    )


def _circularity(sheet: Sheet) -> dict[str, Any] | None:
    recycled = number(value(sheet, "eco.recycled_content_pct"))
    if recycled is None:
        return None
    return {"type": ["CircularityPerformance"], "recycledContent": recycled / 100}


def _traceability(sheet: Sheet, base_url: str) -> list[dict[str, Any]]:
    ratio = number(value(sheet, "traceability.verified_ratio"))
    hashes = [
        proof.get("event_hash")
        for step in items(sheet, "traceability.journey")
        if isinstance(proof := step.get("proof"), dict) and proof.get("event_hash")
    ]
    if ratio is None and not hashes:
        return []
    performance = {
        "type": ["TraceabilityPerformance"],
        "traceabilityEvent": [
            {
                "type": ["SecureLink", "Link"],
                "linkURL": f"{base_url}/api/v1/epcis/events?hash={one}",
                "linkName": "EPCIS 2.0",
                "hashDigest": str(one).partition(";")[2].partition("?")[0],
                "hashMethod": "SHA-256",
                "encryptionMethod": "none",
            }
            for one in hashes
        ],
    }
    return [performance | ({"verifiedRatio": ratio} if ratio is not None else {})]


def _materials(sheet: Sheet) -> list[dict[str, Any]]:
    found = []
    for place in items(sheet, "places.places"):
        if place.get("role") not in {"raw_material", "ingredient"}:
            continue
        share = number(place.get("share_pct"))
        found.append(
            said(
                type=["Material"],
                name=place.get("material") or place.get("place") or place.get("role"),
                originCountry=place.get("country"),
                massFraction=share / 100 if share is not None else None,
            )
        )
    return found


def _labour(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what work costs: figures, by which no conformity is claimed."""
    metrics = []
    for path, unit in (
        ("price.labour_cost_per_unit", None),
        ("price.labour_share_of_price_pct", "P1"),
        ("price.labour_living_wage_gap_pct", "P1"),
    ):
        amount = number(value(sheet, path))
        if amount is not None:
            fields = sheet["sections"]["price"]["fields"]
            document = fields[path.partition(".")[2]]
            metrics.append(
                {
                    "type": ["Metric"],
                    "metricName": document.get("label", path),
                    "metricValue": {
                        "type": ["Measure"],
                        "value": amount,
                        "unit": unit or document.get("unit", ""),
                    },
                }
            )
    if not metrics:
        return []
    return [
        {
            "type": ["Claim", "Declaration"],
            "id": f"{sheet['digital_link']}#labour",
            "declaredValue": metrics,
            "conformance": False,
            "conformityTopic": "social.labour",
        }
    ]


def _certified(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the certificates; each states compliance with the rules of its scheme."""
    return [
        said(
            type=["Claim", "Declaration"],
            id=f"{sheet['digital_link']}#certificate-{place}",
            description=" — ".join(
                str(part)
                for part in (one.get("scheme"), one.get("issuer"), one.get("id"))
                if part
            ),
            assessmentDate=one.get("valid_from"),
            conformance=True,
            conformityTopic="governance.compliance",
        )
        for place, one in enumerate(items(sheet, "certificates.certificates"), 1)
        # Of an expired one nothing is claimed any more.
        if not one.get("valid_until")
        or str(one["valid_until"])[:10] >= sheet["published_at"][:10]
    ]
