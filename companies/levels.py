"""The words by which every value says how far it may be believed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Whether there is a value. Only a known one has it."""

    KNOWN = "known", _("known")
    NONE = "none", _("none, stated")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    UNKNOWN = "unknown", _("not disclosed")
    WITHHELD = "withheld", _("withheld")


class Level(models.TextChoices):
    """How far a value was verified, weakest first."""

    DECLARED = "declared", _("declared")
    EVIDENCED = "evidenced", _("evidenced")
    CROSS_CHECKED = "cross_checked", _("cross-checked")
    THIRD_PARTY_VERIFIED = "third_party_verified", _("verified by a third party")


class SourceKind(models.TextChoices):
    """Who says so."""

    PRODUCER = "producer", _("producer")
    REGISTER = "register", _("public register")
    LABORATORY = "laboratory", _("laboratory")
    CERTIFIER = "certifier", _("certifier")
    COMMUNITY = "community", _("community")
    COMPUTED = "computed", _("computed by Flashsésame")


RANK = {level: rank for rank, level in enumerate(Level.values)}


def lowest(levels: list[str]) -> str:
    """Return the weakest of `levels`, which are not empty."""
    return min(levels, key=RANK.__getitem__)
