"""A company's civil status as it is served, and the figures by which it is found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company


class CivilStatus(models.Model):
    """
    The civil status of one company, composed once and kept as the bytes we serve.

    True while `changes` is the company's own counter and the day is `composed_on`;
    otherwise the reader composes it again. Losing this table loses nothing.
    """

    company = models.OneToOneField(
        Company,
        models.CASCADE,
        primary_key=True,
        related_name="civil_status",
        verbose_name=_("company"),
    )
    changes = models.PositiveBigIntegerField(_("changes"))
    composed_on = models.DateField(_("composed on"))
    body_fr = models.BinaryField(_("document in French"))
    body_en = models.BinaryField(_("document in English"))
    etag_fr = models.CharField(_("ETag in French"), max_length=40)
    etag_en = models.CharField(_("ETag in English"), max_length=40)

    class Meta:
        verbose_name = _("composed civil status")
        verbose_name_plural = _("composed civil statuses")

    def __str__(self) -> str:
        return str(self.company_id)


class CompanyFigures(models.Model):
    """
    What companies are found and compared by: computed, never edited, never the truth.

    Written whenever the civil status is composed, and for all companies each night.
    """

    company = models.OneToOneField(
        Company,
        models.CASCADE,
        primary_key=True,
        related_name="figures",
        verbose_name=_("company"),
    )
    # Per mille of what could be disclosed and verified; see `transparency`.
    index = models.PositiveSmallIntegerField(_("transparency index (‰)"), db_index=True)
    index_version = models.PositiveSmallIntegerField(_("version of the index"))
    tier = models.CharField(_("tier"), max_length=10, blank=True, db_index=True)
    present = models.PositiveSmallIntegerField(_("mandatory facts given"))
    is_complete = models.BooleanField(_("complete"), db_index=True)
    country = models.CharField(_("country"), max_length=2, blank=True, db_index=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, db_index=True)
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True, db_index=True)
    # How far the national number is verified: who merely says a number yields.
    identity_rank = models.PositiveSmallIntegerField(_("rank of identity"), default=0)
    lei = models.CharField(_("LEI"), max_length=20, blank=True, db_index=True)
    # Names in lower case without accents, one space between words.
    search_text = models.CharField(_("search text"), max_length=500, blank=True)
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("figures of a company")
        verbose_name_plural = _("figures of companies")
        constraints = [
            models.CheckConstraint(
                name="index_is_a_per_mille", condition=Q(index__lte=1000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} · {self.index / 10:.1f}"


class IndexRun(models.Model):
    """One computation of every company's figures, with its progress."""

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.RUNNING
    )
    total = models.PositiveIntegerField(_("companies"))
    done = models.PositiveIntegerField(_("done"), default=0)
    # Companies are taken in the order of their keys; the last one that is done.
    cursor = models.UUIDField(_("last company"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), auto_now=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("computation of the index")
        verbose_name_plural = _("computations of the index")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_index_run_at_a_time",
                fields=["state"],
                condition=Q(state="running"),
            ),
            models.CheckConstraint(
                name="index_run_state_is_known",
                condition=Q(state__in=["running", "done", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} · {self.get_state_display()}"
