"""The shapes of captures and events, with the names that EPCIS 2.0 gives them."""

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from products.models import Capture, CaptureError, Event

PER_PAGE = 30
MOST_PER_PAGE = 100
HASH = re.compile("[0-9a-f]{64}")


class CaptureErrorDocument(serializers.ModelSerializer[CaptureError]):
    """One thing that is wrong with a document, and where."""

    detail = serializers.CharField(source="text")

    class Meta:
        model = CaptureError
        fields = ("event", "path", "code", "detail")


class CaptureDocument(serializers.ModelSerializer[Capture]):
    """A capture job: how far it is, and what was refused."""

    captureID = serializers.UUIDField(source="pk")  # noqa: N815 - EPCIS' own name
    createdAt = serializers.DateTimeField(source="created_at")  # noqa: N815 - EPCIS
    finishedAt = serializers.DateTimeField(source="finished_at", allow_null=True)  # noqa: N815 - EPCIS
    running = serializers.BooleanField(source="is_worked_on")
    success = serializers.SerializerMethodField()
    captureErrorBehaviour = serializers.CharField(source="behaviour")  # noqa: N815 - EPCIS
    dry_run = serializers.BooleanField(source="is_dry_run")
    error = serializers.SerializerMethodField()

    class Meta:
        model = Capture
        fields = (
            "captureID",
            "createdAt",
            "finishedAt",
            "running",
            "success",
            "captureErrorBehaviour",
            "dry_run",
            "name",
            "sha256",
            "size",
            "state",
            "total",
            "done",
            "added",
            "corrected",
            "unchanged",
            "failed",
            "error",
        )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `errors` by name: every serializer has some."""
        several = CaptureErrorDocument(many=True, source="first_errors")
        fields = super().get_fields()
        if self.context.get("has_errors"):
            fields["errors"] = several
        return fields

    def get_success(self, capture: Capture) -> bool:
        """Say whether all that was asked is done, without anything refused."""
        is_over = capture.state in {Capture.State.DONE, Capture.State.CHECKED}
        return is_over and not capture.failed

    def get_error(self, capture: Capture) -> dict[str, str] | None:
        """Return why the whole document was refused."""
        if not capture.error_code:
            return None
        return {"code": capture.error_code, "detail": capture.error_text}


class CaptureInput(serializers.Serializer[Any]):
    """What may be asked of a capture beside its document."""

    dry_run = serializers.BooleanField(default=False)
    behaviour = serializers.ChoiceField(
        choices=Capture.Behaviour.choices, default=Capture.Behaviour.ROLLBACK
    )


class Position(NamedTuple):
    """After which event the next page begins."""

    time: datetime
    hash: str

    def as_token(self) -> str:
        """Return it as a program gives it back."""
        text = json.dumps([self.time.isoformat(), self.hash])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class PageToken(serializers.CharField):
    """A position that an earlier page gave."""

    default_error_messages = {
        "not_a_token": gettext_lazy("This is no token of an earlier page.")
    }

    def to_internal_value(self, data: Any) -> Any:
        """Return the position, or refuse what was made up."""
        text = super().to_internal_value(data)
        try:
            padded = text + "=" * (-len(text) % 4)
            time, key = json.loads(base64.urlsafe_b64decode(padded))
            moment = datetime.fromisoformat(time)
            if moment.tzinfo is None or not HASH.fullmatch(str(key)):
                raise ValueError
            position = Position(moment.astimezone(UTC), str(key))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise serializers.ValidationError(
                self.error_messages["not_a_token"], code="not_a_token"
            ) from error
        return position


class EventQuery(serializers.Serializer[Any]):
    """The parameters of EPCIS' simple event query that are answered here."""

    eventType = serializers.ChoiceField(choices=Event.Type.choices, required=False)  # noqa: N815 - EPCIS
    EQ_bizStep = serializers.CharField(max_length=200, required=False)
    EQ_disposition = serializers.CharField(max_length=200, required=False)
    EQ_action = serializers.ChoiceField(
        choices=["ADD", "OBSERVE", "DELETE"], required=False
    )
    EQ_eventID = serializers.CharField(max_length=300, required=False)
    MATCH_anyEPC = serializers.CharField(max_length=2_000, required=False)
    GE_eventTime = serializers.DateTimeField(required=False)
    LT_eventTime = serializers.DateTimeField(required=False)
    GE_recordTime = serializers.DateTimeField(required=False)
    LT_recordTime = serializers.DateTimeField(required=False)
    perPage = serializers.IntegerField(  # noqa: N815 - EPCIS
        min_value=1, max_value=MOST_PER_PAGE, default=PER_PAGE
    )
    nextPageToken = PageToken(max_length=300, required=False)  # noqa: N815 - EPCIS


class ResultsBody(serializers.Serializer[Any]):
    """The events of a page."""

    eventList = serializers.ListField(child=serializers.DictField())  # noqa: N815 - EPCIS


class QueryResults(serializers.Serializer[Any]):
    """The answer of a simple event query."""

    queryName = serializers.CharField()  # noqa: N815 - EPCIS
    resultsBody = ResultsBody()  # noqa: N815 - EPCIS


class QueryBody(serializers.Serializer[Any]):
    """The body of a query document."""

    queryResults = QueryResults()  # noqa: N815 - EPCIS


class EventQueryDocument(serializers.Serializer[Any]):
    """An EPCIS query document."""

    type = serializers.CharField()
    schemaVersion = serializers.CharField()  # noqa: N815 - EPCIS
    creationDate = serializers.DateTimeField()  # noqa: N815 - EPCIS
    epcisBody = QueryBody()  # noqa: N815 - EPCIS
