"""
Bitstring Status List 1.0: one bit per credential, set when it is revoked. Pure.

The list is itself a credential of the same issuer. Index 0 is the most significant bit
of the first byte.
"""

import base64
import gzip
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from common.times import rfc3339
from ledger.credentials import jws
from ledger.credentials.did_web import Document
from ledger.credentials.envelope import CONTEXT, Validity, check_kind, check_times
from ledger.credentials.refusals import Refused

# The least that hides one credential among enough others; in bits.
LEAST_BITS = 131_072
MOST_BYTES = 2 * 1024 * 1024
MAX_TOKEN_LENGTH = 4 * 1024 * 1024
MAX_URL_LENGTH = 500
# What a set bit of these purposes means for us is the same: it holds no more.
PURPOSES = ("revocation", "suspension")


class Entry(NamedTuple):
    """Where the status of a credential is found."""

    url: str
    bit: int
    purpose: str


class StatusList(NamedTuple):
    """A list that its issuer signed, and that was in force when it was checked."""

    token: str
    issuer: str
    url: str
    purposes: tuple[str, ...]
    bits: bytes
    validity: Validity

    def is_set(self, entry: Entry) -> bool:
        """Say whether the bit of `entry` is set; raise `Refused` if it has none."""
        if entry.url != self.url or entry.purpose not in self.purposes:
            raise Refused("status_list_other")
        if entry.bit >= len(self.bits) * 8:
            raise Refused("status_list_malformed")
        return bool(self.bits[entry.bit // 8] >> (7 - entry.bit % 8) & 1)


def entry_of(credential: dict[str, Any]) -> Entry | None:
    """Return where the status is, or none for a credential that cannot be revoked."""
    if "credentialStatus" not in credential:
        return None
    given = credential["credentialStatus"]
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, dict) or given.get("type") != "BitstringStatusListEntry":
        raise Refused("credential_status_unknown")
    if given.get("statusSize", 1) != 1 or given.get("statusPurpose") not in PURPOSES:
        raise Refused("credential_status_unknown")
    index, url = given.get("statusListIndex"), given.get("statusListCredential")
    # A text by specification; nine figures are far beyond any list that we unpack.
    if (
        not isinstance(index, str)
        or not (index.isascii() and index.isdigit() and len(index) <= 9)
        or not isinstance(url, str)
        or not url.startswith("https://")
        or len(url) > MAX_URL_LENGTH
    ):
        raise Refused("credential_status_unknown")
    return Entry(url, int(index), given["statusPurpose"])


def read(text: str, document: Document, *, at: datetime) -> StatusList:
    """
    Return the status list in the token `text`, signed by the issuer of `document`.

    Raise `Refused` when somebody else signed it, or when it does not hold at `at`.
    """
    token = jws.read(text, most=MAX_TOKEN_LENGTH)
    if token.issuer != document.did:
        raise Refused("status_list_foreign")
    jws.check(token, document, at=at)
    credential = token.credential
    check_kind(credential, kind="BitstringStatusListCredential", contexts=())
    validity = check_times(credential, at=at)
    subject, url = credential.get("credentialSubject"), credential.get("id")
    if (
        not isinstance(subject, dict)
        or subject.get("type") not in ("BitstringStatusList", ["BitstringStatusList"])
        or not isinstance(url, str)
    ):
        raise Refused("status_list_malformed")
    given = subject.get("statusPurpose")
    purposes = given if isinstance(given, list) else [given]
    return StatusList(
        text,
        token.issuer,
        url,
        tuple(one for one in purposes if isinstance(one, str)),
        unpack(subject.get("encodedList")),
        validity,
    )


def compose(
    *, url: str, issuer: str, revoked: Iterable[int], validity: Validity
) -> dict[str, Any]:
    """Return the credential that lists, at `url`, which of our own are revoked."""
    assert validity.valid_until is not None
    return {
        "@context": [CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": rfc3339(validity.valid_from),
        "validUntil": rfc3339(validity.valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": pack(revoked),
        },
    }


def entry(*, url: str, bit: int) -> dict[str, str]:
    """Return the `credentialStatus` of a credential that the list at `url` revokes."""
    return {
        "id": f"{url}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(bit),
        "statusListCredential": url,
    }


def pack(revoked: Iterable[int]) -> str:
    """Return an `encodedList` of the least length, in which these bits are set."""
    bits = bytearray(LEAST_BITS // 8)
    for bit in revoked:
        bits[bit // 8] |= 1 << (7 - bit % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def unpack(encoded: Any) -> bytes:
    """Return the bits of an `encodedList`: `u`, then base64url of their gzip."""
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise Refused("status_list_malformed")
    packed = jws.from_base64url(encoded[1:])
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        bits = unpacker.decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise Refused("status_list_malformed") from error
    if len(bits) > MOST_BYTES:
        raise Refused("credential_too_large")
    if not unpacker.eof or unpacker.unused_data or len(bits) * 8 < LEAST_BITS:
        raise Refused("status_list_malformed")
    return bits
