from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scanning", "0005_stores")]

    operations = []
