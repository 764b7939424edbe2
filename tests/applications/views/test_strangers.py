"""Every door against everybody who has no business behind it: what they may not see does not exist."""

import pytest
from django.urls import reverse

from applications.models import Application, SectionText
from applications.urls import urlpatterns
from programs.models import Call
from tests.applications.conftest import keep_document
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory

PERSONAL = [
    ("application", "GET"), ("title", "GET"), ("title", "POST"), ("section", "GET"), ("section", "POST"), ("autosave", "POST"),
    ("sponsor", "GET"), ("sponsor", "POST"), ("mentor", "GET"), ("mentor", "POST"), ("document", "GET"), ("document", "POST"),
    ("document_remove", "POST"), ("document_file", "GET"), ("reading", "GET"), ("packet", "GET"), ("packet_progress", "GET"),
    ("preview", "POST"), ("packet_again", "POST"), ("submit", "GET"), ("submit", "POST"), ("receipt", "GET"), ("withdraw", "GET"),
    ("withdraw", "POST"), ("return_for_changes", "GET"), ("return_for_changes", "POST"), ("mark_complete", "GET"),
    ("mark_complete", "POST"), ("find_ineligible", "GET"), ("find_ineligible", "POST"), ("replace_sponsor", "GET"),
    ("replace_sponsor", "POST"), ("replace_mentor", "GET"), ("replace_mentor", "POST"), ("chair", "GET"), ("chair", "POST"),
    ("replace_chair", "GET"), ("replace_chair", "POST"), ("take_back_return", "GET"), ("take_back_return", "POST"),
]  # fmt: skip
OFFICE_ACTS = {"return_for_changes", "take_back_return", "mark_complete", "find_ineligible", "packet_again"}
DONE_BY_BOTH = {
    "application", "receipt", "reading", "packet", "packet_progress", "document_file", "replace_sponsor", "replace_mentor",
    "replace_chair",
}  # fmt: skip


@pytest.fixture
def address(submitted, at):
    """Return the address of a door to the submitted application, in a call that asks for a chair too."""
    Call.objects.update(asks_chair=True)
    where = {"call": submitted.call, "applicant": submitted.applicant}
    wanted, kept = submitted.call.document_requests.get(), keep_document(submitted, at)
    more = {
        "section": [submitted.call.sections.first().pk], "autosave": [submitted.call.sections.first().pk], "document": [wanted.pk],
        "document_remove": [wanted.pk], "document_file": [kept.pk], "packet_again": [1], "receipt": [1],
        "replace_sponsor": [SponsorCommitmentFactory(**where, email="dana@county.example").pk],
        "replace_mentor": [MentorAgreementFactory(**where, email="maya@harbor.example").pk],
        "replace_chair": [ChairCommitmentFactory(**where, email="grace@harbor.example").pk],
    }  # fmt: skip
    return lambda name: reverse(f"applications:{name}", args=[submitted.pk, *more.get(name, [])])


def test_every_door_is_in_this_list():
    named = {pattern.name for pattern in urlpatterns} - {"list", "of_call", "start"}
    assert {name for name, _ in PERSONAL} == named


@pytest.mark.parametrize(
    "person", ["stranger", "other_director", "reviewer", "finance", "committee", "mentor_person", "sponsor_person", "chair_person"]
)
def test_strangers_and_other_programmes_find_nothing(client_of, address, person, request):
    client = client_of(request.getfixturevalue(person))
    before = list(Application.objects.values())
    found = {
        (name, method): client.generic(method, address(name), content_type="application/x-www-form-urlencoded").status_code
        for name, method in PERSONAL
    }
    assert found == dict.fromkeys(PERSONAL, 404)
    assert list(Application.objects.values()) == before


def test_the_office_does_not_write_for_the_applicant(client_of, address, director):
    client = client_of(director)
    answers = {
        name: client.generic(method, address(name), content_type="application/x-www-form-urlencoded").status_code
        for name, method in PERSONAL
        if name not in OFFICE_ACTS | DONE_BY_BOTH
    }
    assert set(answers.values()) == {403}
    assert SectionText.objects.count() == 2


def test_the_applicant_does_not_act_for_the_office(client_of, address, applicant):
    client = client_of(applicant)
    answers = {client.generic(method, address(name)).status_code for name, method in PERSONAL if name in OFFICE_ACTS}
    assert answers == {403}
    assert Application.objects.get().state == "submitted"


def test_reading_changes_nothing(client_of, address, applicant, director):
    """S24: a GET of every door, by both who may look, leaves every row as it was."""
    before = list(Application.objects.values()), list(SectionText.objects.values())
    for person in (applicant, director):
        for name, _ in PERSONAL:
            client_of(person).get(address(name))
    assert (list(Application.objects.values()), list(SectionText.objects.values())) == before
