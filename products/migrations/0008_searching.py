import django.db.models.deletion
from django.db import migrations, models

# Kept by the database itself, so that no way of writing a row forgets its index. The
# words are made by `products.words`: a database only finds them again.
POSTGRES = (
    """
    ALTER TABLE products_searchentry ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
    """,
    # Without a list of what waits, which every search would have to read.
    """
    CREATE INDEX search_lexemes ON products_searchentry
        USING gin (lexemes) WITH (fastupdate = off)
    """,
    """
    ALTER TABLE products_searchword ADD COLUMN key_list text[]
        GENERATED ALWAYS AS (string_to_array(keys, ' ')) STORED
    """,
    """
    CREATE INDEX search_word_keys ON products_searchword
        USING gin (key_list) WITH (fastupdate = off)
    """,
)
POSTGRES_BACK = (
    "DROP INDEX search_word_keys",
    "ALTER TABLE products_searchword DROP COLUMN key_list",
    "DROP INDEX search_lexemes",
    "ALTER TABLE products_searchentry DROP COLUMN lexemes",
)


def _fts5(table, source, row, column, detail):
    """Return an FTS5 table over a column of another one, and what keeps it true."""
    add = f"INSERT INTO {table}(rowid, {column}) VALUES (new.{row}, new.{column})"
    drop = (
        f"INSERT INTO {table}({table}, rowid, {column})"
        f" VALUES ('delete', old.{row}, old.{column})"
    )
    return (
        f"CREATE VIRTUAL TABLE {table} USING fts5({column}, content='{source}',"
        f" content_rowid='{row}', tokenize='ascii', detail={detail})",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {source} BEGIN {add}; END",
        f"CREATE TRIGGER {table}_removed AFTER DELETE ON {source} BEGIN {drop}; END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {source}"
        f" BEGIN {drop}; {add}; END",
    )


SQLITE = (
    *_fts5("products_searchtext", "products_searchentry", "position", "words", "none"),
    *_fts5("products_searchkeys", "products_searchword", "id", "keys", "full"),
)
SQLITE_BACK = tuple(
    statement
    for table in ("products_searchkeys", "products_searchtext")
    for statement in (
        f"DROP TRIGGER {table}_changed",
        f"DROP TRIGGER {table}_removed",
        f"DROP TRIGGER {table}_added",
        f"DROP TABLE {table}",
    )
)


def add_indexes(apps, schema_editor):
    _run(schema_editor, POSTGRES, SQLITE)


def drop_indexes(apps, schema_editor):
    _run(schema_editor, POSTGRES_BACK, SQLITE_BACK)


def _run(schema_editor, postgres, sqlite):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in postgres if is_postgres else sqlite:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("products", "0007_imports")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("word", models.CharField(max_length=40, unique=True)),
                ("length", models.PositiveSmallIntegerField()),
                ("keys", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="products.product",
                    ),
                ),
                ("position", models.BigIntegerField(unique=True)),
                ("order_fr", models.CharField(max_length=80)),
                ("order_en", models.CharField(max_length=80)),
                ("words", models.TextField()),
                ("card_fr", models.TextField()),
                ("card_en", models.TextField()),
                ("rules", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["order_fr", "product"], name="search_by_name_fr"
                    ),
                    models.Index(
                        fields=["order_en", "product"], name="search_by_name_en"
                    ),
                ],
            },
        ),
        # After the tables are made in full: SQLite adds constraints by making them anew.
        migrations.RunPython(add_indexes, drop_indexes, elidable=False),
    ]
