"""How often a product was scanned: a number a day, and nobody's name."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from products.models import Product


class DailyScansQuerySet(models.QuerySet["DailyScans"]):
    """Which days of which codes."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the scans of the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(gtin__in=Product.objects.visible_to(user).values("gtin"))

    def with_shown(self, *, is_operator: bool) -> Self:
        """
        Add `shown`: the count, or null where it might point at somebody.

        Everything that a company sees or sorts by is made of `shown`, sums included: a
        sum that held a hidden count would give it away by subtraction.
        """
        if is_operator:
            return self.annotate(shown=F("count"))
        enough = When(count__gte=settings.SMALL_COUNT, then=F("count"))
        return self.annotate(shown=Case(enough, default=None))


class DailyScans(models.Model):
    """Scans of one GTIN on one day, without address, phone or person."""

    # No foreign key: a code that nobody has declared is counted too.
    gtin = models.CharField("GTIN", max_length=14)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("scans"), default=0)

    objects = DailyScansQuerySet.as_manager()

    class Meta:
        verbose_name = _("scans of a day")
        verbose_name_plural = _("scans by day")
        ordering = ["-day", "gtin"]
        constraints = [
            models.UniqueConstraint(
                name="one_count_per_gtin_and_day", fields=["gtin", "day"]
            )
        ]
        indexes = [models.Index(fields=["day"], name="scans_by_day")]

    def __str__(self) -> str:
        return f"{self.gtin} · {self.day}"


class CountedScan(models.Model):
    """
    The name that a phone gave to one scan, once it was counted.

    A scan sent again is known by it. Neither the product nor the phone is kept with it.
    """

    scan_id = models.UUIDField(_("scan"), primary_key=True)
    counted_on = models.DateField(_("counted on"))

    class Meta:
        verbose_name = _("counted scan")
        verbose_name_plural = _("counted scans")
        indexes = [models.Index(fields=["counted_on"], name="counted_scan_by_day")]

    def __str__(self) -> str:
        return str(self.scan_id)
