"""The companies that have an account on the shoppers' Sésames."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from common.pagination import NewestFirst
from shoppers.front_desk import effective_documents
from shoppers.models import FrontOffice
from shoppers.serializers.front_offices import FrontOfficeDocument


class LatestOpenedFirst(NewestFirst):
    """By the day on which the account was opened."""

    ordering = "-opened_at"


class FrontOfficeList(GenericAPIView[FrontOffice]):
    """Which companies may come before shoppers."""

    serializer_class = FrontOfficeDocument
    queryset = FrontOffice.objects.none()
    pagination_class = LatestOpenedFirst

    @extend_schema(
        operation_id="listMyCompanies",
        responses={200: FrontOfficeDocument(many=True)},
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """
        List the companies with an account, the latest first.

        A page may be shorter than asked for: whose civil status is incomplete today is
        left out. `next` says whether there is more.
        """
        accounts = FrontOffice.objects.open().select_related("company")
        page = self.paginate_queryset(accounts) or []
        return self.get_paginated_response(effective_documents(page))
