"""A shopper's disputes: to open one, to follow it, to take it back."""

import uuid
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from common.parsers import JsonParser
from companies import filing
from companies.dispute_documents import public_document
from companies.dispute_views import COMPANY_ID, DisputeList, known_company
from shoppers.authentication import DeviceToken, shopper_of
from shoppers.models import Contest
from shoppers.serializers.contests import ContestDocument, ContestInput
from shoppers.services.contesting import Said, contest_fact, withdraw_contest


class CompanyDisputes(DisputeList):
    """The disputes about a company: read by anyone, opened by shoppers."""

    parser_classes = (JsonParser, MultiPartParser)
    throttle_scope: ClassVar[str] = "dispute"

    def get_authenticators(self) -> list[Any]:
        """Ask who it is only when a dispute is opened: anyone reads."""
        return [DeviceToken()] if self._is_opening else []

    def get_permissions(self) -> list[BasePermission]:
        """Let anyone read, and shoppers open."""
        return [IsAuthenticated() if self._is_opening else AllowAny()]

    def get_throttles(self) -> list[BaseThrottle]:
        """Count what is opened only."""
        return [ScopedRateThrottle()] if self._is_opening else []

    @property
    def _is_opening(self) -> bool:
        # The generator of the document has no request.
        request: Request | None = self.request
        return request is not None and request.method == "POST"

    @extend_schema(
        operation_id="openDispute",
        parameters=[COMPANY_ID],
        request=ContestInput,
        responses={200: ContestDocument, 201: ContestDocument},
        auth=[{"deviceToken": []}],  # type: ignore[list-item]
    )
    def post(self, request: Request, company_id: str) -> Response:
        """Contest a published fact: 201, or 200 for what was sent before."""
        data = ContestInput(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        company = known_company(company_id)
        upload = given.get("evidence")
        contested = contest_fact(
            shopper=shopper_of(request),
            company=company,
            said=Said(
                fact=given["fact"],
                kind=given["kind"],
                text=given["text"],
                document=filing.keep(upload.chunks(), is_bare=True) if upload else None,
            ),
            client_id=given.get("dispute_id"),
        )
        return Response(
            _document(contested.contest),
            status=status.HTTP_201_CREATED if contested.is_new else status.HTTP_200_OK,
        )


class ContestList(GenericAPIView[Contest]):
    """What a shopper contests."""

    serializer_class = ContestDocument
    queryset = Contest.objects.none()

    @extend_schema(
        operation_id="listMyDisputes", responses={200: ContestDocument(many=True)}
    )
    def get(self, request: Request) -> Response:
        """List the shopper's own disputes, the newest first."""
        mine = Contest.objects.filter(shopper=shopper_of(request)).for_list()
        page = self.paginate_queryset(mine) or []
        return self.get_paginated_response([_document(contest) for contest in page])


class ContestDetail(APIView):
    """One dispute of a shopper."""

    @extend_schema(operation_id="readMyDispute", responses={200: ContestDocument})
    def get(self, request: Request, dispute_id: uuid.UUID) -> Response:
        """Read one of the shopper's own disputes."""
        return Response(_document(_own(request, dispute_id)))

    @extend_schema(operation_id="withdrawMyDispute", responses={200: ContestDocument})
    def delete(self, request: Request, dispute_id: uuid.UUID) -> Response:
        """
        Withdraw a dispute, for good; it stays in the lists as withdrawn.

        What is withdrawn already stays so; what is settled otherwise is refused.
        """
        contest = _own(request, dispute_id)
        if contest.dispute.state != contest.dispute.State.WITHDRAWN:
            withdraw_contest(contest=contest)
        return Response(_document(contest))


def _own(request: Request, dispute_id: uuid.UUID) -> Contest:
    """Return the shopper's own dispute; anybody else's is nowhere."""
    mine = Contest.objects.filter(shopper=shopper_of(request)).for_list()
    contest = mine.filter(dispute=dispute_id).first()
    if contest is None:
        raise NotFound(_("You have no such dispute."))
    return contest


def _document(contest: Contest) -> dict[str, Any]:
    dispute = contest.dispute
    return {
        **public_document(dispute, on=timezone.localdate()),
        "dispute_id": str(contest.client_id),
        "company": {"id": str(dispute.company_id), "name": dispute.company.name},
        "text": dispute.text,
        "evidence": [
            {"sha256": one.sha256, "media_type": one.media_type, "size": one.size}
            for one in dispute.evidence.all()
        ],
        "withdrawable": dispute.state in dispute.WITHDRAWABLE,
    }
