"""What a shopper was told of recalls; and to how many that was, for who issued them."""

import uuid

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
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
from products.errors import NoticeUnknown
from products.models import Notice
from scanning import noticing
from scanning.models import NoticeDelivery, Spreading
from scanning.serializers.notices import ReachDocument, ToldNoticeDocument
from scanning.services.notices import see_notice
from shoppers.authentication import shopper_of


class UnseenFirst(NewestFirst):
    """What was not seen yet, then the rest; the latest first."""

    ordering = ("is_seen", "-told_at")


class ToldList(GenericAPIView[NoticeDelivery]):
    """The notices on what a shopper has scanned."""

    serializer_class = ToldNoticeDocument
    queryset = NoticeDelivery.objects.none()
    pagination_class = UnseenFirst

    @extend_schema(
        operation_id="listMyNotices", responses={200: ToldNoticeDocument(many=True)}
    )
    def get(self, request: Request) -> Response:
        """List what the shopper was told, the unseen first."""
        told = NoticeDelivery.objects.filter(shopper=shopper_of(request)).for_list()
        page = self.paginate_queryset(told) or []
        return self.get_paginated_response([noticing.document(one) for one in page])


class ToldSeen(APIView):
    """One notice that the shopper has seen."""

    @extend_schema(
        operation_id="seeMyNotice", request=None, responses={200: ToldNoticeDocument}
    )
    def post(self, request: Request, delivery_id: uuid.UUID) -> Response:
        """Note that it was seen; again is fine."""
        seen = see_notice(shopper=shopper_of(request), delivery_id=delivery_id)
        return Response(noticing.document(seen))


class NoticeReach(APIView):
    """How many shoppers a company's notice has reached."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope(Scope.PRODUCTS),)
    throttle_classes = (KeyThrottle,)

    @extend_schema(operation_id="readNoticeReach", responses={200: ReachDocument})
    def get(self, request: Request, notice_id: uuid.UUID) -> Response:
        """Count who was told, never below five; who they are, nobody learns."""
        own = Notice.objects.filter(
            number=notice_id, product__company=key_of(request).company_id
        )
        last = own.order_by("-version").first()
        if last is None:
            raise NoticeUnknown(_("There is no such notice."))
        row = Spreading.objects.filter(pk=notice_id).first()
        told = row.told if row and row.told >= settings.SMALL_COUNT else None
        is_done = row is not None and row.notice_id == last.pk
        return Response(
            {"told": told, "complete": bool(is_done and row and row.done_at)}
        )
