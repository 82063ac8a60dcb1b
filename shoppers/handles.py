"""
Random handles and how they are kept: only as digests. Pure.

128 bits and more of randomness need no slow hash: nobody can try them all.
"""

import base64
import hashlib
import re
import secrets

PASS_PREFIX = "FS1."  # noqa: S105 - a visible prefix
PASS = re.compile(r"FS1\.[A-Z2-7]{26}")
TOKEN_PREFIX = "fsd_"  # noqa: S105 - a visible prefix


def new_pass() -> str:
    """Return a pass: `FS1.` and 26 base32 characters, 128 random bits."""
    return PASS_PREFIX + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def is_pass(text: str) -> bool:
    """Say whether `text` has the form of a pass."""
    return PASS.fullmatch(text) is not None


def new_token() -> str:
    """Return a phone's token: `fsd_` and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest(handle: str) -> str:
    """Return the SHA-256 of a handle in hexadecimal, the only form that is stored."""
    return hashlib.sha256(handle.encode()).hexdigest()
