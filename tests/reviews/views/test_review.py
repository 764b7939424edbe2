"""The review: the packet beside the form, drafts, two tabs, bad scores, submitting, and who reads what afterwards."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.models import Document, Submission
from programs.models import Call
from programs.templatetags.portal import in_zone
from reviews.models import Assignment, Review
from sponsors.models import SponsorCommitment
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def url(assignment, name="review"):
    return reverse(f"reviews:{name}", args=[assignment.pk])


def field(page, name):
    """Return the value of a text box as the page shows it."""
    return re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page, re.S).group(1)


@pytest.fixture
def document(clear, at):
    row = Document(
        application=clear.application, request=clear.application.call.document_requests.get(), name="Biosketch Ng.pdf",
        pages=2, size=8, sha256="0" * 64, attached_at=at,
    )  # fmt: skip
    row.file.save("x.pdf", ContentFile(b"%PDF-1.7"), save=False)
    row.save()
    return row


class TestTheForm:
    def test_packet_and_form_stand_beside_each_other(self, client_of, clear, reviewer):
        page = client_of(reviewer).get(url(clear)).content.decode()
        assert "Half of the patients reach target doses" in page
        for criterion in clear.application.call.criteria.all():
            assert f'name="score_{criterion.pk}"' in page
        assert page.count("data-scale=") == 9
        assert "Exceptional" in page

    def test_a_draft_comes_back_as_it_was_saved(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        answer = client.post(url(clear), typed(act="save", overall_impact="", summary=""), follow=True)
        assert "Your draft is saved (saved " in answer.content.decode()
        page = client.get(url(clear)).content.decode()
        assert (field(page, "overall_impact"), field(page, "version")) == ("", "1")
        assert [field(page, f"score_{one.pk}") for one in clear.application.call.criteria.all()] == ["2"] * 6
        assert "Asked by the system." in page
        assert Review.objects.get().state == "draft"

    @pytest.mark.both
    @pytest.mark.parametrize("score", ["0", "10", "2.5", "two", "-1"])
    @pytest.mark.parametrize("act", ["save", "submit"])
    def test_a_bad_score_gets_a_sentence_and_loses_nothing(self, client_of, clear, reviewer, typed, score, act):
        name = f"score_{clear.application.call.criteria.first().pk}"
        answer = client_of(reviewer).post(url(clear), typed(act=act, **{name: score}))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("Please give a whole number from 1 (exceptional) to 9 (poor).") == 2  # summary and field
        assert field(page, name) == score
        review = Review.objects.get()
        assert (review.state, review.summary, review.overall_impact) == ("draft", "Fits well.", 3)
        assert review.scores.filter(score=None).count() == 0
        assert review.scores.count() == 5

    def test_after_a_refusal_the_same_page_can_be_sent_again(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        page = client.post(url(clear), typed(overall_impact="0")).content.decode()
        answer = client.post(url(clear), typed(version=field(page, "version")), follow=True)
        assert "Your review is in. Thank you." in answer.content.decode()

    def test_an_empty_form_names_everything_that_is_missing(self, client_of, clear, reviewer):
        answer = client_of(reviewer).post(url(clear), {"act": "submit", "version": 0})
        page = answer.content.decode()
        assert answer.status_code == 200
        for words in (
            "Please score “Candidate”.",
            "Please give the overall impact.",
            "Please write what is strong.",
            "Please write what is weak.",
            "Please write the overall paragraph",
        ):
            assert words in page
        assert Review.objects.get().state == "draft"

    def test_a_hundred_thousand_words_are_refused_and_kept_on_the_page(self, client_of, clear, reviewer, typed):
        long = "word " * 100_000
        answer = client_of(reviewer).post(url(clear), typed(strengths=long))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Please shorten this to 12,000 characters; it has 499,999." in page
        assert page.count("word ") >= 99_999
        assert Review.objects.get().weaknesses == "Small."

    @pytest.mark.both
    def test_extra_fields_are_ignored(self, client_of, clear, reviewer, typed):
        client_of(reviewer).post(
            url(clear), typed(act="save", state="submitted", assignment="999", submitted_at="2020-01-01", reviewer="1")
        )
        review = Review.objects.get()
        assert (review.state, review.assignment, review.submitted_at) == ("draft", clear, None)

    @pytest.mark.both
    def test_two_tabs_keep_both_texts(self, client_of, clear, reviewer, typed, django_assert_max_num_queries):
        client = client_of(reviewer)
        client.post(url(clear), typed(act="save", strengths="FIRST TAB"))
        with django_assert_max_num_queries(15):
            answer = client.post(url(clear), typed(act="save", strengths="SECOND TAB", version="0"))
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "FIRST TAB" in page
        assert "SECOND TAB" in page
        assert Review.objects.get().strengths == "FIRST TAB"
        client.post(url(clear), typed(act="save", strengths="SECOND TAB", version=field(page, "version")))
        assert Review.objects.get().strengths == "SECOND TAB"


class TestAutosave:
    def test_it_keeps_the_draft_and_counts_the_version(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        for version in (0, 1):
            answer = client.post(url(clear, "autosave"), typed(version=version, strengths=f"Text {version}")).json()
            assert (answer["version"], answer["errors"]) == (version + 1, {})
            assert answer["saved"].startswith("saved ")
        assert (Review.objects.get().strengths, Review.objects.get().state) == ("Text 1", "draft")

    def test_a_bad_score_is_reported_and_the_rest_kept(self, client_of, clear, reviewer, typed):
        answer = client_of(reviewer).post(url(clear, "autosave"), typed(overall_impact="2.5")).json()
        assert list(answer["errors"]) == ["id_overall_impact"]
        assert (Review.objects.get().overall_impact, Review.objects.get().summary) == (None, "Fits well.")

    @pytest.mark.both
    def test_a_stale_tab_is_told(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        client.post(url(clear, "autosave"), typed(version=0))
        answer = client.post(url(clear, "autosave"), typed(version=0))
        assert answer.status_code == 409
        assert "another tab" in answer.json()["reason"]

    @pytest.mark.both
    def test_it_cannot_change_what_is_in(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        client.post(url(clear), typed())
        answer = client.post(url(clear, "autosave"), typed(version=1, overall_impact="9"))
        assert (answer.status_code, Review.objects.get().overall_impact) == (409, 3)

    def test_reading_it_is_no_way_in(self, client_of, clear, reviewer):
        assert client_of(reviewer).get(url(clear, "autosave")).status_code == 405


class TestAfterSubmitting:
    def test_it_is_shown_and_cannot_be_written_again(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        page = client.post(url(clear), typed(), follow=True).content.decode()
        assert "Your review is in. Thank you." in page
        assert "<textarea" not in page
        page = client.post(url(clear), typed(overall_impact="9"), follow=True).content.decode()
        assert "it cannot be changed any more" in page
        assert Review.objects.get().overall_impact == 3

    @pytest.mark.both
    def test_what_a_stale_tab_sends_is_shown_and_not_taken(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        client.post(url(clear), typed())
        answer = client.post(url(clear), typed(strengths="Written in the other tab."))
        assert answer.status_code == 409
        assert [words for _, words in answer.context["unsent"]] == ["Written in the other tab."]
        assert "What you wrote, not sent" in answer.content.decode()
        assert Review.objects.get().strengths == typed()["strengths"]

    def test_late_is_possible_and_marked(self, client_of, clear, reviewer, typed):
        clear.due_at = timezone.now() - timedelta(days=1)
        clear.save(update_fields=["due_at"])
        page = client_of(reviewer).post(url(clear), typed(), follow=True).content.decode()
        assert ">Late<" in page

    def test_others_are_read_only_after_the_own_is_in(self, client_of, clear, other_review, reviewer, typed):
        client = client_of(reviewer)
        pages = [
            client.get(url(clear)),
            client.post(url(clear), typed(act="save"), follow=True),
            client.get(reverse("reviews:desk")),
        ]
        for page in pages:
            assert "CANARY" not in page.content.decode()
            assert "Amina Diallo" not in page.content.decode()
        page = client.post(url(clear), typed(version="1"), follow=True).content.decode()
        for words in ("CANARY-SUMMARY", "CANARY-STRENGTH", "CANARY-WEAK", "Amina Diallo"):
            assert words in page

    def test_a_draft_of_another_is_never_read(self, client_of, clear, reviewer, reviewer2, coordinator, typed):
        other = AssignmentFactory(application=clear.application, reviewer=reviewer2, assigned_by=coordinator)
        ReviewFactory(assignment=other, state="draft", summary="CANARY-DRAFT")
        page = client_of(reviewer).post(url(clear), typed(), follow=True).content.decode()
        assert "CANARY-DRAFT" not in page
        assert "No other review is in yet." in page

    def test_after_the_decision_the_own_review_stays_and_the_packet_closes(self, client_of, clear, reviewer, typed, document):
        client = client_of(reviewer)
        client.post(url(clear), typed())
        clear.application.state = "not_awarded"
        clear.application.save(update_fields=["state"])
        page = client.get(url(clear)).content.decode()
        assert "Fits well." in page
        assert "Half of the patients" not in page
        assert client.get(url(clear, "packet")).status_code == 409
        assert client.get(reverse("reviews:document", args=[clear.pk, document.pk])).status_code == 409


class TestSkipping:
    @pytest.mark.both
    def test_nothing_is_taken_after_the_review_closed(self, client_of, clear, reviewer, typed):
        clear.application.state = "awarded"
        clear.application.save(update_fields=["state"])
        client = client_of(reviewer)
        for address in (url(clear), url(clear, "autosave")):
            answer = client.post(address, typed())
            assert answer.status_code == 409
            assert "closed" in answer.content.decode()
        assert not Review.objects.exists()

    def withdrawn(self, clear):
        clear.application.state = "withdrawn"
        clear.application.save(update_fields=["state"])
        return "The applicant has withdrawn this application"

    def ended(self, clear):
        Assignment.objects.update(state="ended", ended_at=timezone.now(), ended_by=clear.assigned_by)
        return "The office has ended your assignment"

    @pytest.mark.parametrize("what", ["withdrawn", "ended"])
    def test_what_is_over_says_so_and_opens_nothing(self, client_of, clear, reviewer, typed, document, what):
        why, client = getattr(self, what)(clear), client_of(reviewer)
        doors = [url(clear), url(clear, "packet"), reverse("reviews:document", args=[clear.pk, document.pk])]
        pages = [client.get(door) for door in doors]
        assert [page.status_code for page in pages] == [410, 403, 403]
        assert all(why in page.content.decode() for page in pages)
        assert client.get(url(clear, "declare"))["Location"] == url(clear)
        text = pages[0].content.decode()
        assert "You had not saved anything" in text
        assert clear.application.applicant.name not in text
        assert "packet" not in pages[0].context

    @pytest.mark.parametrize("what", ["withdrawn", "ended"])
    def test_what_was_typed_meanwhile_is_shown_beside_what_was_saved(self, client_of, clear, reviewer, typed, what):
        client = client_of(reviewer)
        client.post(url(clear), typed(act="save", summary="Saved before."))
        why = getattr(self, what)(clear)
        for act in ("save", "submit"):
            page = client.post(url(clear), typed(act=act, version="1", summary="Typed after.", strengths="Typed strength."))
            text = page.content.decode()
            assert page.status_code == 409
            assert why in text
            assert [words for _, words in page.context["unsent"]] == ["Typed strength.", "Typed after."]
            assert "Typed after." in text
            assert "Saved before." in text
        answer = client.post(url(clear, "autosave"), typed(version="1"))
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")
        assert answer.json()["reason"].startswith(why)
        assert (Review.objects.get().state, Review.objects.get().summary) == ("draft", "Saved before.")

    @pytest.mark.parametrize("who", ["reviewer2", "coordinator", "applicant", "stranger"])
    def test_what_is_over_is_shown_to_nobody_else(self, client_of, clear, who, request, typed):
        self.ended(clear)
        client = client_of(request.getfixturevalue(who))
        assert [client.get(url(clear)).status_code, client.post(url(clear, "autosave"), typed()).status_code] == [404] * 2


class TestDoors:
    OTHERS = ["applicant", "reviewer2", "coordinator", "director", "committee", "other_director", "mentor_person", "stranger"]

    @pytest.mark.parametrize("who", OTHERS)
    def test_nobody_else_reads_or_writes(self, client_of, clear, document, who, request, typed):
        client = client_of(request.getfixturevalue(who))
        doors = [url(clear), url(clear, "packet"), reverse("reviews:document", args=[clear.pk, document.pk])]
        assert [client.get(door).status_code for door in doors] == [404] * 3
        assert [client.post(url(clear, name), typed()).status_code for name in ("review", "autosave")] == [404] * 2
        assert not Review.objects.exists()

    def test_the_document_comes_as_a_download_under_its_name(self, client_of, clear, document, reviewer):
        answer = client_of(reviewer).get(reverse("reviews:document", args=[clear.pk, document.pk]))
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"
        assert answer["Content-Disposition"] == 'attachment; filename="Biosketch Ng.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_document_of_another_application_is_not_found(self, client_of, clear, document, reviewer, call):
        from tests.factories.applications import ApplicationFactory  # noqa: PLC0415

        document.application = ApplicationFactory(call=call, state="under_review")
        document.save(update_fields=["application"])
        assert client_of(reviewer).get(reverse("reviews:document", args=[clear.pk, document.pk])).status_code == 404

    def test_the_packet_once_it_is_made(self, client_of, clear, reviewer):
        client = client_of(reviewer)
        answer = client.get(url(clear, "packet"), follow=True)
        assert "The PDF is still being made." in answer.content.decode()
        submission = Submission.objects.get(application=clear.application)
        submission.packet.save("x.pdf", ContentFile(b"%PDF-packet"), save=True)
        answer = client.get(url(clear, "packet"))
        assert b"".join(answer.streaming_content) == b"%PDF-packet"
        assert answer["Content-Type"] == "application/pdf"


class TestPromises:
    """Whoever was asked may answer after the application was submitted; a reviewer of the fit with the health system must know."""

    @pytest.fixture
    def page(self, client_of, clear, reviewer):
        return lambda: unescape(client_of(reviewer).get(url(clear)).content.decode()).partition("How the promises stand now")[2]

    @pytest.fixture
    def key(self, clear):
        return {"call": clear.application.call, "applicant": clear.application.applicant}

    def test_each_as_it_stands_now(self, page, key, clear):
        SponsorCommitmentFactory(**key, committed=True)
        MentorAgreementFactory(**key, declined=True)
        ChairCommitmentFactory(**key)
        at = in_zone(SponsorCommitment.objects.get().answered_at, clear.application.call.time_zone)
        text = page()
        assert f"Dana Whitfield, Chief of Ambulatory Care<br>Committed on {at}" in text
        assert "Maya Okafor, Professor of Medicine<br>Declined on" in text
        assert "On sabbatical." not in text
        assert "Department chair" not in text  # the call asks for none
        Call.objects.update(asks_chair=True)
        assert "Department chair" in page()

    def test_who_was_replaced_or_is_another_mentor_is_not_there(self, page, key):
        SponsorCommitmentFactory(**key, state="replaced", name="Former Sponsor")
        MentorAgreementFactory(**key, role="co", name="Second Mentor")
        assert "Nobody is asked for a promise at the moment." in page()

    @pytest.mark.parametrize(("hours", "words"), [(-1, "the time to answer ended on"), (1, "it can be answered until")])
    def test_no_answer_yet(self, page, key, at, hours, words):
        SponsorCommitmentFactory(**key)
        Call.objects.update(closes_at=at + timedelta(hours=hours), letters_grace_hours=0)
        assert words in page()

    def test_beside_the_review_that_is_in_too(self, client_of, clear, reviewer, typed, key):
        SponsorCommitmentFactory(**key, committed=True)
        client = client_of(reviewer)
        client.post(url(clear), typed())
        assert "Committed on" in client.get(url(clear)).content.decode()


class TestCost:
    def test_the_form(self, client_of, clear, reviewer, typed, django_assert_num_queries):
        client = client_of(reviewer)
        client.post(url(clear), typed(act="save"))
        with django_assert_num_queries(8):
            client.get(url(clear))

    def test_saving_and_submitting(self, client_of, clear, reviewer, typed):
        client = client_of(reviewer)
        client.post(url(clear), typed(act="save"))
        posts = [
            (url(clear), typed(act="save", version="1")),
            (url(clear, "autosave"), typed(version="2")),
            (url(clear), typed(version="3")),
        ]
        counts = []
        ContentType.objects.get_for_model(Review)  # cached by every process after its first history row
        for address, fields in posts:
            with CaptureQueriesContext(connection) as asked:
                client.post(address, fields)
            counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked))
        assert counts == [8, 8, 12]
        assert Review.objects.get().state == "submitted"

    def test_one_and_thirty_other_reviews_cost_the_same(
        self, client_of, clear, reviewer, coordinator, typed, django_assert_num_queries
    ):
        from tests.factories.accounts import UserFactory  # noqa: PLC0415

        client = client_of(reviewer)
        client.post(url(clear), typed())
        for count in (1, 29):
            for _ in range(count):
                assignment = AssignmentFactory(application=clear.application, reviewer=UserFactory(), assigned_by=coordinator)
                ReviewFactory(assignment=assignment)
            with django_assert_num_queries(9):
                client.get(url(clear))
