"""
The triggers by which the database itself refuses to rewrite the log.

They bind every program and every person without the right to change tables. A migration
that alters a table of the log calls `install` again: on SQLite, Django makes the table
anew and the triggers of the old one go. `missing` tells audits.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "the log is append-only"
_FUNCTION = "ledger_refuse"
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: {_REFUSAL}', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


class Rule(NamedTuple):
    """What one table lets through; conditions of SQL over `OLD` and `NEW`."""

    table: str
    # What a row that enters must be.
    insert: str = ""
    # How a row may change, and the columns that may: all others stay. None: never.
    update: str = ""
    free: frozenset[str] = frozenset()
    # Columns by which SQLite's REPLACE would make a row give way unseen.
    unique: tuple[tuple[str, ...], ...] = ()


def _rules(vendor: str) -> list[Rule]:
    length = "octet_length" if vendor == "postgresql" else "length"
    whole = f"{length}(NEW.data) = 32 * NEW.width"
    begins = f"substr(NEW.data, 1, {length}(OLD.data)) = OLD.data"
    return [
        Rule(
            "ledger_entry",
            insert="NEW.position IS NULL",
            update="OLD.position IS NULL AND NEW.position IS NOT NULL",
            free=frozenset({"position"}),
            unique=(("id",), ("position",), ("kind", "subject", "version")),
        ),
        Rule(
            "ledger_tile",
            insert=whole,
            update=f"NEW.width > OLD.width AND {whole} AND {begins}",
            free=frozenset({"width", "data"}),
            unique=(("level", "n"),),
        ),
        Rule(
            "ledger_checkpoint",
            update="OLD.published_at IS NULL AND NEW.published_at IS NOT NULL",
            free=frozenset({"published_at"}),
            unique=(("size",),),
        ),
        Rule("ledger_cosignature", unique=(("id",), ("checkpoint_id", "witness_id"))),
    ]


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make every trigger anew, for the columns that the tables have in `apps`."""
    vendor = schema_editor.connection.vendor
    remove(apps, schema_editor)
    if vendor == "postgresql":
        # Without parameters, whose percent signs these are not.
        schema_editor.execute(_POSTGRESQL_FUNCTION, params=None)
    for rule in _rules(vendor):
        for statement in _triggers(vendor)(rule, _columns(apps, rule.table)):
            schema_editor.execute(statement, params=None)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop every trigger, and what it calls."""
    vendor = schema_editor.connection.vendor
    is_postgresql = vendor == "postgresql"
    for rule in _rules(vendor):
        for name in _names(vendor, rule):
            on = f" ON {rule.table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if is_postgresql:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {_FUNCTION}()")


def missing() -> list[str]:
    """Return the names of triggers that should refuse and do not."""
    vendor = connection.vendor
    wanted = [name for rule in _rules(vendor) for name in _names(vendor, rule)]
    found = set(_active(connection))
    return [name for name in wanted if name not in found]


def _active(database: BaseDatabaseWrapper) -> Iterator[str]:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
            if database.vendor == "postgresql"
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        yield from (name for (name,) in cursor.fetchall())


def _columns(apps: Apps, table: str) -> list[str]:
    models = apps.get_app_config("ledger").get_models()
    model: Any = next(one for one in models if one._meta.db_table == table)
    return [field.column for field in model._meta.concrete_fields if field.column]


def _names(vendor: str, rule: Rule) -> Iterator[str]:
    """Yield the names of a table's triggers, of those that it has."""
    if rule.insert or vendor == "sqlite":
        yield f"{rule.table}_enters"
    yield f"{rule.table}_changes"
    yield f"{rule.table}_stays"
    if vendor == "postgresql":
        yield f"{rule.table}_is_not_emptied"


def _triggers(vendor: str) -> Callable[[Rule, Iterable[str]], Iterator[str]]:
    return _on_postgresql if vendor == "postgresql" else _on_sqlite


def _on_postgresql(rule: Rule, columns: Iterable[str]) -> Iterator[str]:
    table, calls = rule.table, f"EXECUTE FUNCTION {_FUNCTION}()"
    if rule.insert:
        yield (
            f"CREATE TRIGGER {table}_enters BEFORE INSERT ON {table} FOR EACH ROW "
            f"WHEN (({rule.insert}) IS NOT TRUE) {calls}"
        )
    allowed = _allowed(rule, columns, "IS NOT DISTINCT FROM")
    yield (
        f"CREATE TRIGGER {table}_changes BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (({allowed}) IS NOT TRUE) {calls}"
    )
    yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW {calls}"
    yield (
        f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT {calls}"
    )


def _on_sqlite(rule: Rule, columns: Iterable[str]) -> Iterator[str]:
    table = rule.table
    refuses = f"BEGIN SELECT RAISE(ABORT, 'a change of {table}: {_REFUSAL}'); END"
    # REPLACE deletes what is in the way, and calls no trigger for it.
    taken = " OR ".join(_is_taken(table, key) for key in rule.unique)
    moved = " OR ".join(
        _is_taken(table, key) for key in rule.unique if rule.free.intersection(key)
    )
    yield (
        f"CREATE TRIGGER {table}_enters BEFORE INSERT ON {table} "
        f"WHEN ({rule.insert or '1'}) IS NOT TRUE OR {taken} {refuses}"
    )
    allowed = _allowed(rule, columns, "IS")
    yield (
        f"CREATE TRIGGER {table}_changes BEFORE UPDATE ON {table} "
        f"WHEN ({allowed}) IS NOT TRUE OR {moved or '0'} {refuses}"
    )
    yield f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {refuses}"


def _allowed(rule: Rule, columns: Iterable[str], same: str) -> str:
    """Return the condition under which a row may change."""
    if not rule.update:
        return "FALSE"
    kept = (
        f'NEW."{column}" {same} OLD."{column}"'
        for column in columns
        if column not in rule.free
    )
    return " AND ".join([rule.update, *kept])


def _is_taken(table: str, key: Iterable[str]) -> str:
    same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
