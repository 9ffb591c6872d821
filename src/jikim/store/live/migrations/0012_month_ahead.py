from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0011_access_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthAhead",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("values", models.PositiveIntegerField()),
            ],
        ),
    ]
