"""The OpenAPI document: every operation says which problems it answers with."""

from typing import Any

import pytest
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from common.openapi import PROBLEM_MEDIA_TYPE

METHODS = {"get", "head", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Generate the document, in English as it is committed."""
    generator: Any = SchemaGenerator
    with override("en"):
        schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    return schema


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    ]


def test_every_operation_may_answer_a_problem(document: dict[str, Any]) -> None:
    assert len(operations(document)) >= 4
    for operation in operations(document):
        problem = operation["responses"]["default"]
        assert set(problem["content"]) == {PROBLEM_MEDIA_TYPE}
        reference = problem["content"][PROBLEM_MEDIA_TYPE]["schema"]["$ref"]
        assert reference == "#/components/schemas/Problem"


def test_a_problem_has_its_members(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Problem"]

    assert set(schema["required"]) == {"type", "title", "status", "code", "detail"}
    assert set(schema["properties"]) - set(schema["required"]) == {
        "request_id",
        "errors",
    }


def test_the_phone_s_token_is_described_and_asked_for(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["deviceToken"]

    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    mint = document["paths"]["/api/v1/me/pass"]["post"]
    assert mint["security"] == [{"deviceToken": []}]


@pytest.mark.parametrize("path", ["products/{gtin}", "companies/{company_id}"])
def test_public_reads_ask_for_nothing(document: dict[str, Any], path: str) -> None:
    read = document["paths"][f"/api/v1/{path}"]["get"]

    assert not any(read.get("security", []))
    assert {"200", "304", "default"} <= set(read["responses"])
