import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0009_comparing'),
        ('scanning', '0005_stores'),
        ('shoppers', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='historyentry',
            index=models.Index(fields=['gtin', 'shopper'], name='history_of_product'),
        ),
        migrations.CreateModel(
            name='NoticeDelivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False, verbose_name='identifier')),
                ('number', models.UUIDField(verbose_name='notice')),
                ('gtin', models.CharField(max_length=14, verbose_name='GTIN')),
                ('lot', models.CharField(blank=True, max_length=20, verbose_name='lot')),
                ('is_affected', models.BooleanField(null=True, verbose_name='concerned')),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='told')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='seen')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='products.notice', verbose_name='version')),
                ('shopper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='shoppers.shopper', verbose_name='shopper')),
            ],
            options={
                'verbose_name': 'notice told to a shopper',
                'verbose_name_plural': 'notices told to shoppers',
                'ordering': ['-told_at'],
                'indexes': [models.Index(condition=models.Q(('seen_at', None)), fields=['shopper'], name='unseen_notices'), models.Index(fields=['told_at'], name='deliveries_by_age')],
                'constraints': [models.UniqueConstraint(fields=('number', 'shopper'), name='one_delivery_per_shopper_and_notice')],
            },
        ),
        migrations.CreateModel(
            name='Spreading',
            fields=[
                ('number', models.UUIDField(primary_key=True, serialize=False, verbose_name='notice')),
                ('after', models.UUIDField(null=True, verbose_name='up to')),
                ('told', models.PositiveIntegerField(default=0, verbose_name='told')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='products.notice', verbose_name='version')),
            ],
            options={
                'verbose_name': 'spreading of a notice',
                'verbose_name_plural': 'spreadings of notices',
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['number'], name='spreading_to_do')],
            },
        ),
    ]
