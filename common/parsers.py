"""How a JSON body is read: small, UTF-8, and never a server error."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from common.errors import PayloadTooLarge

MAX_BYTES = 100_000
# What parses just so would exhaust the stack of whoever works with it.
MAX_DEPTH = 64


class JsonParser(BaseParser):
    """
    Reads strict JSON (RFC 8259) of at most `max_bytes`.

    REST framework's own lets a deep nesting or an unknown charset become a 500.
    """

    media_type = "application/json"
    max_bytes = MAX_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 - REST framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> Any:
        """Return what the body says, or refuse it."""
        body = stream.read(self.max_bytes + 1)
        if len(body) > self.max_bytes:
            raise PayloadTooLarge(
                _("A JSON body has at most %(limit)s bytes.")
                % {"limit": self.max_bytes},
                limit=self.max_bytes,
            )
        try:
            value = json.loads(body.decode(), parse_constant=_refuse_constant)
            _require_shallow(value)
        except (ValueError, RecursionError) as error:
            raise ParseError(str(error)) from error
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _require_shallow(value: Any, room: int = MAX_DEPTH) -> None:
    if isinstance(value, dict | list):
        if not room:
            raise ValueError(f"more than {MAX_DEPTH} levels are nested")
        for one in value.values() if isinstance(value, dict) else value:
            _require_shallow(one, room - 1)
