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

    ordering: str | tuple[str, ...] = "-created_at"
    # Many rows may be equal but for the key: a page may begin that far among them.
    offset_cutoff = 1_000_000
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_ordering(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> tuple[str, ...]:
        """
        Return by what the rows are sorted, the key last.

        Among rows that are equal otherwise only it says which page has which.
        """
        columns: tuple[str, ...] = super().get_ordering(request, queryset, view)
        return columns if columns[-1] in {"pk", "-pk"} else (*columns, "-pk")

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
