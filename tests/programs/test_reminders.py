"""Reminders from rows: planned, shown, held, sent once each, never a pile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from programs import mail, reminders
from programs.models import Email, HistoryEntry, Reminder
from programs.reminders import Rule, Step, ladder
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.promises import SponsorCommitmentFactory

pytestmark = pytest.mark.django_db
KIND = "test reminder"


def step(about, due_at, slot="a", expires_at=None):
    until = expires_at or due_at + timedelta(days=5)
    return Step(KIND, about, slot, about.email, about.name, f"Remind {about.name}", due_at, until)


def message(about):
    return mail.Message(
        kind=KIND, about=about, to=about.email, subject="Please answer", template="sponsors/emails/declined.txt",
        facts={"needed_by": about.call.letters_until},
    )  # fmt: skip


def rule(steps):
    """Return a rule by which exactly these steps are wanted."""
    return Rule(
        KIND,
        waiting=lambda at: SponsorCommitment.objects.for_page().filter(pk__in={step.about.pk for step in steps}),
        steps=lambda rows, at: [step for step in steps if step.about.pk in {row.pk for row in rows}],
        write=lambda steps, at: [message(step.about) for step in steps],
        done="It was done.",
    )


def keep(steps, **facts):
    return reminders.keep(rule(steps), **facts)


def sent():
    return Email.objects.filter(kind=KIND).count()


def test_a_ladder_is_in_order(at):
    assert ladder(at, (1, 14, -3)) == [
        ("+14d", at - timedelta(days=14)), ("+1d", at - timedelta(days=1)), ("-3d", at + timedelta(days=3)),
    ]  # fmt: skip


def test_what_is_coming_is_planned_and_sent_when_due(asked, at):
    due_at = at + timedelta(days=3)
    assert keep([step(asked, due_at)], at=at) == 0
    assert [row.summary for row in Reminder.objects.coming({asked.call.program.pk}, at)] == ["Remind Dana Whitfield"]
    assert keep([step(asked, due_at)], at=due_at - timedelta(seconds=1)) == 0
    assert keep([step(asked, due_at)], at=due_at) == 1
    assert keep([step(asked, due_at)], at=due_at + timedelta(minutes=5)) == 0
    assert sent() == 1


def test_beyond_fourteen_days_nothing_is_planned(asked, at):
    keep([step(asked, at + timedelta(days=15))], at=at)
    assert not Reminder.objects.filter(kind=KIND).exists()


def test_one_no_longer_wanted_drops_out_and_comes_back_with_a_new_date(asked, at):
    keep([step(asked, at + timedelta(days=2))], at=at)
    keep([], at=at)
    assert not Reminder.objects.planned().filter(kind=KIND).exists()
    later = at + timedelta(days=4)
    keep([step(asked, later)], at=at)
    assert Reminder.objects.planned().get(kind=KIND).due_at == later


def test_a_moved_deadline_moves_the_plan(asked, at):
    keep([step(asked, at + timedelta(days=2))], at=at)
    keep([step(asked, at + timedelta(days=5))], at=at)
    assert Reminder.objects.get(kind=KIND).due_at == at + timedelta(days=5)


def test_after_three_days_without_a_clock_one_reminder_goes_out(asked, at):
    """F12: only what is still useful, one a person, no burst of old ones."""
    steps = [step(asked, at + timedelta(days=day), slot=str(day), expires_at=at + timedelta(days=9)) for day in (1, 2, 3)]
    steps.append(step(asked, at + timedelta(days=1), slot="old", expires_at=at + timedelta(days=2)))
    keep(steps, at=at)
    assert keep(steps, at=at + timedelta(days=4)) == 1
    assert keep(steps, at=at + timedelta(days=4, minutes=5)) == 0
    assert sent() == 1
    assert Reminder.objects.get(sent_at__isnull=False).key.endswith(":3")


def test_two_beats_send_each_reminder_once(asked, at):
    """F11: the second beat has read the same rows before the first one sent them."""
    steps = [step(asked, at, slot="now")]
    keep([step(asked, at + timedelta(seconds=1), slot="now")], at=at)
    later = at + timedelta(seconds=2)
    assert reminders._latest_due(rule(steps), {steps[0].key: steps[0]}, later) == [steps[0].key]
    assert reminders._send(rule(steps), steps, later) == 1
    assert reminders._send(rule(steps), steps, later) == 0
    assert keep(steps, at=later) == 0
    assert sent() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment(asked, at):
    """F11 with two real connections."""
    import threading  # noqa: PLC0415

    barrier, counts = threading.Barrier(2), []

    def beat():
        try:
            barrier.wait()
            counts.append(keep([step(asked, at, slot="now")], at=at))
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
    keep([step(asked, due_at)], at=at)
    row = Reminder.objects.get(kind=KIND)
    reminders.hold(row, by=coordinator, at=at)
    assert keep([step(asked, due_at)], at=due_at) == 0
    reminders.let_go(row, by=coordinator, at=at)
    assert keep([step(asked, due_at)], at=due_at) == 1
    with pytest.raises(NotPossible, match="gone out already"):
        reminders.hold(row, by=coordinator, at=at)


class TestTheHistory:
    """Who held a reminder, and who let it go, can be answered: about what it is about, and to the office alone."""

    @pytest.fixture
    def row(self, asked, at):
        keep([step(asked, at + timedelta(days=1))], at=at)
        return Reminder.objects.get(kind=KIND)

    def told(self):
        rows = HistoryEntry.objects.of_verbs("hold a reminder", "let a reminder go").order_by("pk")
        return list(rows.values_list("verb", "who", "at"))

    def test_each_act_is_a_row(self, row, asked, coordinator, director, at):
        reminders.hold(row, by=coordinator, at=at)
        reminders.let_go(row, by=director, at=at + timedelta(hours=1))
        assert self.told() == [
            ("hold a reminder", "Casey Lin", at), ("let a reminder go", "Rosa Alvarez", at + timedelta(hours=1)),
        ]  # fmt: skip
        entry = HistoryEntry.objects.of_verbs("hold a reminder").get()
        assert (entry.subject_row, entry.call, entry.applicant) == (asked, asked.call, asked.applicant)
        assert (entry.why, entry.office_only) == ("Remind Dana Whitfield, to Dana Whitfield", True)

    def test_what_changes_nothing_is_refused_and_leaves_no_row(self, row, coordinator, director, at):
        with pytest.raises(NotPossible, match="is not held"):
            reminders.let_go(row, by=coordinator, at=at)
        reminders.hold(row, by=coordinator, at=at)
        with pytest.raises(NotPossible, match="is held already"):
            reminders.hold(row, by=director, at=at)
        assert Reminder.objects.get(pk=row.pk).held_by == coordinator
        Reminder.objects.filter(pk=row.pk).update(dropped_at=at)
        for verb in (reminders.hold, reminders.let_go):
            with pytest.raises(NotPossible, match="gone out already, or is not needed any more"):
                verb(row, by=director, at=at)
        assert self.told() == [("hold a reminder", "Casey Lin", at)]

    def test_a_reminder_about_a_row_that_is_gone_has_a_history_of_its_own(self, row, coordinator, program, at):
        Reminder.objects.filter(pk=row.pk).update(content_type=None, object_id=None)
        row.refresh_from_db()
        reminders.hold(row, by=coordinator, at=at)
        entry = HistoryEntry.objects.of_verbs("hold a reminder").get()
        assert (entry.subject_row, entry.program) == (row, program)


class TestTheDeadlineMoves:
    """A step that was sent is due again when its date moves by a day or more; one that was not just moves."""

    LATER = timedelta(days=10)

    @pytest.fixture
    def due_at(self, asked, at):
        """The date of a step that was sent."""
        due_at = at + timedelta(days=1)
        assert keep([step(asked, due_at)], at=due_at) == 1
        return due_at

    def test_what_was_sent_is_sent_once_more_at_the_new_date(self, asked, due_at):
        moved = step(asked, due_at + self.LATER)
        assert keep([moved], at=due_at + timedelta(hours=1)) == 0
        assert Reminder.objects.planned().get(kind=KIND).due_at == moved.due_at
        assert [keep([moved], at=moved.due_at + timedelta(minutes=n)) for n in (-1, 0, 5)] == [0, 1, 0]
        assert sent() == Reminder.objects.filter(sent_at__isnull=False).count() == 2

    def test_and_again_when_it_moves_a_second_time(self, asked, due_at):
        for times in (1, 2):
            moved = step(asked, due_at + times * self.LATER)
            keep([moved], at=moved.due_at - timedelta(hours=1))
            assert keep([moved], at=moved.due_at) == 1
        assert sent() == 3

    @pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=23, minutes=59), timedelta(days=-3)])
    def test_a_day_that_stays_the_same_day_brings_no_second_e_mail(self, asked, due_at, by):
        """An installation that has sent under these keys goes on with them: the same moment is never sent twice."""
        moved = step(asked, due_at + by, expires_at=due_at + timedelta(days=5))
        for hours in (1, 23, 25, 48):
            assert keep([moved], at=due_at + timedelta(hours=hours)) == 0
        assert sent() == 1

    def test_a_new_date_that_has_passed_already_is_not_made_up_for(self, asked, due_at):
        moved = step(asked, due_at + timedelta(days=2))
        assert keep([moved], at=due_at + timedelta(days=3)) == 0
        assert sent() == 1

    def test_several_at_once_are_still_one(self, asked, due_at):
        moved = [step(asked, due_at + timedelta(days=day), slot, due_at + timedelta(days=20)) for day, slot in ((2, "a"), (3, "b"))]
        keep(moved, at=due_at)
        assert keep(moved, at=due_at + timedelta(days=4)) == 1
        assert sent() == 2

    def test_the_office_can_hold_it_and_it_stays_held(self, asked, due_at, coordinator):
        moved = step(asked, due_at + self.LATER)
        keep([moved], at=due_at)
        reminders.hold(Reminder.objects.planned().get(kind=KIND), by=coordinator, at=due_at)
        assert [keep([moved], at=moved.due_at + timedelta(minutes=n)) for n in (0, 5)] == [0, 0]

    def test_one_that_is_held_and_was_never_sent_stays_held(self, asked, coordinator, at):
        keep([step(asked, at + timedelta(days=1))], at=at)
        reminders.hold(Reminder.objects.get(kind=KIND), by=coordinator, at=at)
        for day in (1, 4):
            assert keep([step(asked, at + timedelta(days=day))], at=at + timedelta(days=day)) == 0
        assert Reminder.objects.get(kind=KIND).held_by == coordinator


def test_one_row_that_breaks_holds_up_none_of_the_others(asked, at):
    others = [
        asked,
        *(SponsorCommitmentFactory(call=asked.call, applicant=UserFactory(), health_system=asked.health_system) for _ in range(2)),
    ]
    whole = rule([step(one, at) for one in others])

    def write(some, moment):
        if any(one.about == others[1] for one in some):
            raise RuntimeError("no such template")
        return whole.write(some, moment)

    broken = replace(whole, write=write)
    assert reminders.keep(broken, at=at) == 2
    assert reminders.keep(broken, at=at) == 0
    assert set(Reminder.objects.filter(sent_at=None).values_list("object_id", flat=True)) == {others[1].pk}
    assert reminders.keep(whole, at=at) == 1


def test_a_second_small_move_sends_nothing_again(asked, at):
    until = at + timedelta(days=99)
    assert keep([step(asked, at, expires_at=until)], at=at) == 1
    later = at + timedelta(days=10)
    keep([step(asked, later, expires_at=until)], at=at)
    assert keep([step(asked, later, expires_at=until)], at=later) == 1
    again = later + timedelta(hours=2)
    keep([step(asked, again, expires_at=until)], at=later)
    assert keep([step(asked, again, expires_at=until)], at=again) == 0


class TestUntilItLeaves:
    """The e-mail of a reminder is asked by its rule before it leaves, however long it lay in the queue."""

    @pytest.fixture
    def known(self, monkeypatch):
        """Have these steps wanted, and no others, whoever asks."""
        monkeypatch.setattr(reminders, "_rules", {})
        return lambda steps: reminders.hand_in(rule(steps))

    @pytest.fixture
    def email(self, asked, at):
        assert keep([step(asked, at, expires_at=at + timedelta(days=5))], at=at) == 1
        return Email.objects.get(kind=KIND)

    def leaves(self, email, at):
        gone = mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        return gone or email.last_error

    def test_what_is_still_wanted_leaves(self, known, email, asked, at):
        known([step(asked, at)])
        assert self.leaves(email, at + timedelta(days=4)) is True

    def test_what_nobody_wants_any_more_is_closed(self, known, email, at):
        known([])
        assert self.leaves(email, at) == "It was done."
        assert (email.state, email.done_at is None) == ("expired", False)

    @pytest.mark.parametrize(("seconds", "leaves"), [(-1, True), (0, "The time it speaks of has passed.")])
    def test_until_its_time_has_passed(self, known, email, asked, at, seconds, leaves):
        until = at + timedelta(days=3)
        known([step(asked, at, expires_at=until)])
        assert self.leaves(email, until + timedelta(seconds=seconds)) == leaves

    @pytest.mark.parametrize(
        ("moved", "leaves"),
        [
            (timedelta(days=1) - timedelta(seconds=1), True),  # the same date to whoever reads it, and none is planned for it
            (timedelta(days=1), "The date it names has moved. Another reminder is planned."),
            (timedelta(days=-2), True),
        ],
    )
    def test_a_date_that_has_moved_has_a_reminder_of_its_own(self, known, email, asked, at, moved, leaves):
        steps = [step(asked, at + moved, expires_at=at + timedelta(days=9))]
        known(steps)
        assert self.leaves(email, at + timedelta(minutes=1)) == leaves
        keep(steps, at=at + timedelta(minutes=1))
        assert Reminder.objects.planned().filter(kind=KIND).exists() == (leaves is not True)

    def test_the_reminder_of_a_moved_date_is_judged_by_that_date(self, known, email, asked, at):
        moved = step(asked, at + timedelta(days=10), expires_at=at + timedelta(days=20))
        assert keep([moved], at=at) == 0
        assert keep([moved], at=moved.due_at) == 1
        known([moved])
        assert self.leaves(Email.objects.filter(kind=KIND).latest("pk"), moved.due_at) is True

    def test_one_held_and_let_go_too_late_is_never_written(self, asked, coordinator, at):
        keep([step(asked, at + timedelta(hours=1))], at=at)
        row = Reminder.objects.get(kind=KIND)
        reminders.hold(row, by=coordinator, at=at)
        keep([step(asked, at + timedelta(hours=1))], at=at + timedelta(hours=2))
        reminders.let_go(row, by=coordinator, at=at + timedelta(hours=2))
        assert keep([], at=at + timedelta(hours=3)) == 0
        assert sent() == 0

    def test_a_copy_is_judged_like_the_first(self, known, email, asked, at):
        known([step(asked, at)])
        assert self.leaves(email, at) is True
        copy = mail.again(email, at=at)
        known([])
        assert self.leaves(copy, at) == "It was done."
        with pytest.raises(NotPossible, match=r"It was done\. Sending it again would help nobody\."):
            mail.again(email, at=at)

    def test_a_kind_that_nobody_knows_any_more_leaves(self, email, at):
        assert self.leaves(email, at) is True


def test_the_rule_of_every_kind_is_known_once_the_portal_has_started():
    assert set(reminders._rules) == {
        "draft", "sponsor reminder", "mentor reminder", "chair reminder", "review", "offer to accept",
    }  # fmt: skip
