"""The event hash on the published vectors, and on what they do not say."""

import json
from typing import Any

import pytest

from products.epcis import hashing, normalising, xml_documents
from tests.products.epcis import world

DOCUMENTS = json.loads((world.VECTORS / "epcis_hash.json").read_text(encoding="utf-8"))[
    "vectors"
]
EVENT = world.seen("03-04T10:00", world.PORTO, world.ITEM)


def parsed(vector: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    document = vector["document"]
    if vector["format"] == "xml":
        found = xml_documents.parse(document)
        return found.events, found.namespaces
    ignored = normalising.ignored_fields(document)
    events = [{**one, **ignored} for one in document["epcisBody"]["eventList"]]
    return events, normalising.namespaces(document["@context"])


@pytest.mark.parametrize("vector", DOCUMENTS, ids=lambda vector: vector["id"])
def test_every_event_has_its_published_string_and_hash(vector: dict[str, Any]) -> None:
    events, namespaces = parsed(vector)

    strings = [hashing.pre_hash(event, namespaces) for event in events]

    assert strings == vector["expected_prehashes"]
    hashes = [hashing.event_hash(event, namespaces) for event in events]
    assert hashes == vector["expected_hashes"]


@pytest.mark.parametrize("vector", DOCUMENTS, ids=lambda vector: vector["id"])
def test_an_event_as_kept_has_the_hash_of_the_event_as_sent(
    vector: dict[str, Any],
) -> None:
    events, namespaces = parsed(vector)

    kept = [normalising.event(event) for event in events]

    hashes = [hashing.event_hash(event, namespaces) for event in kept]
    assert hashes == vector["expected_hashes"]


def test_the_vectors_hold_56_events() -> None:
    assert sum(len(vector["expected_hashes"]) for vector in DOCUMENTS) == 56


@pytest.mark.parametrize(
    "addition",
    [
        {"recordTime": "2026-03-05T00:00:00Z"},
        {"eventID": "urn:uuid:4c64ed8a-0000-4000-8000-000000000001"},
        {"errorDeclaration": {"declarationTime": "2026-03-05T00:00:00Z"}},
        {"_comment": "for the auditor"},
        {"rdfs:comment": "for the auditor"},
        {"disposition": None},
    ],
    ids=lambda addition: next(iter(addition)),
)
def test_what_is_no_part_of_the_event_changes_nothing(addition: dict[str, Any]) -> None:
    assert hashing.event_hash({**EVENT, **addition}, {}) == hashing.event_hash(
        EVENT, {}
    )


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-03-04T11:00:00+01:00"},
        {"eventTime": "2026-03-04T10:00:00.00049Z"},
        {"bizStep": "urn:epcglobal:cbv:bizstep:storing"},
        {"bizStep": "https://ref.gs1.org/cbv/BizStep-storing"},
        {"bizStep": " cbv:BizStep-storing "},
        {"epcList": [f"https://shop.example/p/01/{world.GTIN}/22/x/21/A1?17=271231"]},
        {"epcList": ["urn:epc:id:sgtin:9521234.000300.A1"]},
    ],
    ids=["offset", "rounding", "urn", "uri", "curie", "own-domain", "epc-uri"],
)
def test_another_way_of_writing_has_the_same_hash(change: dict[str, Any]) -> None:
    assert hashing.event_hash({**EVENT, **change}, {}) == hashing.event_hash(EVENT, {})


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-03-04T10:00:00.001Z"},
        {"eventTimeZoneOffset": "+01:00"},
        {"action": "ADD"},
        {"epcList": [world.SIBLING]},
        {"epcList": [world.ITEM, world.ITEM]},
        {"example:colour": "blue"},
    ],
    ids=["time", "offset", "action", "thing", "twice", "extension"],
)
def test_another_event_has_another_hash(change: dict[str, Any]) -> None:
    assert hashing.event_hash({**EVENT, **change}, {}) != hashing.event_hash(EVENT, {})


def test_an_extension_is_named_by_its_namespace_and_not_by_its_prefix() -> None:
    home = "https://ns.example.com/"
    one = hashing.event_hash({**EVENT, "a:size": "12.50"}, {"a": home})

    assert one == hashing.event_hash({**EVENT, "b:size": 12.5}, {"b": home})
    assert one == hashing.event_hash({**EVENT, f"{home}size": "12.5"}, {})
    assert one != hashing.event_hash({**EVENT, "a:size": "12.50"}, {"a": f"{home}x/"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.50, "12.5"), ("12.50", "12.5"), (1e-7, "0.0000001"), ("-0.0", "0"),
        (True, "true"), (None, ""), ("1e999", "1e999"), ("٣", "٣"), (" a ", "a"),
    ],
    ids=["float", "text", "small", "zero", "bool", "none", "vast", "arabic", "trim"],
)  # fmt: skip
def test_values_have_one_form(value: Any, text: str) -> None:
    assert hashing.canonical(value) == text
