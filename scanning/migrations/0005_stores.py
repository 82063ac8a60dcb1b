import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0001_initial'),
        ('products', '0001_initial'),
        ('scanning', '0004_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chains', to='companies.company', verbose_name='company')),
            ],
            options={
                'verbose_name': 'chain of shops',
                'verbose_name_plural': 'chains of shops',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='What a phone sends as “store”, such as halles-lille.', max_length=60, unique=True, verbose_name='short name')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stores', to='scanning.chain', verbose_name='chain of shops')),
            ],
            options={
                'verbose_name': 'shop',
                'verbose_name_plural': 'shops',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='InStoreNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(help_text='The digits at I in the structure; without one, the whole number.', max_length=13, validators=[django.core.validators.RegexValidator('^[0-9]+\\Z', 'Digits only.')], verbose_name='article number')),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='numbers', to='scanning.chain', verbose_name='chain of shops')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_store_numbers', to='products.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'in-store number',
                'verbose_name_plural': 'in-store numbers',
                'ordering': ['chain', 'item'],
                'constraints': [models.UniqueConstraint(fields=('chain', 'item'), name='one_product_per_chain_and_number')],
            },
        ),
        migrations.CreateModel(
            name='NumberLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pattern', models.CharField(help_text='One character a digit: the prefix in digits, I article, P price, W weight, Q pieces, V check digit of the price, C check digit. Usual on French scales: 2xIIIIIPPPPPC for a price in cents, 2xIIIIIWWWWWC for grams, with the second digit x that your scale prints.', max_length=13, verbose_name='structure')),
                ('unit', models.CharField(choices=[('EUR', 'euros'), ('CHF', 'Swiss francs'), ('KGM', 'kilograms'), ('GRM', 'grams'), ('LTR', 'litres'), ('H87', 'pieces')], default='EUR', max_length=3, verbose_name='unit')),
                ('decimals', models.PositiveSmallIntegerField(default=2, help_text='Digits behind the point: 2 for cents, 3 for grams in kilograms.', verbose_name='decimals')),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layouts', to='scanning.chain', verbose_name='chain of shops')),
            ],
            options={
                'verbose_name': 'layout of in-store numbers',
                'verbose_name_plural': 'layouts of in-store numbers',
                'ordering': ['pattern'],
                'constraints': [models.UniqueConstraint(fields=('chain', 'pattern'), name='one_layout_per_chain_and_pattern'), models.CheckConstraint(condition=models.Q(('unit__in', ['EUR', 'CHF', 'KGM', 'GRM', 'LTR', 'H87'])), name='number_layout_unit_is_known'), models.CheckConstraint(condition=models.Q(('decimals__lte', 4)), name='number_layout_has_few_decimals')],
            },
        ),
    ]
