"""Shops, for a phone that asks in which one it scans."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import NewestFirst
from scanning.models import Store
from scanning.serializers.stores import StoreDocument


class ByName(NewestFirst):
    """In the order of the short names, which are unique and read like the names."""

    ordering = "slug"


class StoreList(GenericAPIView[Store]):
    """The shops whose in-store numbers are understood here."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    serializer_class = StoreDocument
    pagination_class = ByName
    queryset = Store.objects.none()

    @extend_schema(
        operation_id="listStores",
        parameters=[
            OpenApiParameter(
                "q", OpenApiTypes.STR, description="A part of the shop's name."
            )
        ],
        responses={200: StoreDocument(many=True)},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """List shops by name; `slug` is what a scan sends as `store`."""
        asked = request.query_params.get("q", "")[:100]
        page = self.paginate_queryset(Store.objects.named(asked)) or []
        return self.get_paginated_response(StoreDocument(page, many=True).data)
