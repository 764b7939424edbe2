"""What is asked of chairs alone; what they share with sponsors and mentors is tested in tests/programs/promises."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentors.models import ChairCommitment
from mentors.workflow import chair as chairing
from programs import links
from programs.models import Call, Cohort, Email, HistoryEntry, SealedLink
from programs.transitions import NotPossible
from tests.factories.accounts import UserFactory
from tests.factories.promises import ChairCommitmentFactory

pytestmark = pytest.mark.django_db
NAME = {"signed_name": "Grace Lindqvist", "signed_title": "Chair"}
TICKED = {f"duty_{place}": "on" for place in range(4)}
YES = {"choice": "commit", **TICKED, "note": "Two half-days of clinic.", **NAME}


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def ask(call, applicant):
    def asking(**changes):
        facts = {
            "call": call, "applicant": applicant, "name": "Grace Lindqvist", "email": "grace@harbor.example",
            "title": "Chair of Medicine", "department": " Department\nof Medicine ", "project_title": "Telehealth", "note": "",
            "by": applicant, "at": timezone.now(),
        }  # fmt: skip
        return chairing.ask(**{**facts, **changes})

    return asking


@pytest.fixture
def holder(asking, ask):
    """A browser that has followed the chair's link: (client, address, commitment)."""
    backing = ask()
    link = SealedLink.objects.get()
    client = Client()
    client.get(urlsplit(links.mint(link, at=timezone.now())).path)
    return client, reverse("mentors:chair_answer", args=[link.public_id]), backing


def test_a_call_that_asks_for_no_chair_takes_none(ask):
    with pytest.raises(NotPossible, match="This call does not ask for a chair"):
        ask()
    assert (ChairCommitment.objects.count(), Email.objects.count()) == (0, 0)


def test_what_the_chair_signs_is_what_was_asked(holder):
    """A cohort that changes later changes no promise that was read or signed before."""
    client, address, backing = holder
    assert (backing.department, backing.effort_percent, backing.salary_per_year) == ("Department of Medicine", 75, 90000)
    Cohort.objects.update(effort_percent=50, salary_per_year=70000)
    text = text_of(client.get(address))
    assert "as department chair (Department of Medicine)" in text
    for words in ("Protect 75 per cent of", "would protect 75 per cent of", "up to $90,000 a year"):
        assert words in text
    client.post(address, YES)
    assert "Protect 75 per cent of" in text_of(client.get(address))
    assert "75 per cent" in Email.objects.get(kind="chair asked").text


def test_a_yes_lists_the_duties_that_remain_for_the_office_alone(holder, applicant, outbox):
    client, address, backing = holder
    refused = client.post(address, {**YES, "note": ""})
    assert refused.context["form"].errors["note"] == ["Please list the duties that remain. If there are none, please say so."]
    assert client.post(address, YES).status_code == 302
    backing.refresh_from_db()
    assert (backing.state, backing.reason) == ("committed", "Two half-days of clinic.")
    text = text_of(client.get(address))
    assert '<dt>Duties that remain</dt><dd class="preserve-lines">Two half-days of clinic.</dd>' in text
    assert HistoryEntry.objects.about(backing).latest("pk").why == "Two half-days of clinic."
    assert "half-days" not in next(email.text for email in outbox() if email.to == applicant.email)


def test_a_no_needs_no_list(holder):
    client, address, backing = holder
    assert client.post(address, {"choice": "decline", "reason": "No funds.", **NAME}).status_code == 302
    backing.refresh_from_db()
    assert (backing.state, backing.reason) == ("declined", "No funds.")


def test_when_the_call_stops_asking_nothing_more_is_expected(holder, call, applicant, client_of, at):
    client, address, backing = holder
    ChairCommitment.objects.update(asked_at=call.closes_at - timedelta(days=30))
    assert len(chairing.REMINDER.wanted(at)) == 5
    Call.objects.update(asks_chair=False)
    assert chairing.REMINDER.wanted(at) == []
    page = client.get(address)
    assert (page.status_code, "does not ask for this any more. Nothing more is expected of you." in text_of(page)) == (200, True)
    assert client.post(address, YES).status_code == 409
    signed_in = client_of(UserFactory(email=backing.email))
    assert signed_in.get(reverse("mentors:chair_respond", args=[backing.pk])).status_code == 404
    assert client_of(applicant).post(reverse("mentors:chair_ask_again", args=[backing.pk])).status_code == 404
    backing.refresh_from_db()
    assert backing.state == "asked"


def test_one_chair_stands_beside_sponsor_and_mentor(asking, ask, applicant, at):
    first = ask()
    with pytest.raises(NotPossible, match="Grace Lindqvist has been asked already"):
        ask(name="Lee Castellano", email="lee@harbor.example")
    chairing.replace(first, by=applicant, at=at)
    assert ask(name="Lee Castellano", email="lee@harbor.example").state == "asked"
    assert ChairCommitment.objects.of_applicant(asking.pk, applicant.pk).get().name == "Lee Castellano"


def test_seeing(asking, other_call, applicant, chair_person, coordinator, reviewer, finance, stranger, other_director):
    Call.objects.update(asks_chair=True)
    own = ChairCommitmentFactory(call=asking, applicant=applicant)
    another = ChairCommitmentFactory(call=asking, applicant=UserFactory(), email="else@example.org")
    foreign = ChairCommitmentFactory(call=other_call, applicant=UserFactory(), email="far@example.org")

    def seen(user):
        return set(ChairCommitment.objects.visible_to(user))

    assert seen(applicant) == {own}
    assert seen(chair_person) == {own}
    assert seen(coordinator) == {own, another}
    assert seen(other_director) == {foreign}
    for nobody in (reviewer, finance, stranger):
        assert seen(nobody) == set()
    assert list(ChairCommitment.objects.addressed_to(chair_person)) == [own]
    Call.objects.update(asks_chair=False)
    for person in (applicant, chair_person, coordinator, other_director):
        assert seen(person) == set()
