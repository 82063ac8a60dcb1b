"""The shopper's doors: to begin, and to mint a pass."""

from typing import ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from common.times import rfc3339
from shoppers import showing
from shoppers.authentication import shopper_of
from shoppers.serializers.people import PassCard, ShopperCard, ShopperInput
from shoppers.services.people import mint_pass, register_shopper


class ShopperCreate(APIView):
    """Begin: no name, no address is asked."""

    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "sign-up"

    @extend_schema(
        operation_id="createShopper",
        request=ShopperInput,
        responses={201: ShopperCard},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Create a shopper and a first phone; the token is shown this once."""
        data = ShopperInput(data=request.data)
        data.is_valid(raise_exception=True)
        registered = register_shopper(**data.validated_data)
        card = ShopperCard(
            {
                "id": registered.shopper.pk,
                "display_name": registered.shopper.display_name,
                "language": registered.shopper.language,
                "token": registered.token,
            }
        )
        return Response(card.data, status=status.HTTP_201_CREATED)


class PassCreate(APIView):
    """The pass that a phone shows to a till."""

    throttle_classes = (ScopedRateThrottle,)
    throttle_scope: ClassVar[str] = "pass"

    @extend_schema(operation_id="mintPass", request=None, responses={201: PassCard})
    def post(self, request: Request) -> Response:
        """Mint a one-time pass."""
        minted = mint_pass(shopper=shopper_of(request))
        card = PassCard(
            {
                "handle": minted.handle,
                "expires_at": rfc3339(minted.expires_at),
                "expires_in": settings.PASS_TTL_SECONDS,
                "qr_svg": showing.qr_svg(minted.handle),
                "ndef": showing.ndef(minted.handle),
            }
        )
        return Response(card.data, status=status.HTTP_201_CREATED)
