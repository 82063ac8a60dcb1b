import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def forget_without_stock(apps, schema_editor):
    """Going back, a document without stock has no place: what is told stays."""
    live = apps.get_model("products", "LiveDocument")
    live.objects.filter(stock=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_api_keys"),
        ("products", "0005_events"),
    ]

    operations = [
        migrations.RemoveConstraint("stockdocument", "one_stock_document_per_language"),
        migrations.RenameModel("StockDocument", "LiveDocument"),
        migrations.RenameField("livedocument", "body", "stock"),
        migrations.RenameField("livedocument", "tag", "stock_tag"),
        migrations.RenameField("livedocument", "as_of", "stock_as_of"),
        migrations.AlterField("livedocument", "stock", models.BinaryField(null=True)),
        migrations.AlterField("livedocument", "stock_tag", models.CharField(max_length=16, null=True)),
        migrations.AlterField("livedocument", "stock_as_of", models.DateTimeField(null=True)),
        migrations.AlterField(
            "livedocument",
            "product",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='live_documents', to='products.product'),
        ),
        migrations.AddField("livedocument", "alternatives", models.BinaryField(null=True)),
        migrations.AddField("livedocument", "alternatives_tag", models.CharField(max_length=16, null=True)),
        migrations.RunPython(migrations.RunPython.noop, forget_without_stock),
        migrations.AddConstraint(
            model_name='livedocument',
            constraint=models.UniqueConstraint(fields=('product', 'language'), name='one_live_document_per_language'),
        ),
        migrations.AddIndex(
            model_name='livedocument',
            index=models.Index(condition=models.Q(('stock_as_of__isnull', False)), fields=['stock_as_of'], name='live_stock_by_age'),
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='offering', serialize=False, to='products.product', verbose_name='product')),
                ('state', models.CharField(choices=[('on_sale', 'on sale'), ('preorder', 'on preorder'), ('discontinued', 'discontinued')], default='on_sale', max_length=12, verbose_name='availability')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
            options={
                'verbose_name': 'availability',
                'verbose_name_plural': 'availabilities',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['on_sale', 'preorder', 'discontinued'])), name='offering_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='StockBulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('answer', models.BinaryField(default=bytes)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.company', verbose_name='company')),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='stock_bulk_by_age')],
                'constraints': [models.UniqueConstraint(fields=('company', 'key'), name='one_stock_bulk_per_key')],
            },
        ),
    ]
