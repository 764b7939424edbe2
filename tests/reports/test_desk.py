"""My desk in every role: what awaits the person, in order, and what is never there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from applications import workflow
from mentors import workflow as mentoring
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, Email, Membership
from programs.templatetags.portal import day
from reports import desk, office, queries
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import AwardFactory, DecisionFactory, ScholarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def tasks(person, at):
    """Return (title, label, address) of the person's desk in its order."""
    found = desk.lines([*desk.own(person, at), *office.tasks(office.of(person, at))], at)
    return [(row.task.title, row.task.label, row.task.url) for row in found]


def titles(person, at):
    return [title for title, *_ in tasks(person, at)]


def asked_of(person, at):
    """Return the titles of what asks something of the person, without what is only there to look at."""
    found = desk.lines([*desk.own(person, at), *office.tasks(office.of(person, at))], at)
    return [row.task.title for row in found if not row.task.quiet]


class TestWhen:
    ZONE = "America/Los_Angeles"
    AT = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)  # noon on a Tuesday in Los Angeles

    @pytest.mark.parametrize(
        ("gap", "words"),
        [
            (timedelta(days=-2), ("2 days late", "late")),
            (timedelta(hours=-3), ("3 hours late", "late")),
            (timedelta(0), ("Just now", "late")),
            (timedelta(hours=5), ("Today, 17:00 Pacific", "due")),
            (timedelta(hours=29), ("Tomorrow, 17:00 Pacific", "due")),
            (timedelta(days=2), ("Thu 3 Dec", "")),
            (timedelta(days=40), ("Sun 10 Jan 2027", "")),
        ],
    )
    def test_words_and_tone(self, gap, words):
        assert desk.when_words(self.AT + gap, self.AT, self.ZONE) == words

    def test_without_a_date_it_is_now(self):
        assert desk.when_words(None, self.AT, "UTC") == ("Now", "")

    def test_today_is_the_day_of_the_calls_zone(self):
        late_evening = datetime(2026, 12, 2, 7, 30, tzinfo=UTC)  # 23:30 on 1 December in Los Angeles
        assert desk.when_words(late_evening, self.AT, self.ZONE) == ("Today, 23:30 Pacific", "due")


def test_late_comes_first_then_now_then_by_date_and_quiet_last(at):
    made = [
        desk.Task("quiet", "", "", "", quiet=True),
        desk.Task("later", "", "", "", at + timedelta(days=3)),
        desk.Task("now", "", "", ""),
        desk.Task("late", "", "", "", at - timedelta(days=1)),
        desk.Task("sooner", "", "", "", at + timedelta(days=1)),
    ]
    assert [row.task.title for row in desk.lines(made, at)] == ["late", "now", "sooner", "later", "quiet"]


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "Nothing awaits you."), (1, "One thing awaits you."), (4, "Four things await you."), (12, "12 things await you.")],
)
def test_how_much_awaits_in_words(at, count, words):
    assert desk.summary(desk.lines([desk.Task("x", "", "", "")] * count, at)) == words


