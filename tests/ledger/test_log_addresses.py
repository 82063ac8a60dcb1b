"""The log as C2SP's tlog-tiles serves it, byte by byte and header by header."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ledger import leaves, log_keys, merkle, notes, tiles
from ledger.models import Checkpoint, Entry, LogKey, Witness
from ledger.services import rotate_log_key
from tests.ledger import making
from tests.ledger.reading import checkpoint, code, get

pytestmark = pytest.mark.django_db

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def log() -> list[Entry]:
    """A log whose first tile is whole and whose second one is not."""
    return making.log_of(300)


@pytest.fixture
def small() -> list[Entry]:
    """A log of a few entries."""
    return making.log_of(5)


def test_the_head_is_a_signed_note_that_caches_forget_soon(small: list[Entry]) -> None:
    answer = get("/log/checkpoint")

    note = notes.open_note(answer.content, log_keys.current_keys())
    said = notes.parse_checkpoint(note.text)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=5"
    assert said.origin == "127.0.0.1:8000/log"
    assert said.size == 5
    assert said.root == merkle.root_of([bytes(one.leaf_hash) for one in small])


def test_a_reader_who_has_the_head_gets_no_bytes(small: list[Entry]) -> None:
    first = get("/log/checkpoint")

    second = get("/log/checkpoint", if_none_match=first["ETag"])

    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]


def test_an_empty_log_has_no_head() -> None:
    answer = get("/log/checkpoint")

    assert code(answer) == (404, "log_is_empty")
    assert answer["Cache-Control"] == "no-store"
    # Who serves the log makes no key for it.
    assert code(get("/log/vkey")) == (404, "log_is_empty")
    assert get("/log/policy").content == b"quorum none\n"
    assert not LogKey.objects.exists()


def test_who_serves_the_log_need_not_have_its_key(
    small: list[Entry],
) -> None:
    before = get("/log/vkey").content
    LogKey.objects.update(sealed_private="")

    assert get("/log/vkey").content == before
    assert get("/log/policy").status_code == 200


def test_while_a_key_is_replaced_both_are_published(small: list[Entry]) -> None:
    rotate_log_key(overlap=timedelta(days=1))
    making.append(1)
    making.sequence()

    vkeys = get("/log/vkey").content.decode().split()

    assert len(vkeys) == 2
    for vkey in vkeys:
        key = notes.parse_verifier_key(vkey)
        assert notes.open_note(get("/log/checkpoint").content, [key])


def test_every_tile_of_the_log_is_served(log: list[Entry]) -> None:
    grown = tiles.grow(0, {}, [bytes(one.leaf_hash) for one in log]).tiles
    assert {(0, 0), (0, 1), (1, 0)} == set(grown)

    for tile, data in grown.items():
        width = len(data) // 32
        tail = "" if width == tiles.WIDTH else f".p/{width}"
        answer = get(f"/log/tile/{tile.level}/{tiles.path_of(tile.n)}{tail}")
        assert answer.content == data
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Cache-Control"] == FOR_EVER


@pytest.mark.parametrize("width", [1, 43, 44, 255])
def test_a_width_that_a_tile_had_before_is_its_beginning(
    log: list[Entry], width: int
) -> None:
    whole = b"".join(bytes(one.leaf_hash) for one in log[:256])

    assert get(f"/log/tile/0/000.p/{width}").content == whole[: 32 * width]


def test_entries_come_in_bundles(log: list[Entry]) -> None:
    first = leaves.unbundle(get("/log/tile/entries/000").content)
    second = leaves.unbundle(get("/log/tile/entries/001.p/44").content)
    part = leaves.unbundle(get("/log/tile/entries/000.p/7").content)

    assert first + second == [bytes(one.leaf) for one in log]
    assert part == first[:7]
    assert get("/log/tile/entries/000")["Cache-Control"] == FOR_EVER


NOT_THERE = [
    "0/001",
    "0/001.p/45",
    "0/002",
    "0/002.p/1",
    "1/000",
    "1/000.p/2",
    "2/000.p/1",
    "63/000",
    "entries/001",
    "entries/001.p/45",
    "0/x999/x999/x999/x999/999",
    "entries/x999/x999/x999/x999/999",
    # Another spelling of what there is.
    "0/000.p/256",
    "0/000.p/0",
    "0/000.p/01",
    "0/000.p/",
    "0/000.p",
    "0/000/",
    "00/000",
    "0/0",
    "0/00",
    "0/0000",
    "0/x000/000",
    "0/x000",
    "64/000",
    "-1/000",
    "0/-01",
    "0/00a",
    "0/\u0660\u0660\u0660",
    "0/\uff10\uff10\uff10",
    "\u0660/000",
    "0/000.p/\u0663",
    "0/000%0A",
    "0/x999/x999/x999/x999/x999/999",
    "0/" + "x999/" * 40 + "999",
    "0//000",
    "Entries/000",
    "entries/",
    "",
    "0/000%00",
    "0/000.p/99999999999999999999",
]


def test_what_is_not_published_or_is_spelt_otherwise_is_not_there(
    log: list[Entry],
) -> None:
    for path in NOT_THERE:
        answer = get(f"/log/tile/{path}")

        assert code(answer) == (404, "unknown_tile"), path
        assert answer["Cache-Control"] == "no-store"
        assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["0/%30%30%30", "%30/000", "0/000%2Ep/1"])
def test_an_address_has_one_spelling_as_it_is_sent(log: list[Entry], path: str) -> None:
    sent = f"/log/tile/{path}"

    # As servers say it: the test's own client would only know what is decoded.
    answer = Client().get(sent, REQUEST_URI=sent)

    assert code(answer) == (404, "unknown_tile")


def test_nothing_goes_past_the_published_size(small: list[Entry]) -> None:
    making.append(3)
    Witness.objects.create(
        vkey="w.example+00000000+x", url="https://w.example", is_required=True
    )
    making.sequence()
    assert Checkpoint.objects.count() == 2

    assert checkpoint().size == 5
    assert get("/log/tile/0/000.p/5").status_code == 200
    for path in ("0/000.p/6", "0/000.p/8", "entries/000.p/6"):
        assert get(f"/log/tile/{path}").status_code == 404
    for path in (
        "entries/5",
        "entries/5/proof",
        "proofs/inclusion?index=5",
        "proofs/inclusion?index=1&size=8",
        "proofs/consistency?first=1&second=8",
        "proofs/consistency?first=6",
    ):
        assert get(f"/api/v1/log/{path}").status_code == 404


ADDRESSES = [
    "/log/checkpoint",
    "/log/tile/0/000.p/5",
    "/log/tile/entries/000.p/5",
    "/log/vkey",
    "/log/policy",
    "/witness/vkey",
    "/api/v1/log/entries/4",
    "/api/v1/log/entries/4/proof",
    "/api/v1/log/proofs/inclusion?index=1&size=5",
    "/api/v1/log/proofs/consistency?first=2&second=5",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_any_cache_and_any_site_may_have_it(small: list[Entry], path: str) -> None:
    french = get(path, accept_language="fr")
    english = get(path, accept_language="en", origin="https://other.example")

    assert french.content == english.content != b""
    assert french["Access-Control-Allow-Origin"] == "*"
    assert french["Cache-Control"].startswith("public")
    assert not {"Vary", "Content-Language", "Set-Cookie"} & set(english.headers)


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_the_headers_may_be_asked_for(small: list[Entry], path: str) -> None:
    whole = get(path)

    head = Client().head(path)

    assert head.status_code == 200
    for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length"):
        assert head[name] == whole[name]
    assert Client().post(path).status_code == 405


@pytest.fixture
def warm(small: list[Entry]) -> None:
    """Whatever is made at the first request is there."""
    for path in ADDRESSES:
        assert get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/log/checkpoint", 2),
        ("/log/tile/0/000.p/5", 1),
        ("/log/tile/entries/000.p/5", 1),
        ("/log/tile/0/999", 1),
        ("/log/tile/wrong", 0),
        ("/log/vkey", 3),
        ("/log/policy", 4),
        ("/api/v1/log/entries/4", 1),
        ("/api/v1/log/proofs/inclusion?index=1&size=5", 2),
        ("/api/v1/log/proofs/consistency?first=2&second=5", 2),
        ("/api/v1/log/entries/4/proof", 4),
    ],
)
def test_a_read_costs_few_queries(
    warm: None,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    with django_assert_num_queries(queries):
        get(path)


def test_the_key_and_the_policy_are_those_of_the_log(small: list[Entry]) -> None:
    vkey = get("/log/vkey").content.decode()

    key = notes.parse_verifier_key(vkey.strip())
    assert notes.open_note(get("/log/checkpoint").content, [key])
    assert get("/log/policy").content.decode() == (
        f"log {vkey.strip()} http://127.0.0.1:8000/log\nquorum none\n"
    )
