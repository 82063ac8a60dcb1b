"""
did:web: where an issuer's document is, and which keys it signs with. Pure.

Source: the did:web method specification (W3C CCG) and Controlled Identifiers 1.0.
"""

import re
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from common import canonical
from ledger.credentials import strict_json
from ledger.credentials.instants import instant
from ledger.credentials.keys import PublicKey, public_key
from ledger.credentials.refusals import Refused

MAX_DOCUMENT_BYTES = 64 * 1024
MAX_DID_LENGTH = 200
MAX_METHODS = 100

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label has a letter first: no address in figures, decimal or hexadecimal.
_DID = re.compile(
    rf"did:web:(?P<host>(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9]))"
    r"(?:%3A(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?::[A-Za-z0-9._~-]+)*)"
)
# Names that never leave a machine or a house.
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".onion")


class Place(NamedTuple):
    """Where a DID document is to be fetched."""

    # https, host and port, without path.
    base_url: str
    path: str


class Document(NamedTuple):
    """A DID document that was read and holds together."""

    did: str
    members: dict[str, Any]
    # The same for two documents that say the same, however they are written.
    canonical: bytes


def place_of(did: str) -> Place:
    """
    Return where the document of `did` is.

    Raise `Refused` for anything but a public host name, an optional port and plain path
    segments: no address in figures, no localhost, no user, no segment of dots.
    """
    found = _DID.fullmatch(did) if len(did) <= MAX_DID_LENGTH else None
    if found is None:
        raise Refused("did_host_refused")
    host, port = found["host"], found["port"]
    if host.endswith(_PRIVATE_ENDINGS) or int(port or 443) > 65_535:
        raise Refused("did_host_refused")
    segments = found["path"].split(":")[1:]
    if any(not segment.strip(".") for segment in segments):
        raise Refused("did_host_refused")
    base = f"https://{host}:{port}" if port else f"https://{host}"
    path = "/".join(["", *(segments or [".well-known"]), "did.json"])
    return Place(base, path)


def did_of(base_url: str) -> str:
    """Return the did:web of an address: its host, and its port if it names one."""
    return "did:web:" + urlsplit(base_url).netloc.lower().replace(":", "%3A")


def read_document(data: bytes, *, did: str) -> Document:
    """Return the DID document in `data`; raise `Refused` unless it is `did`'s."""
    place_of(did)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise Refused("credential_too_large")
    members = strict_json.loads(data, refusal="did_document_malformed")
    if members.get("id") != did:
        raise Refused("did_document_malformed")
    try:
        return Document(did, members, canonical.dumps(members))
    except (TypeError, ValueError) as error:
        raise Refused("did_document_malformed") from error


def assertion_key(document: Document, kid: str, *, at: datetime) -> PublicKey:
    """
    Return the key `kid`, an absolute DID URL, that signs assertions at the instant.

    Raise `Refused` when the document does not list it under `assertionMethod`, gives it
    to somebody else, or says that it ended.
    """
    allowed = _list(document, "assertionMethod")
    methods = allowed
    if any(_absolute(document, one) == kid for one in allowed):
        methods = [*allowed, *_list(document, "verificationMethod")]
    named: list[dict[str, Any]] = [
        one
        for one in methods
        if isinstance(one, dict) and _absolute(document, one.get("id")) == kid
    ]
    if len(named) != 1:
        # Two keys under one name: nobody can say which of them was meant.
        raise Refused("credential_method_absent")
    method = named[0]
    if method.get("controller", document.did) != document.did or _ended(method, at):
        raise Refused("credential_method_absent")
    return public_key(method)


def _list(document: Document, name: str) -> list[Any]:
    value = document.members.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_METHODS:
        raise Refused("did_document_malformed")
    return value


def _absolute(document: Document, reference: Any) -> str:
    """Return a DID URL in full; a document may name its own keys as `#k1`."""
    if not isinstance(reference, str):
        return ""
    return f"{document.did}{reference}" if reference.startswith("#") else reference


def _ended(method: dict[str, Any], at: datetime) -> bool:
    ends = [method[name] for name in ("expires", "revoked") if name in method]
    return any(instant(end, refusal="did_document_malformed") <= at for end in ends)
