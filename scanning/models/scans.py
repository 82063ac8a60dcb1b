"""How often a product was scanned: a number a day, and nobody's name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyScans(models.Model):
    """Scans of one GTIN on one day, without address, phone or person."""

    gtin = models.CharField("GTIN", max_length=14)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("scans"), default=0)

    class Meta:
        verbose_name = _("scans of a day")
        verbose_name_plural = _("scans by day")
        ordering = ["-day", "gtin"]
        constraints = [
            models.UniqueConstraint(
                name="one_count_per_gtin_and_day", fields=["gtin", "day"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.gtin} · {self.day}: {self.count}"
