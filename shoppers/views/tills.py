"""The shopper's wishes at tills: settings, blocked companies, keys for passes."""

import base64
import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common.times import rfc3339
from shoppers import contactless
from shoppers.authentication import device_of, shopper_of
from shoppers.models import BlockedCompany, TillSettings
from shoppers.serializers.tills import (
    BlockedCompanyCard,
    ContactlessKeyCard,
    TillSettingsCard,
    TillSettingsInput,
)
from shoppers.services.passes import issue_contactless_key
from shoppers.services.tills import (
    block_company,
    change_till_settings,
    unblock_company,
)


class TillSettingsDetail(APIView):
    """What the shopper allows at tills."""

    @extend_schema(operation_id="readTillSettings", responses={200: TillSettingsCard})
    def get(self, request: Request) -> Response:
        """Answer the wishes; without any, what the defaults say."""
        shopper = shopper_of(request)
        wishes = TillSettings.objects.filter(shopper=shopper).first()
        return Response(TillSettingsCard(wishes or TillSettings()).data)

    @extend_schema(
        operation_id="changeTillSettings",
        request=TillSettingsInput,
        responses={200: TillSettingsCard},
    )
    def patch(self, request: Request) -> Response:
        """Change what is named; passes made without network die with their wish."""
        data = TillSettingsInput(data=request.data)
        data.is_valid(raise_exception=True)
        wishes = change_till_settings(
            shopper=shopper_of(request), **data.validated_data
        )
        return Response(TillSettingsCard(wishes).data)


class BlockedCompanyList(GenericAPIView[BlockedCompany]):
    """The companies whose tills may not ask."""

    serializer_class = BlockedCompanyCard
    queryset = BlockedCompany.objects.none()

    @extend_schema(
        operation_id="listBlockedCompanies",
        responses={200: BlockedCompanyCard(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List them, the latest first."""
        blocked = BlockedCompany.objects.filter(shopper=shopper_of(request))
        page = self.paginate_queryset(blocked.select_related("company")) or []
        return self.get_paginated_response(BlockedCompanyCard(page, many=True).data)


class BlockedCompanyDetail(APIView):
    """One company."""

    @extend_schema(
        operation_id="blockCompany", request=None, responses={200: BlockedCompanyCard}
    )
    def put(self, request: Request, company_id: uuid.UUID) -> Response:
        """Keep a company's tills from asking; again is fine."""
        blocked = block_company(shopper=shopper_of(request), company_id=company_id)
        return Response(BlockedCompanyCard(blocked).data)

    @extend_schema(operation_id="unblockCompany", responses={204: None})
    def delete(self, request: Request, company_id: uuid.UUID) -> Response:
        """Let a company's tills ask again; 204 also when they might anyway."""
        unblock_company(shopper=shopper_of(request), company_id=company_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ContactlessKeyCreate(APIView):
    """What a phone makes passes with where there is no network."""

    throttle_classes = (ScopedRateThrottle,)
    throttle_scope: ClassVar[str] = "pass"

    @extend_schema(
        operation_id="issueContactlessKey",
        request=None,
        responses={201: ContactlessKeyCard},
    )
    def post(self, request: Request) -> Response:
        """Issue an alias and a key for a day; 403 unless the shopper allowed it."""
        issued = issue_contactless_key(device=device_of(request))
        card: dict[str, Any] = {
            "alias": base64.b64encode(issued.alias).decode(),
            "key": base64.b64encode(issued.key).decode(),
            "step_seconds": contactless.STEP_SECONDS,
            "valid_from": rfc3339(issued.valid_from),
            "valid_until": rfc3339(issued.valid_until),
        }
        return Response(ContactlessKeyCard(card).data, status=status.HTTP_201_CREATED)
