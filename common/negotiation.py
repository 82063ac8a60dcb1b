"""Which form an answer takes."""

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches


class OneForm(BaseContentNegotiation):
    """
    Each address has one form, whatever `Accept` says.

    Where an address has several, its view chooses; a refusal must reach every client.
    """

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        """Return the first parser that takes the request's content type."""
        return next(
            (
                parser
                for parser in parsers
                if media_type_matches(parser.media_type, request.content_type)
            ),
            None,
        )

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - REST framework's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - REST framework's signature
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""
