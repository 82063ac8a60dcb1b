"""The one way in which a key is written, whatever way it was typed."""

from scanning import codes
from scanning.codes import InvalidCode


def canonical_path(typed: str) -> str:
    """Return the canonical path of a key; what is no key comes back as it was typed."""
    try:
        return codes.resolve_path(typed.strip()).key
    except InvalidCode:
        return typed
