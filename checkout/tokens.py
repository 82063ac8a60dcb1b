"""
The poll token and the claim code of a prompt: derived, so that they are kept nowhere.

Each binds one prompt; the prompt's id alone, which phones and logs see, opens nothing.
"""

import base64
import hashlib
import hmac
import re

from django.conf import settings

PREFIX = "fst_"
CLAIM_PREFIX = "FSC1."
CLAIM = re.compile(r"FSC1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{16})")


def poll_token(prompt_id: str) -> str:
    """Return the token with which a terminal reads one prompt."""
    return _poll_token(prompt_id, settings.SECRET_KEY)


def is_poll_token(prompt_id: str, token: str) -> bool:
    """Say whether `token` opens this prompt, under the present or an earlier key."""
    return _is_one_of([_poll_token(prompt_id, key) for key in _keys()], token)


def claim_code(prompt_id: str) -> str:
    """Return what a till shows and a phone reads: `FSC1.`, the prompt, a tag."""
    return _claim_code(prompt_id, settings.SECRET_KEY)


def is_claim_code(prompt_id: str, code: str) -> bool:
    """Say whether `code` lets a phone claim this prompt."""
    return _is_one_of([_claim_code(prompt_id, key) for key in _keys()], code)


def claimed_prompt(code: str) -> str | None:
    """Return the id of the prompt that a claim code is for; none when it is forged."""
    found = CLAIM.fullmatch(code)
    if found is None or not is_claim_code(found[1], code):
        return None
    return found[1]


def _poll_token(prompt_id: str, key: str) -> str:
    return PREFIX + _derived("poll", prompt_id, key, size=24)


def _claim_code(prompt_id: str, key: str) -> str:
    tag = _derived("claim", prompt_id, key, size=12)
    return f"{CLAIM_PREFIX}{prompt_id}.{tag}"


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _is_one_of(values: list[str], given: str) -> bool:
    matches = [hmac.compare_digest(v.encode(), given.encode()) for v in values]
    return any(matches)


def _derived(purpose: str, prompt_id: str, key: str, *, size: int) -> str:
    content = f"flashsesame/{purpose}/v1|{prompt_id}".encode()
    value = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(value[:size]).decode()
