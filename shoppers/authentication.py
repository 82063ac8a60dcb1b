"""How a phone proves which shopper it belongs to: a bearer token."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from shoppers import handles
from shoppers.models import Device, Shopper


class DeviceToken(BaseAuthentication):
    """`Authorization: Bearer fsd_…`."""

    def authenticate(self, request: Request) -> tuple[Shopper, Device] | None:
        """Return the shopper and the phone; none when no token is given."""
        token = bearer_token(request)
        if token is None:
            return None
        device = (
            Device.objects.active()
            .select_related("shopper")
            .filter(token_digest=handles.digest(token))
            .first()
        )
        if device is None:
            raise AuthenticationFailed(_("This phone’s token is not valid any more."))
        return device.shopper, device

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """Return the challenge, so that a missing token answers 401 and not 403."""
        return 'Bearer realm="shopper"'


def bearer_token(request: Request) -> str | None:
    """Return the phone's token as it was sent, good or not; none when there is none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(handles.TOKEN_PREFIX):
        return None
    return token.strip()


def shopper_of(request: Request) -> Shopper:
    """Return the shopper whom `DeviceToken` found; views behind it may rely on one."""
    shopper: object = request.user
    assert isinstance(shopper, Shopper)
    return shopper


def device_of(request: Request) -> Device:
    """Return the phone whose token `DeviceToken` found, its shopper loaded."""
    device: object = request.auth
    assert isinstance(device, Device)
    return device


class DeviceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the phone's token in the OpenAPI document."""

    target_class = DeviceToken
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - drf-spectacular's signature
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A phone's token."}
