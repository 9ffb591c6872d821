from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_pending_nonce"),
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
