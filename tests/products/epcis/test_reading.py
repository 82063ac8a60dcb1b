"""Documents as they come: the good ones whole, the others with every error named."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.epcis import problems, reading
from tests.products.epcis import world

SAMPLES = sorted((world.VECTORS / "epcis").glob("*/*.jsonld"))
GOOD = world.seen("03-04T10:00", world.PORTO, world.ITEM)
BATH = world.made("02-01T10:00", world.ROUBAIX, [world.FIBRE], [world.YARN])


def document(*events: Any, **members: Any) -> dict[str, Any]:
    return {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-05T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }


def read(data: Any, **members: Any) -> reading.Document:
    return reading.read(data, now=world.NOW, **members)


def codes(data: Any) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in read(data).problems]


@pytest.mark.parametrize(
    "path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_sample_is_read_without_a_problem(path: Any) -> None:
    found = read(path.read_bytes())

    assert found.problems == ()
    assert len(found.events) == found.total > 0


def test_the_samples_hold_57_events() -> None:
    assert sum(read(path.read_bytes()).total for path in SAMPLES) == 57


@pytest.mark.parametrize(
    "data",
    [
        document(GOOD),
        json.dumps(document(GOOD)),
        b"\xef\xbb\xbf" + json.dumps(document(GOOD)).encode(),
        GOOD,
        [GOOD],
        {
            "type": "EPCISQueryDocument",
            "epcisBody": {"queryResults": {"resultsBody": {"eventList": [GOOD]}}},
        },
    ],
    ids=["document", "text", "bytes", "event", "list", "query"],
)
def test_every_shape_of_document_holds_the_same_event(data: Any) -> None:
    found = read(data)

    assert (found.problems, found.total) == ((), 1)
    assert found.events[0].content == GOOD
    assert found.events[0].index == 0


def test_xml_says_the_same_as_json() -> None:
    xml = f"""<?xml version="1.0"?>
        <epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"
            xmlns:example="https://ns.example.com/" schemaVersion="2.0">
        <EPCISBody><EventList><ObjectEvent>
            <eventTime>2026-03-04T10:00:00Z</eventTime>
            <eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
            <epcList><epc>{world.ITEM}</epc></epcList>
            <action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:storing</bizStep>
            <readPoint><id>{world.PORTO}</id></readPoint>
            <example:colour>blue</example:colour>
        </ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""
    context = {"@context": {"example": "https://ns.example.com/"}}
    json_event = {**GOOD, "example:colour": "blue", **context}

    found = read(xml.encode())

    assert found.problems == ()
    assert found.events[0].event_hash == read(json_event).events[0].event_hash


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>" * 50 + "</a>" * 50,
        "<a",
    ],
    ids=["entity", "external", "deep", "cut"],
)
def test_xml_that_could_do_harm_is_not_read(xml: str) -> None:
    assert codes(xml) == [("$", "not_xml")]


