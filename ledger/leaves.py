"""
Leaves: what the log says of one thing that was published. Pure.

A leaf names its subject by random numbers and its content by a salted digest alone. It
tells nothing to who does not have the content, and nothing about persons to anybody.
"""

import hashlib
import json
import re
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from common import canonical
from common.times import rfc3339
from ledger.merkle import HASH_BYTES

FORMAT = 1
MAX_BYTES = 65_535
SALT_BYTES = 32
_PREFIX = "sha-256:"
_DIGEST = re.compile(r"sha-256:[0-9a-f]{64}")
_MEMBERS = {
    "actor": (str, type(None)),
    "at": (str,),
    "digest": (str,),
    "kind": (str,),
    "prev": (str, type(None)),
    "subject": (str,),
    "v": (int,),
    "version": (int,),
}


class LeafRefused(ValueError):
    """What is no leaf of this log."""


class Kind(StrEnum):
    """What may be logged. Nothing about consents, vaults, or a person's scans."""

    SHEET_REVISION = "sheet.revision"
    FACT_ASSERTED = "fact.asserted"
    FACT_CHECKED = "fact.checked"
    FACT_RETRACTED = "fact.retracted"
    SUPPLY_EVENT = "supply.event"
    CREDENTIAL_ISSUED = "credential.issued"
    CREDENTIAL_RECEIVED = "credential.received"
    CREDENTIAL_REVOKED = "credential.revoked"
    DID_SNAPSHOT = "did.snapshot"
    SURVEY_OPENED = "survey.opened"
    SURVEY_CLOSED = "survey.closed"
    SURVEY_RESULT = "survey.result"
    DOSSIER_PUBLISHED = "dossier.published"
    DOSSIER_WITHDRAWN = "dossier.withdrawn"
    REPORT_RESOLVED = "report.resolved"
    DUMP_PUBLISHED = "dump.published"
    POLICY_VERSION = "policy.version"
    SCANS_PERIOD = "scans.period"


def new_salt() -> bytes:
    """Return the salt of one version: 32 random bytes, kept beside its content."""
    return secrets.token_bytes(SALT_BYTES)


def digest_of(salt: bytes, content: bytes) -> bytes:
    """Return what a leaf says of a content: SHA-256 over the salt and its bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes")
    return hashlib.sha256(salt + content).digest()


def named(digest: bytes) -> str:
    """Return a digest as leaves write it."""
    return _PREFIX + digest.hex()


def compose(  # noqa: PLR0913 - a leaf has that many members
    *,
    kind: Kind,
    subject: uuid.UUID,
    version: int,
    digest: bytes,
    prev: bytes | None,
    actor: uuid.UUID | None,
    at: datetime,
) -> bytes:
    """
    Return the bytes of a leaf (RFC 8785).

    `prev` is the leaf hash of the subject's version before, `at` an aware moment.
    """
    hashes = [digest] if prev is None else [digest, prev]
    if version < 1 or any(len(one) != HASH_BYTES for one in hashes):
        raise ValueError("A version begins at 1, and a digest has 32 bytes")
    return canonical.dumps(
        {
            "actor": str(actor) if actor else None,
            "at": rfc3339(at),
            "digest": named(digest),
            "kind": str(kind),
            "prev": named(prev) if prev else None,
            "subject": str(subject),
            "v": FORMAT,
            "version": version,
        }
    )


def parse(leaf: bytes) -> dict[str, Any]:
    """Return the members of a leaf; raise `LeafRefused` unless its bytes are one."""
    try:
        said = json.loads(leaf)
        rewritten = canonical.dumps(said)
    except (ValueError, TypeError, RecursionError) as error:
        raise LeafRefused("A leaf is canonical JSON") from error
    if rewritten != leaf or not isinstance(said, dict) or set(said) != set(_MEMBERS):
        raise LeafRefused("A leaf is canonical JSON with the members of a leaf")
    for name, types in _MEMBERS.items():
        if type(said[name]) not in types:
            raise LeafRefused(f"The member {name!r} is of another type")
    if not all(_is_digest(said[name]) for name in ("digest", "prev")):
        raise LeafRefused("A digest is sha-256: and 64 hexadecimal digits")
    return said


def _is_digest(value: str | None) -> bool:
    return value is None or bool(_DIGEST.fullmatch(value))


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Return leaves as they are served: each behind its length in two bytes."""
    return b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves)


def unbundle(data: bytes) -> list[bytes]:
    """Return the leaves of a bundle; raise `LeafRefused` when it is cut off."""
    leaves, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data):
            raise LeafRefused("The bundle ends within a leaf")
        leaves.append(data[at + 2 : end])
        at = end
    return leaves
