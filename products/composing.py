"""
The sheet as a document: every section, each value with its source, date and level.

A leaf module: reads rows, returns plain values that `common.canonical` can write. The
stock is not in it: it is live and joined when the sheet is served.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.times import rfc3339
from companies import civil_status
from companies.assessing import Portrait
from companies.civil_status import unknown
from companies.levels import Status
from companies.models import Company
from companies.retaining import contradicting, retain
from products import (
    comparables,
    computing,
    identity,
    journeys,
    notices,
    panels,
    wording,
)
from products.drafts import Documents, Draft
from products.links import digital_link, proof
from products.models import Product, Statement
from products.records import statements_of
from products.vocabulary import Field, Section, sections

COMPANY_FACTS_ON_SHEET = (
    "legal_name",
    "national_id",
    "founded_on",
    "tax_residence",
    "registered_address",
    "employees",
    "ghg_per_employee",
    "after_sales_share",
)
# Told by the civil status itself, to which the sheet leads.
LEFT_TO_COMPANY = {"checks", "verifications", "evidence", "details"}


def gather(product: Product, *, on: date) -> Draft:
    """Return what is known of a product on the day `on`, and what follows from it."""
    return gather_all([product], on=on)[0]


def gather_all(products: Sequence[Product], *, on: date) -> list[Draft]:
    """
    Return a draft of each product, in the order given.

    The number of queries does not grow with the number of products.
    """
    stated = _stated([product.gtin for product in products])
    drafts = [
        Draft(product.gtin, on, _documents(stated.get(product.gtin, []), on))
        for product in products
    ]
    journeys.add_all(drafts, products)
    notices.add_all(drafts)
    comparables.add_benchmarks(products, drafts)
    for draft in drafts:
        computing.add_all(draft)
    identity.add_all(products, drafts)
    return drafts


def compose(
    product: Product,
    draft: Draft,
    *,
    language: str,
    company: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Return the content of a sheet in `fr` or `en`, without number and date.

    `company` is the company's section when it is known already: that of many products
    is the same.
    """
    with override(language):
        content: dict[str, Any] = {
            "gtin": product.gtin,
            "digital_link": digital_link(product.gtin),
            "granularity": "model",
            "language": language,
            "name": _name(product, draft.documents),
            "fictitious": bool(product.company and product.company.is_fictitious),
            "attribution": _attribution(product),
            "sections": {
                section.key: _section(section, draft, language)
                for section in sections()
            },
            "gaps": [field.path for field in missing(draft) if field.is_mandatory],
        }
        content["sections"]["company"] = company or company_of(
            product, language=language, on=draft.on
        )
        content["section_order"] = [
            *(section.key for section in sections()),
            "stock",
            "company",
            "alternatives",
        ]
    return content


def _section(section: Section, draft: Draft, language: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "label": section.label(language),
        # Canonical JSON sorts its keys: the order to show is said apart.
        "field_order": [field.key for field in section.fields],
        "fields": {
            field.key: _worded(field, draft.documents[field.path], language)
            for field in section.fields
        },
        "panels": panels.of_section(section.key, draft),
        "flags": panels.flags_of(section.key, draft),
        "gaps": [
            {"field": field.path, "owed_by": "producer"}
            for field in section.fields
            if field.is_mandatory and _is_missing(field, draft)
        ],
    }
    # Phones pay for each byte: what is empty is left out.
    return {key: value for key, value in document.items() if value != []}


def missing(draft: Draft) -> list[Field]:
    """
    Return the fields that nobody answered, in the order of the sheet.

    A computed value is missing only where it is mandatory: its inputs are owed.
    """
    return [
        field
        for section in sections()
        for field in section.fields
        if (field.is_mandatory or not field.is_computed) and _is_missing(field, draft)
    ]


def _is_missing(field: Field, draft: Draft) -> bool:
    return bool(draft.documents[field.path]["status"] == Status.UNKNOWN)


