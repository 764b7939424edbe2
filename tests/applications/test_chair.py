"""A call that asks for the department's chair: named, required, frozen, printed, listed; another call knows nothing of it."""

import uuid

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from applications import checklist, pdfs, snapshot, workflow
from applications.models import Application, Submission
from mentors.models import ChairCommitment
from programs.models import Email, HistoryEntry, SealedLink
from programs.transitions import NotPossible
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.paper import words_of

NAMED = {
    "name": "Grace Lindqvist", "email": "Grace@Harbor.example", "title": "Chair of Medicine",
    "department": "Department of Medicine", "summary": "We titrate by telephone. Your clinics empty sooner.",
    "note": "As discussed.",
}  # fmt: skip


def text_of(answer):
    return " ".join(answer.content.decode().split())


def address(name, application, *more):
    return reverse(f"applications:{name}", args=[application.pk, *more])


@pytest.fixture
def draft(asking, whole):
    """The whole draft in a call that asks for a chair; nobody is asked yet."""
    return Application.objects.for_page().get(pk=whole.pk)


@pytest.fixture
def backing(draft):
    return ChairCommitmentFactory(call=draft.call, applicant=draft.applicant)


class TestNaming:
    def test_the_applicant_names_the_chair_who_is_asked_at_once(self, client_of, draft, applicant):
        client, url = client_of(applicant), address("chair", draft)
        page = text_of(client.get(url))
        assert "The head of your department, who accepts the award" in page
        assert 'name="department"' in page
        assert client.post(url, NAMED).url == address("application", draft)
        made = ChairCommitment.objects.get()
        assert (made.email, made.department, made.project_title) == (
            "grace@harbor.example",
            "Department of Medicine",
            draft.title,
        )
        assert [email.to for email in Email.objects.filter(kind="chair asked")] == ["grace@harbor.example"]
        page = text_of(client.get(address("application", draft)))
        assert 'aria-label="Department chair"' in page
        assert "Chair of Medicine, Department of Medicine" in page
        assert reverse("mentors:chair_ask_again", args=[made.pk]) in page
        assert address("replace_chair", draft, made.pk) in page
        assert "Chair: asked by e-mail" in page

    def test_a_department_is_needed(self, client_of, draft, applicant):
        answer = client_of(applicant).post(address("chair", draft), {**NAMED, "department": ""})
        assert answer.context["form"].errors["department"] == ["Please give the department."]
        assert not ChairCommitment.objects.exists()

    def test_the_office_sees_the_card(self, client_of, backing, draft, coordinator, at):
        ChairCommitment.objects.update(state="committed", answered_at=at, signed_name="Grace Lindqvist")
        page = text_of(client_of(coordinator).get(address("application", draft)))
        assert 'aria-label="Department chair"' in page
        assert "Department chair: Grace Lindqvist committed" in page

    def test_a_call_that_asks_for_none_has_no_such_page(self, client_of, whole, applicant, coordinator):
        made = ChairCommitmentFactory(call=whole.call, applicant=applicant)
        for url in (address("chair", whole), address("replace_chair", whole, made.pk)):
            assert client_of(applicant).get(url).status_code == 404
            assert client_of(applicant).post(url, NAMED).status_code == 404
        assert client_of(coordinator).get(address("replace_chair", whole, made.pk)).status_code == 404
        with pytest.raises(NotPossible, match="does not ask for a chair"):
            workflow.name_chair(whole, **NAMED, by=applicant, at=whole.started_at)
        assert list(ChairCommitment.objects.all()) == [made]

    @pytest.mark.parametrize("name", ["application", "submit", "reading", "start"])
    def test_no_page_of_such_a_call_speaks_of_a_chair(self, client_of, whole, applicant, name):
        url = reverse("applications:start", args=[whole.call_id]) if name == "start" else address(name, whole)
        assert "chair" not in text_of(client_of(applicant).get(url, follow=True)).lower().replace("wheelchair", "")


class TestChecklist:
    def line(self, application):
        return next(((item.done, item.detail, item.blocks) for item in checklist.items(application) if "chair" in item.label), None)

    def in_the_list(self, application):
        rows = Application.objects.of_call(application.call_id).page("submitted", 0, 50)
        row = next(row for row in rows if row.pk == application.pk)
        return checklist.missing_in_row(row, asks_chair=application.call.asks_chair)

    def test_it_is_required_as_the_sponsor_is(self, draft, at):
        assert self.line(draft) == (False, "not asked yet", True)
        assert len(checklist.missing(draft)) == self.in_the_list(draft) == 3
        made = ChairCommitmentFactory(call=draft.call, applicant=draft.applicant)
        local = made.asked_at.astimezone(draft.call.zone)
        assert self.line(draft) == (False, f"asked {local.day} {local:%B}, not opened yet", False)
        ChairCommitment.objects.update(state="declined", reason="No funds.")
        assert self.line(draft) == (False, "Grace Lindqvist declined", True)
        assert len(checklist.missing(draft)) == self.in_the_list(draft) == 3
        ChairCommitment.objects.update(state="committed", answered_at=at, signed_name="Grace")
        assert self.line(draft) == (True, "Grace Lindqvist committed", False)
        assert len(checklist.missing(draft)) == self.in_the_list(draft) == 2

    def test_a_call_that_asks_for_none_has_no_such_line(self, whole):
        ChairCommitmentFactory(call=whole.call, applicant=whole.applicant, declined=True)
        assert self.line(whole) is None
        assert len(checklist.missing(whole)) == self.in_the_list(whole) == 2

    def test_it_takes_no_query_more_where_it_is_asked_for(self, draft, django_assert_num_queries):
        with django_assert_num_queries(3):
            checklist.items(draft)


