"""Recalls and safety notices: issued by a company's programs, read by anyone."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.pagination import NewestFirst
from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from companies.models import Scope
from products.errors import ProductNotYours
from products.models import Notice, Product
from products.serializers.notices import (
    CorrectionInput,
    NoticeDocument,
    NoticeFilter,
    NoticeInput,
    WithdrawalInput,
)
from products.services.noticing import (
    Issued,
    Issuer,
    correct_notice,
    issue_notice,
    withdraw_notice,
)
from products.views.sheets import GTIN, normalized

MAY_ISSUE = requires_scope(Scope.PRODUCTS)


class NoticePages(NewestFirst):
    """In the order of recording."""

    ordering = "-pk"


class ProductNotices(APIView):
    """The notices on a company's own product."""

    authentication_classes = (CompanyKey,)
    permission_classes = (MAY_ISSUE,)
    throttle_classes = (KeyThrottle,)

    @extend_schema(
        operation_id="issueNotice",
        parameters=[GTIN],
        request=NoticeInput,
        responses={200: NoticeDocument, 201: NoticeDocument},
    )
    def post(self, request: Request, gtin: str) -> Response:
        """Issue a recall or a safety notice; sent again, 200 and nothing twice."""
        data = NoticeInput(data=request.data)
        data.is_valid(raise_exception=True)
        key = key_of(request)
        own = Product.objects.filter(company=key.company_id)
        product = own.filter(pk=normalized(gtin)).first()
        if product is None:
            raise ProductNotYours(
                _("Your company has declared no product with this number.")
            )
        done = issue_notice(product=product, content=data.content, by=Issuer(key=key))
        return _answer(done)


class NoticeList(GenericAPIView[Notice]):
    """Every notice there is, for anyone."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    serializer_class = NoticeDocument
    pagination_class = NoticePages
    queryset = Notice.objects.none()

    @extend_schema(
        operation_id="listNotices",
        parameters=[NoticeFilter],
        responses={200: NoticeDocument(many=True)},
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """List the last version of each notice, the latest first."""
        query = NoticeFilter(data=request.query_params)
        query.is_valid(raise_exception=True)
        notices = Notice.objects.current()
        if gtin := query.validated_data.get("gtin"):
            notices = notices.filter(product=normalized(gtin))
        if since := query.validated_data.get("since"):
            notices = notices.filter(recorded_at__gte=since)
        page = self.paginate_queryset(notices) or []
        return self.get_paginated_response(NoticeDocument(page, many=True).data)


class NoticeDetail(APIView):
    """One notice of the company's own."""

    authentication_classes = (CompanyKey,)
    permission_classes = (MAY_ISSUE,)
    throttle_classes = (KeyThrottle,)

    @extend_schema(
        operation_id="correctNotice",
        request=CorrectionInput,
        responses={200: NoticeDocument, 201: NoticeDocument},
    )
    def put(self, request: Request, notice_id: uuid.UUID) -> Response:
        """Correct a notice: the next version, 201; the same as it is, 200."""
        data = CorrectionInput(data=request.data)
        data.is_valid(raise_exception=True)
        done = correct_notice(
            number=notice_id,
            content=data.content,
            by=Issuer(key=key_of(request)),
            reason=data.validated_data["reason"],
        )
        return _answer(done)


class NoticeWithdrawal(APIView):
    """The end of a notice of the company's own."""

    authentication_classes = (CompanyKey,)
    permission_classes = (MAY_ISSUE,)
    throttle_classes = (KeyThrottle,)

    @extend_schema(
        operation_id="withdrawNotice",
        request=WithdrawalInput,
        responses={200: NoticeDocument, 201: NoticeDocument},
    )
    def post(self, request: Request, notice_id: uuid.UUID) -> Response:
        """Withdraw a notice, and say why; again changes nothing."""
        data = WithdrawalInput(data=request.data)
        data.is_valid(raise_exception=True)
        done = withdraw_notice(
            number=notice_id,
            reason=data.validated_data["reason"],
            by=Issuer(key=key_of(request)),
        )
        return _answer(done)


def _answer(done: Issued) -> Response:
    code = status.HTTP_201_CREATED if done.is_new else status.HTTP_200_OK
    return Response(NoticeDocument(done.notice).data, status=code)
