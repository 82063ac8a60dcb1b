"""The log as JSON, for who would rather not read tiles. Nothing here is needed."""

import base64
import re
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from common import canonical
from common.caching import etag_of
from ledger import leaves, proofs
from ledger.errors import LogEntryUnknown, LogNumberInvalid, LogSizeUnknown
from ledger.serializers import (
    ConsistencyProofDocument,
    InclusionProofDocument,
    LogEntryDocument,
)
from ledger.views.answers import BRIEFLY, FOR_EVER, TEXT, PublicRead, answered

# 18 digits fit every database, and no log has that many entries.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
INDEX = OpenApiParameter("index", OpenApiTypes.INT, OpenApiParameter.PATH)
HAS_IT = OpenApiResponse(description="You have it already.")


class LogEntryDetail(PublicRead):
    """One entry of the log."""

    @extend_schema(
        operation_id="readLogEntry",
        parameters=[INDEX],
        responses={200: LogEntryDocument, 304: HAS_IT},
        auth=[],
    )
    def get(self, request: Request, index: str) -> HttpResponse:
        """Answer the leaf at an index, for ever the same."""
        entry = _entry(_number(index, "index"))
        return _json(
            request,
            {
                "index": entry.position,
                "leaf": _base64(entry.leaf),
                "leaf_hash": _base64(entry.leaf_hash),
                "entry": leaves.parse(entry.leaf),
            },
            cache=FOR_EVER,
        )


class LogEntryProof(PublicRead):
    """One entry of the log, with all that proves it."""

    @extend_schema(
        operation_id="readLogEntryProof",
        parameters=[INDEX],
        responses={(200, "text/plain"): OpenApiTypes.STR, 304: HAS_IT},
        auth=[],
    )
    def get(self, request: Request, index: str) -> HttpResponse:
        """Answer a proof file (C2SP tlog-proof), which is verified offline."""
        position = _number(index, "index")
        try:
            body = str(proofs.proof_of(position)).encode()
        except proofs.NotInLog as error:
            raise _no_entry(position) from error
        return answered(
            request, body, etag=etag_of(body), cache=BRIEFLY, content_type=TEXT
        )


class LogInclusionProof(PublicRead):
    """That an entry is in the log."""

    @extend_schema(
        operation_id="proveLogInclusion",
        parameters=[
            OpenApiParameter("index", OpenApiTypes.INT, required=True),
            OpenApiParameter(
                "size",
                OpenApiTypes.INT,
                description="Of which tree; the published one when left out.",
            ),
        ],
        responses={200: InclusionProofDocument, 304: HAS_IT},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer the hashes from the entry to the root of the tree of that size."""
        position = _asked(request, "index")
        published = proofs.published_size()
        size = _asked(request, "size", published)
        _require_published(size, published)
        if position >= size:
            raise _no_entry(position) if size == published else _misfit()
        return _json(
            request,
            {
                "index": position,
                "size": size,
                "hashes": [
                    _base64(one) for one in proofs.inclusion_proof(position, size)
                ],
            },
            cache=FOR_EVER if "size" in request.query_params else BRIEFLY,
        )


class LogConsistencyProof(PublicRead):
    """That nothing was taken from the log, or changed in it."""

    @extend_schema(
        operation_id="proveLogConsistency",
        parameters=[
            OpenApiParameter("first", OpenApiTypes.INT, required=True),
            OpenApiParameter(
                "second",
                OpenApiTypes.INT,
                description="The larger tree; the published one when left out.",
            ),
        ],
        responses={200: ConsistencyProofDocument, 304: HAS_IT},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer the hashes by which one tree is seen to extend another."""
        first = _asked(request, "first")
        published = proofs.published_size()
        second = _asked(request, "second", published)
        _require_published(second, published)
        _require_published(first, published)
        if not 0 < first <= second:
            raise _misfit()
        return _json(
            request,
            {
                "first": first,
                "second": second,
                "hashes": [
                    _base64(one) for one in proofs.consistency_proof(first, second)
                ],
            },
            cache=FOR_EVER if "second" in request.query_params else BRIEFLY,
        )


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise LogNumberInvalid(
            _("A number of the log has digits only, and no zeros in front."), field=name
        )
    return int(text)


def _asked(request: Request, name: str, default: int | None = None) -> int:
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    return _number(text or "", name)


def _require_published(size: int, published: int) -> None:
    if size > published:
        raise LogSizeUnknown(
            _("The published log has %(n)s entries.") % {"n": published}, size=published
        )


def _entry(position: int) -> proofs.Placed:
    try:
        return proofs.entry_at(position)
    except proofs.NotInLog as error:
        raise _no_entry(position) from error


def _no_entry(position: int) -> LogEntryUnknown:
    return LogEntryUnknown(
        _("The published log has no entry %(n)s.") % {"n": position}, index=position
    )


def _misfit() -> LogNumberInvalid:
    return LogNumberInvalid(
        _("An index is below its size, and a first size between 1 and the second.")
    )


def _json(request: Request, content: dict[str, Any], *, cache: str) -> HttpResponse:
    body = canonical.dumps(content)
    return answered(request, body, etag=etag_of(body), cache=cache)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
