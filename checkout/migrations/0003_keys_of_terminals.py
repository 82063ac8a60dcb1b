"""Terminals' secrets become keys with a time; closed deliveries stay closed."""

from django.db import migrations


def carry_over(apps, schema_editor):
    """Make a key of each secret and public key, and carry the closed rows over."""
    Terminal = apps.get_model("checkout", "Terminal")
    TerminalKey = apps.get_model("checkout", "TerminalKey")
    for terminal in Terminal.objects.iterator():
        TerminalKey.objects.create(
            terminal=terminal, kind="v1", sealed_secret=terminal.sealed_secret
        )
        if terminal.public_key:
            TerminalKey.objects.create(
                terminal=terminal, kind="v1a", public_key=terminal.public_key
            )
    Delivery = apps.get_model("checkout", "Delivery")
    Delivery.objects.filter(is_open=False).update(state="done")


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0002_outboxes'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
