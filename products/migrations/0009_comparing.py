import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def mark_due(apps, schema_editor):
    """Have what was published before compared, compressed and given its new sections."""
    product, sheet = (apps.get_model("products", name) for name in ("Product", "Sheet"))
    product.objects.filter(
        pk__in=sheet.objects.values("product"), publication_due_at=None
    ).update(publication_due_at=django.utils.timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_api_keys"),
        ("products", "0008_searching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComparedCategory',
            fields=[
                ('category', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField(db_index=True)),
                ('changed_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(null=True)),
                ('cursor', models.CharField(blank=True, max_length=14)),
            ],
            options={
                'verbose_name': 'category compared',
                'verbose_name_plural': 'categories compared',
            },
        ),
        migrations.CreateModel(
            name='CategoryBenchmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=120, verbose_name='category')),
                ('is_fictitious', models.BooleanField(default=False, verbose_name='fictitious')),
                ('method', models.CharField(max_length=80, verbose_name='method')),
                ('scope', models.CharField(max_length=80, verbose_name='scope')),
                ('unit', models.CharField(max_length=120, verbose_name='unit')),
                ('p25', models.DecimalField(decimal_places=8, max_digits=15, verbose_name='first quartile')),
                ('median', models.DecimalField(decimal_places=8, max_digits=15, verbose_name='median')),
                ('p75', models.DecimalField(decimal_places=8, max_digits=15, verbose_name='third quartile')),
                ('count', models.PositiveIntegerField(verbose_name='products')),
                ('computed_at', models.DateTimeField(verbose_name='computed')),
            ],
            options={
                'verbose_name': 'quartiles of a category',
                'verbose_name_plural': 'quartiles of categories',
                'constraints': [models.UniqueConstraint(fields=('category', 'is_fictitious', 'method', 'scope', 'unit'), name='one_benchmark_per_category_and_basis')],
            },
        ),
        migrations.CreateModel(
            name='Comparable',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='comparable', serialize=False, to='products.product', verbose_name='product')),
                ('category', models.CharField(blank=True, max_length=120)),
                ('parent', models.CharField(blank=True, max_length=120)),
                ('is_fictitious', models.BooleanField(default=False)),
                ('is_recalled', models.BooleanField(default=False)),
                ('maker', models.CharField(max_length=200)),
                ('name_fr', models.CharField(max_length=300)),
                ('name_en', models.CharField(max_length=300)),
                ('brand', models.CharField(blank=True, max_length=200)),
                ('image', models.TextField(blank=True)),
                ('nutri_score', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('nutri_score_basis', models.CharField(blank=True, max_length=120)),
                ('green_score', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('green_score_basis', models.CharField(blank=True, max_length=120)),
                ('footprint', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('footprint_method', models.CharField(blank=True, max_length=80)),
                ('footprint_scope', models.CharField(blank=True, max_length=80)),
                ('footprint_unit', models.CharField(blank=True, max_length=120)),
                ('environmental_cost', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('environmental_cost_basis', models.CharField(blank=True, max_length=120)),
                ('satisfaction', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('labour_share', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('price', models.DecimalField(decimal_places=6, max_digits=15, null=True)),
                ('price_basis', models.CharField(blank=True, max_length=120)),
                ('said', models.JSONField(default=dict)),
                ('holds_until', models.DateField(null=True)),
                ('standing', models.CharField(blank=True, max_length=8)),
                ('is_due', models.BooleanField(default=True)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'product compared',
                'verbose_name_plural': 'products compared',
                'indexes': [models.Index(fields=['category', 'product'], name='comparable_by_category'), models.Index(fields=['parent'], name='comparable_by_parent'), models.Index(condition=models.Q(('is_due', True)), fields=['updated_at'], name='comparable_due')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifier')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version')),
                ('kind', models.CharField(choices=[('recall', 'recall'), ('safety', 'safety notice')], default='recall', max_length=10, verbose_name='kind')),
                ('batches', models.JSONField(blank=True, default=list, verbose_name='units concerned')),
                ('authority', models.CharField(help_text='Who recalls or warns: RappelConso, DGCCRF, or the company.', max_length=120, verbose_name='authority')),
                ('reference', models.CharField(help_text='The authority’s number of the notice, or your own.', max_length=60, verbose_name='reference')),
                ('url', models.URLField(blank=True, help_text='Where the notice itself can be read: https://…', max_length=500, verbose_name='address')),
                ('text', models.JSONField(default=dict, verbose_name='what is wrong')),
                ('what_to_do', models.JSONField(blank=True, default=dict, verbose_name='what to do')),
                ('published_at', models.DateTimeField(help_text='When the authority or the company announced it.', verbose_name='published')),
                ('is_withdrawn', models.BooleanField(default=False, verbose_name='withdrawn')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it was changed')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded')),
                ('api_key', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='companies.apikey', verbose_name='API key')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('company', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='companies.company', verbose_name='issued by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='products.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'recall or safety notice',
                'verbose_name_plural': 'recalls and safety notices',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['product', '-version'], name='notices_of_product'), models.Index(fields=['-recorded_at'], name='notices_newest_first')],
                'constraints': [models.UniqueConstraint(fields=('number', 'version'), name='one_notice_per_number_and_version'), models.UniqueConstraint(condition=models.Q(('version', 1)), fields=('product', 'reference'), name='one_notice_per_product_and_reference'), models.CheckConstraint(condition=models.Q(('kind__in', ['recall', 'safety'])), name='notice_kind_is_known'), models.CheckConstraint(condition=models.Q(('is_withdrawn', False), ('version__gt', 1), _connector='OR'), name='no_notice_begins_withdrawn')],
            },
        ),
        migrations.RunPython(mark_due, migrations.RunPython.noop),
    ]
