"""Every refusal is an RFC 9457 problem with a stable code; people get a page."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

pytestmark = pytest.mark.urls("tests.common.problem_urls")


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check what every problem has, and return its members."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:flashsesame:problem:{code}"
    assert body["status"] == status
    assert body["code"] == code
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    assert "internal reason" not in response.content.decode()
    return body


def test_wrong_fields_are_named_one_by_one_however_deep(api: APIClient) -> None:
    order = {"name": "long", "lines": [{"quantity": 1}, {"quantity": 0}, {}]}

    body = assert_problem(api.post("/api/v1/orders", order), 400, "invalid_input")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [
        ("name", "max_length"),
        ("lines.1.quantity", "min_value"),
        ("lines.2.quantity", "required"),
    ]
    assert all(error["detail"] for error in body["errors"])


@pytest.mark.parametrize("order", [{"name": "nn", "lines": []}, [1], "text", None])
def test_an_input_wrong_as_a_whole_names_no_field(api: APIClient, order: Any) -> None:
    response = api.post("/api/v1/orders", order, format="json")

    body = assert_problem(response, 400, "invalid_input")
    assert body["errors"][0]["field"] in {"non_field_errors", "name"}


@pytest.mark.parametrize("text", ["{", "", "\xff", '{"a": NaN}'])
def test_a_body_that_is_not_json_is_refused(api: APIClient, text: str) -> None:
    response = api.post(
        "/api/v1/orders", text.encode("latin-1"), content_type="application/json"
    )

    code = "malformed_json" if text else "invalid_input"
    assert_problem(response, 400, code)


def test_without_a_token_the_challenge_is_given(api: APIClient) -> None:
    response = api.get("/api/v1/private")

    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="shopper"'


def test_where_no_token_would_help_it_is_forbidden(api: APIClient) -> None:
    assert_problem(api.get("/api/v1/staff"), 403, "permission_denied")


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("domain", 409, "taken"),
        ("http404", 404, "not_found"),
        ("not-found", 404, "not_found"),
        ("denied", 403, "permission_denied"),
        ("too-big", 413, "body_too_large"),
        ("throttled-for-unknown", 429, "too_many_requests"),
        ("not-acceptable", 406, "not_acceptable"),
    ],
)
def test_each_refusal_has_its_code(
    api: APIClient, how: str, status: int, code: str
) -> None:
    assert_problem(api.get(f"/api/v1/fail/{how}"), status, code)


def test_a_domain_error_brings_its_members(api: APIClient) -> None:
    assert api.get("/api/v1/fail/domain").json()["version"] == 3


def test_who_is_too_fast_is_told_when_to_come_back(api: APIClient) -> None:
    response = api.get("/api/v1/fail/throttled")

    body = assert_problem(response, 429, "too_many_requests")
    assert body["retry_after"] == 2
    assert response["Retry-After"] == "2"


def test_another_method_is_refused_with_those_that_exist(api: APIClient) -> None:
    response = api.delete("/api/v1/orders")

    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST, OPTIONS"


def test_another_media_type_is_refused(api: APIClient) -> None:
    response = api.post("/api/v1/orders", "name=a", content_type="text/csv")

    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("accept", ["text/html", "image/png", "x", ""])
def test_the_answer_is_json_whatever_is_accepted(api: APIClient, accept: str) -> None:
    order = {"name": "abc", "lines": []}

    response = api.post("/api/v1/orders", order, headers={"Accept": accept})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("how", ["fail", "page"])
def test_a_bug_is_a_problem_that_tells_nothing_but_the_id(
    api: APIClient, how: str
) -> None:
    assert_problem(api.get(f"/api/v1/{how}/bug"), 500, "internal_error")


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("denied", 403, "permission_denied"),
        ("too-big", 413, "body_too_large"),
        ("odd", 400, "bad_request"),
    ],
)
def test_a_plain_view_of_the_api_answers_problems_too(
    api: APIClient, how: str, status: int, code: str
) -> None:
    assert_problem(api.get(f"/api/v1/page/{how}"), status, code)


def test_an_unknown_address_of_the_api_is_a_problem(api: APIClient) -> None:
    assert_problem(api.get("/api/v1/nowhere"), 404, "not_found")


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize("path", ["/scan/nowhere", "/api"])
def test_an_unknown_address_elsewhere_is_a_page(api: APIClient, path: str) -> None:
    response = api.get(path)

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert response["X-Request-ID"] in response.content.decode()


@pytest.mark.urls("config.urls")
def test_a_problem_is_worded_in_the_reader_s_language(api: APIClient) -> None:
    texts = {
        language: api.get(
            "/api/v1/nowhere", headers={"Accept-Language": language}
        ).json()["detail"]
        for language in ("fr", "en")
    }

    assert texts["en"] == "There is nothing at this address."
    assert texts["fr"] != texts["en"]


def test_without_a_request_a_problem_has_no_id() -> None:
    from common import http

    body = http.body(status=409, code="taken", detail="Taken.", request=None)

    assert body == {
        "type": "urn:flashsesame:problem:taken",
        "title": "Conflict",
        "status": 409,
        "code": "taken",
        "detail": "Taken.",
    }


def test_what_is_no_refusal_is_left_to_become_a_500() -> None:
    from common import http

    assert http.problem_from_exception(ValueError(), {}) is None


def test_a_problem_outside_rest_framework_is_the_same() -> None:
    from common import http

    response = http.problem(
        RequestFactory().get("/"), status=409, code="taken", detail="Déjà pris."
    )

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert "Déjà pris." in response.content.decode()


def test_the_module_can_be_imported_before_rest_framework_s_views() -> None:
    code = "import django; django.setup(); import common.http"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
