"""The API does what its document says, whatever comes in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import translation
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import make

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


# An open line never ends: it has tests of its own.
ENDLESS = "/api/v1/me/stream"


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Let no request close the test's own connection, as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


schema = schemathesis.openapi.from_dict(yaml.safe_load(DOCUMENT.read_text()))
schema.app = get_wsgi_application()


# A workbook is not made up: `tests/products/imports` sends broken ones.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload")
@pytest.mark.usefixtures("one_connection")
@schema.exclude(path=ENDLESS).parametrize()
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_input_breaks_an_operation_or_its_document(
    case: "schemathesis.Case[Any]",
) -> None:
    case.call_and_validate(checks=CHECKS)


def test_the_committed_document_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"

    with translation.override("en"):
        call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)

    assert fresh.read_text() == DOCUMENT.read_text(), "run `make openapi`"


def test_every_operation_documents_its_problems() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())

    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answer = operation["responses"]["default"]["content"]
            assert list(answer) == ["application/problem+json"], (method, path)


@pytest.mark.usefixtures("one_connection")
def test_a_real_sheet_is_what_the_document_says() -> None:
    product = make.product(of=make.company(), published=True)
    operation = schema["/api/v1/products/{gtin}"]["GET"]

    # Called without a server, what is packed would stay packed.
    case = operation.Case(
        path_parameters={"gtin": product.gtin}, headers={"Accept-Encoding": "identity"}
    )

    assert case.call_and_validate(checks=CHECKS).status_code == 200
