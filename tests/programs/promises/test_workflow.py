"""A sponsor, mentor or chair is asked, asked again, replaced; commits or declines; each once, in time, by the right person."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import User
from programs import links
from programs.models import Call, Email, HistoryEntry, SealedLink
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible, record
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def kinds():
    return list(Email.objects.order_by("pk").values_list("kind", "to"))


class TestAsk:
    def test_a_request_is_sealed_mailed_and_recorded(self, kind, asked, applicant):
        assert (asked.state, asked.email) == ("asked", kind.email)
        link = SealedLink.objects.get()
        assert (link.purpose, link.email) == (kind.door.format("answer"), asked.email)
        assert link.expires_at > asked.call.letters_until
        assert kinds() == [(f"{kind.noun} asked", asked.email)]
        row = HistoryEntry.objects.about(asked).get()
        assert (row.verb, row.by, row.applicant) == ("ask", applicant, applicant)

    def test_who_may_ask(self, ask, coordinator, stranger, other_director):
        for by in (stranger, other_director):
            with pytest.raises(PermissionDenied):
                ask(by=by)
        assert ask(by=coordinator).state == "asked"

    def test_one_stands_at_a_time(self, kind, ask, asked, applicant, at):
        with pytest.raises(NotPossible, match=f"{kind.name} has been asked already"):
            ask(name="Lee Castellano", email="lee@county.example")
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=SealedLink.objects.get())
        with pytest.raises(NotPossible):
            ask(name="Lee Castellano", email="lee@county.example")
        kind.workflow.replace(asked, by=applicant, at=at)
        assert ask(name="Lee Castellano", email="lee@county.example").state == "asked"

    def test_one_who_declined_gives_way(self, kind, ask, asked, at):
        kind.workflow.decline(asked, **kind.signed, reason="No capacity.", at=at, link=SealedLink.objects.get())
        following = ask(name="Lee Castellano", email="lee@county.example")
        asked.refresh_from_db()
        assert (asked.state, asked.reason) == ("replaced", "No capacity.")
        assert list(kind.model.objects.of_applicant(asked.call_id, asked.applicant_id)) == [following]

    def test_the_time_to_ask_ends_with_the_grace(self, ask, call):
        with pytest.raises(NotPossible, match="time to answer has passed"):
            ask(at=call.letters_until)
        assert ask(at=call.letters_until - SECOND).state == "asked"

    def test_nobody_promises_to_themselves(self, ask, applicant):
        with pytest.raises(NotPossible, match="somebody else"):
            ask(email=applicant.email.upper())
        assert kinds() == []

    def test_nor_by_another_address_of_their_own(self, ask, applicant, stranger):
        mine = EmailAddress.objects.create(user=applicant, email="samuel@home.example", verified=True)
        with pytest.raises(NotPossible, match="nobody can make this promise to themselves"):
            ask(email="Samuel@Home.example")
        assert kinds() == []
        EmailAddress.objects.filter(pk=mine.pk).update(user=stranger)
        assert ask(email="samuel@home.example").state == "asked"

    @pytest.mark.parametrize("address", ["a@x.org,b@x.org", "a@x.org\r\nBcc: b@x.org", "nobody"])
    def test_one_address_and_no_more(self, ask, address):
        with pytest.raises(ValidationError):
            ask(email=address)
        assert kinds() == []

    def test_ten_a_day_are_enough(self, kind, ask, applicant, at):
        for number in range(10):
            kind.workflow.replace(ask(email=f"person{number}@example.org", at=at), by=applicant, at=at)
        with pytest.raises(NotPossible, match="wait until tomorrow"):
            ask(email="eleven@example.org", at=at)
        assert ask(email="eleven@example.org", at=at + timedelta(days=1, seconds=1)).state == "asked"

    @pytest.mark.django_db(transaction=True)
    def test_two_windows_at_once_ask_one_person(self, ask, applicant):
        barrier, outcomes = threading.Barrier(2), []

        def window(number):
            try:
                barrier.wait()
                outcomes.append(ask(email=f"person{number}@example.org").state)
            except NotPossible:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=window, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["asked", "refused"]
        assert Email.objects.count() == 1


class TestAskAgain:
    def test_the_request_itself_goes_out_again(self, kind, asked, applicant, at):
        kind.workflow.ask_again(asked, by=applicant, at=at)
        assert kinds() == [(f"{kind.noun} asked", asked.email)] * 2
        assert SealedLink.objects.count() == 1
        assert HistoryEntry.objects.about(asked).filter(verb="ask again").count() == 1

    def test_not_to_one_who_answered_nor_too_late_nor_too_often(self, kind, asked, applicant, stranger, at):
        with pytest.raises(PermissionDenied):
            kind.workflow.ask_again(asked, by=stranger, at=at)
        with pytest.raises(NotPossible, match="time to answer has passed"):
            kind.workflow.ask_again(asked, by=applicant, at=asked.call.letters_until)
        for _ in range(2):
            kind.workflow.ask_again(asked, by=applicant, at=at)
        with pytest.raises(NotPossible, match="several times just now"):
            kind.workflow.ask_again(asked, by=applicant, at=at)
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=SealedLink.objects.get())
        with pytest.raises(NotPossible, match="answered already"):
            kind.workflow.ask_again(asked, by=applicant, at=at + timedelta(hours=1))

    def test_five_e_mails_a_day_are_enough(self, kind, asked, applicant, coordinator, at):
        """An applicant's account must not become a way to send one stranger hundreds of e-mails a day."""
        start = Email.objects.about(asked).get().created_at
        for hour in range(1, 5):
            kind.workflow.ask_again(asked, by=applicant, at=start + timedelta(hours=hour))
        for by in (applicant, coordinator):
            with pytest.raises(NotPossible, match=f"^We wrote to {kind.name} 5 times within a day, .* speak to them yourself"):
                kind.workflow.ask_again(asked, by=by, at=start + timedelta(days=1) - SECOND)
        assert len(kinds()) == 5
        kind.workflow.ask_again(asked, by=applicant, at=start + timedelta(days=1))
        assert len(kinds()) == 6

    def test_ending_the_request_and_asking_the_same_person_counts_on(self, kind, ask, asked, applicant, at):
        Email.objects.update(created_at=at)
        for hour in range(1, 5):
            kind.workflow.replace(asked, by=applicant, at=at + timedelta(hours=hour))
            asked = ask(at=at + timedelta(hours=hour))
        with pytest.raises(NotPossible, match="5 times within a day"):
            kind.workflow.ask_again(asked, by=applicant, at=at + timedelta(hours=6))


