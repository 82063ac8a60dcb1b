"""
The poll token of a prompt: derived, so that it is kept nowhere.

It binds one prompt; the prompt's id alone, which phones and logs see, opens nothing.
"""

import base64
import hashlib
import hmac

from django.conf import settings

PREFIX = "fst_"


def poll_token(prompt_id: str) -> str:
    """Return the token with which a terminal reads one prompt."""
    return _derived(prompt_id, settings.SECRET_KEY)


def is_poll_token(prompt_id: str, token: str) -> bool:
    """Say whether `token` opens this prompt, under the present or an earlier key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    matches = [
        hmac.compare_digest(_derived(prompt_id, key).encode(), token.encode())
        for key in keys
    ]
    return any(matches)


def _derived(prompt_id: str, key: str) -> str:
    content = b"flashsesame/poll/v1|" + prompt_id.encode()
    value = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return PREFIX + base64.urlsafe_b64encode(value[:24]).decode()
