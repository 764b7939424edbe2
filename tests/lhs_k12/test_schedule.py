"""What the clock asks for is there to be done, and is forgotten before it asks again."""

from celery.schedules import crontab

from lhs_k12.celery import app


def test_every_task_of_the_schedule_is_there():
    app.loader.import_default_modules()
    asked = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert len(asked) > 10
    assert len(set(asked)) == len(asked)
    assert set(asked) - set(app.tasks) == set()


def test_what_is_done_once_a_day_has_its_own_hour_and_expires():
    daily = [entry for entry in app.conf.beat_schedule.values() if isinstance(entry["schedule"], crontab)]
    moments = [(*entry["schedule"].hour, *entry["schedule"].minute) for entry in daily]
    assert daily
    assert {len(moment) for moment in moments} == {2}
    assert len(set(moments)) == len(moments)
    assert all(entry["options"]["expires"] <= 3600 for entry in daily)
