"""
A block of a dump against what is known: what is new, what changed, what is refused.

The dry run and the recording ask the same questions; only the latter writes.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from products.importing import files, loading
from products.importing.among import among
from products.importing.holding import Outcome
from products.importing.open_food_facts import SOURCE_NAME, Record, read
from products.importing.refusals import LineRefused, Trouble, excerpted
from products.importing.unpacking import BYTE_ORDER_MARK, TOO_LONG
from products.models import ProductImport, SourceRecord


class Batch(NamedTuple):
    """What the lines of a block say, the last of each product; where to go on."""

    records: dict[str, Record]
    outcome: Outcome
    position: int
    line: int


class Current(NamedTuple):
    """The record by which a source's latest word is known."""

    pk: int
    digest: bytes
    observed_at: datetime
    is_of_run: bool


class New(NamedTuple):
    """A record to be written, and what it supersedes."""

    record: Record
    digest: bytes
    supersedes: int | None


def batches(run: ProductImport) -> Iterator[Batch]:
    """Yield what the dump says from where the run stands. No query."""
    line = run.line
    for block in files.read_blocks(run.pk, run.position):
        yield _batch(block, line)
        line += len(block.lines)


def _batch(block: files.Block, line: int) -> Batch:
    records: dict[str, Record] = {}
    outcome = Outcome()
    now = timezone.now()
    for number, text in enumerate(block.lines, line + 1):
        if not text or text.isspace():
            continue
        outcome.done += 1
        try:
            record, troubles = read(number, _parsed(text), now)
        except LineRefused as refused:
            outcome.failed += 1
            outcome.troubles.append(
                Trouble(
                    number, refused.code, field=refused.field, excerpt=refused.excerpt
                )
            )
            continue
        outcome.troubles += troubles
        if earlier := records.pop(record.gtin, None):
            outcome.twice += 1
            outcome.troubles.append(_twice(record, earlier.line))
        records[record.gtin] = record
    return Batch(records, outcome, block.position, line + len(block.lines))


def _parsed(text: bytes) -> object:
    if text.startswith(TOO_LONG):
        raise LineRefused("line_too_long")
    try:
        return json.loads(text.removeprefix(BYTE_ORDER_MARK))
    except UnicodeDecodeError as error:
        raise LineRefused("not_utf8") from error
    except (ValueError, RecursionError) as error:
        raise LineRefused("not_json", excerpt=_beginning(text)) from error


def _beginning(text: bytes) -> str:
    return excerpted(text[:200].decode(errors="replace"))


def _twice(record: Record, earlier: int | None = None) -> Trouble:
    where = f"{earlier} < {record.line}" if earlier else ""
    return Trouble(
        record.line, "twice_in_file", record.gtin, excerpt=where, is_whole=False
    )


def weigh(run: ProductImport, batch: Batch, *, is_recording: bool) -> Outcome:
    """Return what a batch comes to, and write it if it is recorded."""
    # Of its own: a batch that met another is weighed anew.
    outcome = replace(batch.outcome, troubles=list(batch.outcome.troubles))
    current = _current(run, list(batch.records))
    made = []
    for gtin, record in batch.records.items():
        digest = hashlib.sha256(record.values.encode()).digest()
        latest = current.get(gtin)
        if latest is not None and latest.is_of_run:
            # Far above in the same file: the last line counts here, too.
            outcome.twice += 1
            outcome.troubles.append(_twice(record))
        if latest is None:
            outcome.added += 1
        elif latest.digest == digest or (
            record.observed_at < latest.observed_at and not latest.is_of_run
        ):
            # An older dump takes nothing back.
            outcome.unchanged += not latest.is_of_run
            continue
        else:
            outcome.changed += not latest.is_of_run
        made.append(New(record, digest, latest.pk if latest else None))
    if is_recording and made:
        loading.load(run, made)
    return outcome


def _current(run: ProductImport, gtins: list[str]) -> dict[str, Current]:
    """Return the latest record of each product, in one query by the index."""
    if connection.vendor == "postgresql":
        # A table that grew a million rows since it was last looked at is taken for a
        # small one, and read whole for each batch.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    records = SourceRecord.objects.filter(source_name=SOURCE_NAME)
    rows = among(records, "product", gtins).values_list(
        "product_id", "pk", "digest", "observed_at", "run_id"
    )
    # Of a chain, the last one is current: each is written after what it supersedes.
    return {
        gtin: Current(pk, bytes(digest), observed_at, run_id == run.pk)
        for gtin, pk, digest, observed_at, run_id in rows.order_by("pk")
    }
