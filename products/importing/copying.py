"""
Rows into a table by `COPY`, which PostgreSQL reads while they are still being written.

Columns that are not given get what the model would give them: a column that another
change adds is not forgotten here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

# Sent at a time: large enough for the network, small enough to be at work meanwhile.
_BYTES = 1 << 16


def copy(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    constants: Mapping[str, Any],
) -> None:
    """
    Insert rows whose values are written by `text`, `binary` or `instant`.

    `columns` and `constants` name fields; the primary key is left out where the
    database numbers the rows.
    """
    suffix, names = _constant(model, columns, constants)
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    names = [*(fields[name] for name in columns), *names]
    quoted = [connection.ops.quote_name(name) for name in names]
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"COPY {table} ({', '.join(quoted)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as stream:
        lines, size = [], 0
        for row in rows:
            line = "\t".join(row) + suffix
            lines.append(line)
            size += len(line)
            if size > _BYTES:
                stream.write("".join(lines))
                lines, size = [], 0
        if lines:
            stream.write("".join(lines))


def _constant(
    model: type[Model], columns: Sequence[str], constants: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """Return what ends every line, and the columns that it fills."""
    values, names = [], []
    for field in model._meta.concrete_fields:
        if field.name in columns or field.get_internal_type() == "BigAutoField":
            continue
        is_given = field.name in constants
        value = constants[field.name] if is_given else field.get_default()
        values.append(_written(field, value))
        names.append(str(field.column))
    return "".join(f"\t{value}" for value in values) + "\n", names


def _written(field: Field[Any, Any], value: Any) -> str:
    if value is None:
        return r"\N"
    if field.get_internal_type() == "JSONField":
        return text(json.dumps(value))
    return text(str(field.get_db_prep_save(value, connection)))


def text(value: str) -> str:
    """Return a text for `COPY`."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if value.isprintable():
        return value
    return value.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def json_text(value: str) -> str:
    """Return JSON for `COPY`: it has no control characters but escaped ones."""
    return value.replace("\\", "\\\\")


def binary(value: bytes) -> str:
    """Return bytes for `COPY`."""
    return rf"\\x{value.hex()}"
