"""The path as it was sent: what each server tells of it, and what nobody can read."""

import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.asgi import application
from scanning.resolving.rules import Entry
from scanning.services.linking import Line, register_links
from tests import resolver_world
from tests.resolver_checks import Answer
from tests.resolver_contract import ROWS
from tests.resolver_world import PIP_EN, G, P

pytestmark = pytest.mark.django_db(transaction=True)

communicator: Any = ApplicationCommunicator
# The decoded path is wrong on purpose: nothing may be read from it.
BY_RAW_PATH = (16, 23, 24, 25, 30, 31, 32, 84, 96, 97, 98, 99, 101, 102, 104)
HREF = "https://b.example/lot"


async def talk(scope: dict[str, Any]) -> Answer:
    """Send one request to the whole application, as uvicorn does."""
    line = communicator(application, scope)
    await line.send_input({"type": "http.request", "body": b""})
    start = await line.receive_output(5)
    body, more = b"", True
    while more:
        part = await line.receive_output(5)
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await line.wait(5)
    headers = {
        name.decode().lower(): value.decode() for name, value in start["headers"]
    }
    return Answer(start["status"], headers, body, settings.BASE_URL)


def by_asgi(target: str, **given_headers: str) -> Answer:
    raw_path, _mark, query = target.partition("?")
    headers = {"host": "localhost", **given_headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/01/decoded/and/lost",
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return asyncio.run(talk(scope))


@pytest.mark.parametrize("number", BY_RAW_PATH)
def test_uvicorn_s_raw_path_is_what_is_read(number: int) -> None:
    resolver_world.create()
    row = ROWS[number - 1]

    row.check(by_asgi(row.request.target, **row.request.sent_headers()))


def test_a_lot_with_a_slash_is_one_lot(client: Client) -> None:
    resolver_world.create()
    line = Line(f"{P}/10/A%2FB", Entry("gs1:pip", HREF, "Lot", is_default=True))
    register_links(lines=[line], author=None)
    target = f"/gtin/{G[1:]}/lot/A%2fB/?a=%2F"

    for raw in ({"RAW_URI": target}, {"REQUEST_URI": f"https://host.example{target}"}):
        answer = client.get("/x", **raw, QUERY_STRING="a=%2F")  # type: ignore[arg-type]
        assert answer["Location"] == f"{HREF}?a=%2F"
    assert by_asgi(target).header("Location") == f"{HREF}?a=%2F"


def test_without_a_raw_target_the_decoded_path_is_read(client: Client) -> None:
    resolver_world.create()

    assert client.get(f"{P}/10/L%25")["Location"] == PIP_EN
    assert client.get(f"{P}/10/L%2B1")["Location"] == PIP_EN


@hypothesis_settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    raw=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=80),
    start=st.sampled_from(["/", "/01/", f"{P}/", f"{P}/10/", "/eh", "/ex", "/414/"]),
    query=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=40),
)
def test_no_address_is_a_failure(
    client: Client, raw: str, start: str, query: str
) -> None:
    answer = client.generic("GET", "/x", RAW_URI=start + raw, QUERY_STRING=query)

    assert answer.status_code in {200, 300, 307, 400, 404}
