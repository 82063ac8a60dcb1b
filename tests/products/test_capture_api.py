"""The capture interface: the program of a company, another one's, and no one's."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from companies.models import Company
from products.models import Capture, Event
from tests import make
from tests.products.event_documents import (
    YARN,
    declared_wrong,
    document,
    life,
    link,
    observation,
)

pytestmark = [pytest.mark.django_db(transaction=True)]

CAPTURE = "/api/v1/epcis/capture"
EVENTS = "/api/v1/epcis/events"


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


@pytest.fixture
def company() -> Company:
    """Return the company whose program it is."""
    return make.company()


@pytest.fixture
def program(company: Company) -> APIClient:
    """Return a program with the company's key, which reads English."""
    return holding(make.api_key(company, "events:write"))


def holding(secret: str) -> APIClient:
    """Return a program that holds a key."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_ACCEPT_LANGUAGE="en")
    return client


def send(program: APIClient, body: bytes, query: str = "", **headers: str) -> Any:
    """Send a document."""
    return program.post(
        CAPTURE + query,
        body,
        content_type="application/ld+json",
        headers=headers,
    )


def test_a_document_is_taken_and_its_capture_told(
    program: APIClient, company: Company
) -> None:
    answer = send(program, document(*life(make.gtin())))

    assert answer.status_code == 202
    assert answer["GS1-EPCIS-Capture-Limit"] == "10000"
    told = program.get(answer["Location"]).json()
    assert told["captureID"] == str(Capture.objects.get(company=company).pk)
    assert (told["running"], told["success"]) == (False, True)
    assert (told["total"], told["added"], told["errors"]) == (4, 4, [])


def test_json_by_its_other_name_is_taken_as_well(program: APIClient) -> None:
    body = document(*life(make.gtin()))

    answer = program.post(CAPTURE, body, content_type="application/json")

    assert answer.status_code == 202


def test_what_is_wrong_is_told_by_path_and_code(program: APIClient) -> None:
    wrong = {**life(make.gtin())[0], "action": "MAYBE"}

    told = program.get(send(program, document(wrong))["Location"]).json()

    assert (told["success"], told["error"]["code"]) == (False, "events_refused")
    assert {one["event"] for one in told["errors"]} == {0}
    assert all(one["path"].startswith("$.epcisBody") for one in told["errors"])
    assert all(one["detail"] for one in told["errors"])


def test_a_dry_run_and_what_to_do_with_errors_may_be_asked(program: APIClient) -> None:
    right, *_rest = life(make.gtin())
    body = document(right, {**right, "eventTime": "?"})

    tried = send(program, body, "?dry_run=true").json()
    behaviour = {"GS1-EPCIS-Capture-Error-Behaviour": "proceed"}
    done = send(program, body, **behaviour).json()

    assert (tried["state"], tried["dry_run"]) == ("checked", True)
    assert (done["state"], done["added"], done["failed"]) == ("done", 1, 1)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        pytest.param("?dry_run=perhaps", {}, id="dry-run"),
        pytest.param("", {"GS1-EPCIS-Capture-Error-Behaviour": "x"}, id="behaviour"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    query: str, headers: dict[str, str], program: APIClient
) -> None:
    answer = send(program, document(*life(make.gtin())), query, **headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert not Capture.objects.exists()


def test_an_empty_or_too_large_document_is_not_kept(
    program: APIClient, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    empty = send(program, b"")
    monkeypatch.setattr("products.epcis.reading.MAX_BYTES", 100)
    large = send(program, b" " * 101)

    assert (empty.status_code, empty.json()["code"]) == (400, "capture_refused")
    assert (large.status_code, large.json()["code"]) == (413, "capture_too_large")
    assert not Capture.objects.exists()
    folder = Path(settings.CAPTURES_DIR)
    assert not any(folder.iterdir())


def test_too_many_documents_wait_for_one_another(
    program: APIClient, settings: Any
) -> None:
    settings.MAX_WAITING_CAPTURES = 0

    answer = send(program, document(*life(make.gtin())))

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_captures")
    assert answer["Retry-After"] == "60"


def test_requests_of_a_key_are_counted(program: APIClient, company: Company) -> None:
    cache.clear()
    from companies.authentication import KeyThrottle

    rates = KeyThrottle.THROTTLE_RATES
    before = rates["capture"]
    rates["capture"] = "1/min"
    try:
        answers = [program.get(EVENTS).status_code for _turn in range(2)]
        other = holding(make.api_key(company, "events:write")).get(EVENTS)
    finally:
        rates["capture"] = before

    assert answers == [200, 429]
    assert other.status_code == 200


def test_a_key_for_something_else_or_none_is_turned_away(company: Company) -> None:
    stock = holding(make.api_key(company, "stock:write"))
    nobody = APIClient(raise_request_exception=False)
    for path in (CAPTURE, EVENTS):
        assert stock.get(path).status_code == 403
        assert nobody.get(path).status_code == 401
    assert send(stock, document(*life(make.gtin()))).status_code == 403
    assert not Capture.objects.exists()


def test_another_company_sees_neither_captures_nor_events(program: APIClient) -> None:
    address = send(program, document(*life(make.gtin())))["Location"]
    stranger = holding(make.api_key(make.company("Étrangère"), "events:write"))

    answer = stranger.get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_capture")
    assert stranger.get(CAPTURE).json()["results"] == []
    assert events(stranger.get(EVENTS)) == []


def events(answer: Any) -> list[dict[str, Any]]:
    """Return the events of an answer."""
    assert answer.status_code == 200, answer.content
    body = answer.json()["epcisBody"]["queryResults"]["resultsBody"]
    return list(body["eventList"])


def test_events_are_given_back_page_by_page(program: APIClient) -> None:
    send(program, document(*life(make.gtin())))

    address = f"{EVENTS}?perPage=3"
    first = program.get(address)
    following = first["Link"].partition(">")[0].removeprefix("<")
    second = program.get(following)

    times = [one["eventTime"] for one in [*events(first), *events(second)]]
    assert times == sorted(times, reverse=True)
    assert len(times) == 4
    assert "Link" not in second
    assert events(first)[0]["eventHash"] == Event.objects.first().uri  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param({"eventType": "TransformationEvent"}, 2, id="type"),
        pytest.param({"EQ_bizStep": "shipping"}, 1, id="step"),
        pytest.param({"EQ_action": "ADD"}, 1, id="action"),
        pytest.param({"GE_eventTime": "2026-03-06T09:00:00Z"}, 2, id="since"),
        pytest.param({"LT_eventTime": "2026-03-06T09:00:00Z"}, 2, id="before"),
        pytest.param({"MATCH_anyEPC": link(YARN, lot="YARN-LOT-1")}, 2, id="thing"),
        pytest.param(
            {"MATCH_anyEPC": f"https://shop.example/01/{YARN}/10/YARN-LOT-1"},
            2,
            id="thing-by-another-domain",
        ),
        pytest.param({"EQ_eventID": "urn:uuid:none"}, 0, id="id"),
    ],
)
def test_events_are_found(
    query: dict[str, str], count: int, program: APIClient
) -> None:
    send(program, document(*life(make.gtin())))

    assert len(events(program.get(EVENTS, query))) == count


def test_an_event_declared_wrong_says_so(program: APIClient) -> None:
    event = observation([link(make.gtin(), serial="1")])
    send(program, document(event, declared_wrong(event, "urn:uuid:1")))

    (found,) = events(program.get(EVENTS))

    assert found["errorDeclaration"]["correctiveEventIDs"] == ["urn:uuid:1"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("WD_readPoint=x", "event_query_refused", id="unknown"),
        pytest.param("nextPageToken=x", "invalid_input", id="token"),
        pytest.param("GE_eventTime=soon", "invalid_input", id="time"),
        pytest.param("perPage=0", "invalid_input", id="page"),
        pytest.param("EQ_bizStep=%00", "invalid_input", id="nul"),
    ],
)
def test_a_question_of_no_use_is_refused(
    query: str, code: str, program: APIClient
) -> None:
    answer = program.get(f"{EVENTS}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.database
@pytest.mark.parametrize(
    ("time", "key"),
    [
        pytest.param("0001-01-01T00:00:00+14:00", "a" * 64, id="before the calendar"),
        pytest.param("9999-12-31T23:59:59-14:00", "a" * 64, id="after it"),
        pytest.param("2026-03-06T09:00:00+00:00", "\0", id="nul"),
        pytest.param("2026-03-06T09:00:00+00:00", "\ud800", id="half a character"),
    ],
)
def test_a_position_that_no_page_gave_is_refused(
    time: str, key: str, program: APIClient
) -> None:
    made_up = base64.urlsafe_b64encode(json.dumps([time, key]).encode()).decode()

    answer = program.get(EVENTS, {"nextPageToken": made_up.rstrip("=")})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_events_are_linked_data(program: APIClient) -> None:
    answer = program.get(EVENTS)

    assert answer["Content-Type"].startswith("application/ld+json")
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["type"] == "EPCISQueryDocument"
