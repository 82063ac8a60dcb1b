"""Families of variants: what they vary by, who belongs to them, how each differs."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from companies.acts import note_act
from products import families, pending
from products.errors import FamilyOfAnother, UnknownAttribute
from products.models import Family, Product
from products.wording import ATTRIBUTES

LONGEST_ATTRIBUTE = 100


@transaction.atomic
def change_family(*, family: Family) -> Family:
    """Keep a family’s name, number, and in what its variants differ."""
    family.varies_by = list(dict.fromkeys(family.varies_by))
    for key in family.varies_by:
        _require_known(key)
    family.save()
    families.note_news([family.pk])
    return family


@transaction.atomic
def place_product(
    *, product: Product, family: Family | None, author: User | None = None
) -> None:
    """
    Move a product into a family, into another one, or out of any.

    Its attributes go with it: another family may vary by the same.
    """
    if family is not None and family.company_id != product.company_id:
        raise FamilyOfAnother(_("Variants of one family belong to the same company."))
    seen = Product.objects.select_for_update().get(pk=product.pk)
    before = seen.family_id
    if before == (family.pk if family else None):
        return
    product.family = family
    Product.objects.filter(pk=product.pk).update(family=family)
    _note(product, author)
    pending.mark_due(Product.objects.filter(pk=product.pk))
    families.note_news([before, family.pk if family else None])


@transaction.atomic
def describe_variant(
    *, product: Product, attributes: Mapping[str, str], author: User | None = None
) -> None:
    """
    Say what sets a variant apart: `{"size": "500 g"}`; an empty text takes it back.

    Attributes that are not named stay.
    """
    seen = Product.objects.select_for_update().get(pk=product.pk)
    variant = dict(seen.variant)
    for key, value in attributes.items():
        if key not in variant:
            _require_known(key)
        variant[key] = " ".join(str(value).split())[:LONGEST_ATTRIBUTE]
    variant = {key: value for key, value in variant.items() if value != ""}
    if variant == seen.variant:
        return
    product.variant = variant
    Product.objects.filter(pk=product.pk).update(variant=variant)
    _note(product, author)
    pending.mark_due(Product.objects.filter(pk=product.pk))
    families.note_news([seen.family_id])


def _require_known(key: str) -> None:
    if key not in ATTRIBUTES:
        raise UnknownAttribute(
            _("Variants do not differ by “%(key)s”.") % {"key": key},
            known=list(ATTRIBUTES),
        )


def _note(product: Product, author: User | None) -> None:
    if author is not None:
        note_act(
            company=product.company,
            actor=author,
            kind="variant.changed",
            subject=product.name,
            subject_id=product.pk,
        )
