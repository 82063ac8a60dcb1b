from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='WitnessKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('public', models.BinaryField(max_length=32, verbose_name='public key')),
                ('sealed_private', models.TextField(verbose_name='sealed private key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
            ],
            options={
                'verbose_name': 'key of our witness',
                'verbose_name_plural': 'keys of our witness',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='our_witness_has_one_key')],
            },
        ),
        migrations.AddField(
            model_name='witnessedlog',
            name='contradiction',
            field=models.TextField(blank=True, editable=False, verbose_name='contradicting checkpoint'),
        ),
    ]
