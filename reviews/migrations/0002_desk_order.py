from django.db import migrations, models


def note_what_is_in(apps, schema_editor):
    """Reviews that were submitted before: their assignments learn it."""
    submitted = apps.get_model("reviews", "Review").objects.filter(state="submitted")
    apps.get_model("reviews", "Assignment").objects.filter(pk__in=submitted.values("assignment")).update(review_in=True)


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='assignment',
            name='reviews_ass_reviewe_a5f22f_idx',
        ),
        migrations.AddField(
            model_name='assignment',
            name='review_in',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='whether the review is in'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='rank',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='conflicted', then=2), models.When(review_in=True, then=1), default=0), output_field=models.SmallIntegerField(verbose_name='to do (0), in (1), given up for a conflict (2)')),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['reviewer', 'rank', 'due_at', 'id'], name='a_reviewers_desk'),
        ),
        migrations.RunPython(note_what_is_in, migrations.RunPython.noop, elidable=True),
    ]
