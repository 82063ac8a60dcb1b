"""The database refuses to rewrite the log, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from ledger import append_only
from ledger.models import Checkpoint, Cosignature, Entry, Tile, Witness
from tests.ledger import making
from tests.ledger.tampering import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> None:
    """Give the log three entries, one that waits, and a cosigned head."""
    making.log_of(3)
    making.append(1)
    witness = Witness.objects.create(vkey="w+1+1", url="https://w.example")
    Cosignature.objects.create(
        checkpoint=Checkpoint.objects.get(), witness=witness, line="—"
    )


def refused(change: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a value that a column does not have."""
    if isinstance(field, models.BinaryField):
        return b"\1" * len(value)
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.IntegerField):
        return value + 1000
    if isinstance(field, models.UUIDField):
        return "0192f3a4-0000-7000-8000-00000000c0de"
    return f"{value} "


def columns(model: type[models.Model], *free: str) -> list[Any]:
    return [
        pytest.param(model, field.attname, id=f"{model.__name__} {field.attname}")
        for field in model._meta.concrete_fields
        if field.column and field.attname not in {"checkpoint_id", "witness_id", *free}
    ]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        *columns(Entry),
        *columns(Tile),
        *columns(Checkpoint),
        *columns(Cosignature),
    ],
)
@pytest.mark.usefixtures("log")
def test_no_column_of_what_is_written_changes(
    model: type[models.Model], name: str
) -> None:
    rows = model._default_manager.order_by("pk")
    field: Any = model._meta.get_field(name)
    value = other(field, rows.values_list(name, flat=True)[0])
    first = rows[0].pk

    # By itself, and beside the one change that a row is for.
    refused(lambda: rows.filter(pk=first).update(**{name: value}))


@pytest.mark.parametrize(
    "name",
    [
        field.attname
        for field in Entry._meta.concrete_fields
        if field.attname != "position"
    ],
)
@pytest.mark.usefixtures("log")
def test_nothing_else_changes_with_the_place(name: str) -> None:
    waiting = Entry.objects.pending()
    field: Any = Entry._meta.get_field(name)
    value = other(field, waiting.values_list(name, flat=True)[0])

    refused(lambda: waiting.order_by().update(**{name: value, "position": 3}))


@pytest.mark.usefixtures("log")
def test_a_place_is_given_once_and_not_taken_back() -> None:
    waiting = Entry.objects.pending().order_by()

    refused(lambda: Entry.objects.filter(position=1).update(position=None))
    refused(lambda: Entry.objects.filter(position=1).update(position=7))
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(position=1)
    assert waiting.update(position=3) == 1


@pytest.mark.usefixtures("log")
def test_an_entry_enters_without_a_place() -> None:
    entry = Entry.objects.get(position=0)
    entry.pk, entry.position, entry.version = None, 9, 2

    refused(lambda: entry.save(force_insert=True))


@pytest.mark.parametrize("model", [Entry, Tile, Checkpoint, Cosignature])
@pytest.mark.usefixtures("log")
def test_nothing_is_deleted(model: type[models.Model]) -> None:
    rows = model._default_manager.all()

    refused(lambda: rows._raw_delete(rows.db))


@pytest.mark.usefixtures("log")
def test_a_tile_grows_at_its_end_and_keeps_the_width_of_its_bytes() -> None:
    tile = Tile.objects.get()
    data = bytes(tile.data)
    longer = data + b"\1" * 32

    for wrong in (
        {"data": longer},
        {"width": 4},
        {"width": 5, "data": longer},
        {"width": 2, "data": data[:64]},
        {"width": 4, "data": b"\1" + longer[1:]},
        {"width": 4, "data": longer + b"\1"},
        {"width": 4, "data": longer, "n": 1},
    ):
        refused(lambda wrong=wrong: Tile.objects.update(**wrong))  # type: ignore[misc]
    with pytest.raises(IntegrityError), transaction.atomic():
        Tile.objects.update(width=257, data=data + b"\1" * 32 * 254)
    assert Tile.objects.update(width=4, data=longer) == 1


@pytest.mark.usefixtures("log")
def test_a_tile_enters_with_whole_hashes() -> None:
    refused(lambda: Tile.objects.create(level=0, n=1, width=1, data=b"\1" * 31))
    Tile.objects.create(level=0, n=1, width=1, data=b"\1" * 32)


@pytest.mark.usefixtures("log")
def test_a_head_is_published_once() -> None:
    Witness.objects.update(is_required=True)
    making.log_of(1)
    waiting = Checkpoint.objects.filter(published_at=None)

    refused(lambda: waiting.update(published_at=timezone.now(), note="another"))
    assert waiting.update(published_at=timezone.now()) == 1
    refused(lambda: Checkpoint.objects.update(published_at=None))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO ledger_entry SELECT id, NULL, kind, subject, 7, leaf,"
        " leaf_hash, created_at FROM ledger_entry WHERE position = 1",
        "REPLACE INTO ledger_entry SELECT NULL, NULL, kind, subject, version, x'00',"
        " leaf_hash, created_at FROM ledger_entry WHERE position = 1",
        "UPDATE OR REPLACE ledger_entry SET position = 1 WHERE position IS NULL",
        "UPDATE OR IGNORE ledger_entry SET leaf = x'00'",
        "REPLACE INTO ledger_tile SELECT * FROM ledger_tile",
        "REPLACE INTO ledger_checkpoint SELECT * FROM ledger_checkpoint",
        "REPLACE INTO ledger_cosignature SELECT * FROM ledger_cosignature",
    ],
    ids=range(7),
)
@pytest.mark.usefixtures("log")
def test_nothing_gives_way_to_another_row(statement: str) -> None:
    before = list(Entry.objects.order_by("pk").values_list())

    # PostgreSQL does not even have these words.
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)

    assert list(Entry.objects.order_by("pk").values_list()) == before


def test_every_trigger_is_there_after_all_migrations() -> None:
    assert append_only.missing() == []


def test_an_audit_learns_of_a_trigger_that_is_gone() -> None:
    name = "ledger_entry_stays"
    on = " ON ledger_entry" if connection.vendor == "postgresql" else ""

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}{on}")
        assert append_only.missing() == [name]
        transaction.set_rollback(True)


@pytest.mark.usefixtures("log")
def test_a_test_may_and_only_as_long_as_it_says() -> None:
    with unguarded():
        Cosignature.objects.all().delete()

    refused(lambda: Checkpoint.objects.update(note="another"))
    assert append_only.missing() == []


@pytest.mark.django_db(transaction=True)
def test_what_a_test_committed_is_flushed() -> None:
    making.log_of(1)


@pytest.mark.services
@pytest.mark.parametrize("model", [Entry, Tile, Checkpoint, Cosignature])
def test_no_table_is_emptied(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE"))
