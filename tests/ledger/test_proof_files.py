"""A proof file proves one leaf, by the log's own signature, and nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle, notes, proof_files
from ledger.merkle import ProofRefused
from ledger.notes import NoteRefused
from ledger.proof_files import ProofFile

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "tlog_own.json").read_text()
)
TOLD = VECTORS["tlog_proof"]
TEXT: str = TOLD["text"]
LEAF: bytes = TOLD["leaf"].encode()
KEY = notes.parse_verifier_key(VECTORS["checkpoints"]["vkey"])
WITNESS = notes.parse_verifier_key(VECTORS["cosignature"]["vkey"])


def test_the_published_file_proves_its_leaf() -> None:
    proof = proof_files.parse(TEXT.encode())

    found = proof_files.verify(proof, leaf=LEAF, keys=[KEY])

    assert (proof.position, found.size) == (TOLD["index"], TOLD["size"])
    assert str(proof) == TEXT


def test_the_leaf_may_come_with_it_and_is_not_believed() -> None:
    proof = proof_files.parse(TEXT.encode())._replace(leaf=b"another")

    again = proof_files.parse(str(proof).encode())

    assert again == proof
    assert proof_files.verify(again, leaf=LEAF, keys=[KEY])
    with pytest.raises(ProofRefused):
        proof_files.verify(again, leaf=b"another", keys=[KEY])


# The witness's line is left out: who does not know the witness passes it over.
OWN_BYTES = len(TEXT.partition("— witness")[0].encode())


@given(at=st.integers(0, OWN_BYTES - 1), bit=st.integers(0, 7))
def test_no_altered_file_proves_the_same(at: int, bit: int) -> None:
    data = bytearray(TEXT.encode())
    data[at] ^= 1 << bit

    with pytest.raises((ProofRefused, NoteRefused)):
        proof_files.verify(proof_files.parse(bytes(data)), leaf=LEAF, keys=[KEY])


def test_base64_has_one_spelling() -> None:
    # The last letter before the sign of filling has bits that mean nothing.
    line = TEXT.split("\n")[2]
    loose = line[:-2] + chr(ord(line[-2]) + 1) + "="

    with pytest.raises(ProofRefused):
        proof_files.parse(TEXT.replace(line, loose).encode())


def test_a_witness_alone_does_not_make_a_head_of_the_log() -> None:
    cosigned = VECTORS["cosignature"]["note"]
    proof = proof_files.parse(TEXT.encode())._replace(checkpoint=cosigned)

    assert proof_files.verify(proof, leaf=LEAF, keys=[KEY, WITNESS])
    with pytest.raises(NoteRefused, match="itself"):
        proof_files.verify(proof, leaf=LEAF, keys=[WITNESS])


HEAD = proof_files.HEAD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        HEAD.encode(),
        f"{HEAD}\n\n".encode(),
        f"{HEAD}\nindex 1\n".encode(),
        f"{HEAD}\nindex 01\n\nhead".encode(),
        f"{HEAD}\nindex -1\n\nhead".encode(),
        f"{HEAD}\nindex \u0661\n\nhead".encode(),
        f"{HEAD}\nIndex 1\n\nhead".encode(),
        f"{HEAD}\nindex 1\n%%\n\nhead".encode(),
        f"{HEAD}\nextra %%\nindex 1\n\nhead".encode(),
        f"{HEAD[:-1]}2\nindex 1\n\nhead".encode(),
        (f"{HEAD}\nindex 1\n" + "AA==\n" * 65 + "\nhead").encode(),
        b"x" * (proof_files.MAX_BYTES + 1),
    ],
    ids=range(14),
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(ProofRefused):
        proof_files.parse(data)


def test_a_short_hash_proves_nothing() -> None:
    proof = ProofFile(0, (b"\0",), TEXT.partition("\n\n")[2])

    with pytest.raises(ProofRefused):
        proof_files.verify(proof, leaf=LEAF, keys=[KEY])
    assert merkle.HASH_BYTES == 32
