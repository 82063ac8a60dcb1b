"""
How allauth behaves here: accounts by invitation only, e-mail by our own rows.

Staff sign in with a password or a passkey; phones keep their own tokens and never come
near this. Secrets of second factors are sealed before they are stored.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sealing import SealBroken, seal, unseal
from companies import tasks
from companies.mailing import is_address, write_mail

SITE_NAME = "Flashsésame"

logger = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # no types
    """Accounts of the back office."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts. Wait five minutes and try again, or choose a "
            "new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Refuse: only an invitation makes an account."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Accept addresses of this very host only, as a place to go on to."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Write the e-mail as a row; a worker sends it."""
        if not is_address(email):
            # An operator can give an account an address that is none.
            return
        values = {**context, "email": email}
        subject = render_to_string(f"{template_prefix}_subject.txt", values)
        body = render_to_string(f"{template_prefix}_message.txt", values)
        with transaction.atomic():
            write_mail(to=email, subject=f"{SITE_NAME} – {subject.strip()}", body=body)
            transaction.on_commit(tasks.hint_mails, robust=True)

    def _get_login_attempts_cache_key(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's signature
        **credentials: Any,
    ) -> str:
        # Theirs begins with the name of the host, which the client may vary.
        login = credentials.get("email", credentials.get("username", ""))
        return str(login).casefold()


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc] # no types
    """
    Passwords of the back office, hashed once a try, whoever it is.

    allauth looks a person up by address and by name, and hashes each time it finds
    one: how long the answer takes would tell which addresses have an account.
    """

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> AbstractBaseUser | None:
        """Return who signs in, or nobody."""
        self._refused: set[Any] = set()
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    def _check_password(
        self, user: AbstractBaseUser | None, password: str
    ) -> AbstractBaseUser | None:
        if user is None or user.pk in self._refused:
            return None
        # Forgotten with this try: Django makes a new one of these for the next.
        self._refused.add(user.pk)
        found: AbstractBaseUser | None = super()._check_password(user, password)
        return found


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # no types
    """Second factors of the back office."""

    def encrypt(self, text: str) -> str:
        """Seal a secret: a copy of the database must not give it away."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed; what does not open is as good as lost."""
        try:
            return unseal(encrypted_text)
        except SealBroken:
            logger.error("second_factor.seal_broken")
            # A secret that nobody has: no code is right, and no empty one either.
            return str(generate_totp_secret())

    def get_totp_issuer(self) -> str:
        """Return the name that the person's app will show."""
        return SITE_NAME

    def generate_authenticator_name(
        self, user: AbstractBaseUser, type: Authenticator.Type
    ) -> str:
        """Propose a name for a passkey, numbered from the second one on."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the public address, whatever name a request came under."""
        return {"id": passkey_host(), "name": SITE_NAME}


def passkey_host() -> str:
    """
    Return the host that passkeys belong to: the one of the public address.

    Browsers refuse an address made of digits. The machine's own is reachable as
    `localhost` as well, so passkeys belong to that name then.
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return "localhost" if _is_loopback(host) else host


def passkey_problem(request: HttpRequest) -> str:
    """Say why passkeys cannot work on this page, or nothing when they can."""
    host, here = passkey_host(), urlsplit(request.build_absolute_uri())
    if here.hostname == host and (here.scheme == "https" or host == "localhost"):
        return ""
    public = urlsplit(settings.BASE_URL)
    if host != "localhost" and (public.scheme != "https" or _is_digits(host)):
        return _(
            "Passkeys need an https address with a name; this service has none. Use an "
            "authenticator app."
        )
    port = f":{public.port}" if public.port else ""
    address = urlunsplit((public.scheme, f"{host}{port}", "/admin/", "", ""))
    return _("Passkeys do not work at this address. Open %(address)s instead.") % {
        "address": address
    }


def count_as_used(
    request: HttpRequest,
    user: AbstractBaseUser,
    authenticator: Authenticator,
    **_extra: Any,
) -> None:
    """
    Count a second factor that was just set up as used in this session.

    Receiver of allauth's `authenticator_added`: the person has given the password and
    shown that the new factor works; asking once more would prove nothing new.
    """
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type
    )


def _is_digits(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_digits(host) and ip_address(host).is_loopback
