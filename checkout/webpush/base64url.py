"""Base64url without padding, one text for each value (RFC 4648, section 5). Pure."""

import base64


def encoded(data: bytes) -> str:
    """Return `data` as base64url, unpadded."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of `text`, padded or not; `ValueError` for anything else."""
    bare = text.rstrip("=")
    data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if encoded(data) != bare:
        raise ValueError("not base64url")
    return data
