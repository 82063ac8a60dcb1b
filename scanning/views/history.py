"""The shopper's own history: to see it, to erase it, to switch it on and off."""

import uuid

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.pagination import NewestFirst
from common.times import rfc3339
from scanning.models import HistoryEntry, ScanHistory
from scanning.serializers.history import (
    HistoryEntryDocument,
    HistorySettingsDocument,
    HistorySettingsInput,
)
from scanning.services.history import (
    erase_entry,
    erase_history,
    history_of,
    switch_history,
)
from shoppers.authentication import shopper_of


class LatestScansFirst(NewestFirst):
    """By the moment of the scan, which may be before that of its arrival."""

    ordering = "-scanned_at"


class HistoryList(GenericAPIView[HistoryEntry]):
    """What a shopper has scanned."""

    serializer_class = HistoryEntryDocument
    queryset = HistoryEntry.objects.none()
    pagination_class = LatestScansFirst

    @extend_schema(
        operation_id="listMyScans", responses={200: HistoryEntryDocument(many=True)}
    )
    def get(self, request: Request) -> Response:
        """List the shopper's scans, the latest first."""
        entries = HistoryEntry.objects.filter(shopper=shopper_of(request)).for_list()
        page = self.paginate_queryset(entries) or []
        documents = [_document(entry) for entry in page]
        return self.get_paginated_response(documents)

    @extend_schema(operation_id="eraseMyScans", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase the whole history, for good; it stays switched on or off."""
        erase_history(shopper=shopper_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class EntryDetail(APIView):
    """One scan of the history."""

    @extend_schema(operation_id="eraseMyScan", responses={204: None})
    def delete(self, request: Request, entry_id: uuid.UUID) -> Response:
        """Erase one scan from the history, for good."""
        erase_entry(shopper=shopper_of(request), entry_id=entry_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HistorySettings(APIView):
    """Whether a history is kept. Off until the shopper says otherwise."""

    @extend_schema(
        operation_id="readMyScanSettings", responses={200: HistorySettingsDocument}
    )
    def get(self, request: Request) -> Response:
        """Say whether a history is kept."""
        return Response(_settings(history_of(shopper_of(request))))

    @extend_schema(
        operation_id="changeMyScanSettings",
        request=HistorySettingsInput,
        responses={200: HistorySettingsDocument},
    )
    def put(self, request: Request) -> Response:
        """Switch the history on, or off; then `erase` says what becomes of it."""
        data = HistorySettingsInput(data=request.data)
        data.is_valid(raise_exception=True)
        history = switch_history(
            shopper=shopper_of(request),
            is_enabled=data.validated_data["enabled"],
            erase=data.validated_data.get("erase", False),
        )
        return Response(_settings(history))


def _settings(history: ScanHistory) -> dict[str, object]:
    since = history.enabled_at
    return {
        "enabled": history.is_enabled,
        "enabled_at": rfc3339(since) if since else None,
        "kept_days": settings.KEEP_HISTORY_DAYS,
    }


def _document(entry: HistoryEntry) -> dict[str, object]:
    return {
        "id": str(entry.pk),
        "gtin": entry.gtin,
        "lot": entry.lot or None,
        "scanned_at": rfc3339(entry.scanned_at),
        # Joined by `for_list`.
        "product_name": getattr(entry, "product_name", None),
        "has_sheet": getattr(entry, "has_sheet", False),
    }