class TestApplicant:
    def test_a_draft_until_the_deadline(self, application, applicant, at):
        url = reverse("applications:application", args=[application.pk])
        assert tasks(applicant, at) == [("Finish and submit “Telehealth titration for heart failure”", "Continue", url)]
        late = application.call.closes_at
        assert asked_of(applicant, late) == []
        [row] = desk.lines(desk.own(applicant, late), late)
        assert (row.task.title, row.task.url) == ("Telehealth titration for heart failure", url)
        assert row.task.detail == "Call 2027 · not submitted in time"

    def test_what_was_returned(self, call, applicant, at):
        ApplicationFactory(call=call, applicant=applicant, state="returned", title="Sepsis alerts")
        assert titles(applicant, at) == ["Change “Sepsis alerts” and submit it again"]

    @pytest.mark.parametrize("state", ["submitted", "complete", "under_review", "not_awarded", "withdrawn"])
    def test_while_others_act_it_is_there_to_look_at_and_asks_nothing(self, call, applicant, at, state):
        mine = ApplicationFactory(call=call, applicant=applicant, state=state, title="Sepsis alerts")
        for made in (SponsorCommitmentFactory, MentorAgreementFactory):
            made(call=call, applicant=applicant, committed=True)
        assert asked_of(applicant, at) == []
        [row] = desk.lines(desk.own(applicant, at), at)
        assert (row.task.title, row.task.label, row.task.url) == ("Sepsis alerts", "Open", f"/applications/{mine.pk}/")
        local = mine.submitted_at.astimezone(call.zone)
        came = f"Call 2027 · {mine.tracking_number}, submitted on {local.day} {local:%B %Y}"
        assert row.task.detail == (came if state == "submitted" else f"{came} · {mine.get_state_display().lower()}")

    def test_nobody_elses_application_is_there(self, call, applicant, stranger, other_director, at):
        ApplicationFactory(call=call, applicant=applicant, state="submitted")
        assert (tasks(stranger, at), tasks(other_director, at)) == ([], [])

    def test_a_sponsor_or_mentor_who_declined(self, application, applicant, health_system, at):
        who = {"call": application.call, "applicant": applicant, "declined": True}
        SponsorCommitmentFactory(**who, health_system=health_system)
        MentorAgreementFactory(**who)
        found = tasks(applicant, at)
        assert ("Dana Whitfield declined to be your sponsor", "Name another", f"/applications/{application.pk}/sponsor/") in found
        assert ("Maya Okafor declined to be your mentor", "Name another", f"/applications/{application.pk}/mentor/") in found

    def test_a_silent_sponsor_after_three_days(self, application, applicant, health_system, at):
        asked = SponsorCommitmentFactory(call=application.call, applicant=applicant, health_system=health_system)
        assert len(tasks(applicant, at)) == 1
        url = reverse("sponsors:ask_again", args=[asked.pk])
        assert ("Your sponsor has not answered yet", "Ask again", url) in tasks(applicant, asked.asked_at + timedelta(days=3))

    def test_who_was_asked_again_is_not_to_be_asked_once_more_before_tomorrow(
        self, application, applicant, coordinator, health_system, at
    ):
        whom = {"name": "Dana Whitfield", "email": "dana@county.example", "title": "Chief", "summary": "We titrate.", "note": ""}
        workflow.name_sponsor(application, **whom, health_system=health_system, by=applicant, at=at)
        later = at + timedelta(days=3)
        mine, theirs = "Your sponsor has not answered yet", "Sponsor has not answered"
        assert (mine in titles(applicant, later), theirs in titles(coordinator, later)) == (True, True)
        sponsoring.ask_again(SponsorCommitment.objects.for_page().get(), by=applicant, at=later)
        later += timedelta(minutes=1)
        assert (mine in titles(applicant, later), theirs in titles(coordinator, later)) == (False, False)
        later += timedelta(days=1)
        assert (mine in titles(applicant, later), theirs in titles(coordinator, later)) == (True, True)

    def test_only_the_kinds_that_were_asked_about_are_written_to(self, application, applicant, health_system, at):
        whom = {"name": "Maya Okafor", "email": "maya@harbor.example", "title": "Chief", "summary": "We titrate.", "note": ""}
        workflow.name_mentor(application, **whom, institution="", by=applicant, at=at)
        mentor = MentorAgreement.objects.get()
        sponsor = SponsorCommitmentFactory(pk=mentor.pk, call=application.call, applicant=applicant, health_system=health_system)
        assert queries.written_to([sponsor], at) == set()
        assert queries.written_to([mentor, sponsor], at) == {(MentorAgreement, mentor.pk)}

    def test_who_is_asked_for_two_things_is_to_be_asked_again_for_each(self, asking, application, applicant, coordinator, at):
        whom = {"name": "Maya Okafor", "email": "maya@harbor.example", "title": "Chair", "summary": "We titrate.", "note": ""}
        workflow.name_mentor(application, **whom, institution="", by=applicant, at=at)
        workflow.name_chair(application, **whom, department="Medicine", by=applicant, at=at)
        later = at + timedelta(days=3)
        mentoring.ask_again(MentorAgreement.objects.for_page().get(), by=applicant, at=later)
        later += timedelta(minutes=1)
        found = [*asked_of(applicant, later), *asked_of(coordinator, later)]
        assert "Your chair has not answered yet" in found
        assert "Chair has not answered" in found
        assert not {"Your mentor has not answered yet", "Mentor has not answered"} & set(found)

    def test_whom_nobody_is_asked_to_be_any_more(self, application, applicant, health_system, at):
        sponsor = SponsorCommitmentFactory(call=application.call, applicant=applicant, health_system=health_system)
        MentorAgreementFactory(call=application.call, applicant=applicant, state="replaced")
        assert len(tasks(applicant, at)) == 1  # the draft: its checklist says what is missing
        type(application).objects.update(state="submitted", submitted_at=at, tracking_number="HL-0000-00")
        mentor = ("Name your mentor", "Name the mentor", f"/applications/{application.pk}/mentor/")
        assert [task for task in tasks(applicant, at) if task[1] != "Open"] == [mentor]
        sponsor.state = "replaced"
        sponsor.save()
        Call.objects.update(asks_chair=True)
        assert asked_of(applicant, at) == ["Name your sponsor", "Name your mentor", "Name your chair"]
        type(application).objects.update(state="under_review")
        assert asked_of(applicant, at) == []

    def test_the_chair_where_the_call_asks_for_one(self, asking, application, applicant, at):
        backing = ChairCommitmentFactory(call=asking, applicant=applicant, asked_at=at - timedelta(days=3))
        assert "Your chair has not answered yet" in titles(applicant, at)
        ChairCommitment.objects.update(state="declined", reason="No funds.")
        url = f"/applications/{application.pk}/chair/"
        assert (f"{backing.name} declined to be your chair", "Name another", url) in tasks(applicant, at)
        Call.objects.update(asks_chair=False)
        assert len(tasks(applicant, at)) == 1

    def test_an_offer_to_answer(self, call, applicant, director, at):
        award = AwardFactory(application=ApplicationFactory(call=call, applicant=applicant, state="awarded"), offered_by=director)
        url = reverse("scholars:award", args=[award.pk])
        assert tasks(applicant, at)[0] == ("Answer the award offered to you: Cohort 2027", "Read and answer", url)
        assert asked_of(applicant, at) == ["Answer the award offered to you: Cohort 2027"]
        assert asked_of(applicant, award.accept_by) == []

    def test_a_staged_decision_shows_nothing(self, call, applicant, director, at):
        application = ApplicationFactory(call=call, applicant=applicant, state="under_review")
        before = desk.own(applicant, at)
        DecisionFactory(application=application, staged_by=director)
        assert desk.own(applicant, at) == before
        assert asked_of(applicant, at) == []


