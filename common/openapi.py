"""What the OpenAPI document says of every operation: its problems."""

from typing import Any

PROBLEM_MEDIA_TYPE = "application/problem+json"
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "An RFC 9457 problem. Some codes add members of their own.",
    "properties": {
        "type": {**TEXT, "description": "urn:flashsesame:problem:<code>"},
        "title": TEXT,
        "status": {"type": "integer"},
        "code": {**TEXT, "description": "Stable: part of the API."},
        "detail": {**TEXT, "description": "A sentence for people."},
        "request_id": TEXT,
        "errors": {
            "type": "array",
            "description": "Field by field, where the input was wrong.",
            "items": {
                "type": "object",
                "properties": {"field": TEXT, "code": TEXT, "detail": TEXT},
                "required": ["field", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}


def add_problems(
    result: dict[str, Any],
    generator: Any,  # noqa: ARG001 - drf-spectacular's signature
    request: Any,  # noqa: ARG001 - drf-spectacular's signature
    public: Any,  # noqa: ARG001 - drf-spectacular's signature
) -> dict[str, Any]:
    """Add the problem as the default answer of every operation (a generator hook)."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    reference = {"$ref": "#/components/schemas/Problem"}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {
                "description": "A problem, RFC 9457.",
                "content": {PROBLEM_MEDIA_TYPE: {"schema": reference}},
            }
    return result
