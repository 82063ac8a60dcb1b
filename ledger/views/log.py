"""The log as C2SP's tlog-tiles serves it: its head, tiles, entries, and keys."""

import re
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from common.caching import etag_of
from common.targets import raw_path
from ledger import leaves, proofs, tiles
from ledger.errors import LogEmpty, TileUnknown
from ledger.views.answers import BRIEFLY, BYTES, FOR_EVER, TEXT, PublicRead, answered
from ledger.witnessing import policy_text

# The part of the address behind `/log/tile/`. A tile has one spelling: caches would
# keep every other one beside it. Five groups of digits are more than any log has.
_TILE = re.compile(
    r"(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/"
    r"(?P<n>(?:x[0-9]{3}/){0,4}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_ENTRIES = "entries"
_PREFIX = "/log/tile/"


class Asked(NamedTuple):
    """A tile of hashes, or a bundle of entries, and how much of it."""

    # Nothing for a bundle.
    level: int | None
    n: int
    width: int


@extend_schema(exclude=True)
class LogCheckpoint(PublicRead):
    """The head of the log."""

    def get(self, request: Request) -> HttpResponse:
        """Answer the latest published checkpoint with its cosignatures."""
        head = proofs.published()
        if head is None:
            raise _empty()
        body = head.note.encode()
        return answered(
            request, body, etag=etag_of(body), cache=BRIEFLY, content_type=TEXT
        )


@extend_schema(exclude=True)
class LogTile(PublicRead):
    """Hashes of the tree, or entries, 256 at a time."""

    def get(self, request: Request, **_path: Any) -> HttpResponse:
        """Answer the bytes, for ever the same; 404 for what is not published."""
        asked = _asked(raw_path(request._request).removeprefix(_PREFIX))
        body = _bytes(asked)
        if body is None:
            raise _unknown()
        # The address alone says which bytes these are.
        etag = f'"{asked.level}.{asked.n}.{asked.width}"'
        return answered(request, body, etag=etag, cache=FOR_EVER, content_type=BYTES)


@extend_schema(exclude=True)
class LogVerifierKeys(PublicRead):
    """The keys that sign the head."""

    def get(self, request: Request) -> HttpResponse:
        """Answer one verifier key a line, the newest first."""
        keys = proofs.signing_keys()
        if not keys:
            raise _empty()
        return _text(request, "".join(f"{key}\n" for key in keys))


@extend_schema(exclude=True)
class LogPolicy(PublicRead):
    """Whose signatures make a head one of this log."""

    def get(self, request: Request) -> HttpResponse:
        """Answer the policy as C2SP's tlog-policy writes it."""
        return _text(request, policy_text())


def _text(request: Request, text: str) -> HttpResponse:
    body = text.encode()
    return answered(request, body, etag=etag_of(body), cache=BRIEFLY, content_type=TEXT)


def _asked(path: str) -> Asked:
    found = _TILE.fullmatch(path)
    if found is None:
        raise _unknown()
    width = int(found["width"] or tiles.WIDTH)
    # A full tile has an address of its own.
    if width > tiles.WIDTH or (found["width"] and width == tiles.WIDTH):
        raise _unknown()
    try:
        n = tiles.number_of(found["n"])
    except ValueError as error:
        raise _unknown() from error
    level = found["level"]
    return Asked(None if level == _ENTRIES else int(level), n, width)


def _bytes(asked: Asked) -> bytes | None:
    if asked.level is not None:
        return proofs.tile_bytes(tiles.TileId(asked.level, asked.n), asked.width)
    found = proofs.bundled_leaves(asked.n, asked.width)
    return None if found is None else leaves.bundle(found)


def _empty() -> LogEmpty:
    return LogEmpty(_("Nothing is published in this log yet."))


def _unknown() -> TileUnknown:
    return TileUnknown(_("The published log has no such tile."))
