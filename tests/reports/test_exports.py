"""The export: what the list shows, no more; safe in a spreadsheet; quick for ten thousand rows."""

import csv

import pytest

from reports import exports
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def rows(call, person, **filters):
    lines = exports.applications_csv(call, person, **{"words": "", "state": "", "order": "applicant", **filters})
    return list(csv.DictReader("".join(lines).removeprefix("\ufeff").splitlines(keepends=True)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  ="])
def test_a_formula_becomes_text(start):
    assert exports.defused(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["Rosa Alvarez", "1-2", "a=b", "", "3 < 4"])
def test_other_text_stays(text):
    assert exports.defused(text) == text


def test_one_application_with_everything(call, coordinator, health_system):
    person = UserFactory(name="Samuel Ng", email="samuel@example.org")
    application = ApplicationFactory(call=call, applicant=person, title="=HYPERLINK(1)", state="under_review")
    SponsorCommitmentFactory(call=call, applicant=person, health_system=health_system, committed=True)
    MentorAgreementFactory(call=call, applicant=person)
    for score in (2, 2, 2, 3):
        assignment = AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=coordinator)
        ReviewFactory(assignment=assignment, overall_impact=score)
    [row] = rows(call, coordinator)
    assert {key: row[key] for key in list(row)[1:7]} == {
        "Project title": "'=HYPERLINK(1)",
        "Applicant": "Samuel Ng",
        "E-mail": "samuel@example.org",
        "Institution": "Harbor University",
        "Division": "General Medicine",
        "State": "Under review",
    }
    assert list(row.values())[9:] == [
        "Dana Whitfield", "County General", "Committed", "Maya Okafor", "Asked", "4", "23",
    ]  # fmt: skip


def test_the_chair_has_columns_where_the_call_asks_for_one(asking, other_call, coordinator, other_director):
    person, other = UserFactory(name="Ann"), UserFactory(name="Bob")
    for one in (person, other):
        ApplicationFactory(call=asking, applicant=one, state="submitted")
    ChairCommitmentFactory(call=asking, applicant=person, name="=Grace", committed=True)
    ChairCommitmentFactory(call=asking, applicant=other, state="replaced")
    assert [list(row.values())[-3:] for row in rows(asking, coordinator)] == [
        ["'=Grace", "Department of Medicine", "Committed"], ["", "", ""],
    ]  # fmt: skip
    ApplicationFactory(call=other_call, state="submitted")
    assert not {"Department chair", "Department", "Chair’s answer"} & set(rows(other_call, other_director)[0])


def test_filters_and_order_are_those_of_the_list(call, other_call, coordinator):
    for name, state in (("Zoe", "submitted"), ("Ann", "submitted"), ("Bob", "draft")):
        ApplicationFactory(call=call, applicant=UserFactory(name=name), state=state)
    ApplicationFactory(call=other_call, applicant=UserFactory(name="Canary"), state="submitted")
    assert [row["Applicant"] for row in rows(call, coordinator)] == ["Ann", "Bob", "Zoe"]
    assert [row["Applicant"] for row in rows(call, coordinator, state="submitted")] == ["Ann", "Zoe"]
    assert [row["Applicant"] for row in rows(call, coordinator, words="zo")] == ["Zoe"]


@pytest.mark.parametrize("why", ["conflict", "own review", "own application"])
def test_scores_the_person_must_not_see_are_left_out(call, coordinator, director, why):
    applicant = coordinator if why == "own application" else UserFactory()
    application = ApplicationFactory(call=call, applicant=applicant, state="under_review")
    ReviewFactory(
        assignment=AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=director), overall_impact=8
    )
    if why != "own application":
        facts = {"state": "conflicted", "conflict": "We share a grant."} if why == "conflict" else {}
        AssignmentFactory(application=application, reviewer=coordinator, assigned_by=director, **facts)
    assert [(row["Reviews in"], row["Overall impact"]) for row in rows(call, coordinator)] == [("", "")]
    assert [(row["Reviews in"], row["Overall impact"]) for row in rows(call, director)] == [("1", "80")]


def test_one_and_thirty_rows_cost_the_same(call, coordinator, django_assert_num_queries):
    for count in (1, 29):
        for _ in range(count):
            ApplicationFactory(call=call, state="submitted")
        with django_assert_num_queries(4):
            rows(call, coordinator)
