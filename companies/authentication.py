"""How a company's program proves for whom it acts: an API key."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from companies.models import ApiKey
from companies.services import keys


class Program:
    """
    Who is behind a key: nobody.

    It has no account and no right in the admin; what it may do, its key says.
    """

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __init__(self, key: ApiKey) -> None:
        # Never an account's number: what is counted by `pk` is counted by key.
        self.pk = self.id = key.pk
        self.company_id = key.company_id

    def __str__(self) -> str:
        return f"key {self.pk}"

    def has_perm(self, _permission: str, _obj: object = None) -> bool:
        """Refuse: the rights of the admin are people's."""
        return False

    def has_module_perms(self, _label: str) -> bool:
        """Refuse as well."""
        return False


class CompanyKey(BaseAuthentication):
    """`Authorization: Bearer fsk_…`, sets `request.auth` to the `ApiKey`."""

    def authenticate(self, request: Request) -> tuple[Program, ApiKey] | None:
        """Return who acts and the key, in one query; none when no key is given."""
        secret = _bearer(request)
        if secret is None:
            return None
        given = keys.digest(secret)
        key = (
            ApiKey.objects.live(timezone.now())
            .select_related("company")
            .filter(digest=given)
            .first()
        )
        # One sentence for a wrong, a revoked and an expired key: a key that was found
        # somewhere tells nothing of itself.
        if key is None or not constant_time_compare(key.digest, given):
            raise AuthenticationFailed(_("This API key is not valid, or not any more."))
        keys.note_use(key)
        return Program(key), key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """Return the challenge, so that a missing key answers 401 and not 403."""
        return "Bearer"


class ScopeMissing(BasePermission):
    """The base of what `requires_scope` makes."""

    scope: ClassVar[str]
    code = "scope_missing"
    message = ""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - REST framework's signature
        """Let in whose key has the scope; without a key the answer is 401."""
        if not isinstance(request.auth, ApiKey):
            return False
        self.message = _("This API key is not good for %(scope)s.") % {
            "scope": self.scope
        }
        return self.scope in request.auth.scopes


def requires_scope(scope: str) -> type[BasePermission]:
    """Return the permission that lets in a key which has this scope."""
    return type("RequiresScope", (ScopeMissing,), {"scope": scope})


class KeyThrottle(ScopedRateThrottle):
    """So many requests a minute by each key: `throttle_scope`, or `company_write`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count under the view's own scope, or that of everything a company writes."""
        self.scope = getattr(view, self.scope_attr, "company_write")
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super(ScopedRateThrottle, self).allow_request(request, view)


def key_of(request: Request) -> ApiKey:
    """Return the key that `CompanyKey` found; views behind it may rely on one."""
    key: object = request.auth
    assert isinstance(key, ApiKey)
    return key


def _bearer(request: Request) -> str | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith(keys.PREFIX):
        return None
    return secret.strip()


class CompanyKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the key in the OpenAPI document."""

    target_class = CompanyKey
    name = "companyKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - drf-spectacular's signature
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of a company, with the scopes it was given.",
        }
