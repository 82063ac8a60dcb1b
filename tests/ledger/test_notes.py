"""Signed notes: those of others open, and nothing that merely looks like one."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, notes
from ledger.notes import NoteRefused

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "tlog_own.json").read_text()
)
HEADS = VECTORS["checkpoints"]
NAME = HEADS["origin"]
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(HEADS["ed25519_seed_hex"]))
KEY = notes.verifier_key(NAME, PRIVATE)
WITNESS = notes.parse_verifier_key(VECTORS["cosignature"]["vkey"])
NOTE = next(one["note"] for one in HEADS["notes"] if one["size"] == 300)


@pytest.mark.parametrize("head", HEADS["notes"], ids=lambda head: str(head["size"]))
def test_heads_are_signed_as_published(head: dict[str, object]) -> None:
    size = int(str(head["size"]))
    leaves = [merkle.leaf_hash(b'{"n":%d}' % number) for number in range(size)]

    text = str(notes.Checkpoint(NAME, size, merkle.root_of(leaves)))
    note = notes.Note(text, (notes.sign(text, NAME, PRIVATE),))

    assert str(note) == head["note"]
    opened = notes.open_note(str(note).encode(), [KEY])
    assert notes.parse_checkpoint(opened.text).size == size


def test_a_key_is_read_as_it_was_written() -> None:
    assert str(KEY) == HEADS["vkey"]
    assert notes.parse_verifier_key(HEADS["vkey"]) == KEY
    assert str(WITNESS) == VECTORS["cosignature"]["vkey"]


def test_a_witness_signs_as_published() -> None:
    told = VECTORS["cosignature"]
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex(told["witness_seed_hex"])
    )
    note = notes.read_note(NOTE.encode())

    line = notes.cosign(note.text, WITNESS.name, private, at=told["timestamp"])

    assert str(note._replace(signatures=(*note.signatures, line))) == told["note"]
    opened = notes.open_note(told["note"].encode(), [KEY, WITNESS])
    assert len(opened.signatures) == 2
    assert notes.cosigned_at(opened.signatures[1]) == told["timestamp"]


@given(at=st.integers(0, len(NOTE.encode()) - 1), bit=st.integers(0, 7))
def test_no_altered_note_says_the_same(at: int, bit: int) -> None:
    data = bytearray(NOTE.encode())
    data[at] ^= 1 << bit

    with pytest.raises(NoteRefused):
        notes.open_note(bytes(data), [KEY])


def test_signatures_of_others_are_passed_over() -> None:
    other = notes.sign("text\n", "other.example", Ed25519PrivateKey.generate())
    text, _blank, below = NOTE.partition("\n\n")

    opened = notes.open_note(f"{text}\n\n{other}\n{below}".encode(), [KEY])

    assert [one.name for one in opened.signatures] == [NAME]
    with pytest.raises(NoteRefused):
        notes.open_note(f"{text}\n\n{other}\n".encode(), [KEY])


def test_one_bad_signature_of_a_known_key_refuses_the_note() -> None:
    bad = notes.Signature(WITNESS.name, WITNESS.key_id, b"\0" * 72)
    text, _blank, below = NOTE.partition("\n\n")

    with pytest.raises(NoteRefused):
        notes.open_note(f"{text}\n\n{below}{bad}\n".encode(), [KEY, WITNESS])


def test_a_key_of_the_same_name_is_another_key() -> None:
    other = notes.verifier_key(NAME, Ed25519PrivateKey.generate())

    with pytest.raises(NoteRefused):
        notes.open_note(NOTE.encode(), [other])


LINE = NOTE.partition("\n\n")[2]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"text\n", id="no signature"),
        pytest.param(f"text\n{LINE}".encode(), id="no empty line"),
        pytest.param(f"text\n\n{LINE}"[:-1].encode(), id="no end"),
        pytest.param(f"te\tt\n\n{LINE}".encode(), id="a tabulator"),
        pytest.param(f"text\r\n\n{LINE}".encode(), id="a carriage return"),
        pytest.param(b"te\xffxt\n\n" + LINE.encode(), id="not UTF-8"),
        pytest.param(f"text\n\n{LINE}\n".encode(), id="a line without anything"),
        pytest.param(f"text\n\n{LINE * 101}".encode(), id="too many signatures"),
        pytest.param(b"x" * 1_000_001, id="too long"),
        pytest.param(f"text\n\n{LINE.replace('—', '-')}".encode(), id="a hyphen"),
        pytest.param(b"text\n\n\xe2\x80\x94 name AAAA\n", id="an id alone"),
        pytest.param(b"text\n\n\xe2\x80\x94 name AAAAAA=\n", id="not base64"),
        pytest.param(b"text\n\n\xe2\x80\x94 name AAAAAAB=\n", id="loose base64"),
        pytest.param(b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n", id="a plus in a name"),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteRefused):
        notes.read_note(data)


def encoded(kind: int, public: bytes) -> str:
    return base64.b64encode(bytes([kind]) + public).decode()


_KEY64 = encoded(1, KEY.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+219df064",
        f"+219df064+{_KEY64}",
        f"na me+219df064+{_KEY64}",
        f"{NAME}+219df065+{_KEY64}",
        f"{NAME}+219DF064+{_KEY64}",
        f"other+219df064+{_KEY64}",
        f"{NAME}+219df064+{_KEY64[:-1]}",
        f"{NAME}+219df064+{encoded(2, KEY.public)}",
        f"{NAME}+219df064+{encoded(1, KEY.public[1:])}",
    ],
    ids=range(11),
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        notes.parse_verifier_key(text)


_ROOT = base64.b64encode(b"\0" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n01\n{_ROOT}\n",
        f"origin\n-1\n{_ROOT}\n",
        f"origin\n+1\n{_ROOT}\n",
        f"origin\n1\n{_ROOT[:-4]}\n",
        f"origin\n1\n{_ROOT}",
        f"\n1\n{_ROOT}\n",
        f"origin\n{2**64}\n{_ROOT}\n",
    ],
    ids=range(9),
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        notes.parse_checkpoint(text)


def test_lines_that_follow_a_root_are_passed_over() -> None:
    assert notes.parse_checkpoint(f"origin\n0\n{_ROOT}\nmore\n").size == 0
    with pytest.raises(ValueError, match="newline"):
        notes.sign("text", NAME, PRIVATE)
    with pytest.raises(NoteRefused):
        notes.verifier_key("a name", PRIVATE)
