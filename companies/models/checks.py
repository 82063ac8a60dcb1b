"""What the checks found, and what registers answered."""

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company
from companies.models.statements import Statement
from companies.models.superseding import SupersedingQuerySet
from ledger.models import Logged


class Outcome(models.TextChoices):
    """What a check found. A missing input is inconclusive, not a failure."""

    AGREE = "agree", _("agrees")
    DISAGREE = "disagree", _("disagrees")
    INCONCLUSIVE = "inconclusive", _("inconclusive")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class CheckResultQuerySet(SupersedingQuerySet["CheckResult"]):
    """Which results."""


class CheckResult(Logged):
    """
    What one rule found about one statement. Never edited.

    The next result of the same rule about the same statement supersedes it, and is
    recorded only when inputs or outcome are others.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="check_results", verbose_name=_("company")
    )
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        related_name="check_results",
        verbose_name=_("statement"),
    )
    fact = models.CharField(_("fact"), max_length=40)
    rule = models.CharField(_("rule"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version of the rule"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    # An independent source agreed or disagreed: only that raises a level.
    is_independent = models.BooleanField(_("by an independent source"), default=False)
    inputs = models.JSONField(_("inputs"), default=dict)
    text_fr = models.CharField(_("explanation in French"), max_length=500)
    text_en = models.CharField(_("explanation in English"), max_length=500)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    created_at = models.DateTimeField(_("checked"), default=timezone.now)

    objects = CheckResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="check_outcome_is_known", condition=Q(outcome__in=Outcome.values)
            ),
        ]
        indexes = [
            models.Index(fields=["company", "rule"], name="check_result_by_rule"),
            models.Index(
                fields=["id"], name="check_result_unlogged", condition=Q(entry=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.get_outcome_display()}"

    def text(self, language: str) -> str:
        """Return the explanation in `fr` or `en`."""
        return self.text_en if language == "en" else self.text_fr


class RegisterRecordQuerySet(models.QuerySet["RegisterRecord"]):
    """Which records."""

    def due(self) -> Self:
        """Keep those whose turn to be asked has come, the longest waiting first."""
        return self.filter(is_wanted=True, next_try_at__lte=timezone.now()).order_by(
            "next_try_at", "pk"
        )

    def answered(self) -> Self:
        """Keep those of which an answer is known, even while it is asked for again."""
        return self.filter(state=RegisterRecord.State.FOUND)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what concerns the companies of `user`."""
        return self.filter(company__in=Company.objects.visible_to(user))


class RegisterRecord(models.Model):
    """
    What one register last answered about one company, and when to ask again.

    The rows are the queue. A row is wanted as long as the company states an identifier
    that the register knows companies by; after each answer it rests.
    """

    class State(models.TextChoices):
        """Where the asking stands."""

        WAITING = "waiting", _("not asked yet")
        FOUND = "found", _("found")
        ABSENT = "absent", _("unknown to the register")
        FAILED = "failed", _("the register did not answer")

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="register_records",
        verbose_name=_("company"),
    )
    # `sirene`, `gleif` or `demonstration`.
    register = models.CharField(_("register"), max_length=20)
    # The identifier to ask for, a SIREN or a LEI; empty once none is stated any more.
    key = models.CharField(_("identifier"), max_length=40, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    # What was kept of the answer, in our words; no person's data.
    extract = models.JSONField(_("answer"), default=dict, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    fetched_at = models.DateTimeField(_("answered"), null=True, blank=True)
    is_wanted = models.BooleanField(_("to be asked"), default=True)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Why the last question had no answer, in one word.
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    # The company's `changes` when its identifier was last looked at.
    seen_changes = models.PositiveBigIntegerField(
        _("changes seen"), default=0, editable=False
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = RegisterRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of a register")
        verbose_name_plural = _("answers of registers")
        constraints = [
            models.UniqueConstraint(
                name="one_record_per_company_and_register",
                fields=["company", "register"],
            ),
            models.CheckConstraint(
                name="register_record_state_is_known",
                condition=Q(state__in=["waiting", "found", "absent", "failed"]),
            ),
            models.CheckConstraint(
                name="register_record_answered_says_when",
                condition=~Q(state__in=["found", "absent"])
                | Q(fetched_at__isnull=False),
            ),
            models.CheckConstraint(
                name="register_record_wanted_has_a_key",
                condition=Q(is_wanted=False) | ~Q(key=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="register_record_due",
                condition=Q(is_wanted=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} · {self.key}"