class TestAnswer:
    def test_a_yes_is_signed_and_the_applicant_hears(self, kind, asked, link, applicant, at):
        kind.workflow.commit(asked, **kind.signed, note="Glad to.", at=at, link=link)
        asked.refresh_from_db()
        assert (asked.state, asked.signed_name, asked.signed_title, asked.answered_at) == (
            "committed",
            kind.name,
            kind.signed["signed_title"],
            at,
        )
        row = HistoryEntry.objects.about(asked).latest("pk")
        assert (row.verb, row.who, row.link, row.by, row.why) == ("commit", kind.name, link, None, "Glad to.")
        assert kinds()[1:] == [(f"{kind.noun} answered", applicant.email)]

    def test_a_no_has_a_reason_and_the_office_hears_too(self, kind, asked, link, applicant, at):
        with pytest.raises(NotPossible, match="say why you decline"):
            kind.workflow.decline(asked, **kind.signed, reason="  ", at=at, link=link)
        kind.workflow.decline(asked, **kind.signed, reason="No capacity.", at=at, link=link)
        assert asked.state == "declined"
        assert kinds()[1:] == [(f"{kind.noun} answered", applicant.email), (f"{kind.noun} declined", "office@example.org")]
        found = f"/applications/calls/{asked.call_id}/?q={applicant.name.replace(' ', '+')}"
        assert Email.objects.get(kind=f"{kind.noun} declined").action_path == found

    def test_the_way_of_the_office_to_an_applicant_with_a_long_name_fits(self, kind, asked, link, applicant, at):
        User.objects.filter(pk=applicant.pk).update(name="𝔄" * 120)
        asked.applicant.refresh_from_db()
        kind.workflow.decline(asked, **kind.signed, reason="No capacity.", at=at, link=link)
        assert len(Email.objects.get(kind=f"{kind.noun} declined").action_path) < 300

    @pytest.mark.parametrize("is_submitted", [False, True])
    def test_a_no_says_until_when_somebody_else_can_be_asked(self, kind, asked, link, call, at, is_submitted):
        """A draft names nobody after the deadline; what was submitted does until the grace for letters ends."""
        if is_submitted:
            record(asked, "submit", at=at, by=asked.applicant, to_state="submitted")
        kind.workflow.decline(asked, **kind.signed, reason="No capacity.", at=at, link=link)
        until = in_zone(call.letters_until if is_submitted else call.closes_at, call.time_zone)
        for text in Email.objects.filter(kind__in=[f"{kind.noun} answered", f"{kind.noun} declined"]).values_list(
            "text", flat=True
        ):
            assert f"by {until}." in text

    def test_a_name_is_needed(self, kind, asked, link, at):
        with pytest.raises(NotPossible, match="full name"):
            kind.workflow.commit(asked, signed_name=" ", signed_title="Chief", note="", at=at, link=link)

    @pytest.mark.both
    def test_the_same_answer_twice_counts_once(self, kind, asked, link, at):
        """F25: a double click, or the form sent again after a lost connection."""
        stale = kind.model.objects.get(pk=asked.pk)
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link)
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link)
        kind.workflow.commit(stale, **kind.signed, note="", at=at, link=link)
        assert HistoryEntry.objects.about(asked).filter(verb="commit").count() == 1
        assert len(kinds()) == 2

    def test_another_answer_is_not_taken(self, kind, asked, link, at):
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link)
        with pytest.raises(NotPossible, match=f"^This request was answered already: {kind.signed['signed_name']} has committed"):
            kind.workflow.decline(asked, **kind.signed, reason="Changed my mind.", at=at, link=link)
        asked.refresh_from_db()
        assert (asked.state, asked.reason) == ("committed", "")

    @pytest.mark.both
    def test_nothing_after_it_was_replaced(self, kind, asked, link, applicant, at):
        """F25: the old link after somebody else was asked."""
        kind.workflow.replace(asked, by=applicant, at=at)
        with pytest.raises(NotPossible, match="is replaced"):
            kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link)
        link.refresh_from_db()
        assert link.revoked_at == at

    def test_in_time_to_the_second(self, kind, asked, link, ask):
        with pytest.raises(NotPossible, match="time to answer has passed"):
            kind.workflow.commit(asked, **kind.signed, note="", at=asked.call.letters_until, link=link)
        kind.workflow.commit(asked, **kind.signed, note="", at=asked.call.letters_until - SECOND, link=link)
        assert asked.state == "committed"

    def test_a_link_answers_its_own_request_only(self, kind, asked, ask, at):
        """S5: a link of another request of the same kind."""
        other = ask(applicant=(person := UserFactory()), by=person, email="lee@county.example")
        with pytest.raises(PermissionDenied):
            kind.workflow.commit(asked, **kind.signed, note="", at=at, link=SealedLink.objects.about(other).get())
        assert asked.state == "asked"

    def test_without_a_link_only_the_person_asked(self, kind, asked, stranger, coordinator, applicant, at):
        for by in (stranger, coordinator, applicant):
            with pytest.raises(PermissionDenied):
                kind.workflow.commit(asked, **kind.signed, note="", at=at, by=by)
        person = UserFactory(email=asked.email)
        kind.workflow.commit(asked, **kind.signed, note="", at=at, by=person)
        assert HistoryEntry.objects.about(asked).latest("pk").by == person


