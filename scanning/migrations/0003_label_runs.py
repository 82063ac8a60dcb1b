import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0001_initial'),
        ('products', '0001_initial'),
        ('scanning', '0002_scans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LabelRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='identifier')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('symbol', models.CharField(choices=[('qr', 'QR code (Digital Link)'), ('data_matrix', 'GS1 DataMatrix'), ('bars', 'bars: EAN-13, EAN-8 or UPC-A')], max_length=12, verbose_name='symbol')),
                ('error_correction', models.CharField(blank=True, choices=[('L', 'L: 7 %, the smallest'), ('M', 'M: 15 %, usual'), ('Q', 'Q: 25 %'), ('H', 'H: 30 %, the largest')], max_length=1, verbose_name='error correction')),
                ('layout', models.CharField(max_length=20, verbose_name='layout')),
                ('shows_name', models.BooleanField(default=True, verbose_name='name of the product')),
                ('shows_gtin', models.BooleanField(default=True, verbose_name='GTIN')),
                ('shows_lot', models.BooleanField(default=True, verbose_name='lot')),
                ('shows_serial', models.BooleanField(default=True, verbose_name='serial number')),
                ('copies', models.PositiveSmallIntegerField(default=1, verbose_name='copies')),
                ('link_stem', models.CharField(max_length=200, verbose_name='address in the codes')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('total', models.PositiveIntegerField(verbose_name='labels')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='made')),
                ('error_code', models.CharField(blank=True, max_length=40, verbose_name='error')),
                ('error_label', models.CharField(blank=True, max_length=300, verbose_name='label at fault')),
                ('file_name', models.CharField(blank=True, max_length=100, verbose_name='file')),
                ('file_sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('file_size', models.PositiveBigIntegerField(null=True, verbose_name='bytes')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='asked')),
                ('started_at', models.DateTimeField(null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('claim', models.CharField(blank=True, editable=False, max_length=32)),
                ('heartbeat_at', models.DateTimeField(null=True, verbose_name='last sign of life')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='label_runs', to='companies.company', verbose_name='company')),
            ],
            options={
                'verbose_name': 'run of labels',
                'verbose_name_plural': 'labels',
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='LabelLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('lot', models.CharField(blank=True, max_length=20, verbose_name='lot')),
                ('serial', models.CharField(blank=True, max_length=20, verbose_name='serial number, or its beginning')),
                ('first_number', models.PositiveBigIntegerField(null=True, verbose_name='first number')),
                ('digits', models.PositiveSmallIntegerField(default=0, verbose_name='digits')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='labels')),
                ('begins_at', models.PositiveIntegerField()),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.product', verbose_name='product')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='scanning.labelrun')),
            ],
            options={
                'verbose_name': 'line of labels',
                'verbose_name_plural': 'lines of labels',
                'ordering': ['begins_at'],
            },
        ),
        migrations.AddIndex(
            model_name='labelrun',
            index=models.Index(fields=['company', '-made_at'], name='label_run_of_company'),
        ),
        migrations.AddIndex(
            model_name='labelrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='open_label_run'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled'])), name='label_run_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('error_correction__in', ['L', 'M', 'Q', 'H']), ('symbol', 'qr')), models.Q(('error_correction', ''), ('symbol__in', ['data_matrix', 'bars'])), _connector='OR'), name='only_qr_labels_choose_error_correction'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(('copies__gte', 1), ('done__lte', models.F('total')), ('total__gte', 1)), name='label_run_makes_what_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('state__in', ['waiting', 'running'])), models.Q(('finished_at__isnull', False), ('state__in', ['done', 'failed', 'cancelled'])), _connector='OR'), name='label_run_is_finished_when_final'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('done', models.F('total')), ('file_size__isnull', False), models.Q(('file_sha256', ''), _negated=True)), _connector='OR'), name='label_run_that_is_done_has_its_file'),
        ),
        migrations.AddConstraint(
            model_name='labelrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('error_code', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('error_code', '')), _connector='OR'), name='label_run_that_failed_says_why'),
        ),
        migrations.AddConstraint(
            model_name='labelline',
            constraint=models.UniqueConstraint(fields=('run', 'begins_at'), name='one_line_per_place_of_a_run'),
        ),
        migrations.AddConstraint(
            model_name='labelline',
            constraint=models.CheckConstraint(condition=models.Q(('count', 1), models.Q(('count__gt', 1), ('first_number__isnull', False)), _connector='OR'), name='line_without_number_is_one_label'),
        ),
    ]
