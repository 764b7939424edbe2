"""The clock: letters swept up, offers reminded of and ended, each safe to run twice."""

from datetime import timedelta

import pytest

from programs import mail, reminders
from programs.models import Email, Reminder
from programs.templatetags.portal import day, in_zone
from scholars import tasks, workflow
from scholars.models import Award, AwardLetter
from scholars.workflow.reminders import OFFER_REMINDER
from tests.factories.scholars import accept, built

pytestmark = pytest.mark.django_db


def keep(at):
    return reminders.keep(OFFER_REMINDER, at=at)


def test_the_sweep_builds_what_is_due_once(award, outbox):
    assert tasks.sweep_letters() == 1
    assert tasks.sweep_letters() == 0
    assert AwardLetter.objects.get().state == "done"
    assert [mail.kind for mail in outbox()] == ["award offered"]


def test_the_sweep_leaves_a_faulty_letter_and_goes_on(reviewed, staged, call, director, at, monkeypatch):
    for application in reviewed(2):
        staged(application)
    workflow.release(call, by=director, at=at)
    real = workflow.letters.pdfs.letter

    def partly(*args, name, **kwargs):
        if name == "Applicant 1":
            raise OSError("disk full")
        return real(*args, name=name, **kwargs)

    monkeypatch.setattr(workflow.letters.pdfs, "letter", partly)
    assert tasks.sweep_letters() == 1
    assert list(AwardLetter.objects.order_by("pk").values_list("state", "last_error")) == [
        ("queued", "OSError: disk full"), ("done", ""),
    ]  # fmt: skip


def test_a_letter_claimed_elsewhere_since_the_sweep_looked_is_left_alone(award, at):
    read = AwardLetter.objects.for_build().get()
    assert AwardLetter.objects.claim(read.pk, at, timedelta(minutes=5))
    assert workflow.build_letters([read], at=at) == 0
    assert AwardLetter.objects.get().state == "working"


def test_a_letter_read_by_the_sweep_knows_its_claim(award, at, monkeypatch):
    monkeypatch.setattr(workflow.letters.pdfs, "letter", lambda *args, **facts: 1 / 0)
    read = AwardLetter.objects.for_build().get()
    assert workflow.build_letters([read], at=at) == 0
    left = AwardLetter.objects.get()
    assert (left.state, left.attempts, left.lease_until) == ("queued", 1, None)
    assert left.due_at == at + workflow.letters.PAUSE


@pytest.fixture
def seven(reviewed, staged, call, director, at):
    """Seven letters that wait for their PDF, read as a sweep reads them."""
    call.cohort.places, call.cohort.budget = 7, 2_000_000
    call.cohort.save()
    for application in reviewed(7):
        staged(application)
    workflow.release(call, by=director, at=at)
    return list(AwardLetter.objects.for_build().due(at))


def test_letters_are_built_a_few_at_a_time_and_those_tried_before_alone(seven, monkeypatch):
    monkeypatch.setattr(workflow.letters, "TOGETHER", 5)
    seven[2].attempts = 1
    assert [[letter.pk for letter in group] for group in workflow.batches(seven)] == [
        [seven[2].pk], [seven[n].pk for n in (0, 1, 3, 4, 5)], [seven[6].pk],
    ]  # fmt: skip


def test_letters_built_together_are_claimed_and_closed_together(seven, at, outbox, django_assert_num_queries):
    # Claim: savepoint, read, mark, release. Close: savepoint, alternates, awards, those held, files, mark, e-mails, release.
    with django_assert_num_queries(4 + 8):
        assert workflow.build_letters(seven, at=at) == 7
    assert set(AwardLetter.objects.values_list("state", "attempts")) == {("done", 1)}
    assert sorted(mail.to for mail in outbox()) == sorted(letter.award.awardee.email for letter in seven)


def test_a_letter_that_cannot_be_closed_holds_up_none_of_those_built_with_it(seven, at, outbox, monkeypatch):
    real = workflow.letters.emails.offered

    def partly(award, **facts):
        if award.pk == seven[3].award_id:
            raise RuntimeError("no such template")
        return real(award, **facts)

    monkeypatch.setattr(workflow.letters.emails, "offered", partly)
    assert workflow.build_letters(seven, at=at) == 6
    left = AwardLetter.objects.exclude(state="done").get()
    assert (left.pk, left.state, left.last_error, left.lease_until) == (
        seven[3].pk, "queued", "RuntimeError: no such template", None,
    )  # fmt: skip
    assert len(outbox()) == 6
    monkeypatch.undo()
    assert workflow.build_letters([left], at=left.due_at) == 1
    assert len(outbox()) == 7


@pytest.mark.parametrize("days", [7, 3, 1])
def test_an_open_offer_is_reminded_of_7_3_and_1_days_before(days, award, outbox):
    built(award)
    due = award.accept_by - timedelta(days=days)
    keep(due - timedelta(seconds=1))
    before = len(outbox())
    assert keep(due) == 1
    assert keep(due) == 0
    (mail,) = outbox()[before:]
    assert (mail.to, mail.subject) == ("samuel@example.org", "[Action required] Harbor LEAP K12 awaits your answer")
    assert "17:00 Pacific" in mail.text.split("\n\n")[1]


