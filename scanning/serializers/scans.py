"""What comes in and goes out of a scan."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from products.serializers import SheetDocument
from scanning.codes import MAX_CHARACTERS

MAX_BATCH = 100


class CodeInput(serializers.Serializer[Any]):
    """One code, and what the phone or the reader says of it."""

    code = serializers.CharField(
        max_length=MAX_CHARACTERS,
        trim_whitespace=False,
        allow_blank=True,
        help_text=(
            "What was read, as it was read: digits, a GS1 element string with its"
            " separators, a Digital Link, with or without a symbology identifier."
        ),
    )
    format = serializers.CharField(
        max_length=40,
        required=False,
        help_text=(
            "The decoder's name of the symbology in any spelling: ean_13, ean_8, upc_a,"
            " upc_e, itf, code_128, qr_code, data_matrix. Without it, 8 digits that"
            " begin with 0 are taken for a UPC-E."
        ),
    )
    symbology_identifier = serializers.RegexField(
        r"^\][A-Za-z][0-9A-Za-z]\Z",
        required=False,
        help_text="The reader's identifier, such as ]C1, unless it leads the code.",
    )
    store = serializers.SlugField(
        max_length=60,
        required=False,
        help_text="Short name of the shop, for numbers that mean something there only.",
    )
    id = serializers.UUIDField(
        required=False,
        help_text="The phone's name for this scan: sent again, it is counted once.",
    )
    scanned_at = serializers.DateTimeField(
        required=False, help_text="When it was scanned, if it is sent later."
    )


class BatchInput(serializers.Serializer[Any]):
    """Up to 100 codes."""

    codes = serializers.ListField(child=CodeInput(), min_length=1, max_length=MAX_BATCH)


class ScanInput(CodeInput):
    """A code that the phone has read itself, or a photo. One of the two."""

    code = serializers.CharField(
        max_length=MAX_CHARACTERS,
        required=False,
        trim_whitespace=False,
        help_text="What was read, as it was read; see the batch for the forms.",
    )
    image = serializers.FileField(
        required=False, allow_empty_file=True, help_text="A photo, multipart only."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take a code or a photo, not both."""
        if ("code" in attrs) == ("image" in attrs):
            raise serializers.ValidationError(
                _("Send a code or a photo, one of the two."), code="code_or_image"
            )
        return attrs


class CodeDocument(serializers.Serializer[Any]):
    """One code that was read, and what it is."""

    text = serializers.CharField(help_text="What was read, at most 200 characters.")
    format = serializers.CharField(allow_null=True)
    symbology = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(
        choices=[
            "gtin", "gs1", "dl", "sscc", "rcn", "coupon", "refund_receipt", "text",
            "empty", "invalid",
        ],
        help_text=(
            "gtin: bare digits; gs1: element string; dl: Digital Link; sscc: pallet or"
            " parcel; rcn: in-store number."
        ),
    )  # fmt: skip
    gtin = serializers.CharField(allow_null=True, help_text="As gtin14.")
    gtin14 = serializers.CharField(
        allow_null=True, help_text="The product's number, 14 digits; null for others."
    )
    key = serializers.CharField(
        allow_null=True,
        help_text="Canonical key, with lot, serial and other qualifiers in GS1 order.",
    )
    ais = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Application Identifiers and values, as they were read.",
    )
    digital_link = serializers.CharField(allow_null=True)
    lot = serializers.CharField(allow_null=True)
    serial = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What was forgiven, in stable words."
    )
    reason = serializers.CharField(
        allow_null=True, help_text="Why the code is invalid, a stable word."
    )
    expected_check = serializers.CharField(allow_null=True)
    scope = serializers.ChoiceField(choices=["region", "company"], required=False)
    number = serializers.CharField(
        required=False, help_text="An in-store number, 14 digits."
    )
    never_resolve_globally = serializers.BooleanField(required=False)
    store = serializers.CharField(required=False)
    item = serializers.CharField(required=False)
    layout = serializers.CharField(required=False)
    price = serializers.CharField(required=False)
    currency = serializers.CharField(required=False)
    price_check = serializers.CharField(required=False)
    weight = serializers.CharField(required=False)
    unit = serializers.CharField(required=False)
    pieces = serializers.CharField(required=False)
    upc_a = serializers.CharField(required=False)
    indicator = serializers.CharField(required=False)
    base_gtin = serializers.CharField(required=False)
    variable_measure_trade_item = serializers.BooleanField(required=False)
    isbn13 = serializers.CharField(required=False)
    isbn10 = serializers.CharField(required=False)
    issn = serializers.CharField(required=False)
    ismn = serializers.CharField(required=False)
    demo = serializers.BooleanField(required=False)
    add_on = serializers.CharField(required=False)
    sscc = serializers.CharField(required=False)
    content_gtin = serializers.CharField(required=False)
    content_count = serializers.CharField(required=False)
    engines = serializers.ListField(child=serializers.CharField())
    confirmed = serializers.BooleanField()


class ScanDocument(serializers.Serializer[Any]):
    """What was read, the product's code first, and its sheet."""

    gtin = serializers.CharField()
    read = CodeDocument()
    codes = CodeDocument(many=True)
    sheet = SheetDocument()


class BatchCodeDocument(CodeDocument):
    """One code of a batch, and where its product's sheet is."""

    issuer = serializers.CharField(
        allow_null=True, help_text="The GS1 organisation that gave the number out."
    )
    sheet = serializers.CharField(
        allow_null=True, help_text="Address of the sheet; null when there is none."
    )


class BatchDocument(serializers.Serializer[Any]):
    """What each code is, in the order in which they were sent."""

    codes = BatchCodeDocument(many=True)
