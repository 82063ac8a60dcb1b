"""Other witnesses, and other logs, for tests: their keys, and what they say."""

import base64
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common import outgoing
from common.outgoing import Answer
from ledger import merkle, notes
from ledger.models import Witness

NOW = 1_767_225_600


class Asked(NamedTuple):
    """What a witness was sent."""

    url: str
    old: int
    proof: list[bytes]
    note: str


class OtherWitness:
    """A witness that behaves, in memory; or answers as a test says."""

    def __init__(self, name: str, seed: int = 7) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = notes.verifier_key(name, self.private, notes.Kind.COSIGNATURE)
        self.url = f"https://{name.partition('/')[0]}"
        self.size, self.root = 0, merkle.EMPTY_ROOT
        self.asked: list[Asked] = []
        # What it says instead, once for each.
        self.says: list[Answer | outgoing.NoAnswer] = []
        self.more_lines = ""

    def row(self, **members: Any) -> Witness:
        """Let our log know it."""
        return Witness.objects.create(vkey=str(self.key), url=self.url, **members)

    def answer(self, path: str, body: bytes) -> Answer:
        """Answer as tlog-witness has it."""
        head, _blank, note = body.decode().partition("\n\n")
        old, *lines = head.split("\n")
        asked = Asked(
            self.url + path,
            int(old.removeprefix("old ")),
            [base64.b64decode(line) for line in lines],
            note,
        )
        self.asked.append(asked)
        if self.says:
            said = self.says.pop(0)
            if isinstance(said, outgoing.NoAnswer):
                raise said
            return said
        return self._signed(asked)

    def line(self, note: str) -> str:
        """Return its signature below a note."""
        text = notes.read_note(note.encode()).text
        return f"{notes.cosign(text, self.key.name, self.private, at=NOW)}\n"

    def _signed(self, asked: Asked) -> Answer:
        text = notes.read_note(asked.note.encode()).text
        head = notes.parse_checkpoint(text)
        if asked.old != self.size:
            return conflict(self.size)
        if self.size:
            try:
                merkle.verify_consistency(
                    first=self.size,
                    second=head.size,
                    first_root=self.root,
                    second_root=head.root,
                    proof=asked.proof,
                )
            except merkle.ProofRefused:
                return Answer(422, b"", None)
        self.size, self.root = head.size, head.root
        return Answer(200, (self.more_lines + self.line(asked.note)).encode(), None)


def conflict(size: int) -> Answer:
    """Return the answer of a witness that signed another size."""
    return Answer(409, b"%d\n" % size, None, "text/x.tlog.size")


def connect(patch: pytest.MonkeyPatch, *witnesses: OtherWitness) -> None:
    """Let what is sent to these witnesses reach them, and nothing leave the house."""
    by_url = {one.url: one for one in witnesses}

    def post(base_url: str, path: str, body: bytes, **_more: Any) -> Answer:
        if base_url not in by_url:
            raise outgoing.NoAnswer("network")
        return by_url[base_url].answer(path, body)

    patch.setattr(outgoing, "post", post)


class OtherLog:
    """A log of somebody else, which asks us to sign its heads."""

    def __init__(self, origin: str = "other.example/log", seed: int = 3) -> None:
        self.origin = origin
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = notes.verifier_key(origin, self.private)

    def leaves(self, size: int, fork: bytes = b"") -> list[bytes]:
        """Return leaf hashes; with `fork`, those of another history."""
        return [merkle.leaf_hash(b"%d" % number + fork) for number in range(size)]

    def note(self, size: int, fork: bytes = b"", root: bytes | None = None) -> str:
        """Return a signed head."""
        root = merkle.root_of(self.leaves(size, fork)) if root is None else root
        text = str(notes.Checkpoint(self.origin, size, root))
        return str(notes.Note(text, (notes.sign(text, self.origin, self.private),)))

    def proof(self, old: int, size: int, fork: bytes = b"") -> list[bytes]:
        """Return that one of its trees extends another."""
        stored = self.leaves(size, fork)
        if not 0 < old < size:
            return []
        return [
            merkle.root_of(stored[span.start : span.end])
            for span in merkle.consistency_spans(old, size)
        ]

    def body(self, old: int, size: int, **changes: Any) -> bytes:
        """Return a request to sign a head that extends `old` entries."""
        fork = changes.get("fork", b"")
        proof = changes.get("proof", self.proof(old, size, fork))
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
        note = changes.get("note", self.note(size, fork))
        return ("\n".join(lines) + "\n\n" + str(note)).encode()


Refuses = Callable[[bytes], Any]
