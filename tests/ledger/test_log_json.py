"""The log as JSON: entries and proofs, and every number that is none."""

import base64

import pytest

from ledger import leaves, log_keys, merkle, proof_files
from ledger.models import Entry
from tests.ledger import making
from tests.ledger.reading import checkpoint, code, get, hashes

pytestmark = pytest.mark.django_db

NO_NUMBERS = [
    "",
    "-1",
    "+1",
    "1.0",
    "1e1",
    "01",
    " 1",
    "1 ",
    "a",
    "0x1",
    "1_0",
    "\u0663",
    "\uff11",
    "\u00b2",
    "9" * 19,
    "9" * 200,
    "null",
    "1\n",
    "%00",
]


def test_an_entry_is_its_bytes_and_what_they_say() -> None:
    entry = making.log_of(5)[3]

    said = get("/api/v1/log/entries/3").json()

    assert base64.b64decode(said["leaf"]) == bytes(entry.leaf)
    assert base64.b64decode(said["leaf_hash"]) == bytes(entry.leaf_hash)
    assert said["entry"] == leaves.parse(bytes(entry.leaf))
    assert said["index"] == 3


def test_every_inclusion_is_proven_at_every_size() -> None:
    log = making.log_of(9)
    stored = [bytes(one.leaf_hash) for one in log]

    for size in range(1, 10):
        for index in range(size):
            answer = get(f"/api/v1/log/proofs/inclusion?index={index}&size={size}")
            merkle.verify_inclusion(
                index=index,
                size=size,
                leaf=stored[index],
                proof=hashes(answer),
                root=merkle.root_of(stored[:size]),
            )
            assert (answer.json()["index"], answer.json()["size"]) == (index, size)


def test_every_consistency_is_proven() -> None:
    stored = [bytes(one.leaf_hash) for one in making.log_of(9)]

    for second in range(1, 10):
        for first in range(1, second + 1):
            path = f"/api/v1/log/proofs/consistency?first={first}&second={second}"
            merkle.verify_consistency(
                first=first,
                second=second,
                first_root=merkle.root_of(stored[:first]),
                second_root=merkle.root_of(stored[:second]),
                proof=hashes(get(path)),
            )


def test_a_proof_over_several_levels_of_tiles_verifies() -> None:
    making.log_of(700)
    head = checkpoint()

    for index in (0, 255, 256, 511, 512, 699):
        answer = get(f"/api/v1/log/proofs/inclusion?index={index}")
        merkle.verify_inclusion(
            index=index,
            size=head.size,
            leaf=bytes(Entry.objects.get(position=index).leaf_hash),
            proof=hashes(answer),
            root=head.root,
        )
    early = get("/api/v1/log/proofs/consistency?first=300")
    merkle.verify_consistency(
        first=300,
        second=700,
        first_root=merkle.root_of(
            [bytes(one.leaf_hash) for one in Entry.objects.placed()[:300]]
        ),
        second_root=head.root,
        proof=hashes(early),
    )


def test_a_proof_file_is_all_that_is_needed() -> None:
    entry = making.log_of(300)[42]

    answer = get("/api/v1/log/entries/42/proof")

    proof = proof_files.parse(answer.content)
    assert proof.leaf == bytes(entry.leaf)
    proof_files.verify(proof, leaf=proof.leaf, keys=log_keys.current_keys())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("number", NO_NUMBERS, ids=ascii)
def test_what_is_no_number_is_refused(number: str) -> None:
    making.log_of(2)
    addresses = [
        f"proofs/inclusion?index={number}&size=2",
        f"proofs/inclusion?index=0&size={number}",
        f"proofs/consistency?first={number}&second=2",
        f"proofs/consistency?first=1&second={number}",
    ]
    if number not in {"", "%00"}:
        addresses += [f"entries/{number}", f"entries/{number}/proof"]

    for address in addresses:
        path = f"/api/v1/log/{address}".replace(" ", "%20").replace("\n", "%0A")
        # A plus is a blank in a query; sent as it is meant.
        assert code(get(path.replace("+", "%2B"))) == (400, "invalid_log_number"), path


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("proofs/inclusion", (400, "invalid_log_number")),
        ("proofs/consistency", (400, "invalid_log_number")),
        ("proofs/inclusion?index=1&size=1", (400, "invalid_log_number")),
        ("proofs/inclusion?index=0&size=0", (400, "invalid_log_number")),
        ("proofs/inclusion?index=2", (404, "unknown_log_entry")),
        ("proofs/inclusion?index=0&size=3", (404, "unknown_log_size")),
        ("proofs/inclusion?index=999999999999999999", (404, "unknown_log_entry")),
        (f"proofs/inclusion?index=0&size={10**17}", (404, "unknown_log_size")),
        ("proofs/consistency?first=0&second=2", (400, "invalid_log_number")),
        ("proofs/consistency?first=2&second=1", (400, "invalid_log_number")),
        ("proofs/consistency?first=1&second=3", (404, "unknown_log_size")),
        ("proofs/consistency?first=3", (404, "unknown_log_size")),
        ("entries/2", (404, "unknown_log_entry")),
        ("entries/2/proof", (404, "unknown_log_entry")),
        ("entries/999999999999999999", (404, "unknown_log_entry")),
    ],
)
def test_what_the_log_does_not_have_is_not_there(
    path: str, refusal: tuple[int, str]
) -> None:
    making.log_of(2)

    answer = get(f"/api/v1/log/{path}")

    assert code(answer) == refusal
    assert answer["Cache-Control"] == "no-store"


def test_an_empty_log_proves_nothing() -> None:
    assert code(get("/api/v1/log/entries/0")) == (404, "unknown_log_entry")
    assert code(get("/api/v1/log/proofs/inclusion?index=0"))[0] == 404
    assert code(get("/api/v1/log/proofs/consistency?first=1"))[0] == 404
    for path in ("/log/tile/0/000", "/log/tile/entries/000.p/1"):
        assert code(get(path)) == (404, "unknown_tile")


def test_a_proof_of_a_size_never_changes_and_one_of_the_newest_does() -> None:
    making.log_of(3)

    fixed = get("/api/v1/log/proofs/inclusion?index=0&size=3")
    newest = get("/api/v1/log/proofs/inclusion?index=0")

    assert fixed.json() == newest.json()
    assert "immutable" in fixed["Cache-Control"]
    assert newest["Cache-Control"] == "public, max-age=5"