class TestPeopleWhoAreAsked:
    def test_a_chair_with_an_account(self, asking, application, chair_person, stranger, at):
        backing = ChairCommitmentFactory(call=asking, applicant=application.applicant)
        url = reverse("mentors:chair_respond", args=[backing.pk])
        assert tasks(chair_person, at) == [("Samuel Ng asks for your commitment as department chair", "Answer", url)]
        assert tasks(stranger, at) == []
        assert tasks(chair_person, asking.letters_until) == []
        Call.objects.update(asks_chair=False)
        assert tasks(chair_person, at) == []

    def test_sponsor_and_mentor_with_an_account(self, application, sponsor_person, mentor_person, health_system, at):
        who = {"call": application.call, "applicant": application.applicant}
        sponsor = SponsorCommitmentFactory(**who, health_system=health_system)
        mentor = MentorAgreementFactory(**who)
        assert tasks(sponsor_person, at) == [("Samuel Ng asks you to be sponsor", "Answer", f"/sponsors/{sponsor.pk}/answer/")]
        assert tasks(mentor_person, at) == [("Samuel Ng asks you to be mentor", "Answer", f"/mentors/{mentor.pk}/answer/")]
        assert tasks(sponsor_person, application.call.letters_until) == []

    def test_the_desk_says_the_day_that_the_request_says(self, application, applicant, sponsor_person, health_system, at):
        call, who = application.call, {"call": application.call, "applicant": applicant}
        SponsorCommitmentFactory(**who, health_system=health_system, asked_at=at - timedelta(days=4))
        type(application).objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
        for now, until in ((at, call.closes_at), (call.closes_at, call.letters_until)):
            [request] = desk.own(sponsor_person, now)
            assert request.when == until
        silent = next(task for task in desk.own(applicant, at) if task.title == "Your sponsor has not answered yet")
        assert silent.when == call.closes_at

    def test_for_a_draft_that_was_not_submitted_nobody_is_waited_for(self, application, sponsor_person, coordinator, asking, at):
        """Neither who was asked, nor applicant, nor office have it on their desks; with an extension it is there again."""
        who = {"call": asking, "applicant": application.applicant, "asked_at": at - timedelta(days=4)}
        for made in (SponsorCommitmentFactory, MentorAgreementFactory, ChairCommitmentFactory):
            made(**who)
        people = [sponsor_person, application.applicant, coordinator]
        people += [UserFactory(email="mentor@example.org"), UserFactory(email="chair@example.org")]
        before = asking.closes_at - timedelta(seconds=1)
        assert [len(asked_of(person, before)) for person in people] == [1, 4, 3, 1, 1]
        assert [len(asked_of(person, asking.closes_at)) for person in people] == [0, 0, 0, 0, 0]
        type(application).objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
        assert [len(asked_of(person, asking.closes_at)) for person in people] == [1, 3, 4, 1, 1]

    def test_what_was_returned_may_be_sent_until_its_page_says(self, call, applicant, at):
        returned = ApplicationFactory(call=call, applicant=applicant, state="returned")
        assert desk.own(applicant, at)[0].when == returned.writable_until == call.letters_until

    def test_a_reviewer(self, call, reviewer, coordinator, at):
        def assigned(title, days, **facts):
            application = ApplicationFactory(call=call, state="under_review", title=title)
            due = at + timedelta(days=days)
            return AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due, **facts)

        ReviewFactory(assignment=assigned("Written", 1))
        assigned("Conflicted", 1, state="conflicted", conflict="Sister.")
        assigned("Second", 3)
        assigned("First", -1, state="assigned")
        assert titles(reviewer, at) == ["Declare whether you have a conflict: “First”", "Review “Second”"]

    def test_a_withdrawn_application_is_gone_from_the_desk(self, call, reviewer, coordinator, at):
        application = ApplicationFactory(call=call, state="under_review")
        AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator)
        assert len(tasks(reviewer, at)) == 1
        type(application).objects.update(state="withdrawn")
        assert tasks(reviewer, at) == []

    def test_many_reviews_lead_to_the_whole_list(self, call, reviewer, coordinator, at):
        for _ in range(7):
            application = ApplicationFactory(call=call, state="under_review")
            AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator)
        found = tasks(reviewer, at)
        assert (len(found), found[-1]) == (6, ("More reviews wait for you", "All reviews", reverse("reviews:desk")))

    def test_a_scholar_finds_the_own_record_and_nobody_elses(self, call, scholar_person, director, at):
        for person in (scholar_person, UserFactory()):
            application = ApplicationFactory(call=call, applicant=person, state="accepted")
            scholar = ScholarFactory(award=AwardFactory(application=application, offered_by=director, accepted=True))
            if person == scholar_person:
                own = scholar
        application = own.award.application
        assert tasks(scholar_person, at) == [
            ("You are a scholar of Cohort 2027", "Open my record", f"/scholars/{own.pk}/"),
            (application.title, "Open", f"/applications/{application.pk}/"),
        ]


