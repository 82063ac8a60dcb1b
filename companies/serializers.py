"""The shape of a civil status and of lists, for the OpenAPI document; what is asked."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from companies import catalogue
from companies.models import CompanyFigures, Dispute

DISPUTE_KINDS, DISPUTE_STATES = Dispute.Kind.values, Dispute.State.values
TIERS = [tier["key"] for tier in catalogue.index_parameters()["tiers"]]


class CompletenessDocument(serializers.Serializer[Any]):
    """How many of the mandatory facts are answered."""

    complete = serializers.BooleanField()
    present = serializers.IntegerField()
    mandatory = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())
    missing_labels = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class LossDocument(serializers.Serializer[Any]):
    """Points that one fact does not earn, and what would earn them back."""

    fact = serializers.CharField()
    points = serializers.CharField()
    remedy = serializers.CharField()
    text = serializers.CharField()


class TransparencyDocument(serializers.Serializer[Any]):
    """How much is disclosed and how well verified; not how good the company is."""

    index = serializers.CharField(help_text="0 to 100, one decimal.")
    unit = serializers.CharField()
    version = serializers.IntegerField()
    tier = serializers.ChoiceField(choices=TIERS, allow_null=True)
    tier_label = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    earned = serializers.DictField(child=serializers.CharField())
    lost = LossDocument(many=True)


class DisputesDocument(serializers.Serializer[Any]):
    """How many disputes wait, and for how many the company is late."""

    unsettled = serializers.IntegerField()
    overdue = serializers.IntegerField()
    url = serializers.URLField()


class CivilStatusDocument(serializers.Serializer[Any]):
    """A company and its facts, each with status, source, date and level."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    fictitious = serializers.BooleanField()
    language = serializers.CharField()
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="When the last thing about it was recorded."
    )
    at = serializers.CharField(
        required=False, help_text="The past day or instant, if one was asked for."
    )
    identifiers = serializers.DictField(child=serializers.CharField())
    completeness = CompletenessDocument()
    satisfaction = serializers.DictField()
    transparency = TransparencyDocument()
    disputes = DisputesDocument()
    facts = serializers.DictField(child=serializers.DictField())


class DetailDefinition(serializers.Serializer[Any]):
    """A part of a fact by which it can be checked."""

    key = serializers.CharField()
    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FactDefinition(serializers.Serializer[Any]):
    """One entry of the catalogue."""

    key = serializers.CharField()
    id = serializers.URLField(help_text="What credentials name it by, with a year.")
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    mandatory = serializers.BooleanField()
    may_be_absent = serializers.BooleanField()
    period = serializers.CharField()
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)
    weight = serializers.IntegerField()
    verifiable_by = serializers.ListField(child=serializers.CharField())
    checks = serializers.ListField(child=serializers.CharField())
    details = DetailDefinition(many=True)


class CatalogueDocument(serializers.Serializer[Any]):
    """Everything that can be stated, and how the index weighs it."""

    facts = FactDefinition(many=True)
    transparency_index = serializers.DictField()


class CompanyListQuery(serializers.Serializer[Any]):
    """What a list is narrowed by."""

    q = serializers.CharField(
        required=False,
        default="",
        max_length=200,
        help_text="Words of the name, or a SIREN, a VAT number or a LEI.",
    )
    country = serializers.RegexField(
        "^[A-Za-z]{2}$", required=False, help_text="Two letters, such as FR."
    )
    tier = serializers.ChoiceField(choices=TIERS, required=False)
    complete = serializers.BooleanField(required=False, allow_null=True, default=None)
    fictitious = serializers.BooleanField(required=False, allow_null=True, default=None)
    min_index = serializers.IntegerField(required=False, min_value=0, max_value=100)
    ordering = serializers.ChoiceField(
        choices=["name", "-name", "index", "-index"], required=False, default="name"
    )

    def validate_ordering(self, ordering: str) -> str:
        """Return the column that stands for the name."""
        return ordering.replace("name", "search_text")


class ShortCompletenessDocument(serializers.Serializer[Any]):
    """How many of the mandatory facts are answered."""

    complete = serializers.BooleanField()
    present = serializers.IntegerField()
    mandatory = serializers.IntegerField()


class ListedCompanyDocument(serializers.Serializer[Any]):
    """A company in a list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.URLField()
    fictitious = serializers.BooleanField()
    country = serializers.CharField(allow_null=True)
    identifiers = serializers.DictField(child=serializers.CharField())
    index = serializers.CharField()
    tier = serializers.ChoiceField(choices=TIERS, allow_null=True)
    tier_label = serializers.CharField(allow_null=True)
    completeness = ShortCompletenessDocument()


class CompanyListDocument(serializers.Serializer[Any]):
    """One page of a list."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ListedCompanyDocument(many=True)


def listed(figures: CompanyFigures, language: str) -> dict[str, Any]:
    """Return a company as a list shows it."""
    company = figures.company
    tiers = {tier["key"]: tier for tier in catalogue.index_parameters()["tiers"]}
    tier = tiers.get(figures.tier)
    numbers = {"siren": figures.siren, "vat": figures.vat_id, "lei": figures.lei}
    return {
        "id": str(company.pk),
        "name": company.name,
        "url": f"{settings.BASE_URL}/api/v1/companies/{company.pk}",
        "fictitious": company.is_fictitious,
        "country": figures.country or None,
        "identifiers": {key: number for key, number in numbers.items() if number},
        "index": str(Decimal(figures.index) / 10),
        "tier": figures.tier or None,
        "tier_label": tier[f"label_{language}"] if tier else None,
        "completeness": {
            "complete": figures.is_complete,
            "present": figures.present,
            "mandatory": len(catalogue.mandatory_keys()),
        },
    }


class DisputeDocument(serializers.Serializer[Any]):
    """One dispute: where it stands, and what the company answers."""

    id = serializers.UUIDField()
    fact = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=DISPUTE_KINDS)
    kind_text = serializers.CharField()
    state = serializers.ChoiceField(choices=DISPUTE_STATES)
    state_text = serializers.CharField()
    opened_on = serializers.DateField()
    due_on = serializers.DateField()
    days_left = serializers.IntegerField(
        allow_null=True, help_text="While the answer is awaited; 0 on the last day."
    )
    overdue = serializers.BooleanField()
    answer = serializers.CharField(allow_null=True)
    answered_on = serializers.DateField(allow_null=True)
    decision = serializers.CharField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)
    settled_on = serializers.DateField(allow_null=True)
