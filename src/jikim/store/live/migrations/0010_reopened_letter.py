from django.db import migrations, models

LETTERS = ("receipt", "answer", "resolved", "reopened")


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0009_last_told"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="outgoingmail", name="known_letter"),
        migrations.AddConstraint(
            model_name="outgoingmail",
            constraint=models.CheckConstraint(condition=models.Q(("letter__in", LETTERS)), name="known_letter"),
        ),
    ]
