"""EPCIS events, the things that they speak of, and where they happened."""

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.levels import Level
from companies.models import Company
from ledger.models import Logged
from products.models.captures import Capture


class EventQuerySet(models.QuerySet["Event"]):
    """Which events."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what the companies of `user` captured; operators see all."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


class Event(Logged):
    """
    One EPCIS event, known by its hash: captured twice, it is one row. Never edited.

    The hash leaves out that an event was declared wrong later, so that is said by rows
    of its own.
    """

    class Type(models.TextChoices):
        """The five of EPCIS 2.0."""

        OBJECT = "ObjectEvent", _("object")
        AGGREGATION = "AggregationEvent", _("aggregation")
        TRANSACTION = "TransactionEvent", _("transaction")
        TRANSFORMATION = "TransformationEvent", _("transformation")
        ASSOCIATION = "AssociationEvent", _("association")

    # SHA-256 of CBV 2.0, in hexadecimal.
    hash = models.CharField(_("hash"), max_length=64, primary_key=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="events", verbose_name=_("captured by")
    )
    capture = models.ForeignKey(
        Capture, models.PROTECT, related_name="events", verbose_name=_("capture")
    )
    # By which a correction names it; whoever wrote the event chose it.
    event_id = models.CharField(_("event ID"), max_length=300, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=Type)
    action = models.CharField(_("action"), max_length=10, blank=True)
    time = models.DateTimeField(_("time"))
    offset = models.CharField(_("offset from UTC"), max_length=6)
    biz_step = models.CharField(_("business step"), max_length=200, blank=True)
    disposition = models.CharField(_("disposition"), max_length=200, blank=True)
    # As it was normalised, and the prefixes that its names stand on.
    body = models.JSONField(_("event"))
    namespaces = models.JSONField(_("namespaces"), default=dict)
    level = models.CharField(
        _("level"), max_length=20, choices=Level, default=Level.DECLARED
    )
    # The key that signed it; empty for what nobody signed.
    signed_by = models.CharField(_("signed by"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("captured"), auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-time", "hash"]
        indexes = [
            models.Index(fields=["company", "-time", "hash"], name="event_by_company"),
            models.Index(
                fields=["hash"], name="event_unlogged", condition=Q(entry=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_type_is_known",
                condition=Q(
                    type__in=[
                        "ObjectEvent",
                        "AggregationEvent",
                        "TransactionEvent",
                        "TransformationEvent",
                        "AssociationEvent",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="event_hash_is_hexadecimal",
                condition=Q(hash__regex="^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} · {self.time:%Y-%m-%d %H:%M}"

    @property
    def uri(self) -> str:
        """Return the hash as CBV 2.0 writes it."""
        return f"ni:///sha-256;{self.hash}?ver=CBV2.0"


class EventThing(models.Model):
    """
    One thing of an event: the index by which journeys are found.

    `key` is the GS1 Digital Link of the finest key: an item, a lot or a container.
    """

    class Role(models.TextChoices):
        """What the thing is in the event."""

        INPUT = "input", _("input")
        OUTPUT = "output", _("output")
        EPC = "epc", _("object")
        PARENT = "parent", _("parent")
        CHILD = "child", _("child")
        # The lot that an event names beside the items that it makes.
        LOT = "lot", _("lot of what is made")
        # By which the events of one long transformation name one another.
        TRANSFORMATION = "transformation", _("transformation")

    event = models.ForeignKey(
        Event, models.CASCADE, related_name="things", verbose_name=_("event")
    )
    role = models.CharField(_("role"), max_length=14, choices=Role)
    key = models.CharField(_("thing"), max_length=300)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    lot = models.CharField(_("lot"), max_length=60, blank=True)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    # Whether the event brings the thing into being; and when, for the latest one.
    is_made = models.BooleanField(_("made here"), default=False)
    time = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("thing of an event")
        verbose_name_plural = _("things of events")
        indexes = [
            models.Index(fields=["key", "role"], name="events_of_a_thing"),
            models.Index(
                fields=["gtin", "-time"],
                name="latest_made_of_a_product",
                condition=Q(is_made=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_role_of_a_thing_per_event",
                fields=["event", "role", "key"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.key}"


class EventCorrection(Logged):
    """That an event was declared wrong, by whoever captured it. Never taken back."""

    event = models.ForeignKey(
        Event, models.CASCADE, related_name="corrections", verbose_name=_("event")
    )
    capture = models.ForeignKey(
        Capture, models.PROTECT, related_name="corrections", verbose_name=_("capture")
    )
    declared_at = models.DateTimeField(_("declared wrong"))
    # As EPCIS says it: the reason, and the event IDs of what is right instead.
    body = models.JSONField(_("declaration"))

    class Meta:
        verbose_name = _("event declared wrong")
        verbose_name_plural = _("events declared wrong")
        ordering = ["declared_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_correction_per_event_and_time",
                fields=["event", "declared_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} · {self.declared_at:%Y-%m-%d}"


class Place(models.Model):
    """
    What a company says of a place or a party that its events name.

    A town at most: no street, and coordinates of two decimals, about a kilometre.
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="event_places", verbose_name=_("company")
    )
    identifier = models.CharField(
        _("GLN or identifier"),
        max_length=300,
        help_text=_(
            "A GLN of 13 digits, or the address by which your events name the place."
        ),
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        help_text=_("Of the site or of who runs it, as shoppers may read it."),
    )
    town = models.CharField(_("town"), max_length=120, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator("^[A-Z]{2}$")],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Two decimals: about a kilometre, no nearer."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    # Described by a document: what a person types afterwards is not written over.
    is_typed = models.BooleanField(_("typed by a person"), default=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("place of events")
        verbose_name_plural = _("places of events")
        ordering = ["town", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_place_per_company_and_identifier",
                fields=["company", "identifier"],
                violation_error_message=_("This place is described already."),
            ),
            models.CheckConstraint(
                name="place_has_both_coordinates_or_none",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Give both coordinates, or none."),
            ),
            models.CheckConstraint(
                name="place_is_on_earth",
                condition=Q(latitude=None)
                | Q(
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                violation_error_message=_(
                    "A latitude is 90 at most, a longitude 180, on either side."
                ),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.town, self.country) if part)
