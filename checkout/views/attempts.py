"""The log of attempts to tell a till's server, for the programs of its company."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.errors import TerminalUnknown
from checkout.models import Terminal, WebhookAttempt
from checkout.serializers.attempts import AttemptRow
from common.pagination import NewestFirst
from companies.authentication import (
    CompanyKey,
    KeyThrottle,
    key_of,
    requires_scope,
)
from companies.models import Scope


class AttemptPages(NewestFirst):
    """In the order of recording."""

    ordering = "-pk"


class AttemptList(GenericAPIView[WebhookAttempt]):
    """What one terminal's server was told."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope(Scope.TERMINALS),)
    throttle_classes = (KeyThrottle,)
    serializer_class = AttemptRow
    pagination_class = AttemptPages
    queryset = WebhookAttempt.objects.none()

    @extend_schema(
        operation_id="listWebhookAttempts", responses={200: AttemptRow(many=True)}
    )
    def get(self, request: Request, terminal_id: uuid.UUID) -> Response:
        """List the attempts to tell how this terminal's prompts ended, latest first."""
        own = Terminal.objects.filter(company=key_of(request).company_id)
        if not own.filter(pk=terminal_id).exists():
            raise TerminalUnknown(_("Your company has no such terminal."))
        attempts = WebhookAttempt.objects.filter(
            outcome__prompt__terminal=terminal_id
        ).select_related("outcome", "endpoint")
        page = self.paginate_queryset(attempts) or []
        response = self.get_paginated_response(
            self.get_serializer(page, many=True).data
        )
        response["Cache-Control"] = "no-store"
        return response
