"""
A civil status in the terms of schema.org: from our document to JSON-LD. Pure.

Source: https://schema.org/Organization. What is disputed, expired or not known is left
out here, since schema.org has no word for it; our own form says all.
"""

from typing import Any

from companies.levels import Status

CONTEXT = "https://schema.org"
Document = dict[str, Any]
TEXTS = {"legal_name": "legalName", "vat_id": "vatID", "lei": "leiCode"}


def organization(document: Document, base_url: str) -> Document:
    """Return the JSON-LD of a civil status; `base_url` has no closing slash."""
    facts = {
        key: fact
        for key, fact in document["facts"].items()
        if fact["status"] == Status.KNOWN and not fact.get("states")
    }
    address = f"{base_url}/api/v1/companies/{document['id']}"
    found: Document = {
        "@context": CONTEXT,
        "@type": "Organization",
        "@id": address,
        "url": f"{base_url}/companies/{document['id']}",
        "name": document["name"],
        "inLanguage": document["language"],
        "identifier": [_property("flashsesame", document["id"])],
        **{TEXTS[key]: facts[key]["value"] for key in TEXTS if key in facts},
    }
    if "national_id" in facts:
        found["taxID"] = facts["national_id"]["value"]
        number = facts["national_id"]["value"]
        # A number of another country's register is the company's, but no SIREN.
        name = "siren" if number.isdecimal() else "national"
        found["identifier"].append(_property(name, number))
    if "founded_on" in facts:
        found["foundingDate"] = facts["founded_on"]["value"]
    if "registered_address" in facts:
        found["address"] = _address(facts["registered_address"])
    if "employees" in facts:
        found["numberOfEmployees"] = _quantity(facts["employees"])
    if "ultimate_parent" in facts:
        found["parentOrganization"] = _parent(facts["ultimate_parent"])
    if "labels" in facts:
        found["hasCertification"] = [
            _certification(label)
            for label in facts["labels"]["value"]
            if isinstance(label, dict)
        ]
    return found


def _property(name: str, value: str) -> Document:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}


def _quantity(fact: Document) -> Document:
    quantity = {"@type": "QuantitativeValue", "value": fact["value"]}
    if unit := fact.get("unit"):
        quantity["unitText"] = unit
    return quantity


def _address(fact: Document) -> Document | str:
    details = fact.get("details", {})
    names = {
        "street": "streetAddress",
        "postcode": "postalCode",
        "city": "addressLocality",
        "country": "addressCountry",
    }
    parts = {names[key]: value for key, value in details.items() if key in names}
    return {"@type": "PostalAddress", **parts} if parts else str(fact["value"])


def _parent(fact: Document) -> Document:
    parent = {"@type": "Organization", "name": fact["value"]}
    if lei := fact.get("details", {}).get("lei"):
        parent["leiCode"] = lei
    return parent


def _certification(label: Document) -> Document:
    names = {
        "name": "name",
        "id": "certificationIdentification",
        "valid_from": "validFrom",
        "valid_to": "expires",
        "valid_until": "expires",
    }
    found: Document = {"@type": "Certification"}
    found |= {names[key]: label[key] for key in names if label.get(key)}
    if issuer := label.get("issuer"):
        found["issuedBy"] = {"@type": "Organization", "name": issuer}
    return found
