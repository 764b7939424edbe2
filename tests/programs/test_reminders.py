"""Reminders from rows: planned, shown, held, sent once each, never a pile."""

from datetime import timedelta

import pytest
from django.db import connection

from programs import mail, reminders
from programs.models import Email, Reminder
from programs.reminders import Step, ladder
from programs.transitions import NotPossible

pytestmark = pytest.mark.django_db
KIND = "test reminder"


def step(about, due_at, slot="a", expires_at=None):
    def write():
        return mail.Message(
            kind=KIND, about=about, to=about.email, subject="Please answer", template="sponsors/emails/declined.txt",
            facts={"needed_by": about.call.letters_until},
        )  # fmt: skip

    return Step(
        KIND, about, slot, about.email, about.name, f"Remind {about.name}", due_at, expires_at or due_at + timedelta(days=5), write
    )


def sent():
    return Email.objects.filter(kind=KIND).count()


def test_a_ladder_is_in_order(at):
    assert ladder(at, (1, 14, -3)) == [
        ("+14d", at - timedelta(days=14)), ("+1d", at - timedelta(days=1)), ("-3d", at + timedelta(days=3)),
    ]  # fmt: skip


def test_what_is_coming_is_planned_and_sent_when_due(asked, at):
    due_at = at + timedelta(days=3)
    assert reminders.keep(KIND, [step(asked, due_at)], at=at) == 0
    assert [row.summary for row in Reminder.objects.coming({asked.call.program.pk}, at)] == ["Remind Dana Whitfield"]
    assert reminders.keep(KIND, [step(asked, due_at)], at=due_at - timedelta(seconds=1)) == 0
    assert reminders.keep(KIND, [step(asked, due_at)], at=due_at) == 1
    assert reminders.keep(KIND, [step(asked, due_at)], at=due_at + timedelta(minutes=5)) == 0
    assert sent() == 1


def test_beyond_fourteen_days_nothing_is_planned(asked, at):
    reminders.keep(KIND, [step(asked, at + timedelta(days=15))], at=at)
    assert not Reminder.objects.filter(kind=KIND).exists()


def test_one_no_longer_wanted_drops_out_and_comes_back_with_a_new_date(asked, at):
    reminders.keep(KIND, [step(asked, at + timedelta(days=2))], at=at)
    reminders.keep(KIND, [], at=at)
    assert not Reminder.objects.planned().filter(kind=KIND).exists()
    later = at + timedelta(days=4)
    reminders.keep(KIND, [step(asked, later)], at=at)
    assert Reminder.objects.planned().get(kind=KIND).due_at == later


def test_a_moved_deadline_moves_the_plan(asked, at):
    reminders.keep(KIND, [step(asked, at + timedelta(days=2))], at=at)
    reminders.keep(KIND, [step(asked, at + timedelta(days=5))], at=at)
    assert Reminder.objects.get(kind=KIND).due_at == at + timedelta(days=5)


def test_after_three_days_without_a_clock_one_reminder_goes_out(asked, at):
    """F12: only what is still useful, one a person, no burst of old ones."""
    steps = [step(asked, at + timedelta(days=day), slot=str(day), expires_at=at + timedelta(days=9)) for day in (1, 2, 3)]
    steps.append(step(asked, at + timedelta(days=1), slot="old", expires_at=at + timedelta(days=2)))
    reminders.keep(KIND, steps, at=at)
    assert reminders.keep(KIND, steps, at=at + timedelta(days=4)) == 1
    assert reminders.keep(KIND, steps, at=at + timedelta(days=4, minutes=5)) == 0
    assert sent() == 1
    assert Reminder.objects.get(sent_at__isnull=False).key.endswith(":3")


def test_two_beats_send_each_reminder_once(asked, at):
    """F11: the second beat has read the same rows before the first one sent them."""
    steps = [step(asked, at, slot="now")]
    reminders.keep(KIND, [step(asked, at + timedelta(seconds=1), slot="now")], at=at)
    later = at + timedelta(seconds=2)
    keys = reminders._latest_due({steps[0].key: steps[0]}, KIND, later)
    assert len(keys) == 1
    assert reminders._send(steps[0], later) == 1
    assert reminders._send(steps[0], later) == 0
    assert reminders.keep(KIND, steps, at=later) == 0
    assert sent() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment(asked, at):
    """F11 with two real connections."""
    import threading  # noqa: PLC0415

    barrier, counts = threading.Barrier(2), []

    def beat():
        try:
            barrier.wait()
            counts.append(reminders.keep(KIND, [step(asked, at, slot="now")], at=at))
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1]
    assert sent() == 1
    assert Reminder.objects.filter(kind=KIND).count() == 1


def test_a_held_one_waits_until_it_is_let_go(asked, coordinator, at):
    due_at = at + timedelta(days=1)
    reminders.keep(KIND, [step(asked, due_at)], at=at)
    row = Reminder.objects.get(kind=KIND)
    reminders.hold(row, by=coordinator, at=at)
    assert reminders.keep(KIND, [step(asked, due_at)], at=due_at) == 0
    reminders.let_go(row, by=coordinator, at=at)
    assert reminders.keep(KIND, [step(asked, due_at)], at=due_at) == 1
    with pytest.raises(NotPossible, match="gone out already"):
        reminders.hold(row, by=coordinator, at=at)
