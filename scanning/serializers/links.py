"""What comes in and goes out of the registration of links."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from scanning.models import Link
from scanning.resolving import linktypes
from scanning.resolving.rules import Entry
from scanning.services.linking import MAX_LINKS, Line

MAX_POSITION = 32_767
MAX_WORDS = 50
QUERY_SWITCH = "fwqs"


class LinkMembers(serializers.Serializer[Any]):
    """What a link is. Its rules are the resolver's, so here only types are checked."""

    link_type = serializers.CharField(
        required=False, allow_blank=True, help_text="`gs1:pip`, or the whole address."
    )
    href = serializers.CharField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="https, sent byte for byte.",
    )
    title = serializers.CharField(
        required=False, allow_blank=True, help_text="In the language of the target."
    )
    hreflang = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        max_length=MAX_WORDS,
        help_text="`fr` or `fr-CA`, the two shapes that GS1's schema takes.",
    )
    media_type = serializers.CharField(
        required=False, allow_blank=True, help_text="A type that IANA knows."
    )
    context = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, max_length=MAX_WORDS
    )
    is_default = serializers.BooleanField(
        required=False,
        help_text="Where a scan leads; one an entity, with a title only.",
    )
    is_default_multi = serializers.BooleanField(
        required=False, help_text="Where a scan leads in the link's language."
    )
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_POSITION
    )
    group = serializers.CharField(
        required=False, allow_blank=True, help_text="A word that related links share."
    )
    encryption_method = serializers.ChoiceField(
        Link.Encryption.choices,
        required=False,
        allow_blank=True,
        help_text="How a restricted target is encrypted.",
    )
    access_role = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        max_length=MAX_WORDS,
        help_text="Who may read a restricted target: `untp:accessRole#Owner`.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse the switch that earlier versions of the standard had."""
        if isinstance(data, dict) and QUERY_SWITCH in data:
            detail = _("The query of a scan is always passed on; this is no choice.")
            refusal = serializers.ErrorDetail(detail, "query_pass_through_always_on")
            raise serializers.ValidationError({QUERY_SWITCH: [refusal]})
        return super().to_internal_value(data)

    @staticmethod
    def members(given: dict[str, Any]) -> dict[str, Any]:
        """Return the members of an entry that were given, lists as tuples."""
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
            if name in Entry._fields
        }


class LinkInput(LinkMembers):
    """A link to register, and the entity that it is about."""

    anchor = serializers.CharField(
        max_length=2048, help_text="The key's path: `/01/09520123456788/10/LOT1`."
    )
    description = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        help_text="What the entity is. Left out: the product's name.",
    )

    def line(self, given: dict[str, Any]) -> Line:
        """Return the line that the service takes."""
        entry = Entry(**self.members(given))
        return Line(given["anchor"], entry, given.get("description", ""))


class LinksInput(serializers.Serializer[Any]):
    """Links to register, all of them or none."""

    links: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=LinkInput(), min_length=1, max_length=MAX_LINKS
    )

    def lines(self) -> list[Line]:
        """Return the lines that the service takes."""
        one = LinkInput()
        return [one.line(given) for given in self.validated_data["links"]]


class LinkDocument(serializers.Serializer[Any]):
    """One version of a link."""

    id = serializers.IntegerField()
    anchor = serializers.CharField(source="anchor.path")
    company = serializers.UUIDField(source="anchor.company_id")
    link_type = serializers.SerializerMethodField(help_text="`gs1:pip`.")
    href = serializers.CharField()
    title = serializers.CharField()
    hreflang = serializers.SerializerMethodField()
    media_type = serializers.CharField()
    context = serializers.SerializerMethodField()  # type: ignore[assignment]
    is_default = serializers.BooleanField()
    is_default_multi = serializers.BooleanField()
    position = serializers.IntegerField()
    group = serializers.CharField()
    encryption_method = serializers.CharField()
    access_role = serializers.SerializerMethodField()
    made_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(
        allow_null=True, help_text="Empty while it is in force."
    )
    replaces = serializers.IntegerField(
        source="replaces_id", allow_null=True, help_text="The version before it."
    )

    def get_link_type(self, link: Link) -> str:
        """Return the type as people write it."""
        return linktypes.short(link.link_type)

    def get_hreflang(self, link: Link) -> list[str]:
        """Return the languages as a list."""
        return link.hreflang.split()

    def get_context(self, link: Link) -> list[str]:
        """Return the contexts as a list."""
        return link.context.split()

    def get_access_role(self, link: Link) -> list[str]:
        """Return the roles as a list."""
        return link.access_role.split()


class LinksDocument(serializers.Serializer[Any]):
    """The links that were registered, in the order in which they were sent."""

    links = LinkDocument(many=True)
