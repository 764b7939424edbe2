"""Requests, answers, e-mails and links in the same moment by several hands: each gets its turn or a sentence, never an error."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from programs import promises, workflow
from programs.models import Email, HistoryEntry, Membership, Program, SealedLink
from programs.permissions import may_grant
from programs.transitions import NotPossible
from sponsors import workflow as sponsoring
from sponsors.emails import WORDS
from sponsors.models import SponsorCommitment
from tests.factories.promises import SponsorCommitmentFactory

HANDS = 4

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Let every act happen in the same moment; return what each got: True, or the sentence that refused it."""
    barrier = threading.Barrier(len(acts), timeout=30)

    def one(act):
        try:
            barrier.wait()
            act()
        except NotPossible as refusal:
            return str(refusal)
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_one_email_is_sent_again_once(asked, coordinator, at):
    Email.objects.update(state="done", done_at=at)
    found = at_once(*[lambda: workflow.send_again(Email.objects.earliest("pk"), by=coordinator, at=at)] * HANDS)
    assert sorted(map(str, found)) == ["This e-mail is still on its way."] * 3 + ["True"]
    assert Email.objects.count() == 2


def test_an_expired_link_is_renewed_three_times_an_hour_by_however_many(asked, at):
    late = at + timedelta(days=2)
    SealedLink.objects.update(expires_at=late)
    found = at_once(*[lambda: workflow.renew_link(SealedLink.objects.earliest("pk"), at=late)] * HANDS)
    assert found.count(True) == workflow.RENEWALS_AN_HOUR
    assert Email.objects.count() == 1 + workflow.RENEWALS_AN_HOUR
    assert SealedLink.objects.count() == 2


def test_pressed_four_times_a_request_goes_out_three_times_in_all(asked, applicant, at):
    copies = [SponsorCommitment.objects.for_page().get() for _ in range(HANDS)]
    found = at_once(*[lambda it=copy: sponsoring.ask_again(it, by=applicant, at=at) for copy in copies])
    assert (
        sorted(map(str, found)) == ["The request was sent several times just now. Please give it some minutes."] * 2 + ["True"] * 2
    )
    assert Email.objects.count() == 3
    assert HistoryEntry.objects.filter(verb="ask again").count() == 2


def test_the_office_and_the_applicant_send_the_same_request_again(asked, applicant, coordinator, at):
    Email.objects.update(state="done", done_at=at)
    copy = SponsorCommitment.objects.for_page().get()
    acts = [
        lambda: sponsoring.ask_again(copy, by=applicant, at=at),
        lambda: workflow.send_again(Email.objects.earliest("pk"), by=coordinator, at=at),
    ]
    found = at_once(*acts)
    assert found[0] is True
    assert found[1] in (True, "This e-mail is still on its way.")
    assert Email.objects.count() == 1 + found.count(True)


def test_one_role_is_granted_once(program, director, stranger, at):
    copies = [Program.objects.get(pk=program.pk) for _ in range(HANDS)]
    grants = [lambda it=copy: workflow.grant(it, user=stranger, role="committee", by=director, at=at) for copy in copies]
    assert sorted(map(str, at_once(*grants))) == [*["Sam Stranger holds this role already."] * 3, "True"]
    assert Membership.objects.filter(user=stranger).count() == 1


def test_two_directors_who_end_each_other_leave_one(program, director, director2, at):
    for _ in range(8):
        Membership.objects.filter(program=program).update(ended_at=None, ended_by=None)
        acts = []
        for gone, stays in ((director, director2), (director2, director)):
            role = Membership.objects.select_related("program", "user").get(user=gone)
            by = User.objects.get(pk=stays.pk)
            assert may_grant(by, program)  # as the page has found before either was ended
            acts.append(lambda it=role, who=by: workflow.end_role(it, by=who, at=at))
        assert sorted(map(str, at_once(*acts))) == [
            "A programme needs a director. Please make somebody else director first.",
            "True",
        ]
        assert Membership.objects.current().filter(program=program, role="director").count() == 1


def test_an_answer_and_a_replacement_have_an_order(asked, applicant, at):
    """Whoever comes second learns of the first: no answer is thrown away unread, and the history tells what was."""
    seconds = set()
    for _ in range(12):
        SponsorCommitment.objects.update(state="asked", answered_at=None, signed_name="", reason="")
        HistoryEntry.objects.all().delete()
        mine, theirs = (SponsorCommitment.objects.for_page().get() for _ in range(2))
        link = SealedLink.objects.get()
        replaced, committed = at_once(
            lambda it=mine: sponsoring.replace(it, by=applicant, at=at),
            lambda it=theirs, by=link: sponsoring.commit(it, signed_name="Dana", signed_title="Chief", note="", at=at, link=by),
        )
        told = list(HistoryEntry.objects.order_by("pk").values_list("verb", "from_state", "to_state"))
        if committed is True:
            seconds.add("replace")
            assert replaced == "Dana Whitfield has committed meanwhile. Please read the answer and decide again."
            assert told == [("commit", "asked", "committed")]
        else:
            seconds.add("commit")
            assert replaced is True
            assert "is replaced" in committed
            assert told == [("replace", "asked", "replaced")]
        assert SponsorCommitment.objects.get().state == told[-1][2]
    assert seconds


def test_ten_requests_a_day_are_ten(call, applicant, health_system, at):
    SponsorCommitmentFactory.create_batch(
        promises.ASKS_A_DAY - 1, call=call, applicant=applicant, health_system=health_system, state="replaced", asked_at=at
    )
    facts = {"call": call, "applicant": applicant, "name": "Lee", "title": "", "project_title": "T", "note": ""}

    def ask(number):
        promise = SponsorCommitment(health_system=health_system, email=f"lee{number}@county.example", state="replaced", **facts)
        promises.ask(promise, words=WORDS, rivals=SponsorCommitment.objects.none(), by=applicant, at=at)

    found = at_once(*[lambda it=number: ask(it) for number in range(HANDS)])
    assert found.count(True) == 1
    assert SponsorCommitment.objects.count() == promises.ASKS_A_DAY
