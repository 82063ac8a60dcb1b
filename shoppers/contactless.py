"""
Passes that a phone makes by itself, without network. Pure.

A phone that asks for it gets, for a day, an alias (16 random bytes) and a key (32
random bytes). A pass is a text of 64 characters, `FS2.` and the base32 (RFC 4648, upper
case, unpadded) of 37 bytes; a QR code writes all of it in its alphanumeric mode:

    offset  bytes  content
    0       1      version, 1
    1       16     alias
    17      4      step: whole 30 s since 1970-01-01T00:00:00Z, unsigned, big-endian
    21      16     tag: the first bytes of HMAC-SHA256 under the key, over the ASCII
                   text `flashsesame/contactless/v1|` and the 21 bytes before the tag

It counts in its own step, the one before and the one after: clocks differ.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

PREFIX = "FS2."
VERSION = 1
STEP_SECONDS = 30
TOLERANCE = 1
ALIAS_BYTES = 16
KEY_BYTES = 32
TAG_BYTES = 16
PASS = re.compile(r"FS2\.[A-Z2-7]{60}")
_PURPOSE = b"flashsesame/contactless/v1|"
_SIGNED_BYTES = 1 + ALIAS_BYTES + 4


class Parsed(NamedTuple):
    """What a pass says; nothing of it is proven yet."""

    alias: bytes
    step: int
    signed: bytes
    tag: bytes


def new_alias() -> bytes:
    """Return the 16 random bytes by which a till's pass leads to a key."""
    return secrets.token_bytes(ALIAS_BYTES)


def new_key() -> bytes:
    """Return the 32 random bytes with which a phone makes its passes."""
    return secrets.token_bytes(KEY_BYTES)


def alias_digest(alias: bytes) -> str:
    """Return the SHA-256 of an alias in hexadecimal, the only form that is stored."""
    return hashlib.sha256(alias).hexdigest()


def step_at(seconds: float) -> int:
    """Return the step of an instant in epoch seconds."""
    return int(seconds // STEP_SECONDS)


def make_pass(alias: bytes, key: bytes, *, at: float) -> str:
    """Return the pass of the step of `at`, epoch seconds: what a phone computes."""
    signed = bytes([VERSION]) + alias + step_at(at).to_bytes(4)
    return PREFIX + base64.b32encode(signed + _tag(signed, key)).decode().rstrip("=")


def is_pass(text: str) -> bool:
    """Say whether `text` has the form of a pass made without network."""
    return PASS.fullmatch(text) is not None


def parsed(text: str) -> Parsed | None:
    """Return what a pass says; none when it is written in any other way."""
    if not is_pass(text):
        return None
    content = base64.b32decode(text.removeprefix(PREFIX) + "====")
    # The last character has bits to spare: one pass has one spelling.
    if base64.b32encode(content).decode().rstrip("=") != text.removeprefix(PREFIX):
        return None
    if content[0] != VERSION:
        return None
    signed, tag = content[:_SIGNED_BYTES], content[_SIGNED_BYTES:]
    return Parsed(signed[1:17], int.from_bytes(signed[17:]), signed, tag)


def is_proven(found: Parsed, key: bytes, *, at: float) -> bool:
    """Say, in constant time, whether `key` made a pass that counts at `at`."""
    is_made = hmac.compare_digest(_tag(found.signed, key), found.tag)
    is_now = abs(found.step - step_at(at)) <= TOLERANCE
    return is_made and is_now


def _tag(signed: bytes, key: bytes) -> bytes:
    return hmac.new(key, _PURPOSE + signed, hashlib.sha256).digest()[:TAG_BYTES]
