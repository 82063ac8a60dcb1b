from django.db import migrations, models

# They are compressed already: PostgreSQL would try again, in vain, at each writing.
STORAGE = """
    ALTER TABLE products_sheet
        ALTER COLUMN brotli SET STORAGE EXTERNAL,
        ALTER COLUMN gzip SET STORAGE EXTERNAL
"""


def keep_as_they_are(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(STORAGE)


class Migration(migrations.Migration):
    dependencies = [("products", "0002_following")]

    operations = [
        migrations.AddField("sheet", "brotli", models.BinaryField("Brotli", null=True)),
        migrations.AddField("sheet", "gzip", models.BinaryField("gzip", null=True)),
        migrations.AddField(
            "sheet",
            "surrogate_keys",
            models.CharField(
                "keys for caches", max_length=100, default="", blank=True
            ),
        ),
        migrations.RunPython(keep_as_they_are, migrations.RunPython.noop),
    ]
