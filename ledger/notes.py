"""
Signed notes, checkpoints and cosignatures. Pure.

The formats are C2SP's signed-note, tlog-checkpoint and tlog-cosignature. A note is a
text and below it one line for each signature. Who signs is known by a verifier key,
`name+key id+key`, such as `shop.example/log+219df064+ATtq…`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.merkle import HASH_BYTES

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
KEY_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_STAMP_BYTES = 8
_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<value>\S+)")
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9]\d{0,18}")


class NoteRefused(ValueError):
    """What is no note, or is not signed by a key that is known."""


class Kind(IntEnum):
    """How a key signs: its first byte in a verifier key."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


class VerifierKey(NamedTuple):
    """The public half of a key, and what it signs as."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a signature names its key."""
        return key_id(self.name, bytes([self.kind]) + self.public)

    def __str__(self) -> str:
        """Return the key as it is published."""
        value = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{value}"


class Signature(NamedTuple):
    """One line below a note: who signed, as bytes of a key id, and what."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        """Return the line, without its end."""
        value = base64.b64encode(self.key_id + self.value).decode()
        return f"— {self.name} {value}"


class Note(NamedTuple):
    """A text with its final newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is served."""
        return self.text + "\n" + "".join(f"{one}\n" for one in self.signatures)


class Checkpoint(NamedTuple):
    """The head of a log: how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, key: bytes) -> bytes:
    """Return the id of a key, whose first byte is its kind."""
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:KEY_ID_BYTES]


def verifier_key(
    name: str, private: Ed25519PrivateKey, kind: Kind = Kind.ED25519
) -> VerifierKey:
    """Return the public half of a key under the name that it signs as."""
    if not _NAME.fullmatch(name):
        raise NoteRefused(f"{name!r} is no name of a key")
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return VerifierKey(name, kind, public)


def parse_verifier_key(text: str) -> VerifierKey:
    """Return the key that `text` writes; raise `NoteRefused` unless it is one."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise NoteRefused("A verifier key is name+id+key")
    key = _decoded(parts[2])
    if key[:1] not in {bytes([kind]) for kind in Kind} or len(key) != 1 + HASH_BYTES:
        raise NoteRefused("The key is of a kind that is not known here")
    if key_id(parts[0], key).hex() != parts[1]:
        raise NoteRefused("The key has another id than it says")
    return VerifierKey(parts[0], Kind(key[0]), key[1:])


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """Return the signature of a text, which ends with a newline."""
    if not text.endswith("\n"):
        raise ValueError("A note's text ends with a newline")
    key = verifier_key(name, private)
    return Signature(name, key.key_id, private.sign(text.encode()))


def cosign(
    checkpoint_text: str, name: str, private: Ed25519PrivateKey, *, at: int
) -> Signature:
    """Return a witness's signature of a checkpoint, at `at` seconds since 1970."""
    key = verifier_key(name, private, Kind.COSIGNATURE)
    value = private.sign(_cosigned(checkpoint_text, at))
    return Signature(name, key.key_id, at.to_bytes(_STAMP_BYTES) + value)


def cosigned_at(signature: Signature) -> int:
    """Return when a witness signed, in seconds since 1970."""
    return int.from_bytes(signature.value[:_STAMP_BYTES])


def read_note(data: bytes) -> Note:
    """
    Return a note as it is written; nothing is verified yet.

    Raise `NoteRefused` on what is no note, or is larger than one may be.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise NoteRefused("A note has a megabyte at most")
    try:
        written = data.decode()
    except UnicodeDecodeError as error:
        raise NoteRefused("A note is UTF-8") from error
    if any(char < " " and char != "\n" for char in written):
        raise NoteRefused("A note has no control characters")
    text, blank, below = written.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise NoteRefused("A note has a text, an empty line, and signatures")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused("A note has a hundred signatures at most")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Return what one line below a note says; raise `NoteRefused` unless it is one."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise NoteRefused("A signature is a dash, a name, and its value")
    value = _decoded(found["value"])
    if len(value) <= KEY_ID_BYTES:
        raise NoteRefused("A signature is longer than the id of its key")
    return Signature(found["name"], value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def open_note(data: bytes, known: Iterable[VerifierKey]) -> Note:
    """
    Return a note with those of its signatures that known keys made.

    Raise `NoteRefused` when one of them is wrong, or when there is none.
    """
    note = read_note(data)
    keys = {(key.name, key.key_id): key for key in known}
    verified: dict[tuple[str, bytes], Signature] = {}
    for one in note.signatures:
        key = keys.get((one.name, one.key_id))
        if key is None or (one.name, one.key_id) in verified:
            continue
        require_signed(note.text, one, key)
        verified[one.name, one.key_id] = one
    if not verified:
        raise NoteRefused("No key that is known signed this note")
    return Note(note.text, tuple(verified.values()))


def require_signed(text: str, signature: Signature, key: VerifierKey) -> None:
    """Raise `NoteRefused` unless `key` made this signature of `text`."""
    signed, value = text.encode(), signature.value
    if key.kind is Kind.COSIGNATURE:
        if len(value) != _STAMP_BYTES + _SIGNATURE_BYTES:
            raise NoteRefused("A cosignature has 72 bytes")
        signed, value = _cosigned(text, cosigned_at(signature)), value[_STAMP_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, signed)
    except (InvalidSignature, ValueError) as error:
        raise NoteRefused(f"{key.name} did not sign this") from error


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a note says of a log; raise `NoteRefused` otherwise."""
    lines = text.split("\n")
    # Extension lines may follow; readers pass them over.
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteRefused("A checkpoint has an origin, a size and a root")
    if not _SIZE.fullmatch(lines[1]):
        raise NoteRefused("The size is a whole number without leading zeros")
    root = _decoded(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteRefused("The root has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def _cosigned(checkpoint_text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint_text}".encode()


def _decoded(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused("This is no base64") from error
    if base64.b64encode(value).decode() != text:
        raise NoteRefused("This base64 could be written otherwise")
    return value
