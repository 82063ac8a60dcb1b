"""The phone's doors: the list, and the answer."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from checkout import delivering
from checkout.models import PaymentPrompt
from checkout.serializers.phones import DecisionInput, PhoneCard, PromptFilter
from checkout.services import decide, phone_card
from shoppers.authentication import shopper_of

RECONNECT_MS = 2_000


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
        cards = PhoneCard([phone_card(prompt) for prompt in page], many=True)
        return self.get_paginated_response(cards.data)


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
