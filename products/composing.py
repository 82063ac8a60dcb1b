"""
The sheet as a document: every section, each value with its source, date and level.

A leaf module: reads rows, returns plain values that `common.canonical` can write. The
stock is not in it: it is live and joined when the sheet is served.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.times import rfc3339
from companies import civil_status
from companies.civil_status import computed, unknown
from companies.levels import Level, Status
from companies.models import Company
from companies.retaining import contradicting, retain
from products import computing, panels, wording
from products.drafts import Documents, Draft
from products.links import digital_link
from products.models import Product, Statement
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
    draft = Draft(product.gtin, on, _documents(product, on))
    computing.add_all(draft)
    return draft


def compose(product: Product, draft: Draft, *, language: str) -> dict[str, Any]:
    """Return the content of a sheet in `fr` or `en`, without number and date."""
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
        content["sections"]["company"] = _company(product, language, draft.on)
        content["section_order"] = [
            *(section.key for section in sections()),
            "stock",
            "company",
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
            _gap(field, language)
            for field in missing(draft)
            if field.section == section.key
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
        if (field.is_mandatory or not field.is_computed)
        and draft.documents[field.path]["status"] == Status.UNKNOWN
    ]


def _gap(field: Field, language: str) -> dict[str, Any]:
    """Name what is missing, and who owes it."""
    return {
        "field": field.path,
        "label": field.label(language),
        "mandatory": field.is_mandatory,
        "owed_by": "producer",
    }


def envelope(
    content: dict[str, Any], *, revision: int, published_at: datetime
) -> dict[str, Any]:
    """Return the document that is published: the content, its number and its date."""
    return {
        **content,
        "revision": revision,
        "published_at": rfc3339(published_at),
    }


def _documents(product: Product, on: date) -> Documents:
    by_field: dict[str, list[Statement]] = {}
    for statement in Statement.objects.current().filter(product=product):
        by_field.setdefault(statement.field, []).append(statement)
    documents: Documents = {}
    for section in sections():
        for field in section.fields:
            documents[field.path] = _document(by_field.get(field.path, []), on)
    _add_family(product, documents)
    return documents


def _document(statements: list[Statement], on: date) -> dict[str, Any]:
    retained = retain(statements)
    if retained is None:
        return unknown()
    document = retained.as_document(on)
    if others := contradicting(statements, retained):
        document["discrepancy"] = [one.as_document(on) for one in others]
    return document


def _add_family(product: Product, documents: Documents) -> None:
    family = product.family
    if family is None:
        return
    observed_at = rfc3339(product.created_at)
    siblings = [
        {"gtin": one.gtin, "name": one.name, "differs": _differs(one, product)}
        for one in family.products.exclude(pk=product.pk).order_by("gtin")
    ]
    known = {"level": Level.DECLARED, "observed_at": observed_at}
    documents["variants.group"] = computed(**known, value=family.name)
    if siblings:
        keys = sorted({key for sibling in siblings for key in sibling["differs"]})
        documents["variants.siblings"] = computed(**known, value=siblings)
        if keys:
            documents["variants.varies_by"] = computed(**known, value=keys)


def _differs(one: Product, other: Product) -> dict[str, str]:
    """Return only the attributes in which a sibling differs."""
    return {
        str(key): str(value)
        for key, value in one.variant.items()
        if other.variant.get(key) != value
    }


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


def _company(product: Product, language: str, on: date) -> dict[str, Any]:
    """Return the short civil status; said to be unknown where nobody declared."""
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
    return company_section(product.company, language=language, on=on)


def _brief(fact: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the company's own page tells: phones pay for each byte."""
    brief = {key: value for key, value in fact.items() if key not in LEFT_TO_COMPANY}
    if "discrepancy" in fact:
        brief["discrepancy"] = [_brief(one) for one in fact["discrepancy"]]
    return brief


def company_section(company: Company, *, language: str, on: date) -> dict[str, Any]:
    """Return a company as its products' sheets show it, in the active language."""
    whole = civil_status.compose(company, language=language, on=on)
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
        "field_order": ["employee_satisfaction", *COMPANY_FACTS_ON_SHEET],
        "fields": {
            "employee_satisfaction": whole["satisfaction"],
            **{key: _brief(whole["facts"][key]) for key in COMPANY_FACTS_ON_SHEET},
        },
    }
