"""Alternates who leave by themselves, and those who are told that no place comes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import workflow as applications
from programs import mail
from programs.models import HistoryEntry
from programs.transitions import ClosedToYou, NotPossible
from scholars import workflow
from scholars.models import Decision
from tests.factories.promises import MentorAgreementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alternates(reviewed, staged, call, director, at):
    """Three alternates who wait, in their order."""
    found = reviewed(3)
    for order, application in enumerate(found, 1):
        staged(application, "alternate", order)
    workflow.release(call, by=director, at=at)
    for application in found:
        application.refresh_from_db()
    return found


def states(alternates):
    return [type(row).objects.get(pk=row.pk).state for row in alternates]


class TestLeaving:
    def test_an_alternate_withdraws_and_the_next_moves_up(self, alternates, call, director, at, outbox):
        first = alternates[0]
        applications.withdraw(first, by=first.applicant, at=at, why="Another award.")
        assert states(alternates) == ["withdrawn", "alternate", "alternate"]
        told = {mail.to: mail for mail in outbox()}
        assert told[first.applicant.email].text.startswith(
            "Your application to Call 2027 is withdrawn; no place is offered to you any more."
        )
        assert told["office@example.org"].subject == "Applicant 1 has withdrawn"
        assert "Where another alternate waits, that one is next." in told["office@example.org"].text
        with pytest.raises(NotPossible, match="Another alternate is next now"):
            workflow.offer_next(call, by=director, at=at, expecting=first.pk)
        award = workflow.offer_next(call, by=director, at=at, expecting=alternates[1].pk)
        assert award.application == alternates[1]

    def test_the_page_says_what_it_means_to_an_alternate(self, alternates, client_of):
        client, first = client_of(alternates[0].applicant), alternates[0]
        address = reverse("applications:withdraw", args=[first.pk])
        assert address in client.get(reverse("applications:application", args=[first.pk])).content.decode()
        page = client.get(address).content.decode()
        assert "is taken out of the line of alternates, and no place that becomes free is offered to you." in page
        assert "nobody reviews it" not in page
        assert client.post(address, {"why": ""}).status_code == 302
        assert states(alternates)[0] == "withdrawn"

    @pytest.mark.parametrize("how", ["withdrew", "was offered a place", "was told that none comes"])
    def test_that_one_is_an_alternate_is_not_sent_again_to_who_is_none_any_more(self, alternates, call, director, at, outbox, how):
        told = {mail.to: mail for mail in outbox()}
        first, second = (told[application.applicant.email] for application in alternates[:2])
        if how == "withdrew":
            applications.withdraw(alternates[0], by=alternates[0].applicant, at=at, why="Another award.")
        elif how == "was offered a place":
            workflow.offer_next(call, by=director, at=at)
        else:
            workflow.end_waiting(call, application_ids=[alternates[0].pk], by=director, at=at)
        with pytest.raises(NotPossible, match=r"is an alternate no longer\. Sending it again would help nobody"):
            mail.again(first, at=at)
        assert mail.again(second, at=at).to == second.to


class TestEndingTheWait:
    def test_those_chosen_are_told_and_not_awarded(self, alternates, call, director, at, outbox):
        before = len(outbox())
        told = workflow.end_waiting(call, application_ids=[alternates[0].pk, alternates[2].pk], by=director, at=at)
        assert [decision.application_id for decision in told] == [alternates[0].pk, alternates[2].pk]
        assert states(alternates) == ["not_awarded", "alternate", "not_awarded"]
        mails = outbox()[before:]
        assert [mail.to for mail in mails] == [alternates[0].applicant.email, alternates[2].applicant.email]
        assert "was alternate number 3. Harbor LEAP K12 offers it no place" in mails[1].text
        assert "award" not in mails[0].subject.lower()
        row = HistoryEntry.objects.of_applicant(call.pk, alternates[0].applicant_id).get(verb="not award")
        assert (row.who, row.why, row.from_state, row.to_state) == (
            "Rosa Alvarez",
            "No place is offered.",
            "alternate",
            "not_awarded",
        )
        assert list(Decision.objects.of_call(call.pk).waiting().values_list("application", flat=True)) == [alternates[1].pk]

    def test_all_or_none(self, alternates, call, director, at, outbox):
        first, before = alternates[0], len(outbox())
        workflow.end_waiting(call, application_ids=[first.pk], by=director, at=at)
        for ids in ([first.pk, alternates[1].pk], [], [0]):
            with pytest.raises(NotPossible, match="The alternates have changed since you opened the page"):
                workflow.end_waiting(call, application_ids=ids, by=director, at=at)
        assert states(alternates) == ["not_awarded", "alternate", "alternate"]
        assert len(outbox()) == before + 1

    def test_of_another_call_none(self, alternates, other_call, other_director, at):
        with pytest.raises(NotPossible, match="The alternates have changed"):
            workflow.end_waiting(other_call, application_ids=[alternates[0].pk], by=other_director, at=at)
        assert states(alternates)[0] == "alternate"

    @pytest.mark.parametrize("who", ["coordinator", "reviewer", "other_director"])
    def test_only_a_director_does(self, who, alternates, call, at, request):
        with pytest.raises(PermissionDenied):
            workflow.end_waiting(call, application_ids=[alternates[0].pk], by=request.getfixturevalue(who), at=at)

    def test_nobody_does_who_must_stand_aside(self, alternates, call, director, at):
        named(alternates[0], director, at)
        with pytest.raises(ClosedToYou):
            workflow.end_waiting(call, application_ids=[alternates[0].pk, alternates[1].pk], by=director, at=at)
        assert states(alternates) == ["alternate"] * 3


class TestThePage:
    @pytest.fixture
    def url(self, call):
        return reverse("scholars:end_waiting", args=[call.pk])

    def test_a_director_chooses_who_is_told(self, url, alternates, call, director, coordinator, client_of):
        client = client_of(director)
        awards = reverse("scholars:awards", args=[call.pk])
        assert url in client.get(awards).content.decode()
        assert url not in client_of(coordinator).get(awards).content.decode()
        page = client.get(url).content.decode()
        for place in (1, 2, 3):
            assert f"Alternate {place}: Applicant {place}" in page
        assert "checked" not in page
        assert "4 places of Cohort 2027 are free." in page
        assert reverse("scholars:offer_next", args=[call.pk]) in page
        answer = client.post(url, {"application": [alternates[1].pk]}, follow=True)
        assert "No place is offered any more to Applicant 2. They are told by e-mail." in answer.content.decode()
        assert states(alternates) == ["alternate", "not_awarded", "alternate"]

    def test_nothing_chosen_and_somebody_who_waits_no_longer_are_said_beside_the_field(self, url, alternates, director, client_of):
        client = client_of(director)
        assert client.post(url).context["form"].errors == {"application": ["Please choose at least one alternate."]}
        client.post(url, {"application": [alternates[0].pk]})
        answer = client.post(url, {"application": [alternates[0].pk, alternates[1].pk]})
        assert "The alternates have changed" in answer.context["form"].errors["application"][0]
        assert states(alternates) == ["not_awarded", "alternate", "alternate"]

    def test_those_from_whom_one_must_stand_aside_are_not_listed(self, url, alternates, director, client_of, at):
        named(alternates[0], director, at)
        page = client_of(director).get(url).content.decode()
        assert "Applicant 1" not in page
        assert "Another director can tell them." in page
        answer = client_of(director).post(url, {"application": [alternates[0].pk]})
        assert "application" in answer.context["form"].errors

    def test_without_alternates_it_says_so(self, url, director, client_of):
        assert "No alternate is waiting" in client_of(director).get(url).content.decode()


def named(application, person, at):
    """Name the person as mentor of the application."""
    MentorAgreementFactory(call=application.call, applicant=application.applicant, email=person.email, committed=True)
