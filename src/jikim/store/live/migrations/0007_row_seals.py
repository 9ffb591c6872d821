from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0006_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="staffaccount",
            name="seal",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="desklink",
            name="seal",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="desksession",
            name="seal",
            field=models.CharField(default="", max_length=64),
        ),
    ]