def envelope(
    content: dict[str, Any], *, revision: int, published_at: datetime
) -> dict[str, Any]:
    """Return the document that is published: the content, its number and its date."""
    return {
        **content,
        "revision": revision,
        "published_at": rfc3339(published_at),
        "proof": proof(content["gtin"], revision, content["language"]),
    }


def _stated(gtins: Sequence[str]) -> dict[str, list[Statement]]:
    """Return the statements that count, by product."""
    found: dict[str, list[Statement]] = {}
    for statement in Statement.objects.current().filter(product__in=gtins):
        found.setdefault(statement.product_id, []).append(statement)
    for gtin, statements in statements_of(gtins).items():
        found.setdefault(gtin, []).extend(statements)
    return found


def _documents(statements: Sequence[Statement], on: date) -> Documents:
    by_field: dict[str, list[Statement]] = {}
    for statement in statements:
        by_field.setdefault(statement.field, []).append(statement)
    return {
        field.path: _document(by_field.get(field.path, []), on)
        for section in sections()
        for field in section.fields
    }


def _document(statements: list[Statement], on: date) -> dict[str, Any]:
    retained = retain(statements)
    if retained is None:
        return unknown()
    document = retained.as_document(on)
    if others := contradicting(statements, retained):
        document["discrepancy"] = [one.as_document(on) for one in others]
    return document


def _worded(field: Field, document: dict[str, Any], language: str) -> dict[str, Any]:
    described = wording.describe(field, document)
    if "discrepancy" in document:
        others = [wording.describe(field, one) for one in document["discrepancy"]]
        described["discrepancy"] = others
    return {"label": field.label(language), **described}


def _name(product: Product, documents: Documents) -> str:
    name = documents["identity.name"]["value"]
    return wording.translated(name) if name else product.name


def _attribution(product: Product) -> dict[str, str] | None:
    if not product.attribution:
        return None
    return {"text": product.attribution, "url": product.attribution_url}


def company_of(
    product: Product, *, language: str, on: date, portrait: Portrait | None = None
) -> dict[str, Any]:
    """
    Return the short civil status, in the active language.

    It is said to be unknown where nobody declared the product. Whoever has the
    company's portrait already gives it.
    """
    if product.company is None:
        return {
            "label": _("Company"),
            "status": Status.UNKNOWN.value,
            "text": _("No company has declared this product."),
            "field_order": ["employee_satisfaction"],
            "fields": {
                "employee_satisfaction": civil_status.satisfaction_document(None, on=on)
            },
        }
    return company_section(product.company, language=language, on=on, portrait=portrait)


def _brief(fact: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the company's own page tells: phones pay for each byte."""
    brief = {key: value for key, value in fact.items() if key not in LEFT_TO_COMPANY}
    if "discrepancy" in fact:
        brief["discrepancy"] = [_brief(one) for one in fact["discrepancy"]]
    return brief


def company_section(
    company: Company, *, language: str, on: date, portrait: Portrait | None = None
) -> dict[str, Any]:
    """Return a company as its products' sheets show it, in the active language."""
    whole = civil_status.compose(company, language=language, on=on, portrait=portrait)
    return {
        "label": _("Company"),
        "status": Status.KNOWN.value,
        "id": whole["id"],
        "name": whole["name"],
        "fictitious": whole["fictitious"],
        "url": f"{settings.BASE_URL}/api/v1/companies/{whole['id']}",
        # Any change of the civil status gives the sheet its next revision.
        "as_of": whole["as_of"],
        "text": whole["completeness"]["text"],
        "completeness": whole["completeness"],
        "transparency": {
            key: whole["transparency"][key] for key in ("index", "unit", "tier", "text")
        },
        "field_order": ["employee_satisfaction", *COMPANY_FACTS_ON_SHEET],
        "fields": {
            "employee_satisfaction": whole["satisfaction"],
            **{key: _brief(whole["facts"][key]) for key in COMPANY_FACTS_ON_SHEET},
        },
    }
