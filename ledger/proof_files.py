"""
Proof files: one leaf's place in the log, verifiable offline (C2SP tlog-proof). Pure.

The leaf may come with it; it is not authenticated by that: its hash must be computed.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import NamedTuple

from ledger import merkle, notes

HEAD = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 200_000
_MAX_HASHES = 64


class ProofFile(NamedTuple):
    """A leaf's index, the hashes from it to the root, and the signed checkpoint."""

    position: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    leaf: bytes | None = None

    def __str__(self) -> str:
        """Return the file's text."""
        extra = (
            []
            if self.leaf is None
            else [f"extra {base64.b64encode(self.leaf).decode()}"]
        )
        hashes = [base64.b64encode(one).decode() for one in self.hashes]
        return "\n".join(
            [HEAD, *extra, f"index {self.position}", *hashes, "", self.checkpoint]
        )


def parse(data: bytes) -> ProofFile:
    """Return what a file says; raise `merkle.ProofRefused` unless it is one."""
    if len(data) > MAX_BYTES:
        raise merkle.ProofRefused("A proof is no longer than 200 kB")
    try:
        head, blank, checkpoint = data.decode().partition("\n\n")
        first, *lines = head.split("\n")
        leaf = None
        if lines and lines[0].startswith("extra "):
            leaf = _decoded(lines.pop(0).removeprefix("extra "))
        name, _space, index = lines.pop(0).partition(" ")
        hashes = tuple(_decoded(line) for line in lines)
    except (UnicodeDecodeError, IndexError, binascii.Error) as error:
        raise merkle.ProofRefused("This is no proof of a log") from error
    if not blank or first != HEAD or name != "index" or not _is_index(index):
        raise merkle.ProofRefused("This is no proof of a log")
    if len(hashes) > _MAX_HASHES:
        raise merkle.ProofRefused("The proof is too long")
    return ProofFile(int(index), hashes, checkpoint, leaf)


def verify(
    proof: ProofFile, *, leaf: bytes, keys: Iterable[notes.VerifierKey]
) -> notes.Checkpoint:
    """
    Verify that the log of `keys` holds the bytes `leaf`; return the checkpoint.

    Raise `merkle.ProofRefused` or `notes.NoteRefused` otherwise.
    """
    known = list(keys)
    note = notes.open_note(proof.checkpoint.encode(), known)
    checkpoint = notes.parse_checkpoint(note.text)
    signers = {one.name for one in note.signatures}
    if checkpoint.origin not in signers:
        raise notes.NoteRefused("The log itself did not sign its checkpoint")
    merkle.verify_inclusion(
        index=proof.position,
        size=checkpoint.size,
        leaf=merkle.leaf_hash(leaf),
        proof=proof.hashes,
        root=checkpoint.root,
    )
    return checkpoint


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and str(int(text)) == text


def _decoded(text: str) -> bytes:
    value = base64.b64decode(text, validate=True)
    if base64.b64encode(value).decode() != text:
        raise binascii.Error("This base64 could be written otherwise")
    return value
