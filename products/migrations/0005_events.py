from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0004_pictures")]

    operations = []
