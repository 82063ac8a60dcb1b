"""Addresses whose views fail in every way, for the tests of problems."""

from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import DomainError

handler400 = "common.http.bad_request"
handler403 = "common.http.forbidden"
handler404 = "common.http.not_found"
handler500 = "common.http.server_error"


class Taken(DomainError):
    """Somebody was faster."""

    code = "taken"


class Line(serializers.Serializer[Any]):
    """One line of an order."""

    quantity = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer[Any]):
    """An order, to have wrong fields at every depth."""

    name = serializers.CharField(max_length=3)
    lines = Line(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse the name of nobody."""
        if attrs["name"] == "nn":
            raise serializers.ValidationError("Nobody.", code="nobody")
        return attrs


class Orders(APIView):
    """Takes orders."""

    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """Take an order."""
        data = Order(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(data.validated_data)


class Private(APIView):
    """For shoppers."""

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({"who": str(request.user)})


class Staff(APIView):
    """For nobody whom the API knows."""

    permission_classes = (IsAdminUser,)
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({"who": str(request.user)})


class Failing(APIView):
    """Raises what its address says."""

    permission_classes = (AllowAny,)

    def get(self, _request: Request, how: str) -> Response:
        """Fail."""
        raise ERRORS[how]


ERRORS: dict[str, Exception] = {
    "domain": Taken("Somebody was faster.", version=3),
    "http404": Http404("internal reason"),
    "not-found": exceptions.NotFound(),
    "denied": PermissionDenied("internal reason"),
    "too-big": RequestDataTooBig("internal reason"),
    "throttled": exceptions.Throttled(wait=1.2),
    "throttled-for-unknown": exceptions.Throttled(),
    "not-acceptable": exceptions.NotAcceptable(),
    "bug": RuntimeError("internal reason"),
}


def page(_request: HttpRequest, how: str) -> HttpResponse:
    """Raise in a plain Django view."""
    raise {
        "denied": PermissionDenied("internal reason"),
        "too-big": RequestDataTooBig("internal reason"),
        "odd": SuspiciousOperation("internal reason"),
        "bug": RuntimeError("internal reason"),
    }[how]


urlpatterns = [
    path("api/v1/orders", Orders.as_view()),
    path("api/v1/private", Private.as_view()),
    path("api/v1/staff", Staff.as_view()),
    path("api/v1/fail/<str:how>", Failing.as_view()),
    path("api/v1/page/<str:how>", page),
    path("page/<str:how>", page),
]