class TestSubmitting:
    def test_nobody_submits_before_a_chair_is_asked(self, draft, at):
        with pytest.raises(NotPossible, match=r"Department chair \(not asked yet\)"):
            workflow.submit(draft.pk, key=uuid.uuid4(), by=draft.applicant, at=at)
        assert not Submission.objects.exists()

    def test_what_is_submitted_holds_the_chair_and_prints_it(self, client_of, backing, draft, at):
        sent = workflow.submit(draft.pk, key=uuid.uuid4(), by=draft.applicant, at=at)
        frozen = sent.snapshot["chair"]
        assert (frozen["name"], frozen["department"], frozen["state"]) == ("Grace Lindqvist", "Department of Medicine", "asked")
        words = words_of(pdfs.packet(sent.snapshot))
        assert (
            "Department chair Grace Lindqvist, Chair of Medicine Department of Medicine Not answered yet when this was submitted"
            in words
        )
        client = client_of(draft.applicant)
        page = text_of(client.get(address("reading", draft)))
        assert "Sponsor, mentor and chair" in page
        assert "Grace Lindqvist, Chair of Medicine, Department of Medicine" in page
        assert "Your sponsor, your mentor and your chair may answer until" in text_of(client.get(address("receipt", draft, 1)))
        assert "Your sponsor, your mentor and your chair may answer until" in Email.objects.get(kind="submission received").text

    def test_a_draft_without_one_prints_that_nobody_is_named(self, draft):
        assert "Department chair Not named yet" in words_of(pdfs.packet(snapshot.of(draft), draft=True))

    def test_a_submission_to_another_call_is_as_it_always_was(self, whole, at):
        ChairCommitmentFactory(call=whole.call, applicant=whole.applicant)
        sent = workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)
        assert "chair" not in sent.snapshot
        assert "chair" not in words_of(pdfs.packet(sent.snapshot)).lower()
        assert "chair" not in Email.objects.get(kind="submission received").text

    def test_withdrawing_ends_the_request(self, client_of, draft, applicant, at):
        workflow.name_chair(draft, **NAMED, by=applicant, at=at)
        assert "The links that whoever you asked for support received stop working." in text_of(
            client_of(applicant).get(address("withdraw", draft))
        )
        workflow.withdraw(draft, by=applicant, at=at)
        made = ChairCommitment.objects.get()
        assert made.state == "replaced"
        assert SealedLink.objects.about(made).get().revoked_at == at
        assert HistoryEntry.objects.about(made).latest("pk").why == "The application was withdrawn."

    def test_the_office_waits_for_the_chair_within_the_grace(self, backing, draft, coordinator, at):
        for factory in (SponsorCommitmentFactory, MentorAgreementFactory):
            factory._meta.model.objects.update(state="committed", answered_at=at, signed_name="Somebody")
        workflow.submit(draft.pk, key=uuid.uuid4(), by=draft.applicant, at=at)
        with pytest.raises(NotPossible, match=r"not complete yet: Department chair"):
            workflow.mark_complete(draft, by=coordinator, at=at)
        ChairCommitment.objects.update(state="committed", answered_at=at, signed_name="Grace")
        workflow.mark_complete(draft, by=coordinator, at=at)
        assert draft.state == "complete"


class TestList:
    @pytest.mark.parametrize("rows", [1, 30])
    def test_it_costs_the_same_with_a_chair_for_one_row_and_thirty(
        self, client_of, asking, coordinator, rows, django_assert_num_queries
    ):
        for _ in range(rows):
            made = ApplicationFactory(call=asking, state="submitted", written=False)
            ChairCommitmentFactory(call=asking, applicant=made.applicant, committed=True)
        client, url = client_of(coordinator), reverse("applications:of_call", args=[asking.pk])
        with django_assert_num_queries(7):  # as many as without a chair
            answer = client.get(url)
        assert {strip_tags(row["chair"]).strip() for row in answer.context["rows"]} == {"Committed"}
        assert '<th scope="col">Chair</th>' in answer.content.decode()

    def test_a_call_that_asks_for_none_has_no_such_column(self, client_of, call, coordinator):
        made = ApplicationFactory(call=call, state="submitted")
        ChairCommitmentFactory(call=call, applicant=made.applicant, committed=True)
        page = client_of(coordinator).get(reverse("applications:of_call", args=[call.pk])).content.decode()
        assert "Chair" not in page
