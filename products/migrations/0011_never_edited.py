"""
What was published or captured is never edited, by the database itself.

A row may get its entry in the log once, and may be erased: then nothing of its content is
left. A migration that alters one of these tables on SQLite makes it anew without the
triggers, and has to run `install` again.
"""

from django.db import migrations

FUNCTION = "products_refuse_change"
SHEET = ("id", "product_id", "language", "revision", "digest", "published_at")
SHEET_CONTENT = ("body", "etag", "salt", "content_digest", "brotli", "gzip")
EVENT = (
    "hash",
    "company_id",
    "capture_id",
    "event_id",
    "type",
    "action",
    "time",
    "offset",
    "biz_step",
    "disposition",
    "body",
    "namespaces",
    "created_at",
)
CORRECTION = ("id", "event_id", "capture_id", "declared_at", "body")


def _kept(columns, same):
    return " AND ".join(f'NEW."{one}" {same} OLD."{one}"' for one in columns)


def _once(column, same):
    return f'(OLD."{column}" IS NULL OR NEW."{column}" {same} OLD."{column}")'


def _rules(vendor):
    """Return the condition under which a row of each table may change."""
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    length = "octet_length" if vendor == "postgresql" else "length"
    gone = " AND ".join(
        [
            *(f"{length}(NEW.{one}) = 0" for one in ("body", "salt", "content_digest")),
            "NEW.etag = ''",
            "NEW.brotli IS NULL",
            "NEW.gzip IS NULL",
        ]
    )
    once = _once("entry_id", same)
    return {
        "products_sheet": f"{_kept(SHEET, same)} AND {once} AND "
        f"(({_kept(SHEET_CONTENT, same)}) OR ({gone}))",
        "products_event": f"{_kept(EVENT, same)} AND {once} AND {_once('salt', same)}",
        "products_eventcorrection": f"{_kept(CORRECTION, same)} AND {once} AND "
        f"{_once('salt', same)}",
    }


def install(_apps, schema_editor):
    vendor = schema_editor.connection.vendor
    remove(_apps, schema_editor)
    if vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'a change of %: it is never edited', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$",
            params=None,
        )
    for table, allowed in _rules(vendor).items():
        then = (
            f"FOR EACH ROW WHEN (({allowed}) IS NOT TRUE) EXECUTE FUNCTION {FUNCTION}()"
            if vendor == "postgresql"
            else f"WHEN ({allowed}) IS NOT TRUE BEGIN "
            f"SELECT RAISE(ABORT, 'a change of {table}: it is never edited'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_never_edited BEFORE UPDATE ON {table} {then}",
            params=None,
        )


def remove(_apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in _rules(vendor):
        on = f" ON {table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_edited{on}")
    if vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}()")


class Migration(migrations.Migration):
    dependencies = [("products", "0010_logged")]

    operations = [migrations.RunPython(install, remove)]
