"""A JSON body is read, or refused with a problem; never a server error."""

import json
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from common.http import problem
from common.parsers import MAX_BYTES

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"


def post(client: Client, body: bytes, content_type: str = "application/json") -> Any:
    return client.generic("POST", URL, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 50_000,
        b'{"code": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"code": ' + b"9" * 5_000 + b"}",
        b'{"code": NaN}',
        b'{"code": Infinity}',
        '{"code": "a"}'.encode("utf-16"),
        b'{"code": "\xff"}',
    ],
    ids=[
        "cut",
        "deep",
        "closed but deep",
        "huge number",
        "NaN",
        "Infinity",
        "UTF-16",
        "no UTF-8",
    ],
)
def test_what_is_no_json_is_400(client: Client, body: bytes) -> None:
    answer = post(client, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


def test_a_body_too_large_for_json_is_413(client: Client) -> None:
    answer = post(client, b" " * (MAX_BYTES + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["limit"] == MAX_BYTES


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_a_text_that_no_database_takes_is_400(client: Client, text: str) -> None:
    answer = post(client, f'{{"code": "{text}"}}'.encode())

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_a_charset_that_lies_does_no_harm(client: Client) -> None:
    answer = post(client, b'{"code": "x"}', "application/json; charset=nope")

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["me/prompts/%00/decision", "payment-prompts/%00"])
def test_an_id_of_another_form_is_404(client: Client, path: str) -> None:
    assert client.generic("POST", f"/api/v1/{path}").status_code == 404


def test_half_a_character_comes_back_as_it_was_escaped() -> None:
    answer = problem(HttpRequest(), status=400, code="x", detail="d", given="\ud800 é")

    assert json.loads(answer.content)["given"] == "\ud800 é"
    assert "é".encode() in answer.content
