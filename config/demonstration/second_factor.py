"""
The second factor of the demonstration's accounts: an authenticator app without a phone.

Its secret lies in the file of credentials, as the passwords do, and nowhere else in
clear.
"""

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import User


def give(user: User) -> str:
    """Set up an app for the account, and return its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def opens(authenticator: Authenticator, secret: str) -> bool:
    """Say whether `secret` is the one that the account was given."""
    return bool(decrypt(authenticator.data["secret"]) == secret)


def code(secret: str) -> tuple[str, int]:
    """Return the code of this moment, and for how many seconds it is good."""
    now, period = int(time.time()), app_settings.TOTP_PERIOD
    value = format_hotp_value(hotp_value(secret, now // period))
    return str(value), period - now % period
