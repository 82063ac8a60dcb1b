"""
Families on the sheet: the siblings, in what they differ, and what changed among them.

A leaf module. A sibling is named once readers can open its sheet, or will in a moment:
a variant that is not out yet is nobody's business.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from common.times import rfc3339
from companies.civil_status import computed
from companies.levels import Level
from products import pending
from products.drafts import Draft
from products.models import Family, Product, Replacement, Sheet

# The grades by which siblings are compared, and where a sheet has them.
GRADES = {
    "nutri_score": ("nutrition", "nutri_score"),
    "green_score": ("eco", "green_score"),
}
FAMILIES_AT_ONCE = 50
MOST_SIBLINGS = 200

Grades = dict[str, str]


def group_id(family: Family) -> str:
    """Return the identifier of a family: the company's own, or ours."""
    return family.reference or f"F{family.pk}"


def add_all(products: Sequence[Product], drafts: Sequence[Draft]) -> None:
    """
    Add each product's family to its draft, when all that can be computed is there.

    The number of queries does not grow with the number of products.
    """
    families = {product.family_id for product in products} - {None}
    if not families:
        return
    members = _members(families, [product.pk for product in products])
    grades = _grades_of({one.pk for siblings in members.values() for one in siblings})
    for product, draft in zip(products, drafts, strict=True):
        if product.family is not None:
            siblings = [
                one for one in members.get(product.family_id, []) if one != product
            ]
            _add(product, product.family, siblings, grades, draft)


def _members(
    families: Iterable[int | None], at_once: Sequence[str]
) -> dict[int | None, list[Product]]:
    """Return by family what readers can open, or will when this is published."""
    is_out = Exists(Sheet.objects.filter(product=OuterRef("pk")))
    rows = (
        Product.objects.filter(family__in=families)
        .filter(is_out | Q(publication_due_at__isnull=False) | Q(pk__in=at_once))
        .exclude(Exists(Replacement.objects.current().filter(old=OuterRef("pk"))))
        .order_by("gtin")
    )
    found: dict[int | None, list[Product]] = {}
    for one in rows:
        found.setdefault(one.family_id, []).append(one)
    return found


def _add(
    product: Product,
    family: Family,
    siblings: Sequence[Product],
    grades: Mapping[str, Grades],
    draft: Draft,
) -> None:
    known = {"level": Level.DECLARED, "observed_at": rfc3339(product.created_at)}
    documents = draft.documents
    documents["variants.group"] = computed(**known, value=family.name)
    documents["variants.group_id"] = computed(**known, value=group_id(family))
    own = _own_grades(draft)
    shown = [
        _sibling(one, product, family, _differing(grades.get(one.pk, {}), own))
        for one in siblings[:MOST_SIBLINGS]
    ]
    if shown:
        documents["variants.siblings"] = computed(**known, value=shown)
    keys = family.varies_by or sorted({key for one in shown for key in one["differs"]})
    if keys:
        documents["variants.varies_by"] = computed(**known, value=list(keys))


def _sibling(
    one: Product, product: Product, family: Family, grades: Grades
) -> dict[str, Any]:
    sibling = {
        "gtin": one.gtin,
        "name": one.name,
        "differs": _differs(one, product, family.varies_by),
    }
    return {**sibling, "grades": grades} if grades else sibling


def _differs(one: Product, other: Product, varies_by: Sequence[str]) -> dict[str, str]:
    """Return only the attributes in which a sibling differs."""
    return {
        str(key): str(value)
        for key, value in one.variant.items()
        if other.variant.get(key) != value and (not varies_by or key in varies_by)
    }


def _differing(grades: Grades, own: Grades) -> Grades:
    return {key: grade for key, grade in grades.items() if own.get(key) != grade}


def _own_grades(draft: Draft) -> Grades:
    found = {
        key: draft.known(f"{section}.{field}")
        for key, (section, field) in GRADES.items()
    }
    return {key: str(value["grade"]) for key, value in found.items() if value}


def _grades_of(gtins: Iterable[str]) -> dict[str, Grades]:
    """Return the grades on the current sheets of products, in one query."""
    later = Sheet.objects.filter(
        product=OuterRef("product"), language="fr", revision__gt=OuterRef("revision")
    )
    rows = Sheet.objects.filter(~Exists(later), product__in=list(gtins), language="fr")
    return {
        gtin: grades_in(bytes(body))
        for gtin, body in rows.order_by().values_list("product", "body")
    }


def grades_in(body: bytes) -> Grades:
    """Return the grades on a published sheet."""
    sections = json.loads(body).get("sections", {})
    found = {}
    for key, (section, field) in GRADES.items():
        document = sections.get(section, {}).get("fields", {}).get(field, {})
        if value := document.get("value"):
            found[key] = str(value["grade"])
    return found


def note_published(products: Sequence[Product], sheets: Sequence[Sheet]) -> None:
    """
    Let the siblings know of new revisions that have other grades than before.

    In the transaction of the publication, and before the rows of `sheets` are written.
    """
    family_of = {one.pk: one.family_id for one in products if one.family_id}
    new = {
        one.product_id: grades_in(bytes(one.body))
        for one in sheets
        if one.language == "fr" and one.product_id in family_of
    }
    if not new:
        return
    before = _grades_of(new)
    note_news({family_of[gtin] for gtin, now in new.items() if before.get(gtin) != now})


def note_news(families: Iterable[int | None]) -> None:
    """Note that what siblings show of one another changed; `follow` does the rest."""
    keys = {key for key in families if key is not None}
    if not keys:
        return
    # In one order, so that two who publish siblings never wait for each other.
    locked = Family.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    Family.objects.filter(pk__in=[one.pk for one in locked]).update(
        news_at=timezone.now()
    )


def follow() -> int:
    """
    Mark the sheets of families with news due; return how many. Safe to run at once.

    What its company is editing waits for it.
    """
    count = 0
    rows = Family.objects.filter(news_at__isnull=False).order_by("news_at")
    for family in rows[:FAMILIES_AT_ONCE]:
        with transaction.atomic():
            # The products first, as whoever publishes locks them: no deadlock.
            count += pending.mark_due(Product.objects.filter(family=family))
            # What was noted meanwhile stays for the next run.
            Family.objects.filter(pk=family.pk, news_at=family.news_at).update(
                news_at=None
            )
    return count
