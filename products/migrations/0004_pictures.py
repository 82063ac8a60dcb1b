import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0003_serving"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="family",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="Your own number of the model, shown as that of the family.",
                max_length=40,
                verbose_name="model number",
            ),
        ),
        migrations.AddField(
            model_name="family",
            name="varies_by",
            field=models.JSONField(blank=True, default=list, verbose_name="differ by"),
        ),
        migrations.AddField(
            model_name="family",
            name="news_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        primary_key=True,
                        serialize=False,
                        verbose_name="identifier",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front", "front"),
                            ("back", "back"),
                            ("label", "label"),
                            ("packaging", "packaging"),
                            ("nutrition", "nutrition facts"),
                        ],
                        default="front",
                        max_length=10,
                        verbose_name="shows",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "alt_fr",
                    models.CharField(
                        blank=True,
                        help_text="For people who do not see the picture.",
                        max_length=250,
                        verbose_name="description in French",
                    ),
                ),
                (
                    "alt_en",
                    models.CharField(
                        blank=True,
                        max_length=250,
                        verbose_name="description in English",
                    ),
                ),
                ("source_sha256", models.CharField(editable=False, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being prepared"),
                            ("ready", "ready"),
                            ("refused", "refused"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "problem",
                    models.CharField(blank=True, max_length=40, verbose_name="why"),
                ),
                ("width", models.PositiveIntegerField(null=True, verbose_name="width")),
                (
                    "height",
                    models.PositiveIntegerField(null=True, verbose_name="height"),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="uploaded"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="changed"
                    ),
                ),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="removed"),
                ),
                (
                    "shown_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="first published"
                    ),
                ),
                ("claim", models.CharField(blank=True, editable=False, max_length=32)),
                ("claimed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to="products.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["product", "position", "uploaded_at"],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
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
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="products.picture",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "size of a picture",
                "verbose_name_plural": "sizes of pictures",
                "ordering": ["picture", "width"],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
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
                ("since", models.DateField(verbose_name="since")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("formulation", "recipe, material or function changed"),
                            ("content", "net content changed"),
                            ("packaging", "size or weight of the packaging changed"),
                            ("brand", "brand changed"),
                            ("pack", "number of units in the pack changed"),
                            (
                                "discontinued",
                                "no longer made; the new one comes after it",
                            ),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="recorded"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "new",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="products.product",
                        verbose_name="new product",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="products.product",
                        verbose_name="old product",
                    ),
                ),
            ],
            options={
                "verbose_name": "replacement",
                "verbose_name_plural": "replacements",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["uploaded_at"],
                name="picture_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(
                fields=("product", "source_sha256"),
                name="one_picture_per_product_and_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "ready", "refused"])),
                name="picture_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["front", "back", "label", "packaging", "nutrition"])
                ),
                name="picture_role_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(("height__isnull", False), ("width__isnull", False)),
                    _connector="OR",
                ),
                name="picture_that_is_ready_has_its_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("problem", ""), _negated=True),
                    _connector="OR",
                ),
                name="picture_that_is_refused_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="rendition",
            index=models.Index(fields=["sha256"], name="rendition_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="rendition",
            constraint=models.UniqueConstraint(
                fields=("picture", "width"), name="one_rendition_per_picture_and_width"
            ),
        ),
        migrations.AddConstraint(
            model_name="replacement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("new", None),
                    models.Q(("new", models.F("old")), _negated=True),
                    _connector="OR",
                ),
                name="no_product_replaces_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="replacement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "formulation",
                            "content",
                            "packaging",
                            "brand",
                            "pack",
                            "discontinued",
                            "other",
                        ],
                    )
                ),
                name="replacement_reason_is_known",
            ),
        ),
    ]
