"""Rows of very many products, asked for in one text: each parameter has its price."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def among(rows: QuerySet[M], field: str, gtins: Iterable[str]) -> QuerySet[M]:
    """Keep the rows whose `field`, a product or its number, is one of `gtins`."""
    if connection.vendor != "postgresql":
        return rows.filter(**{f"{field}__in": gtins})
    quote = connection.ops.quote_name
    options = rows.model._meta
    column = str(options.get_field(field).column)  # type: ignore[union-attr]
    where = f"{quote(options.db_table)}.{quote(column)} = ANY(string_to_array(%s, ','))"
    # The table and the column are the model's own; the numbers are a parameter.
    return rows.extra(where=[where], params=[",".join(gtins)])  # noqa: S610
