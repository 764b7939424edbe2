"""The dry run and the release: who gets what, what stands in the way, one act, nothing seen before it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from mentors.models import MentorAgreement
from programs.models import Call, Email
from scholars import workflow
from scholars.models import Award, Decision
from sponsors.models import SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(call):
    return reverse("scholars:release", args=[call.pk])


@pytest.fixture
def three(reviewed, staged):
    winner, following, other, undecided = reviewed(4)
    staged(winner)
    staged(following, "alternate", 1)
    staged(other, "not_awarded")
    return winner, following, other, undecided


def seen(call):
    return workflow.fingerprint(Decision.objects.of_call(call.pk).staged())


def test_the_dry_run_says_who_gets_what(url, three, director, client_of):
    page = client_of(director).get(url)
    text = " ".join(page.content.decode().split())
    assert "Release 3 decisions" in text
    assert "1 of 4 taken after this" in text
    assert "$230,000 of $920,000 used after this" in text
    assert [decision.application.title for decision in page.context["awards"]] == ["Project 1"]
    assert [decision.application.title for decision in page.context["alternates"]] == ["Project 2"]
    assert [decision.application.title for decision in page.context["not_awarded"]] == ["Project 3"]
    assert [application.title for application in page.context["undecided"]] == ["Project 4"]
    assert reverse("scholars:letter_preview", args=[page.context["awards"][0].pk]) in text
    assert Award.objects.count() == Email.objects.count() == 0


def test_one_decision_is_in_the_singular(url, application, staged, director, client_of):
    staged(application)
    assert b"Release 1 decision<" in client_of(director).get(url).content


def test_releasing_leads_to_the_awards_with_their_letters_on_the_way(url, three, call, director, client_of):
    response = client_of(director).post(url, {"seen": seen(call), "lacking_read": "yes"}, follow=True)
    assert response.redirect_chain == [(reverse("scholars:awards", args=[call.pk]), 302)]
    text = response.content.decode()
    assert "3 decisions released: 1 award, 1 alternate, 1 not awarded." in text
    assert "Letters built" in text
    assert f'hx-get="{reverse("scholars:awards_progress", args=[call.pk])}"' in text
    assert "Load the page again to see how far it is" in text


@pytest.mark.parametrize("sent", [{}, {"seen": ""}, {"seen": "other"}])
def test_a_release_of_what_was_not_seen_is_refused(sent, url, three, director, client_of):
    response = client_of(director).post(url, {**sent, "lacking_read": "yes"})
    assert response.status_code == 409
    assert b"The staged decisions have changed since you opened the page." in response.content
    assert Award.objects.count() == 0


def test_five_awards_for_four_places_say_so_and_show_no_button(url, call, cohort, reviewed, staged, director, client_of):
    for application in reviewed(5):
        staged(application)
    page = client_of(director).get(url)
    sentence = "5 awards staged, 4 places left. The awards of the cohort would come to $1,150,000 of $920,000."
    assert sentence in page.content.decode()
    assert b"Release 5 decisions" not in page.content
    refused = client_of(director).post(url, {"seen": seen(call)})
    assert refused.status_code == 409
    assert f"Nothing was released. {sentence}" in refused.content.decode()
    assert Award.objects.count() == 0


def test_nothing_staged_says_what_to_do(url, director, client_of):
    page = client_of(director).get(url)
    assert b"No decision is staged" in page.content
    assert b"Stage decisions on the ranked list first." in page.content


def test_awards_that_outlive_the_grant_are_pointed_out(url, application, staged, program, director, client_of):
    program.grant_ends_on = "2028-09-29"
    program.save()
    staged(application)
    assert "after the grant ends on 29 September 2028" in client_of(director).get(url).content.decode()
    program.no_cost_extension_ends_on = "2029-09-29"
    program.save()
    assert "after the grant ends" not in client_of(director).get(url).content.decode()


def test_a_withdrawn_application_is_listed_as_left_out(url, three, director, client_of):
    three[0].state = "withdrawn"
    three[0].save()
    page = client_of(director).get(url)
    assert [decision.application.title for decision in page.context["left_out"]] == ["Project 1"]
    assert b"Release 2 decisions" in page.content


def test_what_is_left_out_leads_to_its_decision_and_ties_no_directors_hands(url, three, call, director, client_of):
    """The director is a party to the one application that cannot be released anyhow."""
    gone = three[0]
    MentorAgreementFactory(call=call, applicant=gone.applicant, email=director.email)
    type(gone).objects.filter(pk=gone.pk).update(state="withdrawn")
    answer = client_of(director).get(url)
    assert (answer.context["hindrance"], answer.context["may_release"]) == ("", True)
    assert answer.context["left_out_count"] == 0  # closed to this director
    MentorAgreement.objects.all().delete()
    page = client_of(director).get(url).content.decode()
    assert f'<a href="{reverse("scholars:stage", args=[gone.pk])}">{gone.title}</a>' in page


def test_a_coordinator_reads_the_dry_run_but_has_no_button(url, three, call, coordinator, client_of):
    page = client_of(coordinator).get(url)
    assert b"Project 1" in page.content
    assert b"Release 3 decisions" not in page.content
    assert client_of(coordinator).post(url, {"seen": seen(call)}).status_code == 403
    assert Award.objects.count() == 0


@pytest.mark.parametrize("who", ["committee", "finance", "reviewer", "applicant", "other_director", "stranger"])
def test_nobody_else_sees_the_dry_run(who, url, three, client_of, request):
    client = client_of(request.getfixturevalue(who))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_the_dry_run_asks_the_same_number_of_queries_for_1_and_30(url, call, cohort, reviewed, staged, director, client_of,
                                                                  django_assert_num_queries):  # fmt: skip
    client = client_of(director)
    cohort.places, cohort.budget = 40, Decimal("99000000")
    cohort.save()
    staged(reviewed(1)[0])
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)
    for application in reviewed(30):
        staged(application)
    with django_assert_num_queries(12):
        assert len(client.get(url).context["awards"]) == 31


SECRET_WORDS = ("award", "alternate")


@pytest.mark.parametrize("outcome", ["award", "alternate", "not_awarded"])
def test_a_staged_decision_shows_nowhere_to_its_applicant(outcome, application, staged, applicant, client_of, outbox):
    """The leak test: the same pages before and after staging are the same, byte for byte but for tokens."""
    client = client_of(applicant)
    pages = [
        reverse("reports:desk"), reverse("applications:application", args=[application.pk]),
        reverse("applications:packet", args=[application.pk]), reverse("scholars:list"),
    ]  # fmt: skip

    def shown():
        return [page.content.decode().split("csrfmiddlewaretoken")[0] for page in (client.get(url) for url in pages)]

    def words(text):
        return [line for line in text.splitlines() if "csrf" not in line.lower() and "nonce" not in line]

    before = [words(text) for text in shown()]
    decision = staged(application, outcome, 1 if outcome == "alternate" else None)
    assert [words(text) for text in shown()] == before
    assert outbox() == []
    for name, args in (("stage", [application.pk]), ("letter_preview", [decision.pk]), ("release", [application.call_id]),
                       ("awards", [application.call_id]), ("offer_next", [application.call_id])):  # fmt: skip
        assert client.get(reverse(f"scholars:{name}", args=args)).status_code == 404


def test_after_the_release_the_applicant_does_see_it(award, applicant, client_of):
    page = client_of(applicant).get(reverse("applications:application", args=[award.application_id]))
    assert b"Award offered" in page.content


def test_a_free_place_is_offered_by_the_director(call, cohort, reviewed, staged, director, client_of, at):
    cohort.places = 1
    cohort.save()
    winner, following = reviewed(2)
    staged(winner)
    staged(following, "alternate", 1)
    (award,) = workflow.release(call, by=director, at=at).awards
    client, url = client_of(director), reverse("scholars:offer_next", args=[call.pk])
    assert b"No place is free." in client.get(url).content
    assert client.post(url, {"application": following.pk}).status_code == 409
    workflow.decline(award, reason="", by=award.awardee, at=at)
    page = client.get(url)
    assert b"Offer the award to Applicant 2" in page.content
    assert page.context["missing"] == [
        "No reviewer is assigned.", "No sponsor is named; a letter would name none.",
        "No primary mentor is named; a letter would name none.",
    ]  # fmt: skip
    assert b"<li>No sponsor is named; a letter would name none.</li>" in page.content
    assert url.encode() in client.get(reverse("scholars:awards", args=[call.pk])).content
    response = client.post(url, {"application": following.pk}, follow=True)
    assert b"The place is offered to Applicant 2." in response.content
    assert Award.objects.holding_a_place().get().awardee == following.applicant
    assert client.post(url, {"application": following.pk}).status_code == 409
    assert b"No alternate is waiting" in client.get(url).content


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("finance", 404), ("committee", 404), ("other_director", 404)])
def test_nobody_else_offers(who, status, call, client_of, request):
    client, url = client_of(request.getfixturevalue(who)), reverse("scholars:offer_next", args=[call.pk])
    assert client.get(url).status_code == status
    assert client.post(url).status_code == status


def test_undecided_applications_are_counted_when_they_are_many(url, call, staged, reviewed, director, client_of):
    staged(reviewed(1)[0])
    for _ in range(52):
        ApplicationFactory(call=call, state="complete")
    page = client_of(director).get(url)
    assert (len(page.context["undecided"]), page.context["undecided_count"]) == (50, 52)


def test_before_the_deadline_nothing_is_released(url, three, call, director, client_of, at):
    call.closes_at = at + timedelta(days=9)
    call.save()
    page = client_of(director).get(url)
    assert "Decisions open after the deadline." in page.content.decode()
    assert b"Release 3 decisions" not in page.content
    assert client_of(director).post(url, {"seen": seen(call), "lacking_read": "yes"}).status_code == 409
    assert Award.objects.count() == 0


class TestWhatIsMissing:
    @pytest.fixture
    def reviews(self, application, coordinator):
        def made(*written):
            for is_in in written:
                task = AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=coordinator)
                if is_in:
                    ReviewFactory(assignment=task)

        return made

    def said(self, page):
        return [(row.application.title, row.sentences) for row in page.context["warnings"]]

    def test_whole_applications_are_released_without_a_question(self, url, application, staged, reviews, call, director, client_of):
        staged(application)
        reviews(True, True)
        page = client_of(director).get(url)
        assert self.said(page) == []
        assert b"What is missing" not in page.content
        assert client_of(director).post(url, {"seen": seen(call)}).status_code == 302

    def test_a_chair_is_missed_where_the_call_asks_for_one(self, url, application, staged, reviews, call, director, client_of):
        staged(application)
        reviews(True)
        Call.objects.update(asks_chair=True)
        said = "No department chair is named; the letter names none."
        assert self.said(client_of(director).get(url)) == [(application.title, [said])]
        backing = ChairCommitmentFactory(call=call, applicant=application.applicant)
        said = "Grace Lindqvist, the department chair, has not answered; the letter names no department chair."
        assert self.said(client_of(director).get(url)) == [(application.title, [said])]
        backing.delete()
        ChairCommitmentFactory(call=call, applicant=application.applicant, committed=True)
        assert self.said(client_of(director).get(url)) == []

    def test_each_application_is_named_before_the_button_and_must_be_confirmed(
        self, url, application, staged, reviews, call, director, client_of
    ):
        staged(application)
        reviews(True, False, False)
        SponsorCommitment.objects.update(state="declined", reason="No capacity.")
        MentorAgreement.objects.all().delete()
        page = client_of(director).get(url)
        assert self.said(page) == [
            (
                application.title,
                [
                    "1 of 3 reviews is in.",
                    "Dana Whitfield, the sponsor, declined; the letter names no sponsor.",
                    "No primary mentor is named; the letter names none.",
                ],
            )
        ]
        text = page.content.decode()
        assert text.index("What is missing") < text.index("Release 1 decision<")
        refused = client_of(director).post(url, {"seen": seen(call)})
        assert refused.status_code == 409
        assert "Please confirm that you have read what is missing." in refused.content.decode()
        assert Award.objects.count() == 0
        assert client_of(director).post(url, {"seen": seen(call), "lacking_read": "yes"}).status_code == 302
        assert Award.objects.count() == 1

    def test_it_stands_in_the_order_of_the_page_with_what_is_staged(self, url, application, reviewed, staged, director, client_of):
        second, third, last = reviewed(3)
        staged(last, "not_awarded")
        staged(third, "alternate", 2)
        staged(second, "alternate", 1)
        staged(application)
        page = client_of(director).get(url)
        assert [(row.application, row.outcome) for row in page.context["warnings"]] == [
            (application, "award"), (second, "alternate 1"), (third, "alternate 2"), (last, "not awarded"),
        ]  # fmt: skip
        text = " ".join(page.content.decode().split())
        assert (
            f'{second.applicant.styled_name} · staged: alternate 1</p> <ul class="mb-0"> <li>No reviewer is assigned.</li>' in text
        )

    def test_promises_matter_only_to_those_who_may_be_offered_a_place(self, url, application, staged, reviews, director, client_of):
        staged(application, "not_awarded")
        reviews(True)
        SponsorCommitment.objects.all().delete()
        assert self.said(client_of(director).get(url)) == []

    def test_nobody_asked_to_review_is_said(self, url, application, staged, director, client_of):
        staged(application, "not_awarded")
        assert self.said(client_of(director).get(url)) == [(application.title, ["No reviewer is assigned."])]
