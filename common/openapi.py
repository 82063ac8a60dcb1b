"""What the OpenAPI document says of every operation: its problems."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

PROBLEM_MEDIA_TYPE = "application/problem+json"


class FieldProblem(serializers.Serializer[Any]):
    """One wrong field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """An RFC 9457 problem."""

    type = serializers.CharField(help_text="urn:flashsesame:problem:<code>")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: part of the API.")
    detail = serializers.CharField(help_text="A sentence for people.")
    request_id = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the members; `errors` is a property of every serializer."""
        errors = FieldProblem(many=True, required=False)
        return {**super().get_fields(), "errors": errors}


class Schema(AutoSchema):
    """Adds the problem answer to every operation."""

    def get_response_serializers(self) -> Any:
        """Return the documented answers, and a problem for whatever else."""
        responses: Any = super().get_response_serializers()
        documented = responses if isinstance(responses, dict) else {200: responses}
        return {
            **documented,
            ("default", PROBLEM_MEDIA_TYPE): OpenApiResponse(
                Problem, description="A problem, RFC 9457."
            ),
        }
