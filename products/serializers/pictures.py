"""What goes in and out at the doors of pictures."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from products.models import Picture, PictureRole, PictureState
from products.pictures.showing import address
from products.pictures.wording import why


class PictureInput(serializers.Serializer[Any]):
    """A picture, in multipart: the file and what it shows."""

    picture = serializers.FileField(
        help_text="JPEG, PNG, WebP, HEIC or AVIF.", allow_empty_file=True
    )
    role = serializers.ChoiceField(PictureRole.choices, default=PictureRole.FRONT.value)
    alt_fr = serializers.CharField(max_length=250, default="", allow_blank=True)
    alt_en = serializers.CharField(max_length=250, default="", allow_blank=True)
    position = serializers.IntegerField(
        min_value=0, max_value=32_767, default=None, allow_null=True
    )


class SizeDocument(serializers.Serializer[Any]):
    """One size of a picture."""

    url = serializers.SerializerMethodField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()

    def get_url(self, size: Any) -> str:
        """Return its address, which opens once a published sheet shows it."""
        return address(size.sha256)


class PictureDocument(serializers.Serializer[Any]):
    """A picture as its company's programs see it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(PictureState.choices)
    problem = serializers.SerializerMethodField()
    role = serializers.ChoiceField(PictureRole.choices)
    position = serializers.IntegerField()
    alt = serializers.SerializerMethodField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    sizes = SizeDocument(source="renditions", many=True)
    uploaded_at = serializers.DateTimeField()
    published = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["object", "null"]})
    def get_problem(self, picture: Picture) -> dict[str, str] | None:
        """Return why it is refused: a code, and a sentence."""
        if not picture.problem:
            return None
        return {"code": picture.problem, "detail": why(picture.problem)}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_alt(self, picture: Picture) -> dict[str, str]:
        """Return its descriptions by language."""
        return {"fr": picture.alt_fr, "en": picture.alt_en}

    def get_published(self, picture: Picture) -> bool:
        """Say whether a published sheet shows it."""
        return picture.shown_at is not None


class PictureListDocument(serializers.Serializer[Any]):
    """The pictures of a product that the next sheet shows, in order."""

    pictures = PictureDocument(many=True)
