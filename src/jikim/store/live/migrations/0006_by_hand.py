from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0005_pending_nonce"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntakeByHand",
            fields=[
                ("record_id", models.UUIDField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=12)),
                ("ground", models.CharField(max_length=24)),
                ("arrived_on", models.DateField()),
                ("entered_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "telephone", "letter"))), name="known_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ("contract", "legitimate-interest", "statute", "consent"))),
                        name="known_ground",
                    ),
                ],
            },
        ),
    ]
