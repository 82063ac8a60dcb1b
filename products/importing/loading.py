"""
Records into the database: by `COPY` on PostgreSQL, by `executemany` on SQLite.

The caller's transaction. Two runs that meet at one product break a constraint; the
batch is then rolled back whole, and weighed again.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from companies.levels import SourceKind
from products.importing import copying
from products.importing.among import among
from products.importing.open_food_facts import ATTRIBUTION, SOURCE_NAME
from products.models import Product, ProductImport, SourceRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from products.importing.dump import New

# What SQLite takes in one statement is a matter of its columns.
_ROWS = 500


class Known(NamedTuple):
    """What lists and readers see of a product that is there already."""

    company_id: UUID | None
    name: str
    attribution: str


def load(run: ProductImport, made: Sequence[New]) -> None:
    """Write the records, and the products that nobody knew yet."""
    now = timezone.now()
    due = now if run.publishes else None
    gtins = [one.record.gtin for one in made]
    rows = among(Product.objects.all(), "gtin", gtins).values_list(
        "pk", "company_id", "name", "attribution"
    )
    known = {row[0]: Known(row[1], row[2], row[3]) for row in rows}
    unknown = [one for one in made if one.record.gtin not in known]
    if connection.vendor == "postgresql":
        _copy(run, unknown, made, now, due)
    else:
        _insert(run, unknown, made, due)
    if known:
        _refresh([one for one in made if one.record.gtin in known], known, due)


def _copy(
    run: ProductImport,
    unknown: Sequence[New],
    made: Sequence[New],
    now: datetime,
    due: datetime | None,
) -> None:
    text = copying.text
    if unknown:
        copying.copy(
            Product,
            ("gtin", "name", "attribution_url"),
            (
                (one.record.gtin, text(one.record.name), text(one.record.url))
                for one in unknown
            ),
            {"attribution": ATTRIBUTION, "created_at": now, "publication_due_at": due},
        )
    copying.copy(
        SourceRecord,
        ("product", "source_url", "observed_at", "values", "digest", "supersedes"),
        (
            (
                one.record.gtin,
                text(one.record.url),
                one.record.observed_at.isoformat(),
                copying.json_text(one.record.values),
                copying.binary(one.digest),
                str(one.supersedes) if one.supersedes else r"\N",
            )
            for one in made
        ),
        {
            "source_kind": SourceKind.COMMUNITY.value,
            "source_name": SOURCE_NAME,
            "run": run.pk,
            "created_at": now,
        },
    )


def _insert(
    run: ProductImport,
    unknown: Sequence[New],
    made: Sequence[New],
    due: datetime | None,
) -> None:
    Product.objects.bulk_create(
        [
            Product(
                gtin=one.record.gtin,
                name=one.record.name,
                attribution=ATTRIBUTION,
                attribution_url=one.record.url,
                publication_due_at=due,
            )
            for one in unknown
        ],
        batch_size=_ROWS,
    )
    SourceRecord.objects.bulk_create(
        [
            SourceRecord(
                product_id=one.record.gtin,
                source_kind=SourceKind.COMMUNITY,
                source_name=SOURCE_NAME,
                source_url=one.record.url,
                observed_at=one.record.observed_at,
                values=json.loads(one.record.values),
                digest=one.digest,
                supersedes_id=one.supersedes,
                run=run,
            )
            for one in made
        ],
        batch_size=_ROWS,
    )


def _refresh(
    made: Sequence[New], known: dict[str, Known], due: datetime | None
) -> None:
    """
    Bring up to date what lists show of known products, and let their sheets follow.

    What a company declared keeps its name. Where a record is shown beside, its licence
    wants the source to be named, there as well.
    """
    changed = []
    for one in made:
        before, record = known[one.record.gtin], one.record
        is_open = before.company_id is None
        name = record.name if is_open else before.name
        if name != before.name or not before.attribution:
            columns: dict[str, Any] = {"gtin": record.gtin, "name": name}
            if not before.attribution or before.attribution == ATTRIBUTION:
                columns |= {"attribution": ATTRIBUTION, "attribution_url": record.url}
            changed.append(columns)
    if due is not None:
        gtins = [one.record.gtin for one in made]
        among(Product.objects.all(), "gtin", gtins).update(publication_due_at=due)
    for columns in changed:
        Product.objects.filter(pk=columns.pop("gtin")).update(**columns)
