"""How a phone asks to be woken when its app is closed."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from checkout.channels import own_key
from checkout.serializers.push import (
    PushKeyCard,
    PushSubscriptionCard,
    PushSubscriptionInput,
)
from shoppers.authentication import device_of
from shoppers.services.push import subscribe, unsubscribe


class PushKeyDetail(APIView):
    """Our public key for push messages."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="readPushKey", responses={200: PushKeyCard}, auth=[])
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework's signature
        """Answer the key that a phone subscribes with at its push service."""
        return Response(PushKeyCard({"public_key": own_key.public_key()}).data)


class PushSubscriptionCollection(APIView):
    """The push subscriptions of the phone that asks."""

    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "push"

    @extend_schema(
        operation_id="subscribeToPush",
        request=PushSubscriptionInput,
        responses={200: PushSubscriptionCard, 201: PushSubscriptionCard},
    )
    def post(self, request: Request) -> Response:
        """
        Keep a subscription: 201 when it is new to this phone, 200 when it was known.

        The five newest of a phone are kept. One address belongs to the phone that
        brought it last.
        """
        data = PushSubscriptionInput(data=request.data)
        data.is_valid(raise_exception=True)
        kept, is_new = subscribe(device=device_of(request), **data.validated_data)
        return Response(
            PushSubscriptionCard(kept).data,
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )


class PushSubscriptionDetail(APIView):
    """One push subscription of the phone that asks."""

    @extend_schema(operation_id="unsubscribeFromPush", responses={204: None})
    def delete(self, request: Request, subscription_id: int) -> Response:
        """Forget a subscription of this phone; 204 also when there was none."""
        unsubscribe(device=device_of(request), subscription_id=subscription_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