class TestReplace:
    def test_links_are_dead_at_once(self, kind, asked, link, applicant, at):
        kind.workflow.replace(asked, by=applicant, at=at, why="On leave.")
        link.refresh_from_db()
        assert (asked.state, link.revoked_at) == ("replaced", at)
        assert links.revoke(asked, at=at) == 0

    def test_who_may(self, kind, asked, stranger, other_director, coordinator, at):
        for by in (stranger, other_director):
            with pytest.raises(PermissionDenied):
                kind.workflow.replace(asked, by=by, at=at)
        kind.workflow.replace(asked, by=coordinator, at=at)


class TestRemindSteps:
    def days(self, kind, call, at):
        return [(step.slot, (call.closes_at - step.due_at).total_seconds() / 86400) for step in kind.workflow.REMINDER.wanted(at)]

    def test_fourteen_seven_three_one_and_a_day_before_the_grace_ends(self, kind, asked, call, at):
        kind.model.objects.update(asked_at=call.closes_at - timedelta(days=30))
        assert self.days(kind, call, at) == [("+14d", 14), ("+7d", 7), ("+3d", 3), ("+1d", 1), ("letters", -2)]

    def test_none_on_the_day_of_the_request(self, kind, asked, call, at):
        kind.model.objects.update(asked_at=call.closes_at - timedelta(days=3, hours=5))
        assert self.days(kind, call, at) == [("+1d", 1), ("letters", -2)]

    def test_without_grace_the_last_reminder_is_before_the_deadline(self, kind, asked, call, at):
        Call.objects.update(letters_grace_hours=0)
        kind.model.objects.update(asked_at=call.closes_at - timedelta(days=30))
        assert [slot for slot, _ in self.days(kind, call, at)] == ["+14d", "+7d", "+3d", "+1d"]

    def test_who_answered_or_was_replaced_is_left_in_peace(self, kind, asked, link, applicant, call, at):
        kind.model.objects.update(asked_at=call.closes_at - timedelta(days=30))
        kind.workflow.commit(asked, **kind.signed, note="", at=at, link=link)
        assert self.days(kind, call, at) == []
