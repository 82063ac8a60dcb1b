from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_civil_status")]

    operations = []
