"""The one definition of complete: what counts, what blocks, and the office's list that agrees with it."""

import pytest

from applications import checklist
from applications.models import Application, SectionText
from mentors.models import MentorAgreement
from programs.models import DocumentRequest, Section
from sponsors.models import SponsorCommitment
from tests.factories.applications import ApplicationFactory, write_sections
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory


def lines(application):
    return {item.label: (item.done, item.detail) for item in checklist.items(application)}


def in_the_list(application):
    [row] = Application.objects.of_call(application.call_id).filter(pk=application.pk).page("submitted", 0, 50)
    return checklist.missing_in_row(row, asks_chair=application.call.asks_chair)


def test_an_empty_draft_misses_everything(call, applicant):
    draft = ApplicationFactory(call=call, applicant=applicant, title="")
    assert lines(draft) == {
        "Position and institution": (False, "optional, not given yet"),
        "Project title": (False, "not given yet"),
        "Specific aims": (False, "not written yet"),
        "Research plan": (False, "not written yet"),
        "Sponsor": (False, "not asked yet"),
        "Primary mentor": (False, "not asked yet"),
        "Biosketch": (False, "not attached yet"),
    }
    assert len(checklist.blocking(draft)) == 6
    assert in_the_list(draft) == 6


def test_position_and_institution_are_asked_for_but_keep_nobody_from_submitting(committed, applicant):
    [line] = [item for item in checklist.items(committed) if item.label == "Position and institution"]
    assert (line.done, line.counts, line.blocks) == (False, False, False)
    assert line.url == f"/accounts/profile/?next=/applications/{committed.pk}/"
    assert "Position and institution" not in [item.label for item in checklist.missing(committed)]
    applicant.title, applicant.institution = "Assistant Professor", "Harbor University"
    applicant.save()
    committed.refresh_from_db()
    assert lines(committed)["Position and institution"] == (True, "")


def test_asked_is_missing_but_does_not_block(whole):
    assert [item.label for item in checklist.missing(whole)] == ["Sponsor", "Primary mentor"]
    assert checklist.blocking(whole) == []
    assert in_the_list(whole) == 2


def test_committed_is_done(committed):
    assert checklist.missing(committed) == []
    assert lines(committed)["Sponsor"] == (True, "Dana Whitfield committed")
    assert lines(committed)["Biosketch"] == (True, "2 pages")
    assert in_the_list(committed) == 0


def test_an_opened_request_says_so(whole, at):
    SponsorCommitment.objects.update(opened_at=at)
    assert lines(whole)["Sponsor"][1].endswith(", opened")
    assert lines(whole)["Primary mentor"][1].endswith(", not opened yet")


def test_declined_blocks(whole):
    SponsorCommitment.objects.update(state="declined", reason="No capacity.")
    assert [item.label for item in checklist.blocking(whole)] == ["Sponsor"]
    assert lines(whole)["Sponsor"] == (False, "Dana Whitfield declined")


def test_a_replaced_request_counts_as_not_asked(whole):
    MentorAgreement.objects.update(state="replaced")
    assert lines(whole)["Primary mentor"] == (False, "not asked yet")


def test_a_section_over_its_limit_says_by_how_much(whole):
    SectionText.objects.filter(section__title="Specific aims").update(words=880)
    assert lines(whole)["Specific aims"] == (False, "380 words over")
    SectionText.objects.filter(section__title="Specific aims").update(words=501)
    assert lines(whole)["Specific aims"] == (False, "1 word over")
    assert [item.label for item in checklist.blocking(whole)] == ["Specific aims"]
    assert in_the_list(whole) == 3


@pytest.mark.parametrize(("words", "missing"), [(0, 0), (100, 0), (101, 1)])
def test_an_optional_part_counts_only_when_it_is_over(committed, words, missing):
    optional = Section.objects.create(call=committed.call, position=9, title="Other remarks", word_limit=100, required=False)
    DocumentRequest.objects.create(call=committed.call, position=9, title="Letter", page_limit=1, required=False)
    SectionText.objects.create(application=committed, section=optional, text="x", words=words, saved_at=committed.saved_at)
    assert len(checklist.missing(committed)) == missing
    assert len(checklist.blocking(committed)) == missing
    assert in_the_list(committed) == missing


def test_promises_of_another_call_or_applicant_do_not_count(application, other_call, applicant, stranger):
    write_sections(application)
    SponsorCommitmentFactory(call=other_call, applicant=applicant, committed=True)
    MentorAgreementFactory(call=application.call, applicant=stranger, committed=True)
    assert lines(application)["Sponsor"] == (False, "not asked yet")
    assert lines(application)["Primary mentor"] == (False, "not asked yet")
    assert in_the_list(application) == 3


def test_the_checklist_takes_three_queries(whole, django_assert_num_queries):
    shown = Application.objects.for_page().get(pk=whole.pk)
    with django_assert_num_queries(3):
        checklist.items(shown)
