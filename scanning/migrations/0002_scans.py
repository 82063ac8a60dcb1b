import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scanning', '0001_initial'),
        ('shoppers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report_id', models.UUIDField(default=uuid.uuid4, verbose_name='report')),
                ('name', models.CharField(blank=True, max_length=500, verbose_name='name')),
                ('brand', models.CharField(blank=True, max_length=500, verbose_name='brand')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('reported_on', models.DateField(verbose_name='reported on')),
            ],
            options={
                'verbose_name': 'report of a code',
                'verbose_name_plural': 'reports of codes',
                'ordering': ['-reported_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CountedScan',
            fields=[
                ('scan_id', models.UUIDField(primary_key=True, serialize=False, verbose_name='scan')),
                ('counted_on', models.DateField(verbose_name='counted on')),
            ],
            options={
                'verbose_name': 'counted scan',
                'verbose_name_plural': 'counted scans',
            },
        ),
        migrations.CreateModel(
            name='HistoryEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False, verbose_name='identifier')),
                ('gtin', models.CharField(max_length=14, verbose_name='GTIN')),
                ('lot', models.CharField(blank=True, max_length=20, verbose_name='lot')),
                ('scanned_at', models.DateTimeField(verbose_name='scanned')),
            ],
            options={
                'verbose_name': 'scan of a history',
                'verbose_name_plural': 'scans of histories',
                'ordering': ['-scanned_at'],
            },
        ),
        migrations.CreateModel(
            name='OutsideProduct',
            fields=[
                ('gtin', models.CharField(max_length=14, primary_key=True, serialize=False, verbose_name='GTIN')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('state', models.CharField(choices=[('due', 'to be asked'), ('found', 'found'), ('absent', 'not there'), ('failed', 'no usable answer')], default='due', max_length=10, verbose_name='state')),
                ('is_wanted', models.BooleanField(default=True, verbose_name='wanted')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next try')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='last failure')),
                ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                ('brands', models.CharField(blank=True, max_length=300, verbose_name='brands')),
                ('quantity', models.CharField(blank=True, max_length=100, verbose_name='quantity')),
                ('image_url', models.URLField(blank=True, max_length=500, verbose_name='picture')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='address of the source')),
                ('fetched_at', models.DateTimeField(blank=True, null=True, verbose_name='fetched')),
            ],
            options={
                'verbose_name': 'product of an outside catalogue',
                'verbose_name_plural': 'products of outside catalogues',
            },
        ),
        migrations.CreateModel(
            name='ScanHistory',
            fields=[
                ('shopper', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='scan_history', serialize=False, to='shoppers.shopper', verbose_name='shopper')),
                ('is_enabled', models.BooleanField(default=False, verbose_name='switched on')),
                ('generation', models.PositiveIntegerField(default=0, editable=False)),
                ('enabled_at', models.DateTimeField(blank=True, null=True, verbose_name='switched on since')),
            ],
            options={
                'verbose_name': 'scan history',
                'verbose_name_plural': 'scan histories',
            },
        ),
        migrations.CreateModel(
            name='UnknownCode',
            fields=[
                ('gtin', models.CharField(max_length=14, primary_key=True, serialize=False, verbose_name='GTIN')),
                ('prefix', models.CharField(blank=True, editable=False, max_length=9)),
                ('first_seen', models.DateField(verbose_name='first seen')),
                ('last_seen', models.DateField(verbose_name='last seen')),
                ('scans', models.PositiveIntegerField(default=0, verbose_name='scans')),
                ('reports', models.PositiveIntegerField(default=0, verbose_name='reports')),
                ('is_dismissed', models.BooleanField(default=False, verbose_name='dismissed')),
            ],
            options={
                'verbose_name': 'code to declare',
                'verbose_name_plural': 'codes to declare',
            },
        ),
        migrations.AddIndex(
            model_name='dailyscans',
            index=models.Index(fields=['day'], name='scans_by_day'),
        ),
        migrations.AddIndex(
            model_name='countedscan',
            index=models.Index(fields=['counted_on'], name='counted_scan_by_day'),
        ),
        migrations.AddField(
            model_name='historyentry',
            name='shopper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='shoppers.shopper', verbose_name='shopper'),
        ),
        migrations.AddIndex(
            model_name='outsideproduct',
            index=models.Index(condition=models.Q(('is_wanted', True)), fields=['next_try_at'], name='outside_product_due'),
        ),
        migrations.AddConstraint(
            model_name='outsideproduct',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['due', 'found', 'absent', 'failed'])), name='outside_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outsideproduct',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'found'), _negated=True), ('fetched_at__isnull', False), _connector='OR'), name='outside_found_says_when'),
        ),
        migrations.AddIndex(
            model_name='unknowncode',
            index=models.Index(fields=['-scans', 'gtin'], name='unknown_code_most_scanned'),
        ),
        migrations.AddIndex(
            model_name='unknowncode',
            index=models.Index(fields=['prefix'], name='unknown_code_by_prefix'),
        ),
        migrations.AddIndex(
            model_name='unknowncode',
            index=models.Index(fields=['last_seen'], name='unknown_code_by_age'),
        ),
        migrations.AddField(
            model_name='codereport',
            name='code',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='said', to='scanning.unknowncode', verbose_name='code'),
        ),
        migrations.AddIndex(
            model_name='historyentry',
            index=models.Index(fields=['shopper', '-scanned_at'], name='history_newest_first'),
        ),
        migrations.AddIndex(
            model_name='historyentry',
            index=models.Index(fields=['scanned_at'], name='history_by_age'),
        ),
        migrations.AddIndex(
            model_name='codereport',
            index=models.Index(fields=['reported_on'], name='code_report_by_age'),
        ),
        migrations.AddConstraint(
            model_name='codereport',
            constraint=models.UniqueConstraint(fields=('code', 'report_id'), name='one_report_per_code_and_id'),
        ),
    ]
