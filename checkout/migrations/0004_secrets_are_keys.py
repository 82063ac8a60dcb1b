from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0003_keys_of_terminals'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='delivery',
            name='is_open',
        ),
        migrations.RemoveField(
            model_name='terminal',
            name='public_key',
        ),
        migrations.RemoveField(
            model_name='terminal',
            name='sealed_secret',
        ),
    ]
