import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0003_api_keys'),
        ('products', '0006_live_stock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False, verbose_name='identifier')),
                ('kind', models.CharField(choices=[('off_jsonl', 'Open Food Facts dump (JSONL)'), ('csv', 'CSV table'), ('xlsx', 'Excel workbook')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=150, verbose_name='name of the file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('language', models.CharField(default='fr', max_length=2, verbose_name='language')),
                ('encoding', models.CharField(blank=True, max_length=20, verbose_name='encoding')),
                ('dry_run', models.BooleanField(default=True, verbose_name='checked first')),
                ('publishes', models.BooleanField(default=True, help_text='The sheets of changed products get their next revision.', verbose_name='publish the sheets')),
                ('takes_over', models.BooleanField(default=False, editable=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('checking', 'being checked'), ('checked', 'checked'), ('confirmed', 'confirmed'), ('recording', 'being recorded'), ('done', 'recorded'), ('refused', 'refused'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('extent', models.PositiveBigIntegerField(default=0, editable=False)),
                ('position', models.PositiveBigIntegerField(default=0, editable=False)),
                ('line', models.PositiveBigIntegerField(default=0, editable=False)),
                ('done', models.PositiveBigIntegerField(default=0, verbose_name='lines done')),
                ('added', models.PositiveBigIntegerField(default=0, verbose_name='products added')),
                ('changed', models.PositiveBigIntegerField(default=0, verbose_name='products changed')),
                ('unchanged', models.PositiveBigIntegerField(default=0, verbose_name='lines without news')),
                ('twice', models.PositiveBigIntegerField(default=0, verbose_name='lines said again later')),
                ('failed', models.PositiveBigIntegerField(default=0, verbose_name='lines refused')),
                ('reasons', models.JSONField(blank=True, default=dict, verbose_name='reasons')),
                ('error_code', models.CharField(blank=True, max_length=40, verbose_name='refusal')),
                ('error_text', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('claim', models.CharField(blank=True, max_length=40, verbose_name='claim')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True, verbose_name='last sign of life')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('has_files', models.BooleanField(default=True, verbose_name='file kept')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='product_imports', to='companies.company', verbose_name='company')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
            ],
            options={
                'verbose_name': 'import of products',
                'verbose_name_plural': 'imports of products',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='RefusedProductLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveBigIntegerField(verbose_name='line')),
                ('gtin', models.CharField(blank=True, max_length=30, verbose_name='number')),
                ('field', models.CharField(blank=True, max_length=60, verbose_name='field')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('excerpt', models.CharField(blank=True, max_length=120, verbose_name='value')),
                ('is_whole', models.BooleanField(default=True, verbose_name='whole line')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='errors', to='products.productimport', verbose_name='import')),
            ],
            options={
                'verbose_name': 'refused line of products',
                'verbose_name_plural': 'refused lines of products',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SourceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_kind', models.CharField(choices=[('producer', 'producer'), ('register', 'public register'), ('laboratory', 'laboratory'), ('certifier', 'certifier'), ('community', 'community'), ('computed', 'computed by Flashsésame')], default='community', max_length=20, verbose_name='source')),
                ('source_name', models.CharField(max_length=200, verbose_name='name of the source')),
                ('source_url', models.URLField(blank=True, verbose_name='address of the source')),
                ('observed_at', models.DateTimeField(verbose_name='observed')),
                ('values', models.JSONField(verbose_name='values')),
                ('digest', models.BinaryField(max_length=32, verbose_name='digest')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='products.product', verbose_name='product')),
                ('run', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.productimport', verbose_name='import')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='products.sourcerecord', verbose_name='supersedes')),
            ],
            options={
                'verbose_name': 'record of a source',
                'verbose_name_plural': 'records of sources',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='productimport',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'checking', 'confirmed', 'recording'])), fields=['heartbeat_at'], name='product_import_being_worked_on'),
        ),
        migrations.AddConstraint(
            model_name='productimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'checking', 'checked', 'confirmed', 'recording', 'done', 'refused', 'cancelled'])), name='product_import_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='productimport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['off_jsonl', 'csv', 'xlsx'])), name='product_import_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='productimport',
            constraint=models.CheckConstraint(condition=models.Q(('done', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('added'), '+', models.F('changed')), '+', models.F('unchanged')), '+', models.F('twice')), '+', models.F('failed')))), name='product_import_counts_each_line_once'),
        ),
        migrations.AddConstraint(
            model_name='productimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('error_code', ''), _negated=True), _connector='OR'), name='product_import_that_is_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='sourcerecord',
            constraint=models.UniqueConstraint(models.F('product'), models.F('source_name'), django.db.models.functions.comparison.Coalesce('supersedes', 0), name='one_current_record_per_product_and_source'),
        ),
        migrations.AddConstraint(
            model_name='sourcerecord',
            constraint=models.CheckConstraint(condition=models.Q(('source_kind__in', ['producer', 'register', 'laboratory', 'certifier', 'community', 'computed'])), name='record_source_is_known'),
        ),
    ]
