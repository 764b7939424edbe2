"""What will be sent to whom in the next 14 days, and holding one back."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Reminder
from programs.reminders import keep
from sponsors.models import SponsorCommitment
from sponsors.workflow import REMINDER
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import SponsorCommitmentFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/programs/harbor-leap/reminders/"


def planned(program, number=0, days=2, **facts):
    due_at = timezone.now() + timedelta(days=days)
    return Reminder.objects.create(
        program=program, kind="test", key=f"{program.pk}:{number}", to="dana@county.example", to_name="Dana",
        summary=f"Remind Dana {number}", due_at=due_at, expires_at=due_at + timedelta(days=3), **facts,
    )  # fmt: skip


def test_fourteen_days_by_day(client_of, program, other_program, coordinator):
    planned(program, 1, 2)
    planned(program, 2, 2)
    planned(program, 3, 13)
    planned(program, 4, 15)
    planned(program, 5, 3, dropped_at=timezone.now())
    planned(other_program, 6)
    page = client_of(coordinator).get(ADDRESS)
    assert [[row.summary for row in rows] for _, rows in page.context["days"]] == [
        ["Remind Dana 1", "Remind Dana 2"], ["Remind Dana 3"],
    ]  # fmt: skip
    assert "dana@county.example" in page.content.decode()


def test_the_time_of_day_is_the_programmes(client_of, program, coordinator):
    due_at = (timezone.now() + timedelta(days=2)).replace(hour=23, minute=30)
    row = planned(program)
    Reminder.objects.filter(pk=row.pk).update(due_at=due_at)
    page = client_of(coordinator).get(ADDRESS)
    local = due_at.astimezone(ZoneInfo(program.time_zone))
    assert [date for date, _ in page.context["days"]] == [local.date()]
    assert f"{local:%H:%M} Pacific" in page.content.decode()


def test_whoever_holds_one_stays_on_the_page_of_it(client_of, program, coordinator):
    for number in range(51):
        planned(program, number)
    client, last = client_of(coordinator), Reminder.objects.latest("pk")
    assert '<input type="hidden" name="page" value="2">' in client.get(ADDRESS, {"page": 2}).content.decode()
    hold = reverse("programs:reminder_hold", args=[last.pk])
    assert client.post(hold, {"page": "2"}).headers["Location"] == f"{ADDRESS}?page=2"
    assert client.post(hold, {"page": "//evil.example"}).headers["Location"] == ADDRESS


def test_holding_and_letting_go(client_of, program, coordinator):
    row, client = planned(program), client_of(coordinator)
    hold, go = (reverse(f"programs:reminder_{verb}", args=[row.pk]) for verb in ("hold", "let_go"))
    assert client.get(hold).status_code == 405
    assert "by Casey Lin" in client.post(hold, follow=True).content.decode()
    row.refresh_from_db()
    assert row.held_by == coordinator
    client.post(go)
    row.refresh_from_db()
    assert (row.held_at, row.held_by) == (None, None)


def test_one_that_has_gone_out_is_not_held(client_of, program, coordinator):
    row = planned(program, sent_at=timezone.now())
    answer = client_of(coordinator).post(reverse("programs:reminder_hold", args=[row.pk]), follow=True)
    assert "gone out already" in answer.content.decode()


def test_what_others_are_reminded_of_about_an_own_application_is_closed_to_its_applicant(client_of, program, coordinator, reviewer):
    secret, to_self = planned(program, 1, applicant=coordinator), planned(program, 2, applicant=coordinator)
    planned(program, 3, applicant=reviewer)
    Reminder.objects.filter(pk=to_self.pk).update(to=coordinator.email)
    client = client_of(coordinator)
    seen = [row.summary for _, rows in client.get(ADDRESS).context["days"] for row in rows]
    assert seen == ["Remind Dana 2", "Remind Dana 3"]
    assert client.post(reverse("programs:reminder_hold", args=[secret.pk])).status_code == 404
    assert client.post(reverse("programs:reminder_hold", args=[to_self.pk])).status_code == 302


def test_who_may(client_of, program, reviewer, other_director):
    row = planned(program)
    for person in (reviewer, other_director):
        assert client_of(person).get(ADDRESS).status_code == 404
        assert client_of(person).post(reverse("programs:reminder_hold", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.held_at is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client_of, program, coordinator, count, django_assert_num_queries):
    for number in range(count):
        planned(program, number)
    client = client_of(coordinator)
    with django_assert_num_queries(6):
        client.get(ADDRESS)


def test_fifty_a_page(client_of, program, coordinator):
    for number in range(51):
        planned(program, number)
    client = client_of(coordinator)
    text = client.get(ADDRESS).content.decode()
    assert text.count("desk-row") == 50
    assert "51 reminders on the list" in text
    assert "1–50 of 51 reminders" in text
    assert [row.summary for _, rows in client.get(ADDRESS, {"page": 2}).context["days"] for row in rows] == ["Remind Dana 50"]


def test_nothing_planned_says_so(client_of, program, coordinator):
    assert "Nothing will be sent in the next 14 days" in client_of(coordinator).get(ADDRESS).content.decode()


def asked_sponsors(call, count, at):
    """Plan the reminders of this many sponsors who have not answered; return those that are to come."""
    for number in range(count):
        applicant = ApplicationFactory(call=call, written=True).applicant
        SponsorCommitmentFactory(call=call, applicant=applicant, email=f"sponsor{number}@county.example", asked_at=at)
    keep(REMINDER, at=at)
    return Reminder.objects.planned()


def test_one_whose_matter_is_done_says_so_until_the_clock_takes_it(client_of, asking, coordinator, at):
    rows = asked_sponsors(asking, 2, at)
    first, second = SponsorCommitment.objects.order_by("pk")
    assert {row.object_id for row in rows} == {first.pk, second.pk}
    client = client_of(coordinator)
    assert "Not needed any more" not in client.get(ADDRESS).content.decode()
    SponsorCommitment.objects.filter(pk=first.pk).update(state="declined", answered_at=at, reason="No time.")
    done = "The request was answered or ended meanwhile, or the application was not submitted in time."
    page = client.get(ADDRESS)
    of_first = [row for row in rows if row.object_id == first.pk]
    assert " ".join(page.content.decode().split()).count(f"Not needed any more</span> {done}") == len(of_first)
    assert {row.object_id for _, shown in page.context["days"] for row in shown if row.not_needed} == {first.pk}
    hold = reverse("programs:reminder_hold", args=[of_first[0].pk])
    assert hold not in page.content.decode()
    assert f"This reminder is not needed any more. {done}" in client.post(hold, follow=True).content.decode()
    assert not Reminder.objects.exclude(held_at=None).exists()
    Reminder.objects.filter(pk=of_first[0].pk).update(held_at=at, held_by=coordinator)
    let_go = reverse("programs:reminder_let_go", args=[of_first[0].pk])
    assert f"This reminder is not needed any more. {done}" in client.post(let_go, follow=True).content.decode()
    Reminder.objects.filter(pk=of_first[0].pk).update(held_at=None, held_by=None, sent_at=at)
    for verb in (hold, let_go):
        assert "This reminder has gone out already" in client.post(verb, follow=True).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_whether_they_are_needed_is_asked_once_a_kind(client_of, asking, coordinator, at, count, django_assert_num_queries):
    assert asked_sponsors(asking, count, at).count() >= count
    client = client_of(coordinator)
    client.get(ADDRESS)
    with django_assert_num_queries(7):
        client.get(ADDRESS)
