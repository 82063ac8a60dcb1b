"""
Which push services we talk to: phones name them, so not every one.

Checked when a phone subscribes and again at each message.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings

# The services of the browsers.
BROWSERS = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
HTTPS = 443
LONGEST = 2000
# Printable ASCII without what other readers of addresses take for something else.
PLAIN = re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?/[!$-;=?-\[\]_a-z~]*", re.I)


def is_allowed(address: str) -> bool:
    """
    Say whether `address` is one of an allowed push service.

    `FLASHSESAME_PUSH_HOSTS` adds `host`, `*.domain`, and either with `:port`.
    """
    if len(address) > LONGEST or not PLAIN.fullmatch(address):
        return False
    parts = urlsplit(address)
    try:
        port = parts.port or HTTPS
    except ValueError:
        return False
    host = parts.hostname or ""
    return any(
        _matches(host, port, pattern) for pattern in (*BROWSERS, *settings.PUSH_HOSTS)
    )


def origin(address: str) -> str:
    """Return the scheme and host of an address, as VAPID's `aud` wants them."""
    parts = urlsplit(address)
    port = "" if parts.port in {None, HTTPS} else f":{parts.port}"
    return f"https://{parts.hostname}{port}"


def _matches(host: str, port: int, pattern: str) -> bool:
    name, _colon, wanted = pattern.lower().partition(":")
    if str(port) != (wanted or str(HTTPS)):
        return False
    if name.startswith("*."):
        return host.endswith(name[1:]) and len(host) > len(name) - 1
    return host == name
