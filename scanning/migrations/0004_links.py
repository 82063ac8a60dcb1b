import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0001_initial'),
        ('scanning', '0003_label_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='The path of the Digital Link: /01/09520123456788 for a product, /01/09520123456788/10/LOT1 for a lot, …/21/S1 for an item.', max_length=400, unique=True, verbose_name='key')),
                ('item_description', models.CharField(blank=True, help_text='What it is, in a few words. Empty: the product’s name.', max_length=300, verbose_name='description')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='anchors', to='companies.company', verbose_name='company')),
            ],
            options={
                'verbose_name': 'linked entity',
                'verbose_name_plural': 'linked entities',
                'ordering': ['path'],
            },
        ),
        migrations.CreateModel(
            name='HandedOverPrefix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ai', models.CharField(choices=[('01', 'products (GTIN)'), ('00', 'logistic units (SSCC)'), ('414', 'places (GLN)'), ('417', 'parties (GLN)'), ('8003', 'returnable assets (GRAI)'), ('8004', 'assets (GIAI)'), ('8006', 'parts of a product (ITIP)'), ('253', 'documents (GDTI)')], max_length=4, verbose_name='kind of key')),
                ('prefix', models.CharField(help_text='4 to 12 digits, as GS1 issued it; without the indicator digit.', max_length=12, verbose_name='company prefix')),
                ('resolver_root', models.CharField(help_text='Its https address, without a slash at the end.', max_length=300, verbose_name='resolver')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
            ],
            options={
                'verbose_name': 'handed-over prefix',
                'verbose_name_plural': 'handed-over prefixes',
                'ordering': ['ai', 'prefix'],
                'constraints': [models.UniqueConstraint(fields=('ai', 'prefix'), name='one_resolver_per_prefix_and_key'), models.CheckConstraint(condition=models.Q(('prefix__regex', '^[0-9]{4,12}$')), name='handed_over_prefix_is_digits'), models.CheckConstraint(condition=models.Q(('ai__in', ['01', '00', '414', '417', '8003', '8004', '8006', '253'])), name='handed_over_key_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link_type', models.CharField(help_text='What the reader finds there.', max_length=200, verbose_name='kind of link')),
                ('href', models.CharField(help_text='Where the phone is led, https.', max_length=2000, verbose_name='address')),
                ('title', models.CharField(help_text='In the language of the page, as readers see it in a list.', max_length=300, verbose_name='title')),
                ('hreflang', models.CharField(blank=True, help_text='fr, or fr-CA for one country; several separated by spaces.', max_length=200, verbose_name='languages')),
                ('media_type', models.CharField(blank=True, help_text='text/html for a page, application/pdf for a document.', max_length=127, verbose_name='media type')),
                ('context', models.CharField(blank=True, help_text='Countries or other contexts for which it is meant: LK BR.', max_length=400, verbose_name='contexts')),
                ('is_default', models.BooleanField(default=False, help_text='Where a scan leads when nothing fits better. One for each entity, with a title only: no language, no media type, no context.', verbose_name='default')),
                ('is_default_multi', models.BooleanField(default=False, help_text='Where a scan leads when the phone speaks this language.', verbose_name='default for its language')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Of links that fit alike, low ones first', verbose_name='position')),
                ('group', models.CharField(blank=True, help_text='A word that related links share.', max_length=60, verbose_name='group')),
                ('encryption_method', models.CharField(blank=True, choices=[('none', 'not encrypted'), ('AES-128', 'AES-128'), ('AES-256', 'AES-256')], max_length=10, verbose_name='encryption')),
                ('access_role', models.CharField(blank=True, help_text='Who may read a restricted target: untp:accessRole#Owner.', max_length=400, verbose_name='access roles')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retired')),
                ('anchor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='scanning.anchor', verbose_name='entity')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('replaces', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='scanning.link', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
                'ordering': ['anchor', 'position', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='anchor',
            constraint=models.CheckConstraint(condition=models.Q(('path__startswith', '/')), name='anchor_is_a_path'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('retired_at__isnull', True)), fields=['anchor'], name='link_in_force'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True), ('retired_at__isnull', True)), fields=('anchor',), name='one_default_link_per_anchor'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('is_default', False), models.Q(('context', ''), ('hreflang', ''), ('is_default_multi', False), ('media_type', '')), _connector='OR'), name='default_link_has_a_title_only'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='link_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('href__startswith', 'http')), name='link_leads_to_the_web'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('link_type__startswith', 'http')), name='link_type_is_written_in_full'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('encryption_method__in', ['', 'none', 'AES-128', 'AES-256'])), name='link_encryption_is_known'),
        ),
    ]
