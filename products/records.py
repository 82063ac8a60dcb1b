"""
What records of sources say, as statements that were never written one by one.

A leaf module: a sheet weighs them beside the statements of companies.
"""

from collections.abc import Collection
from typing import Any

from companies.levels import Level, Status
from products.models import SourceRecord, Statement

# Below any real one: of two that are otherwise alike, the recorded one is retained.
_BELOW = 2**62


def statements_of(gtins: Collection[str]) -> dict[str, list[Statement]]:
    """
    Return the statements of the current records of some products, in one query.

    They are not saved, nor to be; their keys order them as they were recorded.
    """
    found: dict[str, list[Statement]] = {}
    rows = SourceRecord.objects.current().filter(product__in=gtins).order_by("pk")
    for record in rows:
        statements = found.setdefault(record.product_id, [])
        for field, members in record.values.items():
            statements.append(_statement(record, field, members))
    return found


def _statement(record: SourceRecord, field: str, members: dict[str, Any]) -> Statement:
    return Statement(
        pk=record.pk - _BELOW,
        product_id=record.product_id,
        field=field,
        status=members.get("status", Status.KNOWN.value),
        value=members.get("value"),
        unit=members.get("unit", ""),
        source_kind=record.source_kind,
        source_name=members.get("source", record.source_name),
        source_url=record.source_url,
        level=Level.DECLARED.value,
        is_disputed=members.get("disputed", False),
        observed_at=record.observed_at,
        created_at=record.created_at,
    )
