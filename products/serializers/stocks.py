"""
The shapes of counts, for the OpenAPI document.

What comes in is read line by line (`services.stock_lines`), so that one wrong line
does not refuse the others.
"""

from typing import Any

from rest_framework import serializers

from products.models import Offering, Stock
from products.services.stock_bulk import (
    IGNORED,
    MAX_LINES,
    RECORDED,
    REFUSED,
    UNCHANGED,
)
from products.services.stock_lines import MAX_QUANTITY, MAX_STORE

LINE_STATES = [RECORDED, UNCHANGED, IGNORED, REFUSED]
OFFERING_STATES = Offering.State.values


class CountLine(serializers.Serializer[Any]):
    """How many units of a product one shop has."""

    gtin = serializers.CharField(help_text="8, 12, 13 or 14 digits.")
    store = serializers.CharField(
        max_length=MAX_STORE,
        help_text="The shop's name, short name or GLN, as shoppers may read it.",
    )
    quantity = serializers.IntegerField(min_value=0, max_value=MAX_QUANTITY)
    as_of = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When it was counted; none: now."
    )
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        help_text="Of the count that this one replaces; 0 where there is none yet. "
        "Another one is known meanwhile: 409, with it.",
    )


class CountsInput(serializers.Serializer[Any]):
    """Up to 1,000 counts."""

    lines = serializers.ListField(
        child=serializers.JSONField(), min_length=1, max_length=MAX_LINES
    )
    atomic = serializers.BooleanField(
        default=False, help_text="All lines or none: a refused one refuses them all."
    )


class CountsRequest(CountsInput):
    """Up to 1,000 counts, as the document describes them."""

    lines = CountLine(many=True)  # type: ignore[assignment]


class LineOutcome(serializers.Serializer[Any]):
    """What became of one line."""

    line = serializers.IntegerField(help_text="Its place in the request, from 0.")
    gtin = serializers.CharField(allow_blank=True)
    store = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=LINE_STATES)
    status = serializers.IntegerField(help_text="As of a request of its own.")
    version = serializers.IntegerField(required=False, help_text="What is known now.")
    quantity = serializers.IntegerField(required=False)
    as_of = serializers.DateTimeField(required=False)
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class CountsOutcome(serializers.Serializer[Any]):
    """How many lines fared how, and each of them."""

    recorded = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ignored = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = LineOutcome(many=True)


class StockRow(serializers.ModelSerializer[Stock]):
    """What a company knows exactly of its own stock."""

    gtin = serializers.CharField(source="product_id", read_only=True)

    class Meta:
        model = Stock
        fields = ("gtin", "store", "quantity", "as_of", "version")


class ShopStock(serializers.Serializer[Any]):
    """About how many units one shop has, for anyone."""

    shop = serializers.CharField()
    quantity = serializers.ChoiceField(choices=["0", "1–5", "6–20", "20+"])
    as_of = serializers.DateTimeField()


class OfferingInput(serializers.Serializer[Any]):
    """Whether a product is sold."""

    state = serializers.ChoiceField(choices=OFFERING_STATES)


class OfferingRow(serializers.ModelSerializer[Offering]):
    """Whether a product is sold, and since when that is so."""

    gtin = serializers.CharField(source="product_id", read_only=True)
    state = serializers.ChoiceField(choices=OFFERING_STATES)

    class Meta:
        model = Offering
        fields = ("gtin", "state", "since")
