"""Lists are read by cursor: a page never shifts while rows arrive."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

# What a position that is no value of its column raises, here or in the database.
NO_POSITION = (ValidationError, ValueError, TypeError, OverflowError)


class NewestFirst(CursorPagination):
    """Newest first; `?page_size=` up to 100."""

    # The key comes last: among rows of one moment only it says which page has which.
    ordering: str | tuple[str, ...] = ("-created_at", "-pk")
    # Many rows may be equal but for the key: a page may begin that far among them.
    offset_cutoff = 1_000_000
    page_size_query_param = "page_size"
    max_page_size = 100

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: Any = None,
    ) -> list[Any] | None:
        """Refuse a cursor whose position somebody made up, as any other broken one."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except NO_POSITION as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error
