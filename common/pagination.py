"""Lists are read by cursor: a page never shifts while rows arrive."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest first; `?page_size=` up to 100."""

    ordering = "-created_at"
    page_size_query_param = "page_size"
    max_page_size = 100
