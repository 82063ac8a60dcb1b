"""What the catalogue is asked, and the page that is answered."""

from typing import Any

from rest_framework import serializers

from products.searching import Filters

DEFAULT_SIZE, MOST_SIZE = 20, 100
LONGEST = 10_000


class SearchQuery(serializers.Serializer[Any]):
    """Which products, and how many of them."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=LONGEST,
        default="",
        help_text=(
            "Words of the name, the brand, the category or the company, or a GTIN. "
            "The last word may be only begun. Empty lists every product by name."
        ),
    )
    exact = serializers.BooleanField(
        default=False, help_text="Search for words as they are typed, even misspelt."
    )
    brand = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="One brand, whole."
    )
    category = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="One category, as sheets code it: en:biscuits.",
    )
    company = serializers.UUIDField(required=False, help_text="Our identifier.")
    fictitious = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Only the products of invented companies, or none of them.",
    )
    page_size = serializers.IntegerField(
        default=DEFAULT_SIZE, min_value=1, max_value=MOST_SIZE
    )
    cursor = serializers.CharField(
        required=False, allow_blank=True, help_text="Where the last page ended."
    )

    def filters(self) -> Filters:
        """Return by what products are kept."""
        asked = self.validated_data
        return Filters(
            brand=asked.get("brand", ""),
            category=asked.get("category", ""),
            company=str(asked.get("company", "")),
            fictitious=asked["fictitious"],
        )


class FoundCompany(serializers.Serializer[Any]):
    """Who declared a product; unknown while nobody did."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_null=True)


class FoundProduct(serializers.Serializer[Any]):
    """A product as its published sheet names it."""

    gtin = serializers.CharField()
    name = serializers.CharField()
    brand = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    net_content = serializers.CharField(allow_null=True)
    company = FoundCompany()
    image = serializers.CharField(allow_null=True)
    nutri_score = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField()
    url = serializers.CharField()
    fictitious = serializers.BooleanField()


class Correction(serializers.Serializer[Any]):
    """A word that no product has, and the one that was searched instead."""

    given = serializers.CharField()
    taken = serializers.CharField()


class SearchDocument(serializers.Serializer[Any]):
    """One page of products."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    corrected = Correction(many=True)
    results = FoundProduct(many=True)
