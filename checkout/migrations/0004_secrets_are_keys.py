import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0003_keys_of_terminals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.AddField(
            model_name='outcome',
            name='requested_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent again by'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['due_at'], name='dead_delivery_by_due_time'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['due_at'], name='dead_outcome_by_due_time'),
        ),
        migrations.AddIndex(
            model_name='paymentprompt',
            index=models.Index(fields=['-created_at'], name='prompt_by_age'),
        ),
    ]
