from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0007_row_seals"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="itemvalue",
            name="live_itemva_item_bd26e7_idx",
        ),
    ]