def test_the_office_sees_the_three_reminders_ahead(award, at):
    built(award)
    keep(at)
    assert Reminder.objects.planned().count() == 3
    assert "Samuel Ng: answer the offer before" in Reminder.objects.first().summary


def test_an_answer_drops_the_reminders(award, applicant, at):
    built(award)
    keep(at)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    keep(at)
    assert Reminder.objects.planned().count() == 0


def test_nobody_is_reminded_before_the_offer(award, at, outbox):
    built(award)
    Award.objects.update(offered_at=award.accept_by - timedelta(days=2))
    keep(at)
    assert [row.key.rsplit(":", 1)[1] for row in Reminder.objects.planned()] == ["+1d"]


@pytest.mark.parametrize("state", ["queued", "working", "failed"])
def test_nobody_is_reminded_of_an_offer_that_could_not_be_read_or_loses_it(state, award, at, outbox):
    AwardLetter.objects.update(state=state)
    for days in (7, 1):
        assert keep(award.accept_by - timedelta(days=days)) == 0
    Award.objects.update(accept_by=at - timedelta(seconds=1))
    assert tasks.lapse() == 0
    assert (Award.objects.get().state, outbox()) == ("offered", [])


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_nobody_loses_an_offer_while_its_newest_letter_is_not_there(state, award, coordinator, at):
    built(award)
    workflow.build_again(award, by=coordinator, at=at)
    AwardLetter.objects.filter(version=2).update(state=state)
    assert keep(award.accept_by - timedelta(days=1)) == 0
    Award.objects.update(accept_by=at - timedelta(seconds=1))
    assert tasks.lapse() == 0


def test_a_letter_that_waited_for_long_is_dated_anew_and_gives_time(award, at, outbox):
    late = award.accept_by + timedelta(hours=1)
    assert workflow.build_letter(AwardLetter.objects.get().pk, at=late)
    now, letter = Award.objects.get(), AwardLetter.objects.get()
    assert now.accept_by > late + timedelta(days=7)
    assert in_zone(now.accept_by, award.application.call.time_zone) in letter.text
    assert letter.text.startswith(day(late.astimezone(award.application.call.zone).date()))
    assert in_zone(now.accept_by, award.application.call.time_zone) in outbox()[0].text
    assert workflow.lapse_overdue(late) == 0


def test_one_that_waited_for_an_hour_is_built_as_it_was_written(award, at):
    text = AwardLetter.objects.get().text
    assert workflow.build_letter(AwardLetter.objects.get().pk, at=at + timedelta(hours=1))
    assert (AwardLetter.objects.get().text, Award.objects.get().accept_by) == (text, award.accept_by)


def test_the_clock_ends_what_was_not_answered(award, at):
    built(award)
    assert tasks.lapse() == 0
    Award.objects.update(accept_by=at - timedelta(seconds=1))
    assert tasks.lapse() == 1
    assert Award.objects.get().state == "lapsed"
    assert tasks.remind() == 0


class TestWhatLayInTheQueue:
    """The mail server was away: who has answered the offer meanwhile is not asked to."""

    @pytest.fixture
    def queued(self, award):
        built(award)
        assert keep(award.accept_by - timedelta(days=1)) == 1
        return Email.objects.get(kind="answer an offer")

    def leaves(self, email, at):
        gone = mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        return gone or (email.state, email.last_error)

    def test_an_open_offer_is_still_reminded_of(self, queued, award):
        assert self.leaves(queued, award.accept_by - timedelta(seconds=1)) is True

    @pytest.mark.parametrize("what", ["accepted", "lapsed", "its time"])
    def test_one_that_was_answered_or_has_lapsed_is_not(self, queued, award, applicant, what):
        at = award.accept_by - timedelta(hours=2)
        if what == "accepted":
            accept(award, signed_name="Samuel Ng", by=applicant, at=at)
        elif what == "lapsed":
            Award.objects.update(accept_by=at)
            assert workflow.lapse_overdue(at) == 1
        said = {"its time": "The time it speaks of has passed."}.get(
            what, "The offer was answered meanwhile, has ended, or its letter is being written anew."
        )
        assert self.leaves(queued, award.accept_by if what == "its time" else at) == ("expired", said)


def test_one_offer_that_cannot_lapse_holds_up_no_other(reviewed, staged, call, director, at, monkeypatch):
    for application in reviewed(2):
        staged(application)
    first, second = workflow.release(call, by=director, at=at).awards
    built(first)
    built(second)
    real = workflow.awards.emails.lapsed_office
    monkeypatch.setattr(workflow.awards.emails, "lapsed_office", lambda award: 1 / 0 if award.pk == first.pk else real(award))
    assert workflow.lapse_overdue(first.accept_by) == 1
    assert dict(Award.objects.values_list("pk", "state")) == {first.pk: "offered", second.pk: "lapsed"}