def test_words_and_numbers_are_kept_in_one_form() -> None:
    sent = {
        **GOOD,
        "bizStep": "urn:epcglobal:cbv:bizstep:shipping",
        "disposition": "https://ref.gs1.org/cbv/Disp-in_transit",
        "quantityList": [{"epcClass": world.LOT, "quantity": "12.0", "uom": "KGM"}],
        "bizTransactionList": [
            {"type": "urn:epcglobal:cbv:btt:po", "bizTransaction": "urn:x:1"}
        ],
    }

    content = read(sent).events[0].content

    assert (content["bizStep"], content["disposition"]) == ("shipping", "in_transit")
    assert content["quantityList"][0]["quantity"] == 12
    assert content["bizTransactionList"][0]["type"] == "po"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_json"), (b"{", "not_json"), (b"\xff", "not_utf8"),
        (b'{"a":1,"a":2}', "duplicate_key"), (b"[" * 5_000, "too_deep"),
        (b"[" * 40 + b"]" * 40, "too_deep"), (b'{"a":NaN}', "number_out_of_range"),
        (b'{"a":1e999}', "number_out_of_range"),
        (b'{"a":12345678901234567890}', "number_out_of_range"),
        (b'["\\u0000"]', "unreadable_text"), (b'["\\ud800"]', "unreadable_text"),
        (b" " * (reading.MAX_BYTES + 1), "too_large"), (b"3", "not_a_document"),
        (b'{"type":"Letter"}', "not_a_document"), (b"[]", "no_events"),
        (json.dumps([1] * 10_001).encode(), "too_many_events"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    found = read(data)

    assert [problem.code for problem in found.problems] == [code]
    assert found.events == ()


def test_every_error_is_named_with_its_path() -> None:
    bad = {
        **GOOD,
        "eventTime": "yesterday",
        "action": "LOOK",
        "colour": "blue",
        "readPoint": {"id": "https://id.gs1.org/414/9521234000151"},
    }

    assert codes(document(GOOD, bad, {"type": "ObjectEvent"})) == [
        ("$.epcisBody.eventList[1].eventTime", "not_an_instant"),
        ("$.epcisBody.eventList[1].readPoint.id", "malformed_identifier"),
        ("$.epcisBody.eventList[1].action", "unknown_action"),
        ("$.epcisBody.eventList[1].colour", "unknown_field"),
        ("$.epcisBody.eventList[2]", "missing"),
        ("$.epcisBody.eventList[2]", "missing"),
        ("$.epcisBody.eventList[2]", "missing"),
        ("$.epcisBody.eventList[2]", "missing_what"),
    ]


def test_the_good_events_of_a_bad_document_are_there_for_who_wants_them() -> None:
    found = read(document({**GOOD, "action": "LOOK"}, GOOD))

    assert (found.total, [event.index for event in found.events]) == (2, [1])


def test_errors_are_counted_beyond_the_first_hundred() -> None:
    found = read([{"type": "ObjectEvent"}] * 100)

    assert len(found.problems) == problems.MAX_PROBLEMS + 1
    assert found.problems[-1].code == "more_problems"
    assert found.problems[-1].values == {"count": "300"}


def test_prefixes_may_come_with_the_request() -> None:
    sent = {**GOOD, "example:size": "L"}
    home = {"example": "https://ns.example.com/"}

    outside = read(sent, namespaces=home).events[0]
    inside = read({**sent, "@context": [home]}).events[0]

    assert outside.event_hash == inside.event_hash != read(sent).events[0].event_hash


def test_a_clock_that_is_a_little_fast_is_forgiven() -> None:
    for minutes, expected in ((9, []), (11, ["in_the_future"])):
        when = (world.NOW + timedelta(minutes=minutes)).isoformat()
        found = read({**GOOD, "eventTime": when})
        assert [problem.code for problem in found.problems] == expected


def test_every_problem_has_its_sentence_with_its_values() -> None:
    seen = set()
    given_: list[Any] = [
        {},
        [{"type": "ObjectEvent", "x": 1, "bizStep": "y"}],
        b"{",
        [3],
    ]
    for data in given_:
        for problem in read(data).problems:
            assert problems.SENTENCES[problem.code] % problem.values
            seen.add(problem.code)
    assert len(seen) > 5


NAMES = st.sampled_from([*GOOD, *BATH, "ilmd", "id", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    value=JSON, name=st.sampled_from([*GOOD, *BATH, "sensorElementList", "@context"])
)
def test_no_json_breaks_the_reading(value: Any, name: str) -> None:
    for data in (value, {**GOOD, name: value}, document(value, {**BATH, name: value})):
        for event in read(data).events:
            assert event.event_hash.startswith("ni:///sha-256;")
            assert all(mention.thing.key for mention in event.mentions)


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_bytes_break_the_reading(data: bytes | str) -> None:
    assert read(data).problems
