"""Shops, and the numbers that mean something inside one chain of them only."""

from collections.abc import Collection
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from products.models import Product
from scanning.codes import stores as rules


class Chain(models.Model):
    """Shops under one roof, which share their in-store numbers."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="chains", verbose_name=_("company")
    )
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("chain of shops")
        verbose_name_plural = _("chains of shops")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def rules_of(self, store: "Store") -> rules.Store:
        """Return how numbers are read in one of this chain's shops."""
        layouts = [
            rules.Layout(row.pattern, row.unit, row.decimals)
            for row in self.layouts.all()
        ]
        # The longest prefix says most, so it is tried first.
        layouts.sort(key=lambda layout: layout.pattern.find("I"), reverse=True)
        return rules.Store(store.slug, tuple(layouts))


class StoreQuerySet(models.QuerySet["Store"]):
    """Which shops, loaded how."""

    def for_reading(self, slugs: Collection[str]) -> Self:
        """Load shops by name, with chains and layouts: two queries, none for none."""
        named = self.filter(slug__in=slugs) if slugs else self.none()
        return named.select_related("chain").prefetch_related("chain__layouts")

    def named(self, part: str) -> Self:
        """Keep shops by a part of their name or their chain's, with the chain."""
        # PostgreSQL refuses a NUL, which no name has.
        part = part.replace("\0", "")
        asked = models.Q(name__icontains=part) | models.Q(chain__name__icontains=part)
        return self.filter(asked).select_related("chain")


class Store(models.Model):
    """One shop; a phone names it by its `slug` when it scans there."""

    chain = models.ForeignKey(
        Chain, models.CASCADE, related_name="stores", verbose_name=_("chain of shops")
    )
    slug = models.SlugField(
        _("short name"),
        max_length=60,
        unique=True,
        help_text=_("What a phone sends as “store”, such as halles-lille."),
    )
    name = models.CharField(_("name"), max_length=100)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class NumberLayout(models.Model):
    """Where in-store numbers of one prefix hold the article and its price or weight."""

    class Unit(models.TextChoices):
        """What the digits count: money by ISO 4217, the rest by UNECE codes."""

        EURO = "EUR", _("euros")
        SWISS_FRANC = "CHF", _("Swiss francs")
        KILOGRAM = "KGM", _("kilograms")
        GRAM = "GRM", _("grams")
        LITRE = "LTR", _("litres")
        PIECE = "H87", _("pieces")

    chain = models.ForeignKey(
        Chain, models.CASCADE, related_name="layouts", verbose_name=_("chain of shops")
    )
    pattern = models.CharField(
        _("structure"),
        max_length=13,
        help_text=_(
            "One character a digit: the prefix in digits, I article, P price, W weight,"
            " Q pieces, V check digit of the price, C check digit. Usual on French"
            " scales: 2xIIIIIPPPPPC for a price in cents, 2xIIIIIWWWWWC for grams, with"
            " the second digit x that your scale prints."
        ),
    )
    unit = models.CharField(_("unit"), max_length=3, choices=Unit, default=Unit.EURO)
    decimals = models.PositiveSmallIntegerField(
        _("decimals"),
        default=2,
        help_text=_("Digits behind the point: 2 for cents, 3 for grams in kilograms."),
    )

    class Meta:
        verbose_name = _("layout of in-store numbers")
        verbose_name_plural = _("layouts of in-store numbers")
        ordering = ["pattern"]
        constraints = [
            models.UniqueConstraint(
                name="one_layout_per_chain_and_pattern", fields=["chain", "pattern"]
            ),
            models.CheckConstraint(
                name="number_layout_unit_is_known",
                condition=models.Q(unit__in=["EUR", "CHF", "KGM", "GRM", "LTR", "H87"]),
            ),
            models.CheckConstraint(
                name="number_layout_has_few_decimals",
                condition=models.Q(decimals__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        """Refuse a pattern that cannot be read."""
        layout = rules.Layout(self.pattern, self.unit, self.decimals)
        try:
            rules.check_layout(layout)
        except ValueError as error:
            raise ValidationError(
                {"pattern": _("This layout cannot be read; see the help below.")},
                code="layout_unreadable",
            ) from error


class InStoreNumberQuerySet(models.QuerySet["InStoreNumber"]):
    """Which numbers."""

    def product_of(self, *, chain: Chain, item: str) -> str | None:
        """Return the GTIN of what a chain sells under a number, in one query."""
        return self.products_of(chain=chain, items=[item]).get(item)

    def products_of(self, *, chain: Chain, items: Collection[str]) -> dict[str, str]:
        """Return the GTINs of what a chain sells under numbers, in one query."""
        rows = self.filter(chain=chain, item__in=items)
        return dict(rows.values_list("item", "product_id"))


class InStoreNumber(models.Model):
    """What a chain sells under an article number of its own."""

    chain = models.ForeignKey(
        Chain, models.CASCADE, related_name="numbers", verbose_name=_("chain of shops")
    )
    item = models.CharField(
        _("article number"),
        max_length=13,
        validators=[RegexValidator("^[0-9]+\\Z", _("Digits only."))],
        help_text=_("The digits at I in the structure; without one, the whole number."),
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="in_store_numbers",
        verbose_name=_("product"),
    )

    objects = InStoreNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("in-store number")
        verbose_name_plural = _("in-store numbers")
        ordering = ["chain", "item"]
        constraints = [
            models.UniqueConstraint(
                name="one_product_per_chain_and_number", fields=["chain", "item"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.chain}: {self.item}"
