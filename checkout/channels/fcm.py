"""
Firebase Cloud Messaging, HTTP v1: for apps without Web Push.

What goes through it is not encrypted for the phone, so it says no more than which
prompt: the app asks us for the rest.
"""

import json
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import structlog
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from checkout.channels.interface import Later, Message, Refused, Sent, judged, post
from shoppers.models import PushSubscription

SERVICE = "https://fcm.googleapis.com"
TOKEN_SERVICE = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# The longest that Google takes, and how much sooner a token is not used any more.
ASSERTION_SECONDS = 3600
MARGIN_SECONDS = 60

logger = structlog.get_logger(__name__)


class Account(NamedTuple):
    """A service account, as its JSON file gives it."""

    project: str
    email: str
    key: RSAKey


class Fcm:
    """Sends to registration tokens of one Firebase project."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def send(self, message: Message, subscription: PushSubscription) -> Sent:
        """Send which prompt it is about; a token that died early is replaced once."""
        account = _account()
        answer = self._post(account, message, subscription)
        if answer.status == 401:
            with self._lock:
                self._until = 0.0
            answer = self._post(account, message, subscription)
        return judged(answer, service=SERVICE)

    def _post(
        self, account: Account, message: Message, subscription: PushSubscription
    ) -> Any:
        content = {
            "message": {
                "token": subscription.endpoint,
                "data": message.thin,
                "android": {
                    "priority": "high",
                    "ttl": f"{message.seconds}s",
                    "collapse_key": message.topic,
                },
            }
        }
        return post(
            f"{SERVICE}/v1/projects/{account.project}/messages:send",
            json.dumps(content).encode(),
            {
                "Authorization": f"Bearer {self._access_token(account)}",
                "Content-Type": "application/json",
            },
        )

    def _access_token(self, account: Account) -> str:
        with self._lock:
            if time.time() >= self._until:
                self._token, seconds = _asked_token(account)
                self._until = time.time() + seconds - MARGIN_SECONDS
            return self._token


def is_configured() -> bool:
    """Say whether a Firebase project was named."""
    return bool(settings.FCM_CREDENTIALS)


def _account() -> Account:
    try:
        return _read(settings.FCM_CREDENTIALS)
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        logger.error("push.fcm_credentials", reason=type(error).__name__)
        raise Refused("fcm_credentials") from error


@lru_cache(maxsize=1)
def _read(file: str) -> Account:
    content = json.loads(Path(file).read_bytes())
    return Account(
        content["project_id"],
        content["client_email"],
        RSAKey.import_key(content["private_key"]),
    )


def _asked_token(account: Account) -> tuple[str, float]:
    """Return a new access token and its life in seconds (RFC 7523)."""
    now = int(time.time())
    claims = {
        "iss": account.email,
        "scope": SCOPE,
        "aud": TOKEN_SERVICE,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    assertion = jwt.encode({"alg": "RS256"}, claims, account.key, algorithms=["RS256"])
    answer = post(
        TOKEN_SERVICE,
        urlencode({"grant_type": GRANT, "assertion": assertion}).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    if answer.status == 404:
        raise Later("no_access_token")
    judged(answer, service=TOKEN_SERVICE)
    try:
        said = json.loads(answer.body)
        return str(said["access_token"]), float(said["expires_in"])
    except (ValueError, KeyError, TypeError) as error:
        raise Later("no_access_token") from error
