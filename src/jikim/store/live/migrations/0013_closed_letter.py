from django.db import migrations, models

LETTERS = ("receipt", "answer", "resolved", "closed", "reopened")


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0012_month_ahead"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="outgoingmail", name="known_letter"),
        migrations.AddConstraint(
            model_name="outgoingmail",
            constraint=models.CheckConstraint(condition=models.Q(("letter__in", LETTERS)), name="known_letter"),
        ),
    ]
