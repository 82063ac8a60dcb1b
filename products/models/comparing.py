"""What products are compared by, the categories to compare, and their quartiles."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from products.models.products import Product


class ComparableQuerySet(models.QuerySet["Comparable"]):
    """Which products that are compared."""

    def due(self) -> Self:
        """Keep what changed since it was compared, the longest wait first."""
        return self.filter(is_due=True).order_by("updated_at")


class Comparable(models.Model):
    """
    What a published product is compared by, as its sheet tells it.

    Only values that are known, neither disputed nor expired. `category` is the finest
    one and `parent` the one above it.
    """

    product = models.OneToOneField(
        Product,
        models.CASCADE,
        primary_key=True,
        related_name="comparable",
        verbose_name=_("product"),
    )
    category = models.CharField(max_length=120, blank=True)
    parent = models.CharField(max_length=120, blank=True)
    is_fictitious = models.BooleanField(default=False)
    is_recalled = models.BooleanField(default=False)
    # Who stands behind it: its company, or else its brand.
    maker = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    brand = models.CharField(max_length=200, blank=True)
    image = models.TextField(blank=True)
    # Letters count from the best one, 0, on.
    nutri_score = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    nutri_score_basis = models.CharField(max_length=120, blank=True)
    green_score = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    green_score_basis = models.CharField(max_length=120, blank=True)
    # Of one declared unit, in kg CO₂e. Databases hold fifteen digits without loss.
    footprint = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    footprint_method = models.CharField(max_length=80, blank=True)
    footprint_scope = models.CharField(max_length=80, blank=True)
    footprint_unit = models.CharField(max_length=120, blank=True)
    environmental_cost = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    environmental_cost_basis = models.CharField(max_length=120, blank=True)
    satisfaction = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    labour_share = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    # In euros for one unit of content.
    price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    price_basis = models.CharField(max_length=120, blank=True)
    # By criterion: the day and the level of the value, `["2026-05-02", "declared"]`.
    said = models.JSONField(default=dict)
    # The last day on which all of it holds.
    holds_until = models.DateField(null=True)
    # Where its sheet says that the footprint stands in its category.
    standing = models.CharField(max_length=8, blank=True)
    is_due = models.BooleanField(default=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ComparableQuerySet.as_manager()

    class Meta:
        verbose_name = _("product compared")
        verbose_name_plural = _("products compared")
        indexes = [
            models.Index(fields=["category", "product"], name="comparable_by_category"),
            models.Index(fields=["parent"], name="comparable_by_parent"),
            models.Index(
                fields=["updated_at"],
                name="comparable_due",
                condition=Q(is_due=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.category}"

    def footprint_basis(self) -> str:
        """Return what the footprint may be compared with."""
        parts: tuple[Any, ...] = (
            self.footprint_method,
            self.footprint_scope,
            self.footprint_unit,
        )
        return " | ".join(parts)


class ComparedCategory(models.Model):
    """A category whose products are to be compared again, and how far that is."""

    category = models.CharField(max_length=120, primary_key=True)
    due_at = models.DateTimeField(db_index=True)
    changed_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    # The last product that was compared; empty before the first one.
    cursor = models.CharField(max_length=14, blank=True)

    class Meta:
        verbose_name = _("category compared")
        verbose_name_plural = _("categories compared")

    def __str__(self) -> str:
        return self.category


class CategoryBenchmark(models.Model):
    """The quartiles of the footprints in a category that were measured alike."""

    category = models.CharField(_("category"), max_length=120)
    is_fictitious = models.BooleanField(_("fictitious"), default=False)
    method = models.CharField(_("method"), max_length=80)
    scope = models.CharField(_("scope"), max_length=80)
    unit = models.CharField(_("unit"), max_length=120)
    p25 = models.DecimalField(_("first quartile"), max_digits=15, decimal_places=8)
    median = models.DecimalField(_("median"), max_digits=15, decimal_places=8)
    p75 = models.DecimalField(_("third quartile"), max_digits=15, decimal_places=8)
    count = models.PositiveIntegerField(_("products"))
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("quartiles of a category")
        verbose_name_plural = _("quartiles of categories")
        constraints = [
            models.UniqueConstraint(
                name="one_benchmark_per_category_and_basis",
                fields=["category", "is_fictitious", "method", "scope", "unit"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} · {self.method} · {self.unit}"
