"""What an applicant writes before submitting: start, title, sections, documents, sponsor and mentor."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage

from applications import workflow
from applications.models import Application, Document, DroppedFile, SectionText
from mentors.models import MentorAgreement
from programs.models import HistoryEntry, SealedLink
from programs.printing import PdfRefused
from programs.transitions import NotPossible
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import HealthSystemFactory, MentorAgreementFactory, SponsorCommitmentFactory

HALF = timedelta(seconds=0.5)


@pytest.fixture
def section(application):
    return application.call.sections.get(title="Specific aims")


@pytest.fixture
def request_(application):
    return application.call.document_requests.get()


@pytest.fixture
def save(application, section, applicant, at):
    def saved(text="Three aims.", version=0, **facts):
        return workflow.save_section(application, section, **{"text": text, "version": version, "by": applicant, "at": at, **facts})

    return saved


class TestStart:
    def test_makes_one_draft_with_its_history(self, call, applicant, at):
        draft = workflow.start(call, by=applicant, at=at)
        assert (draft.state, draft.applicant, draft.started_at, draft.saved_at) == ("draft", applicant, at, at)
        assert workflow.start(call, by=applicant, at=at) == draft
        assert list(HistoryEntry.objects.values_list("verb", "to_state", "who")) == [("start", "draft", "Samuel Ng")]

    def test_takes_none_a_second_before_the_opening_or_at_the_deadline(self, call, applicant):
        with pytest.raises(NotPossible, match="opens on"):
            workflow.start(call, by=applicant, at=call.opens_at - timedelta(seconds=1))
        with pytest.raises(NotPossible, match="closed on"):
            workflow.start(call, by=applicant, at=call.closes_at)
        assert workflow.start(call, by=applicant, at=call.closes_at - timedelta(seconds=1)).state == "draft"

    def test_is_not_for_the_office(self, call, coordinator, director, at):
        for person in (coordinator, director):
            with pytest.raises(PermissionDenied):
                workflow.start(call, by=person, at=at)
        assert not Application.objects.exists()


class TestSections:
    def test_keeps_text_words_version_and_time(self, save, application, at):
        kept = save("Three  aims,\r\nwell-chosen.")
        assert (kept.text, kept.words, kept.version, kept.saved_at) == ("Three  aims,\nwell-chosen.", 3, 1, at)
        assert save("Four aims.", version=1).version == 2
        application.refresh_from_db()
        assert application.saved_at == at

    def test_a_stale_version_is_overtaken_and_nothing_is_lost(self, save):
        save("First tab.")
        save("First tab, again.", version=1)
        with pytest.raises(workflow.Overtaken) as overtaken:
            save("Second tab.", version=1)
        assert (overtaken.value.current.text, overtaken.value.current.version) == ("First tab, again.", 2)
        assert SectionText.objects.get().text == "First tab, again."

    def test_the_same_text_again_is_no_conflict(self, save):
        save("Sent twice.")
        assert save("Sent twice.").version == 1

    def test_is_refused_at_the_deadline_and_kept_just_before(self, save, call):
        assert save("In time.", at=call.closes_at - HALF).text == "In time."
        for moment in (call.closes_at, call.closes_at + HALF):
            with pytest.raises(NotPossible, match="The call closed on"):
                save("Too late.", version=1, at=moment)
        assert SectionText.objects.get().text == "In time."

    @pytest.mark.parametrize("state", ["submitted", "complete", "under_review", "withdrawn", "ineligible", "awarded"])
    def test_is_refused_in_every_state_but_draft_and_returned(self, save, application, state, at):
        save("As submitted.")
        Application.objects.filter(pk=application.pk).update(state=state, submitted_at=at, tracking_number="HL-2345-67")
        with pytest.raises(NotPossible, match=r"cannot be changed|is submitted"):
            save("Changed afterwards.", version=1)
        assert SectionText.objects.get().text == "As submitted."

    def test_a_returned_one_may_be_changed_after_the_deadline_until_the_grace_ends(self, save, application, call, at):
        Application.objects.filter(pk=application.pk).update(state="returned", submitted_at=at, tracking_number="HL-2345-67")
        assert save("Changed.", at=call.letters_until - HALF).text == "Changed."
        with pytest.raises(NotPossible, match="time for changes ended"):
            save("Too late.", version=1, at=call.letters_until)

    def test_a_draft_over_its_limit_is_kept_up_to_ten_times(self, save):
        assert save("word " * 5000).words == 5000
        with pytest.raises(NotPossible, match=r"5,001 words; Specific aims takes 500"):
            save("word " * 5001, version=1)

    def test_a_hundred_thousand_words_get_a_sentence_whatever_the_limit(self, save, section):
        section.word_limit = 20000
        section.save()
        with pytest.raises(NotPossible, match="100,000 words"):
            save("word " * 100_000)
        assert not SectionText.objects.exists()

    def test_is_the_applicants_alone(self, save, stranger, coordinator):
        for person in (stranger, coordinator):
            with pytest.raises(PermissionDenied):
                save("Not mine.", by=person)
        assert not SectionText.objects.exists()


class TestTitle:
    def test_is_one_line(self, application, applicant, at):
        workflow.set_title(application, title="  Telehealth\r\ntitration ", by=applicant, at=at)
        application.refresh_from_db()
        assert application.title == "Telehealth titration"

    def test_nothing_unseen_turns_the_words_behind_it(self, application, applicant, at):
        workflow.set_title(application, title="Sepsis \u202ealerts\u2066 now", by=applicant, at=at)
        application.refresh_from_db()
        assert application.title == "Sepsis alerts now"

    def test_an_open_request_is_about_the_new_title_and_an_answer_keeps_what_was_promised(self, application, applicant, at, outbox):
        who = {"call": application.call, "applicant": applicant, "project_title": application.title}
        mentor = MentorAgreementFactory(**who, committed=True)
        somebody_elses = SponsorCommitmentFactory(**who | {"applicant": UserFactory()})
        asked = sponsoring.ask(
            call=application.call, applicant=applicant, name="Dana", email="dana@county.example", title="", note="", by=applicant,
            at=at, health_system=somebody_elses.health_system, project_title=application.title,
        )  # fmt: skip
        workflow.set_title(application, title="Sepsis alerts", by=applicant, at=at)
        for row in (mentor, somebody_elses, asked):
            row.refresh_from_db()
        assert asked.project_title == "Sepsis alerts"
        assert mentor.project_title == somebody_elses.project_title == application.title
        sponsoring.ask_again(asked, by=applicant, at=at)
        first, again = outbox()
        assert ("Sepsis alerts" in first.text, "Sepsis alerts" in again.text) == (False, True)
        assert application.title not in again.text

    @pytest.mark.parametrize(("state", "rows"), [("draft", 0), ("returned", 1)])
    def test_a_change_after_submitting_stands_in_the_history(self, call, applicant, at, state, rows):
        mine = ApplicationFactory(call=call, applicant=applicant, state=state, title="Telehealth titration")
        for _ in range(2):
            workflow.set_title(mine, title="Sepsis alerts", by=applicant, at=at)
        said = list(HistoryEntry.objects.filter(verb="change the title").values_list("why", flat=True))
        assert said == ["“Telehealth titration”, now “Sepsis alerts”"] * rows

    def test_is_refused_after_the_deadline(self, application, applicant, call):
        with pytest.raises(NotPossible):
            workflow.set_title(application, title="Late", by=applicant, at=call.closes_at)
        application.refresh_from_db()
        assert application.title == "Telehealth titration for heart failure"


class TestDocuments:
    def test_are_kept_byte_for_byte(self, application, request_, applicant, at, pdf):
        content = pdf(3)
        kept = workflow.attach(application, request_, name="C:\\me\\Bio\r\nsketch.pdf", content=content, by=applicant, at=at)
        assert (kept.name, kept.pages, kept.size) == ("Biosketch.pdf", 3, len(content))
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        assert kept.file.read() == content
        assert "sketch" not in kept.file.name

    def test_a_second_takes_the_place_of_the_first(self, application, request_, applicant, at, pdf):
        workflow.attach(application, request_, name="old.pdf", content=pdf(1), by=applicant, at=at)
        new = workflow.attach(application, request_, name="new.pdf", content=pdf(2), by=applicant, at=at)
        assert Document.objects.get() == new
        assert default_storage.exists(new.file.name)

    def test_a_file_that_a_submission_is_made_of_stays(self, submitted, applicant, at, pdf):
        asked = submitted.call.document_requests.get()
        Application.objects.filter(pk=submitted.pk).update(state="returned")
        old = workflow.attach(submitted := Application.objects.get(), asked, name="o.pdf", content=pdf(1), by=applicant, at=at)
        workflow.remove_document(submitted, asked, by=applicant, at=at)
        assert not Document.objects.exists()
        assert not DroppedFile.objects.exists()
        assert default_storage.exists(old.file.name)

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "The file is empty"),
            (b"<html><script>alert(1)</script></html>", "This is not a PDF"),
            (b"%PDF-1.7\nnothing of the kind", "damaged"),
        ],
    )
    def test_what_is_no_pdf_is_refused(self, application, request_, applicant, at, content, sentence):
        with pytest.raises(PdfRefused, match=sentence):
            workflow.attach(application, request_, name="a.pdf", content=content, by=applicant, at=at)
        assert not Document.objects.exists()

    def test_protected_too_long_and_too_large_are_refused(self, application, request_, applicant, at, pdf, settings):
        with pytest.raises(PdfRefused, match="protected by a password"):
            workflow.attach(application, request_, name="a.pdf", content=pdf(1, password="x"), by=applicant, at=at)
        with pytest.raises(PdfRefused, match="has 6 pages; Biosketch takes at most 5"):
            workflow.attach(application, request_, name="a.pdf", content=pdf(6), by=applicant, at=at)
        settings.DOCUMENT_MAX_BYTES = 400
        with pytest.raises(PdfRefused, match="larger than"):
            workflow.attach(application, request_, name="a.pdf", content=pdf(5), by=applicant, at=at)
        assert not Document.objects.exists()
        assert HistoryEntry.objects.count() == 0

    def test_a_refused_one_leaves_no_file(self, application, request_, applicant, call, pdf, settings):
        with pytest.raises(NotPossible):
            workflow.attach(application, request_, name="a.pdf", content=pdf(1), by=applicant, at=call.closes_at)
        assert not any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))


class TestNaming:
    @pytest.fixture
    def facts(self, applicant, at):
        typed = {"name": "Dana Whitfield", "email": "Dana@County.example", "title": "Chief", "note": "Please."}
        return {**typed, "by": applicant, "at": at}

    def test_asks_a_sponsor_by_a_sealed_link(self, application, facts, health_system, outbox):
        commitment = workflow.name_sponsor(application, health_system=health_system, **facts)
        assert (commitment.state, commitment.email, commitment.project_title) == ("asked", "dana@county.example", application.title)
        assert SealedLink.objects.about(commitment).count() == 1
        assert [email.to for email in outbox()] == ["dana@county.example"]

    def test_asks_a_primary_mentor(self, application, facts, outbox):
        agreement = workflow.name_mentor(application, institution="Harbor University", **facts)
        assert (agreement.role, agreement.institution) == ("primary", "Harbor University")
        assert [email.to for email in outbox()] == ["dana@county.example"]

    def test_needs_a_title_and_asks_nobody_twice(self, application, facts, health_system):
        Application.objects.update(title="")
        with pytest.raises(NotPossible, match="title first"):
            workflow.name_sponsor(application, health_system=health_system, **facts)
        Application.objects.update(title="A title")
        workflow.name_sponsor(application, health_system=health_system, **facts)
        with pytest.raises(NotPossible, match="asked already"):
            workflow.name_sponsor(application, health_system=health_system, **facts)
        assert SponsorCommitment.objects.count() == 1

    def test_refuses_another_programmes_system(self, application, facts, other_program):
        with pytest.raises(NotPossible):
            workflow.name_sponsor(application, health_system=HealthSystemFactory(program=other_program), **facts)

    def test_is_possible_after_submitting_while_the_grace_runs(self, submitted, facts, health_system, call):
        SponsorCommitmentFactory(call=call, applicant=submitted.applicant, declined=True)
        late = {**facts, "at": call.letters_until - HALF}
        assert workflow.name_sponsor(submitted, health_system=health_system, **late).state == "asked"
        with pytest.raises(NotPossible):
            workflow.name_mentor(submitted, institution="", **{**facts, "at": call.letters_until})

    def test_is_over_once_the_application_is_complete(self, submitted, facts):
        Application.objects.update(state="complete")
        with pytest.raises(NotPossible, match="nobody can be named"):
            workflow.name_mentor(submitted, institution="", **facts)
        assert not MentorAgreement.objects.exists()
