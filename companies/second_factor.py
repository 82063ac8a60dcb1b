"""
The second factor: what is done in a company's name asks for more than a password.

Whoever signed in with one has a record of it in the session, which allauth writes.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from companies.errors import SecondFactorMissing

# allauth's key; see `allauth.account.internal.flows.login`.
SESSION_KEY = "account_authentication_methods"


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was opened with a second factor."""
    methods = request.session.get(SESSION_KEY) or []
    return any(one.get("method") == "mfa" for one in methods)


def require_second_factor(request: HttpRequest) -> None:
    """Raise `SecondFactorMissing` unless this session has a second factor."""
    if not has_second_factor(request):
        raise SecondFactorMissing(
            _("Sign in with a second factor first: this is done in the company’s name.")
        )
