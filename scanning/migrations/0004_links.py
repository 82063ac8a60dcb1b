from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("scanning", "0003_label_runs")]

    operations = []
