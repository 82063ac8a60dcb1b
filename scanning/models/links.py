"""
What companies register for the resolver: entities, and where a scan of them leads.

A link in force is never edited. A replacement is a new row that names the old one, so
the history of an entity can be read, and an older version made current again.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company

# Keys under which a whole company prefix can be handed over, by what they identify.
HANDED_OVER_KEYS = {
    "01": _("products (GTIN)"),
    "00": _("logistic units (SSCC)"),
    "414": _("places (GLN)"),
    "417": _("parties (GLN)"),
    "8003": _("returnable assets (GRAI)"),
    "8004": _("assets (GIAI)"),
    "8006": _("parts of a product (ITIP)"),
    "253": _("documents (GDTI)"),
}


class AnchorQuerySet(models.QuerySet["Anchor"]):
    """Which entities."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the entities of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


class Anchor(models.Model):
    """
    One registered entity at one level: a product, one of its lots, one of its items.

    `path` is the canonical key, such as `/01/09520123456788/10/LOT1`: what a Digital
    Link names after the host, values percent-encoded.
    """

    path = models.CharField(
        _("key"),
        max_length=400,
        unique=True,
        help_text=_(
            "The path of the Digital Link: /01/09520123456788 for a product, "
            "/01/09520123456788/10/LOT1 for a lot, …/21/S1 for an item."
        ),
    )
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="anchors", verbose_name=_("company")
    )
    item_description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("What it is, in a few words. Empty: the product’s name."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = _("linked entity")
        verbose_name_plural = _("linked entities")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="anchor_is_a_path", condition=Q(path__startswith="/")
            )
        ]

    def __str__(self) -> str:
        return self.path


class LinkQuerySet(models.QuerySet["Link"]):
    """Which links."""

    def in_force(self) -> Self:
        """Keep what a scan can lead to today."""
        return self.filter(retired_at=None)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the links of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(anchor__company__in=Company.objects.visible_to(user))


class Link(models.Model):
    """
    One version of one link from an entity to something about it.

    Languages, contexts and access roles are words separated by spaces, none when empty.
    """

    class Encryption(models.TextChoices):
        """How a restricted target is encrypted, in the words of UNTP."""

        NONE = "none", _("not encrypted")
        AES_128 = "AES-128", "AES-128"
        AES_256 = "AES-256", "AES-256"

    anchor = models.ForeignKey(
        Anchor, models.PROTECT, related_name="links", verbose_name=_("entity")
    )
    link_type = models.CharField(
        _("kind of link"), max_length=200, help_text=_("What the reader finds there.")
    )
    # Sent byte for byte: a URLField would rewrite what it does not like.
    href = models.CharField(
        _("address"), max_length=2000, help_text=_("Where the phone is led, https.")
    )
    title = models.CharField(
        _("title"),
        max_length=300,
        help_text=_("In the language of the page, as readers see it in a list."),
    )
    hreflang = models.CharField(
        _("languages"),
        max_length=200,
        blank=True,
        help_text=_("fr, or fr-CA for one country; several separated by spaces."),
    )
    media_type = models.CharField(
        _("media type"),
        max_length=127,
        blank=True,
        help_text=_("text/html for a page, application/pdf for a document."),
    )
    context = models.CharField(
        _("contexts"),
        max_length=400,
        blank=True,
        help_text=_("Countries or other contexts for which it is meant: LK BR."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_(
            "Where a scan leads when nothing fits better. One for each entity, with a "
            "title only: no language, no media type, no context."
        ),
    )
    is_default_multi = models.BooleanField(
        _("default for its language"),
        default=False,
        help_text=_("Where a scan leads when the phone speaks this language."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Of links that fit alike, low ones first")
    )
    group = models.CharField(
        _("group"),
        max_length=60,
        blank=True,
        help_text=_("A word that related links share."),
    )
    encryption_method = models.CharField(
        _("encryption"), max_length=10, choices=Encryption, blank=True
    )
    access_role = models.CharField(
        _("access roles"),
        max_length=400,
        blank=True,
        help_text=_("Who may read a restricted target: untp:accessRole#Owner."),
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["anchor", "position", "pk"]
        indexes = [
            models.Index(
                fields=["anchor"],
                name="link_in_force",
                condition=Q(retired_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_default_link_per_anchor",
                fields=["anchor"],
                condition=Q(is_default=True, retired_at__isnull=True),
            ),
            models.CheckConstraint(
                name="default_link_has_a_title_only",
                condition=Q(is_default=False)
                | Q(is_default_multi=False, hreflang="", media_type="", context=""),
            ),
            models.CheckConstraint(name="link_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="link_leads_to_the_web", condition=Q(href__startswith="http")
            ),
            models.CheckConstraint(
                name="link_type_is_written_in_full",
                condition=Q(link_type__startswith="http"),
            ),
            models.CheckConstraint(
                name="link_encryption_is_known",
                condition=Q(encryption_method__in=["", "none", "AES-128", "AES-256"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.hreflang})" if self.hreflang else self.title

    @property
    def is_in_force(self) -> bool:
        """Say whether a scan can lead to this version."""
        return self.retired_at is None


class HandedOverPrefix(models.Model):
    """
    A whole GS1 company prefix whose unknown keys another resolver answers.

    Staff only. A request for a key that nobody registered here is redirected to
    `resolver_root`, with the same path and query.
    """

    ai = models.CharField(_("kind of key"), max_length=4, choices=HANDED_OVER_KEYS)
    prefix = models.CharField(
        _("company prefix"),
        max_length=12,
        help_text=_("4 to 12 digits, as GS1 issued it; without the indicator digit."),
    )
    resolver_root = models.CharField(
        _("resolver"),
        max_length=300,
        help_text=_("Its https address, without a slash at the end."),
    )
    title = models.CharField(_("title"), max_length=200)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("handed-over prefix")
        verbose_name_plural = _("handed-over prefixes")
        ordering = ["ai", "prefix"]
        constraints = [
            models.UniqueConstraint(
                name="one_resolver_per_prefix_and_key", fields=["ai", "prefix"]
            ),
            models.CheckConstraint(
                name="handed_over_prefix_is_digits",
                condition=Q(prefix__regex="^[0-9]{4,12}$"),
            ),
            models.CheckConstraint(
                name="handed_over_key_is_known",
                condition=Q(ai__in=list(HANDED_OVER_KEYS)),
            ),
        ]

    def __str__(self) -> str:
        return f"({self.ai}) {self.prefix} → {self.resolver_root}"
