import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("companies", "0002_civil_status"),
        ("products", "0004_pictures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Capture",
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
                    "door",
                    models.CharField(
                        choices=[
                            ("api", "by API"),
                            ("admin", "in the back office"),
                            ("command", "by command"),
                        ],
                        max_length=10,
                        verbose_name="came in",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=150, verbose_name="name of the document"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                (
                    "is_dry_run",
                    models.BooleanField(
                        default=False,
                        help_text="Nothing is recorded: you see what would be.",
                        verbose_name="only check",
                    ),
                ),
                (
                    "behaviour",
                    models.CharField(
                        choices=[
                            ("rollback", "refuse the whole document"),
                            ("proceed", "record the others"),
                        ],
                        default="rollback",
                        max_length=10,
                        verbose_name="when an event is refused",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="fr", max_length=2, verbose_name="language"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("checking", "being checked"),
                            ("recording", "being recorded"),
                            ("done", "recorded"),
                            ("checked", "checked, nothing recorded"),
                            ("refused", "refused"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "total",
                    models.PositiveIntegerField(default=0, verbose_name="events"),
                ),
                ("readable", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "done",
                    models.PositiveIntegerField(default=0, verbose_name="events done"),
                ),
                (
                    "added",
                    models.PositiveIntegerField(default=0, verbose_name="new events"),
                ),
                (
                    "corrected",
                    models.PositiveIntegerField(
                        default=0, verbose_name="events declared wrong"
                    ),
                ),
                (
                    "unchanged",
                    models.PositiveIntegerField(
                        default=0, verbose_name="events known already"
                    ),
                ),
                (
                    "failed",
                    models.PositiveIntegerField(
                        default=0, verbose_name="events refused"
                    ),
                ),
                (
                    "error_code",
                    models.CharField(blank=True, max_length=40, verbose_name="refusal"),
                ),
                (
                    "error_text",
                    models.CharField(blank=True, max_length=500, verbose_name="why"),
                ),
                (
                    "claim",
                    models.CharField(blank=True, max_length=40, verbose_name="claim"),
                ),
                (
                    "heartbeat_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last sign of life"
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                (
                    "has_file",
                    models.BooleanField(default=True, verbose_name="document kept"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="came in on"
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="finished"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="captures",
                        to="companies.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "capture of events",
                "verbose_name_plural": "captures of events",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="CaptureError",
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
                (
                    "event",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="event"
                    ),
                ),
                (
                    "path",
                    models.CharField(blank=True, max_length=300, verbose_name="where"),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("text", models.CharField(max_length=500, verbose_name="why")),
                (
                    "capture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="errors",
                        to="products.capture",
                        verbose_name="capture",
                    ),
                ),
            ],
            options={
                "verbose_name": "refused event",
                "verbose_name_plural": "refused events",
                "ordering": ["event", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "hash",
                    models.CharField(
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                        verbose_name="hash",
                    ),
                ),
                (
                    "event_id",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="event ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("ObjectEvent", "object"),
                            ("AggregationEvent", "aggregation"),
                            ("TransactionEvent", "transaction"),
                            ("TransformationEvent", "transformation"),
                            ("AssociationEvent", "association"),
                        ],
                        max_length=20,
                        verbose_name="type",
                    ),
                ),
                (
                    "action",
                    models.CharField(blank=True, max_length=10, verbose_name="action"),
                ),
                ("time", models.DateTimeField(verbose_name="time")),
                (
                    "offset",
                    models.CharField(max_length=6, verbose_name="offset from UTC"),
                ),
                (
                    "biz_step",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="business step"
                    ),
                ),
                (
                    "disposition",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="disposition"
                    ),
                ),
                ("body", models.JSONField(verbose_name="event")),
                (
                    "namespaces",
                    models.JSONField(default=dict, verbose_name="namespaces"),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("declared", "declared"),
                            ("evidenced", "evidenced"),
                            ("cross_checked", "cross-checked"),
                            ("third_party_verified", "verified by a third party"),
                        ],
                        default="declared",
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "signed_by",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="signed by"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="captured"),
                ),
                (
                    "capture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="products.capture",
                        verbose_name="capture",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="companies.company",
                        verbose_name="captured by",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["-time", "hash"],
            },
        ),
        migrations.CreateModel(
            name="EventCorrection",
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
                ("declared_at", models.DateTimeField(verbose_name="declared wrong")),
                ("body", models.JSONField(verbose_name="declaration")),
                (
                    "capture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="products.capture",
                        verbose_name="capture",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="products.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "event declared wrong",
                "verbose_name_plural": "events declared wrong",
                "ordering": ["declared_at"],
            },
        ),
        migrations.CreateModel(
            name="EventThing",
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
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("input", "input"),
                            ("output", "output"),
                            ("epc", "object"),
                            ("parent", "parent"),
                            ("child", "child"),
                            ("lot", "lot of what is made"),
                            ("transformation", "transformation"),
                        ],
                        max_length=14,
                        verbose_name="role",
                    ),
                ),
                ("key", models.CharField(max_length=300, verbose_name="thing")),
                (
                    "gtin",
                    models.CharField(blank=True, max_length=14, verbose_name="GTIN"),
                ),
                (
                    "lot",
                    models.CharField(blank=True, max_length=60, verbose_name="lot"),
                ),
                (
                    "serial",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="serial number"
                    ),
                ),
                (
                    "is_made",
                    models.BooleanField(default=False, verbose_name="made here"),
                ),
                ("time", models.DateTimeField(verbose_name="time")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="things",
                        to="products.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "thing of an event",
                "verbose_name_plural": "things of events",
            },
        ),
        migrations.CreateModel(
            name="Place",
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
                (
                    "identifier",
                    models.CharField(
                        help_text="A GLN of 13 digits, or the address by which your events name the place.",
                        max_length=300,
                        verbose_name="GLN or identifier",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Of the site or of who runs it, as shoppers may read it.",
                        max_length=200,
                        verbose_name="name",
                    ),
                ),
                (
                    "town",
                    models.CharField(blank=True, max_length=120, verbose_name="town"),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z]{2}$")
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Two decimals: about a kilometre, no nearer.",
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "is_typed",
                    models.BooleanField(
                        default=True, editable=False, verbose_name="typed by a person"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="updated"),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_places",
                        to="companies.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of events",
                "verbose_name_plural": "places of events",
                "ordering": ["town", "name", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "checking", "recording"])),
                fields=["heartbeat_at"],
                name="capture_being_worked_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="capture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting",
                            "checking",
                            "recording",
                            "done",
                            "checked",
                            "refused",
                            "cancelled",
                        ],
                    )
                ),
                name="capture_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="capture",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("total"))),
                name="capture_does_no_more_events_than_it_has",
            ),
        ),
        migrations.AddConstraint(
            model_name="capture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("error_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="capture_that_is_refused_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["company", "-time", "hash"], name="event_by_company"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "ObjectEvent",
                            "AggregationEvent",
                            "TransactionEvent",
                            "TransformationEvent",
                            "AssociationEvent",
                        ],
                    )
                ),
                name="event_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")),
                name="event_hash_is_hexadecimal",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventcorrection",
            constraint=models.UniqueConstraint(
                fields=("event", "declared_at"),
                name="one_correction_per_event_and_time",
            ),
        ),
        migrations.AddIndex(
            model_name="eventthing",
            index=models.Index(fields=["key", "role"], name="events_of_a_thing"),
        ),
        migrations.AddIndex(
            model_name="eventthing",
            index=models.Index(
                condition=models.Q(("is_made", True)),
                fields=["gtin", "-time"],
                name="latest_made_of_a_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventthing",
            constraint=models.UniqueConstraint(
                fields=("event", "role", "key"), name="one_role_of_a_thing_per_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("company", "identifier"),
                name="one_place_per_company_and_identifier",
                violation_error_message="This place is described already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="place_has_both_coordinates_or_none",
                violation_error_message="Give both coordinates, or none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("latitude", None),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="place_is_on_earth",
                violation_error_message="A latitude is 90 at most, a longitude 180, on either side.",
            ),
        ),
    ]
