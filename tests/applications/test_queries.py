"""Who sees which application, and the office's list in a constant number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application, Submission
from applications.queries import ORDERS, promises_of
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory

pytestmark = pytest.mark.both


def test_visible_to_the_applicant_and_the_own_office(application, applicant, coordinator, director):
    for person in (applicant, coordinator, director):
        assert Application.objects.visible_one(person, application.pk) == application


@pytest.mark.parametrize(
    "person", ["stranger", "reviewer", "finance", "committee", "mentor_person", "sponsor_person", "other_director"]
)
def test_visible_to_nobody_else(application, person, request):
    assert Application.objects.visible_one(request.getfixturevalue(person), application.pk) is None


def test_the_page_counts_parts_and_says_how_promises_stand(call, applicant, at):
    row = ApplicationFactory(call=call, applicant=applicant, state="submitted")
    SponsorCommitmentFactory(call=call, applicant=applicant, name="Old", state="replaced")
    SponsorCommitmentFactory(call=call, applicant=applicant, committed=True, opened_at=at)
    MentorAgreementFactory(call=call, applicant=applicant, role="co", name="Co-mentor")
    [shown] = Application.objects.of_call(call.pk).page("submitted", 0, 50)
    assert (shown.pk, shown.title, shown.applicant, shown.submitted_at) == (row.pk, row.title, applicant.name, row.submitted_at)
    assert shown.parts_missing == 1  # two texts are written, the biosketch is not attached
    assert (shown.sponsor, shown.mentor, shown.chair) == (("committed", at), (None, None), (None, None))


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_every_order_pages_without_gaps(call, order):
    for _ in range(7):
        ApplicationFactory(call=call, title="The same")
    rows = Application.objects.of_call(call.pk)
    paged = [row.pk for start in (0, 3, 6) for row in rows.page(order, start, start + 3)]
    assert sorted(paged) == sorted(Application.objects.values_list("pk", flat=True))


def test_newest_submitted_first_and_drafts_last(call, at):
    draft = ApplicationFactory(call=call)
    older = ApplicationFactory(call=call, state="submitted", submitted_at=at - timedelta(days=2))
    newer = ApplicationFactory(call=call, state="submitted", submitted_at=at - timedelta(days=1))
    rows = Application.objects.of_call(call.pk).page("submitted", 0, 50)
    assert [row.pk for row in rows] == [newer.pk, older.pk, draft.pk]


def test_matching_reads_title_applicant_address_and_number(call):
    row = ApplicationFactory(call=call, title="Deprescribing at home", state="submitted", applicant__name="Maya Sand")
    ApplicationFactory(call=call)
    for words in (
        "DEPRESCRIBING",
        "maya sand",
        row.applicant.email.upper(),
        row.tracking_number.lower(),
        row.tracking_number[:7],
        row.tracking_number[3:],
        row.tracking_number.replace("-", ""),
        row.tracking_number.replace("-", " "),
        row.tracking_number.replace("-", "\u2011"),
        row.tracking_number.replace("-", "\u2013"),
        row.tracking_number.replace("-", "")[1:6],
        "",
    ):
        assert row in Application.objects.of_call(call.pk).matching(words)
    assert not Application.objects.matching("%").exists()
    assert not Application.objects.matching("hl").exists()  # every number begins so


def test_counts_by_state(call, other_call):
    for state in ("draft", "draft", "submitted"):
        ApplicationFactory(call=call, state=state)
    ApplicationFactory(call=other_call)
    assert Application.objects.of_call(call.pk).count_by_state() == {"draft": 2, "submitted": 1}
    assert Application.objects.count_by_call() == {call.pk: {"draft": 2, "submitted": 1}, other_call.pk: {"draft": 1}}


@pytest.mark.parametrize(
    ("asked", "signed", "is_other"),
    [
        ("Dana Whitfield", "Dana Whitfield", False), ("Dana Whitfield", "D. WHITFIELD, MD", False),
        ("José Núñez", "jose nunez", False), ("Dr. Dana Whitfield", "Dr. Omar Haddad", True),
        ("Dana Whitfield, MD", "A. Assistant, MD", True), ("Dana Whitfield", "", False),
        ("李明", "李明", False), ("李明", "王芳", True), ("李 明", "李 明", False), ("J. P.", "j. p.", False),
        ("Dana Whitfield, Ph.D.", "Omar Haddad, Ph.D.", True), ("Dana Whitfield, DO, MBA", "Omar Haddad, D.O., MBA", True),
        ("Ana de la Cruz", "Maria de los Santos", True), ("Sean O'Brien", "S. OBrien", False),
        ("Jack Ma", "J. Ma, MD", False), ("Henry Ford Jr.", "Sam Hill Jr.", True),
    ],
)  # fmt: skip
def test_a_signature_with_another_name_is_remarked_on(asking, applicant, asked, signed, is_other):
    answered = {"state": "committed", "answered_at": timezone.now(), "signed_title": "Chief"} if signed else {}
    SponsorCommitmentFactory(call=asking, applicant=applicant, name=asked, signed_name=signed, **answered)
    [sponsor] = promises_of(ApplicationFactory(call=asking, applicant=applicant))
    assert sponsor.is_signed_otherwise is is_other


def test_snapshots_stay_in_the_database(submitted, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [row.number for row in Submission.objects.of_application(submitted.pk).for_page()] == [1]