class TestOffice:
    def test_screening_and_assigning(self, call, coordinator, at):
        ApplicationFactory(call=call, state="complete")
        for _ in range(2):
            ApplicationFactory(call=call, state="submitted")
        url = reverse("applications:of_call", args=[call.pk])
        assert tasks(coordinator, at) == [
            ("2 applications await screening", "Screen", f"{url}?state=submitted"),
            ("An application awaits reviewers", "Assign", f"{url}?state=complete"),
        ]

    def test_what_was_returned_and_did_not_come_back(self, call, coordinator, at):
        ApplicationFactory(call=call, state="returned")
        url = f"{reverse('applications:of_call', args=[call.pk])}?state=returned"
        assert tasks(coordinator, call.letters_until - timedelta(seconds=1)) == []
        late = call.letters_until
        assert ("A returned application did not come back", "Decide", url) in tasks(coordinator, late)
        ApplicationFactory(call=call, state="returned")
        assert ("2 returned applications did not come back", "Decide", url) in tasks(coordinator, late)

    def test_silent_promises_name_person_and_application(self, application, coordinator, health_system, at):
        who = {"call": application.call, "applicant": application.applicant, "asked_at": at - timedelta(days=4)}
        sponsor, mentor = SponsorCommitmentFactory(**who, health_system=health_system), MentorAgreementFactory(**who)
        assert tasks(coordinator, at) == [
            ("Sponsor has not answered", "Ask again", reverse("sponsors:ask_again", args=[sponsor.pk])),
            ("Mentor has not answered", "Ask again", reverse("mentors:ask_again", args=[mentor.pk])),
        ]
        type(application).objects.update(state="withdrawn")
        assert tasks(coordinator, at) == []

    def test_a_silent_chair_where_the_call_asks_for_one(self, asking, application, coordinator, at):
        backing = ChairCommitmentFactory(call=asking, applicant=application.applicant, asked_at=at - timedelta(days=4))
        url = reverse("mentors:chair_ask_again", args=[backing.pk])
        assert ("Chair has not answered", "Ask again", url) in tasks(coordinator, at)
        [row] = [task for task in office.tasks(office.of(coordinator, at)) if task.title == "Chair has not answered"]
        assert row.detail == "Department of Medicine · Grace Lindqvist · for Samuel Ng · not opened yet"
        Call.objects.update(asks_chair=False)
        assert titles(coordinator, at) == []

    def test_more_silent_ones_become_one_row(self, call, coordinator, health_system, at):
        for _ in range(9):
            applicant = ApplicationFactory(call=call).applicant
            SponsorCommitmentFactory(call=call, applicant=applicant, health_system=health_system, asked_at=at - timedelta(days=4))
        assert titles(coordinator, at) == ["Sponsor has not answered"] * 3 + ["6 more sponsors have not answered"]

    def test_a_reviewer_whose_role_has_ended_is_to_be_replaced(self, call, coordinator, reviewer, at):
        application = ApplicationFactory(call=call, state="under_review", title="Sepsis alerts")
        due = at - timedelta(days=2)
        task = AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due)
        Membership.objects.filter(user=reviewer).update(ended_at=at, ended_by=coordinator)
        url = reverse("reviews:assign", args=[application.pk])
        assert tasks(coordinator, at) == [("Ivan Petrov is not a reviewer any more", "Reassign", url)]
        ReviewFactory(assignment=task)
        assert tasks(coordinator, at) == []
        for _ in range(7):
            application = ApplicationFactory(call=call, state="under_review")
            AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due)
        rows = [title for title, *_ in tasks(coordinator, at)]
        assert rows == [*["Ivan Petrov is not a reviewer any more"] * 5, "More reviews are to be assigned anew"]

    def test_an_overdue_review_leads_to_assigning(self, call, coordinator, reviewer, at):
        application = ApplicationFactory(call=call, state="under_review")
        due = at - timedelta(days=2)
        AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due)
        url = reverse("reviews:assign", args=[application.pk])
        assert tasks(coordinator, at) == [("Review by Ivan Petrov is overdue", "Reassign", url)]

    def test_a_failed_e_mail(self, program, coordinator, at):
        Email.objects.create(
            program=program,
            kind="x",
            dedupe_key="x",
            to="x@example.org",
            subject="x",
            text="x",
            created_at=at,
            due_at=at,
            state="failed",
        )
        url = reverse("programs:emails", args=[program.slug]) + "?state=failed"
        assert tasks(coordinator, at) == [("An e-mail could not be delivered", "See e-mails", url)]

    def test_deciding_is_for_directors_and_reading_for_the_committee(self, cohort, director, coordinator, committee, finance, at):
        call = CallFactory(cohort=cohort, closes_at=at - timedelta(days=1), title="Closed call")
        applications = [ApplicationFactory(call=call, state="under_review") for _ in range(2)]
        decide = reverse("reports:decide", args=[call.pk])
        assert tasks(director, at) == [("Decide: 2 applications are under review", "Ranked list", decide)]
        assert tasks(committee, at) == [("The ranked list of Closed call", "Read the list", decide)]
        # The committee advises; the list is there to be read and nothing is asked.
        [row] = desk.lines(office.tasks(office.of(committee, at)), at)
        assert (row.task.quiet, row.when, asked_of(committee, at)) == (True, "", [])
        assert row.task.detail == f"2 under review · decisions are due on {day(call.decision_on)}"
        assert desk.summary([row]) == "Nothing awaits you."
        DecisionFactory(application=applications[0], staged_by=director)
        url = reverse("scholars:release", args=[call.pk])
        assert tasks(director, at) == [("Release 1 staged decision", "Review and release", url)]
        assert tasks(coordinator, at) == []
        assert tasks(finance, at) == []

    def test_a_free_place_is_offered_on(self, call, director, coordinator, at):
        declined = ApplicationFactory(call=call, state="declined")
        AwardFactory(application=declined, offered_by=director, state="lapsed")
        ApplicationFactory(call=call, state="alternate")
        url = reverse("scholars:offer_next", args=[call.pk])
        assert tasks(director, at) == [("A place is free and an alternate waits", "Offer the place", url)]
        assert tasks(coordinator, at) == []

    def test_finance_sees_what_is_held(self, call, director, finance, at):
        AwardFactory(application=ApplicationFactory(call=call, state="awarded"), offered_by=director)
        [row] = desk.lines(office.tasks(office.of(finance, at)), at)
        assert (row.task.title, row.task.detail) == ("Awards of Cohort 2027", "1 of 4 places · $230,000 of $920,000 held")

    def test_nothing_of_another_programme(self, call, other_director, reviewer, coordinator, director, health_system, at):
        application = ApplicationFactory(call=call, state="under_review")
        ApplicationFactory(call=call, state="submitted")
        AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=at - timedelta(days=2))
        DecisionFactory(application=application, staged_by=director)
        SponsorCommitmentFactory(
            call=call, applicant=application.applicant, health_system=health_system, asked_at=at - timedelta(days=4)
        )
        assert len(tasks(director, at)) == 3
        assert tasks(other_director, at) == []
        assert office.funnel(office.of(other_director, at)) is None


class TestFunnel:
    def test_each_step_holds_the_later_ones(self, call, coordinator, health_system, at):
        states = ["draft", "draft", "submitted", "returned", "complete", "under_review", "awarded", "withdrawn"]
        made = [ApplicationFactory(call=call, state=state) for state in states]
        for application in made[:2]:
            who = {"call": call, "applicant": application.applicant, "committed": True}
            SponsorCommitmentFactory(**who, health_system=health_system)
            if application is made[0]:
                MentorAgreementFactory(**who)
        found = office.funnel(office.of(coordinator, at))
        assert found["steps"] == [("Started", 8), ("Promises in", 1), ("Submitted", 5), ("Complete", 3), ("In review", 2)]
        assert (found["call"], found["is_open"]) == (call, True)
        Call.objects.update(asks_chair=True)
        assert office.funnel(office.of(coordinator, at))["steps"][1] == ("Promises in", 0)
        ChairCommitmentFactory(call=call, applicant=made[0].applicant, committed=True)
        assert office.funnel(office.of(coordinator, at))["steps"][1] == ("Promises in", 1)

    def test_only_for_the_office(self, call, finance, committee, applicant, at):
        assert [office.funnel(office.of(person, at)) for person in (finance, committee, applicant)] == [None] * 3
