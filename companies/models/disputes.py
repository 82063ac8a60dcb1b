"""What people contest of what companies state, and what the companies answer."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company
from companies.models.evidence import Evidence
from companies.models.statements import Statement

ANSWER_DAYS = 15
REMIND_DAYS = 3


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Which disputes."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those about the companies of `user`, and those that `user` opened."""
        own = Q(company__in=Company.objects.visible_to(user))
        return self.filter(own | Q(opened_by=user.pk) if user.pk else own)

    def unsettled(self) -> Self:
        """Keep those that nobody withdrew, corrected or decided."""
        return self.filter(state__in=Dispute.UNSETTLED)

    def overdue(self, on: date) -> Self:
        """Keep those that the company let pass unanswered before the day `on`."""
        return self.filter(state=Dispute.State.OPEN, due_on__lt=on)

    def to_tell(self, on: date) -> Self:
        """Keep those whose company is still to be told that time runs out, or ran."""
        soon = Q(reminded_at=None, due_on__lte=on + timedelta(days=REMIND_DAYS))
        late = Q(overdue_told_at=None, due_on__lt=on)
        return self.filter(
            soon & Q(due_on__gte=on) | late, state=Dispute.State.OPEN
        ).order_by("due_on", "pk")

    def unsettled_at(self, moment: datetime) -> Self:
        """Keep those opened by `moment` and not settled then."""
        return self.filter(Q(settled_at=None) | Q(settled_at__gt=moment)).filter(
            created_at__lte=moment
        )


class Dispute(models.Model):
    """
    Somebody contests one statement. Who it is stays with who lets people in.

    State, answer and delay are public; the text and its evidence are for the company
    and the operator.
    """

    class Kind(models.TextChoices):
        """What is wrong with the statement."""

        WRONG = "wrong", _("wrong")
        OUTDATED = "outdated", _("out of date")
        MISLEADING = "misleading", _("misleading")
        MISSING = "missing", _("something is missing")

    class State(models.TextChoices):
        """Where it stands. That it is unanswered follows from the date."""

        OPEN = "open", _("waiting for the company’s answer")
        MAINTAINED = "maintained", _("the company maintains its statement")
        CORRECTED = "corrected", _("the company corrected its statement")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")
        UPHELD = "upheld", _("upheld: the statement is to be corrected")
        REJECTED = "rejected", _("rejected: the statement stands")

    UNSETTLED = ("open", "maintained", "upheld")
    # What was decided is no longer its author's to take back.
    WITHDRAWABLE = ("open", "maintained")

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="disputes", verbose_name=_("company")
    )
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        related_name="disputes",
        verbose_name=_("statement"),
    )
    fact = models.CharField(_("fact"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(_("what is contested"), max_length=2_000)
    evidence = models.ManyToManyField(
        Evidence, related_name="disputes", blank=True, verbose_name=_("evidence")
    )
    # Somebody with an account in the admin; shoppers are known to their own room only.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.OPEN
    )
    due_on = models.DateField(_("to be answered by"))
    answer = models.TextField(_("answer of the company"), max_length=2_000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    correction = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("statement that corrects"),
    )
    decision = models.CharField(_("why it was decided so"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Claimed before the company is told by e-mail, so that it is told once.
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    overdue_told_at = models.DateTimeField(_("told of delay"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    created_at = models.DateTimeField(_("opened"), default=timezone.now)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="dispute_state_is_known",
                condition=Q(
                    state__in=[
                        "open",
                        "maintained",
                        "corrected",
                        "withdrawn",
                        "upheld",
                        "rejected",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="dispute_kind_is_known",
                condition=Q(kind__in=["wrong", "outdated", "misleading", "missing"]),
            ),
            models.CheckConstraint(
                name="dispute_is_answered_with_words",
                condition=Q(answered_at=None) | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="dispute_is_decided_with_reasons",
                condition=Q(decided_at=None) | ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="dispute_is_corrected_by_a_statement",
                condition=~Q(state="corrected") | Q(correction__isnull=False),
            ),
            models.CheckConstraint(
                name="dispute_is_settled_only_in_a_last_state",
                condition=Q(state__in=["open", "maintained", "upheld"], settled_at=None)
                | Q(
                    state__in=["corrected", "withdrawn", "rejected"],
                    settled_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "fact"], name="dispute_by_fact"),
            models.Index(
                fields=["due_on"], name="dispute_due", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.fact} · {self.get_state_display()}"

    @property
    def is_unsettled(self) -> bool:
        """Say whether nobody withdrew, corrected or rejected it."""
        return self.state in self.UNSETTLED

    def is_overdue(self, on: date) -> bool:
        """Say whether the company has let the time to answer pass."""
        return self.state == self.State.OPEN and self.due_on < on

    def state_at(self, moment: datetime) -> str:
        """Return where it stood at `moment`, before which it was not settled."""
        if self.decided_at is not None and self.decided_at <= moment:
            return self.State.UPHELD
        if self.answered_at is not None and self.answered_at <= moment:
            return self.State.MAINTAINED
        return self.State.OPEN

    @staticmethod
    def due_day(opened_on: date) -> date:
        """Return the last day to answer what was opened on a day."""
        return opened_on + timedelta(days=ANSWER_DAYS)
