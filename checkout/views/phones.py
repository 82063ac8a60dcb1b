"""The phone's doors: the list, the claim, the receipts, and the answer."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from checkout import delivering
from checkout.models import PaymentPrompt
from checkout.serializers.phones import (
    ClaimInput,
    DecisionInput,
    PhoneCard,
    PromptFilter,
    ReceiptInput,
)
from checkout.services import claim, decide, phone_card, receive
from shoppers.authentication import shopper_of


class PromptList(GenericAPIView[PaymentPrompt]):
    """What a phone pulls when it opens."""

    serializer_class = PhoneCard
    queryset = PaymentPrompt.objects.none()

    @extend_schema(
        operation_id="listMyPrompts",
        parameters=[PromptFilter],
        responses={200: PhoneCard(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the shopper's prompts, newest first; `?state=` keeps one state."""
        query = PromptFilter(data=request.query_params)
        query.is_valid(raise_exception=True)
        delivering.expire_overdue_of(shopper_of(request).pk)
        prompts = PaymentPrompt.objects.filter(shopper=shopper_of(request))
        if state := query.validated_data.get("state"):
            prompts = prompts.filter(state=state)
        page = self.paginate_queryset(prompts) or []
        if new := [one.pk for one in page if _is_new(one)]:
            delivering.mark_sent(new)
        cards = PhoneCard([phone_card(prompt) for prompt in page], many=True)
        return self.get_paginated_response(cards.data)


def _is_new(prompt: PaymentPrompt) -> bool:
    """Say whether no phone was given it before."""
    return not prompt.is_final and prompt.delivery == PaymentPrompt.Delivery.QUEUED


class DecisionCreate(APIView):
    """The shopper's one answer."""

    @extend_schema(
        operation_id="decide", request=DecisionInput, responses={200: PhoneCard}
    )
    def post(self, request: Request, prompt_id: str) -> Response:
        """Approve or decline; the same answer again is fine."""
        data = DecisionInput(data=request.data)
        data.is_valid(raise_exception=True)
        prompt = decide(
            shopper=shopper_of(request),
            prompt_id=prompt_id,
            is_approved=data.validated_data["decision"] == "approve",
            digest=data.validated_data.get("digest"),
        )
        return Response(PhoneCard(phone_card(prompt)).data)


class ReceiptCreate(APIView):
    """What the phone says of a question that it was given."""

    @extend_schema(
        operation_id="acknowledgePrompt",
        request=ReceiptInput,
        responses={200: PhoneCard},
    )
    def post(self, request: Request, prompt_id: str) -> Response:
        """Note `delivered` or `seen`; the answer says whether it can still be told."""
        data = ReceiptInput(data=request.data)
        data.is_valid(raise_exception=True)
        prompt = receive(
            shopper=shopper_of(request),
            prompt_id=prompt_id,
            stage=PaymentPrompt.Delivery(data.validated_data["stage"]),
        )
        return Response(PhoneCard(phone_card(prompt)).data)


class ClaimCreate(APIView):
    """The other way round: the till shows a code, and the phone reads it."""

    throttle_classes = (ScopedRateThrottle,)
    throttle_scope: ClassVar[str] = "pass"

    @extend_schema(
        operation_id="claimPrompt", request=ClaimInput, responses={200: PhoneCard}
    )
    def post(self, request: Request) -> Response:
        """Take the question whose code the till shows; again is fine."""
        data = ClaimInput(data=request.data)
        data.is_valid(raise_exception=True)
        prompt = claim(shopper=shopper_of(request), code=data.validated_data["code"])
        return Response(PhoneCard(phone_card(prompt)).data)
