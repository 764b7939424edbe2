"""A sponsor is asked, asked again, replaced; commits or declines; each once, in time, by the right person."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from programs import links
from programs.models import Call, Email, HistoryEntry, SealedLink
from programs.transitions import NotPossible
from sponsors import workflow
from sponsors.models import SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.promises import HealthSystemFactory

pytestmark = pytest.mark.django_db
SIGNED = {"signed_name": "Dana Whitfield", "signed_title": "Chief"}
SECOND = timedelta(seconds=1)


def kinds():
    return list(Email.objects.order_by("pk").values_list("kind", "to"))


class TestAsk:
    def test_a_request_is_sealed_mailed_and_recorded(self, asked, applicant):
        assert (asked.state, asked.email) == ("asked", "dana@county.example")
        link = SealedLink.objects.get()
        assert (link.purpose, link.email) == ("sponsors:answer", asked.email)
        assert link.expires_at > asked.call.letters_until
        assert kinds() == [("sponsor asked", asked.email)]
        row = HistoryEntry.objects.about(asked).get()
        assert (row.verb, row.by, row.applicant) == ("ask", applicant, applicant)

    def test_who_may_ask(self, ask, coordinator, stranger, other_director):
        for by in (stranger, other_director):
            with pytest.raises(PermissionDenied):
                ask(by=by)
        assert ask(by=coordinator).state == "asked"

    def test_one_stands_at_a_time(self, ask, asked, applicant, at):
        with pytest.raises(NotPossible, match="Dana Whitfield has been asked already"):
            ask(name="Lee Castellano", email="lee@county.example")
        workflow.commit(asked, **SIGNED, note="", at=at, link=SealedLink.objects.get())
        with pytest.raises(NotPossible):
            ask(name="Lee Castellano", email="lee@county.example")
        workflow.replace(asked, by=applicant, at=at)
        assert ask(name="Lee Castellano", email="lee@county.example").state == "asked"

    def test_one_who_declined_gives_way(self, ask, asked, at):
        workflow.decline(asked, **SIGNED, reason="No capacity.", at=at, link=SealedLink.objects.get())
        following = ask(name="Lee Castellano", email="lee@county.example")
        asked.refresh_from_db()
        assert (asked.state, asked.reason) == ("replaced", "No capacity.")
        assert list(SponsorCommitment.objects.of_applicant(asked.call_id, asked.applicant_id)) == [following]

    def test_the_time_to_ask_ends_with_the_grace(self, ask, call):
        with pytest.raises(NotPossible, match="time to answer has passed"):
            ask(at=call.letters_until)
        assert ask(at=call.letters_until - SECOND).state == "asked"

    def test_nobody_sponsors_themselves(self, ask, applicant):
        with pytest.raises(NotPossible, match="somebody else"):
            ask(email=applicant.email.upper())
        assert kinds() == []

    @pytest.mark.parametrize("address", ["a@x.org,b@x.org", "a@x.org\r\nBcc: b@x.org", "nobody"])
    def test_one_address_and_no_more(self, ask, address):
        with pytest.raises(ValidationError):
            ask(email=address)
        assert kinds() == []

    def test_a_foreign_health_system_is_refused(self, ask, other_program):
        with pytest.raises(NotPossible, match="does not belong"):
            ask(health_system=HealthSystemFactory(program=other_program))

    def test_ten_a_day_are_enough(self, ask, applicant, at):
        for number in range(10):
            workflow.replace(ask(email=f"sponsor{number}@example.org", at=at), by=applicant, at=at)
        with pytest.raises(NotPossible, match="wait until tomorrow"):
            ask(email="eleven@example.org", at=at)
        assert ask(email="eleven@example.org", at=at + timedelta(days=1, seconds=1)).state == "asked"

    @pytest.mark.django_db(transaction=True)
    def test_two_windows_at_once_ask_one_person(self, ask, applicant):
        barrier, outcomes = threading.Barrier(2), []

        def window(number):
            try:
                barrier.wait()
                outcomes.append(ask(email=f"sponsor{number}@example.org").state)
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
    def test_the_request_itself_goes_out_again(self, asked, applicant, at):
        workflow.ask_again(asked, by=applicant, at=at)
        assert kinds() == [("sponsor asked", asked.email)] * 2
        assert SealedLink.objects.count() == 1
        assert HistoryEntry.objects.about(asked).filter(verb="ask again").count() == 1

    def test_not_to_one_who_answered_nor_too_late_nor_too_often(self, asked, applicant, stranger, at):
        with pytest.raises(PermissionDenied):
            workflow.ask_again(asked, by=stranger, at=at)
        with pytest.raises(NotPossible, match="time to answer has passed"):
            workflow.ask_again(asked, by=applicant, at=asked.call.letters_until)
        for _ in range(2):
            workflow.ask_again(asked, by=applicant, at=at)
        with pytest.raises(NotPossible, match="several times just now"):
            workflow.ask_again(asked, by=applicant, at=at)
        workflow.commit(asked, **SIGNED, note="", at=at, link=SealedLink.objects.get())
        with pytest.raises(NotPossible, match="answered already"):
            workflow.ask_again(asked, by=applicant, at=at + timedelta(hours=1))


class TestAnswer:
    def test_a_yes_is_signed_and_the_applicant_hears(self, asked, link, applicant, at):
        workflow.commit(asked, **SIGNED, note="Glad to.", at=at, link=link)
        asked.refresh_from_db()
        assert (asked.state, asked.signed_name, asked.signed_title, asked.answered_at) == (
            "committed",
            "Dana Whitfield",
            "Chief",
            at,
        )
        row = HistoryEntry.objects.about(asked).latest("pk")
        assert (row.verb, row.who, row.link, row.by, row.why) == ("commit", "Dana Whitfield", link, None, "Glad to.")
        assert kinds()[1:] == [("sponsor answered", applicant.email)]

    def test_a_no_has_a_reason_and_the_office_hears_too(self, asked, link, applicant, at):
        with pytest.raises(NotPossible, match="say why you decline"):
            workflow.decline(asked, **SIGNED, reason="  ", at=at, link=link)
        workflow.decline(asked, **SIGNED, reason="No capacity.", at=at, link=link)
        assert asked.state == "declined"
        assert kinds()[1:] == [("sponsor answered", applicant.email), ("sponsor declined", "office@example.org")]

    def test_a_name_is_needed(self, asked, link, at):
        with pytest.raises(NotPossible, match="full name"):
            workflow.commit(asked, signed_name=" ", signed_title="Chief", note="", at=at, link=link)

    def test_the_same_answer_twice_counts_once(self, asked, link, at):
        """F25: a double click, or the form sent again after a lost connection."""
        stale = SponsorCommitment.objects.get(pk=asked.pk)
        workflow.commit(asked, **SIGNED, note="", at=at, link=link)
        workflow.commit(asked, **SIGNED, note="", at=at, link=link)
        workflow.commit(stale, **SIGNED, note="", at=at, link=link)
        assert HistoryEntry.objects.about(asked).filter(verb="commit").count() == 1
        assert len(kinds()) == 2

    def test_another_answer_is_not_taken(self, asked, link, at):
        workflow.commit(asked, **SIGNED, note="", at=at, link=link)
        with pytest.raises(NotPossible, match="is committed"):
            workflow.decline(asked, **SIGNED, reason="Changed my mind.", at=at, link=link)
        asked.refresh_from_db()
        assert (asked.state, asked.reason) == ("committed", "")

    def test_nothing_after_it_was_replaced(self, asked, link, applicant, at):
        """F25: the old link after somebody else was asked."""
        workflow.replace(asked, by=applicant, at=at)
        with pytest.raises(NotPossible, match="is replaced"):
            workflow.commit(asked, **SIGNED, note="", at=at, link=link)
        link.refresh_from_db()
        assert link.revoked_at == at

    def test_in_time_to_the_second(self, asked, link, ask):
        with pytest.raises(NotPossible, match="time to answer has passed"):
            workflow.commit(asked, **SIGNED, note="", at=asked.call.letters_until, link=link)
        workflow.commit(asked, **SIGNED, note="", at=asked.call.letters_until - SECOND, link=link)
        assert asked.state == "committed"

    def test_a_link_answers_its_own_request_only(self, asked, ask, at):
        """S5: a link of another request of the same kind."""
        other = ask(applicant=(person := UserFactory()), by=person, email="lee@county.example")
        with pytest.raises(PermissionDenied):
            workflow.commit(asked, **SIGNED, note="", at=at, link=SealedLink.objects.about(other).get())
        assert asked.state == "asked"

    def test_without_a_link_only_the_person_asked(self, asked, sponsor_person, stranger, coordinator, applicant, at):
        for by in (stranger, coordinator, applicant):
            with pytest.raises(PermissionDenied):
                workflow.commit(asked, **SIGNED, note="", at=at, by=by)
        sponsor_person.email = asked.email
        workflow.commit(asked, **SIGNED, note="", at=at, by=sponsor_person)
        assert HistoryEntry.objects.about(asked).latest("pk").by == sponsor_person


class TestReplace:
    def test_links_are_dead_at_once(self, asked, link, applicant, at):
        workflow.replace(asked, by=applicant, at=at, why="On leave.")
        link.refresh_from_db()
        assert (asked.state, link.revoked_at) == ("replaced", at)
        assert links.revoke(asked, at=at) == 0

    def test_who_may(self, asked, stranger, other_director, coordinator, at):
        for by in (stranger, other_director):
            with pytest.raises(PermissionDenied):
                workflow.replace(asked, by=by, at=at)
        workflow.replace(asked, by=coordinator, at=at)


class TestRemindSteps:
    def days(self, call, at):
        return [(step.slot, (call.closes_at - step.due_at).total_seconds() / 86400) for step in workflow.remind_steps(at)]

    def test_fourteen_seven_three_one_and_a_day_before_the_grace_ends(self, asked, call, at):
        SponsorCommitment.objects.update(asked_at=call.closes_at - timedelta(days=30))
        assert self.days(call, at) == [("+14d", 14), ("+7d", 7), ("+3d", 3), ("+1d", 1), ("letters", -2)]

    def test_none_on_the_day_of_the_request(self, asked, call, at):
        SponsorCommitment.objects.update(asked_at=call.closes_at - timedelta(days=3, hours=5))
        assert self.days(call, at) == [("+1d", 1), ("letters", -2)]

    def test_without_grace_the_last_reminder_is_before_the_deadline(self, asked, call, at):
        Call.objects.update(letters_grace_hours=0)
        SponsorCommitment.objects.update(asked_at=call.closes_at - timedelta(days=30))
        assert [slot for slot, _ in self.days(call, at)] == ["+14d", "+7d", "+3d", "+1d"]

    def test_who_answered_or_was_replaced_is_left_in_peace(self, asked, link, applicant, call, at):
        SponsorCommitment.objects.update(asked_at=call.closes_at - timedelta(days=30))
        workflow.commit(asked, **SIGNED, note="", at=at, link=link)
        assert self.days(call, at) == []
