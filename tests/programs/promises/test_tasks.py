"""The clock reminds sponsors, mentors and chairs who have not answered: by the same link, once each, never in a pile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from programs import mail, reminders
from programs.models import Call, Email, LinkToken, Reminder, SealedLink
from programs.transitions import NotPossible, record
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db


def reminded(kind):
    return Email.objects.filter(kind=f"{kind.noun} reminder").count()


def beat(kind, at):
    return reminders.keep(kind.workflow.REMINDER, at=at)


def submit(promise):
    """Note in the history that the applicant has submitted the application."""
    application = ApplicationFactory(call=promise.call, applicant=promise.applicant, state="submitted")
    record(application, "submit", at=timezone.now(), by=promise.applicant, from_state="draft", to_state="submitted")


@pytest.fixture
def waiting(kind, asked, call):
    kind.model.objects.update(asked_at=call.closes_at - timedelta(days=30))
    return kind.model.objects.for_page().get()


def test_the_ladder_over_the_weeks(waiting, call, kind):
    moments = [call.closes_at - timedelta(days=day) for day in (14, 7, 3, 1)] + [call.letters_until - timedelta(days=1)]
    Call.objects.update(opens_at=call.closes_at - timedelta(days=60), published_at=call.closes_at - timedelta(days=60))
    submit(waiting)
    beat(kind, moments[0] - timedelta(days=1))
    for count, moment in enumerate(moments, start=1):
        assert beat(kind, moment - timedelta(seconds=1)) == 0
        assert beat(kind, moment) == 1
        assert beat(kind, moment) == 0
        assert reminded(kind) == count
    assert beat(kind, call.letters_until) == 0


def test_the_reminder_carries_the_same_link_with_a_fresh_token(kind, waiting, call, deliver_all, mailoutbox):
    beat(kind, call.closes_at - timedelta(days=3))
    Email.objects.filter(kind=f"{kind.noun} reminder").update(due_at=timezone.now())
    deliver_all()
    assert SealedLink.objects.count() == 1
    assert LinkToken.objects.count() == 2
    first, second = mailoutbox
    assert first.to == second.to == [waiting.email]
    assert "Your answer is still needed by" in second.body.splitlines()[0]
    assert first.body.split("/links/")[1] != second.body.split("/links/")[1]


@pytest.mark.parametrize("days", [40, 60])
def test_after_an_extension_of_a_month_the_link_still_opens_the_request(kind, waiting, call, days):
    """The link was sealed for the old deadline: dead by then, or dead before the answer is due."""
    old = SealedLink.objects.get()
    later = call.closes_at + timedelta(days=days)
    Call.objects.update(closes_at=later, review_due_at=later + timedelta(days=30))
    for day in (14, 7):
        beat(kind, later - timedelta(days=day))
    first, second = (email.link for email in Email.objects.filter(kind=f"{kind.noun} reminder").order_by("pk"))
    assert first == second != old
    assert first.expires_at == later + timedelta(hours=call.letters_grace_hours, days=30)
    assert (first.purpose, first.email, first.subject) == (old.purpose, old.email, waiting)
    old.refresh_from_db()
    assert old.revoked_at is None


def test_without_any_living_link_the_reminder_brings_one(kind, waiting, call):
    SealedLink.objects.update(revoked_at=timezone.now())
    assert beat(kind, call.closes_at - timedelta(days=7)) == 1
    assert Email.objects.get(kind=f"{kind.noun} reminder").link.revoked_at is None


@pytest.mark.both
def test_two_beats_send_once(waiting, call, kind):
    """F11."""
    at = call.closes_at - timedelta(days=3)
    assert [beat(kind, at), beat(kind, at)] == [1, 0]
    assert reminded(kind) == 1


def test_after_days_without_a_beat_one_goes_out(waiting, call, kind):
    """F12."""
    beat(kind, call.closes_at - timedelta(days=14, hours=1))
    assert beat(kind, call.closes_at - timedelta(hours=20)) == 1
    assert reminded(kind) == 1


def test_after_the_grace_nothing_goes_out(waiting, call, kind):
    assert beat(kind, call.letters_until) == 0
    assert reminded(kind) == 0


def test_a_call_whose_longest_grace_is_over_is_not_even_read(waiting, call, kind):
    """Every unanswered request there ever was would be read every five minutes otherwise."""
    over = call.closes_at + timedelta(days=60)
    assert [list(kind.model.objects.awaiting(over - gap)) for gap in (timedelta(seconds=1), timedelta(0))] == [[waiting], []]


def test_for_a_draft_that_was_not_submitted_nobody_is_reminded_after_the_deadline(waiting, application, call, kind):
    beat(kind, call.closes_at - timedelta(hours=1))
    letters = Reminder.objects.planned().get()
    assert letters.due_at == call.letters_until - timedelta(days=1)
    assert beat(kind, call.closes_at) == 0
    assert not Reminder.objects.planned().exists()
    assert beat(kind, letters.due_at) == 0
    later = call.closes_at + timedelta(days=10)
    Call.objects.update(closes_at=later, review_due_at=later + timedelta(days=30))
    beat(kind, letters.due_at + timedelta(minutes=1))
    assert Reminder.objects.planned().earliest("due_at").due_at > letters.due_at  # extended: the answer is needed again
    assert beat(kind, later - timedelta(days=3)) == 1


def test_the_office_holds_one(waiting, call, coordinator, kind):
    at = call.closes_at - timedelta(days=3)
    beat(kind, at - timedelta(hours=1))
    reminders.hold(Reminder.objects.get(key__endswith="+3d"), by=coordinator, at=at)
    assert beat(kind, at) == 0


def test_the_task_is_safe_to_run_at_any_time(kind, waiting):
    assert [kind.remind() for _ in range(3)] == [1, 0, 0]


def test_an_answer_in_between_stops_it(kind, waiting, call):
    at = call.closes_at - timedelta(days=3)
    beat(kind, at - timedelta(hours=1))
    kind.workflow.commit(waiting, signed_name="Lee", signed_title="Chief", note="", at=at, link=SealedLink.objects.get())
    assert beat(kind, at) == 0
    assert not Reminder.objects.planned().exists()


class TestWhatLayInTheQueue:
    """The mail server was away: who has answered meanwhile is not asked once more."""

    SAID = "The request was answered or ended meanwhile, or the application was not submitted in time."

    @pytest.fixture
    def queued(self, kind, waiting, call):
        assert beat(kind, call.closes_at - timedelta(days=3)) == 1
        return Email.objects.get(kind=f"{kind.noun} reminder")

    def leaves(self, email, at):
        gone = mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        return gone or (email.state, email.last_error)

    def test_who_has_not_answered_is_still_reminded(self, queued, call):
        assert self.leaves(queued, call.closes_at - timedelta(seconds=1)) is True

    @pytest.mark.parametrize("verb", ["commit", "decline"])
    def test_who_has_answered_is_not(self, queued, kind, waiting, call, verb):
        at, facts = call.closes_at - timedelta(days=2), {"note": ""} if verb == "commit" else {"reason": "No time."}
        getattr(kind.workflow, verb)(waiting, **kind.signed, **facts, at=at, link=SealedLink.objects.get())
        assert self.leaves(queued, at) == ("expired", self.SAID)

    def test_nor_who_was_replaced(self, queued, kind, waiting, call, applicant):
        at = call.closes_at - timedelta(days=2)
        kind.workflow.replace(waiting, by=applicant, at=at)
        assert self.leaves(queued, at) == ("expired", "The link in this e-mail was withdrawn.")

    def test_nor_anybody_after_the_deadline_for_an_applicant_who_did_not_submit(self, queued, kind, waiting, call):
        assert self.leaves(queued, call.closes_at) == ("expired", self.SAID)

    def test_for_one_who_did_the_answer_is_still_needed(self, queued, waiting, call):
        submit(waiting)
        assert self.leaves(queued, call.closes_at) is True


class TestTheRequestItself:
    """What asks for a promise is not sent, nor sent again, to whom nobody waits for."""

    @pytest.fixture
    def request_mail(self, asked):
        return Email.objects.about(asked).get()

    def test_while_it_waits_it_is_sent_again_until_its_time_is_over(self, request_mail, asked, call, at):
        again = mail.again(request_mail, at=at)
        assert (again.to, again.expires_at) == (asked.email, call.letters_until)
        submit(asked)
        assert mail.again(request_mail, at=call.letters_until - timedelta(seconds=1))
        with pytest.raises(NotPossible, match="The time to answer has passed"):
            mail.again(request_mail, at=call.letters_until)

    def test_who_has_answered_is_not_asked(self, request_mail, kind, asked, yes, holder, at, mailoutbox):
        client, address = holder
        seen = client.get(address).context["seen"]
        assert client.post(address, {**yes, "seen": seen}).status_code == 302
        assert not mail.deliver(request_mail.pk, at=timezone.now())
        request_mail.refresh_from_db()
        assert (request_mail.state, request_mail.last_error) == ("expired", "The request was answered, or has ended.")
        assert mailoutbox == []
        with pytest.raises(NotPossible, match="was answered, or has ended"):
            mail.again(request_mail, at=at)

    def test_nor_after_the_deadline_for_an_applicant_who_did_not_submit(self, request_mail, kind, asked, applicant, call):
        late = call.closes_at + timedelta(hours=1)
        with pytest.raises(NotPossible, match="not submitted before the deadline"):
            mail.again(request_mail, at=late)
        with pytest.raises(NotPossible, match="not submitted before the deadline"):
            kind.workflow.ask_again(asked, by=applicant, at=late)
        submit(asked)
        kind.workflow.ask_again(asked, by=applicant, at=late)


def test_after_a_still_clock_the_reminder_names_the_date_that_is_to_come(waiting, call, kind, outbox):
    submit(waiting)
    before = len(outbox())
    assert beat(kind, call.closes_at + timedelta(hours=10)) == 1
    [sent] = outbox()[before:]
    until = call.letters_until.astimezone(call.zone)
    assert sent.subject.endswith(f"answer by {until.day} {until:%B}")


@pytest.mark.parametrize(("hours", "reminded"), [(1, False), (24, False), (25, True), (72, True)])
def test_a_grace_of_a_day_or_less_brings_no_reminder_of_its_own(waiting, call, kind, hours, reminded):
    Call.objects.update(letters_grace_hours=hours)
    beat(kind, call.closes_at - timedelta(days=2))
    planned = set(Reminder.objects.planned().values_list("due_at", flat=True))
    after = {call.closes_at + timedelta(hours=hours - 24)} if reminded else set()
    assert planned == {call.closes_at - timedelta(days=1)} | after
