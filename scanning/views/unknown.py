"""Codes that nobody has declared: to report one."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from products.views import GTIN, normalized
from scanning.serializers.unknown import ReportAccepted, ReportInput
from scanning.services.reporting import Said, report_code


class ReportCreate(APIView):
    """What somebody says of a product that we do not know."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope: ClassVar[str] = "report"

    @extend_schema(
        operation_id="reportUnknownCode",
        parameters=[GTIN],
        request=ReportInput,
        responses={202: ReportAccepted},
        auth=[],
    )
    def post(self, request: Request, gtin: str) -> Response:
        """
        Put an unknown code into the queue of those to declare.

        No account, and nothing about the sender is kept. Every member is optional.
        """
        number = normalized(gtin)
        data = ReportInput(data=request.data)
        data.is_valid(raise_exception=True)
        report_id = data.validated_data.pop("report_id", None)
        report_code(gtin=number, said=Said(**data.validated_data), report_id=report_id)
        detail = _("Thank you. %(gtin)s is in the queue of the products to declare.")
        return Response(
            ReportAccepted({"gtin": number, "detail": detail % {"gtin": number}}).data,
            status=status.HTTP_202_ACCEPTED,
        )
