from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0008_no_index_by_item"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastTold",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("nonce", models.UUIDField()),
                ("index", models.BigIntegerField()),
            ],
        ),
    ]
