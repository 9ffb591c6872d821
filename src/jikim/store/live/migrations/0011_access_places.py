import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0010_reopened_letter"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("session_id", models.UUIDField()),
                ("on", models.DateField(db_index=True)),
                ("kid", models.BigIntegerField(unique=True)),
                ("envelope", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="place_id",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name="accessrecord",
            name="record_id",
            field=models.UUIDField(null=True),
        ),
    ]
