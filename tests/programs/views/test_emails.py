"""The office's list of e-mails, one e-mail, and sending it again."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from programs.models import Email, LinkToken

pytestmark = pytest.mark.django_db
ADDRESS = "/programs/harbor-leap/emails/"


def an_email(program, number=0, **facts):
    now = timezone.now()
    return Email.objects.create(
        program=program, kind="test", dedupe_key=f"{program.pk}:{number}", to="dana@county.example", to_name="Dana",
        subject=f"Subject {number}", text="The text.", created_at=now, due_at=now, **facts,
    )  # fmt: skip


def test_states_counts_and_why_one_failed(client_of, program, other_program, coordinator):
    an_email(program, 1, state="done", done_at=timezone.now())
    an_email(program, 2, state="failed", last_error="SMTPDataError: (550, b'no such person')")
    an_email(other_program, 3, state="failed")
    page = client_of(coordinator).get(ADDRESS)
    text = page.content.decode()
    assert "no such person" in text
    assert "Failed (1)" in text
    assert "All (2)" in text
    assert "Subject 3" not in text
    failed = client_of(coordinator).get(ADDRESS, {"state": "failed"})
    assert [email.subject for email, *_ in failed.context["rows"]] == ["Subject 2"]
    assert client_of(coordinator).get(ADDRESS, {"state": "failed' OR 1=1"}).context["page_obj"].paginator.count == 2


@pytest.mark.both
def test_the_office_sees_how_long_the_oldest_waits(client_of, program, other_program, coordinator):
    """F5: while the mail server is away the page says so; what is only seconds old, sent or of others does not count."""
    page = client_of(coordinator)
    an_email(program, 1)
    an_email(program, 2, state="done", done_at=timezone.now())
    assert page.get(ADDRESS).context["backlog"]["count"] == 0
    Email.objects.update(due_at=timezone.now() - timedelta(minutes=70))
    an_email(other_program, 3)
    Email.objects.filter(program=other_program).update(due_at=timezone.now() - timedelta(days=3))
    text = " ".join(page.get(ADDRESS).content.decode().split())
    assert "1 e-mail waits longer than usual; the oldest was due" in text
    assert "Pacific, 1 hour ago. They leave by themselves" in text


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client_of, program, coordinator, count, django_assert_num_queries):
    for number in range(count):
        an_email(program, number)
    client = client_of(coordinator)
    with django_assert_num_queries(8):
        client.get(ADDRESS)


def test_fifty_a_page(client_of, program, coordinator):
    for number in range(51):
        an_email(program, number)
    assert len(client_of(coordinator).get(ADDRESS).context["rows"]) == 50
    assert len(client_of(coordinator).get(ADDRESS, {"page": 2}).context["rows"]) == 1


def test_one_email_shows_its_text_and_no_token(client_of, asked, coordinator, deliver_all):
    deliver_all()
    token = next(word for word in django_mail.outbox[0].body.split() if "/links/" in word).rstrip("/").rsplit("/", 1)[-1]
    text = client_of(coordinator).get(reverse("programs:email", args=[Email.objects.get().pk])).content.decode()
    assert "asks you to be the Clinical Operations Sponsor" in text
    assert "the sealed link is only in the message itself" in text
    assert token not in text
    assert LinkToken.objects.count() == 1


def test_it_is_sent_again_with_a_fresh_token(client_of, asked, coordinator, deliver_all):
    deliver_all()
    address = reverse("programs:email_again", args=[Email.objects.get().pk])
    assert client_of(coordinator).get(address).status_code == 405
    assert "is on its way again" in client_of(coordinator).post(address, follow=True).content.decode()
    deliver_all()
    first, second = (sent.body.split("/links/")[1].split("/")[0] for sent in django_mail.outbox)
    assert first != second
    assert LinkToken.objects.count() == 2


def test_one_that_waits_is_not_doubled(client_of, asked, coordinator):
    address = reverse("programs:email_again", args=[Email.objects.get().pk])
    assert "still on its way" in client_of(coordinator).post(address, follow=True).content.decode()
    assert Email.objects.count() == 1


def test_what_others_are_told_of_an_own_application_is_closed_to_its_applicant(client_of, program, asked, coordinator, reviewer):
    """In the office, too: who reviews it and why somebody declined is not for the person who asks for the award."""
    asked.applicant = coordinator
    asked.save()
    Email.objects.all().delete()
    about = {"state": "failed", "call": asked.call, "applicant": coordinator}
    secret = an_email(program, 1, **about)
    to_self, other, general = an_email(program, 2, **about), an_email(program, 3), an_email(program, 4)
    Email.objects.filter(pk=to_self.pk).update(to=coordinator.email)
    Email.objects.filter(pk=other.pk).update(applicant=reviewer, call=asked.call)
    client = client_of(coordinator)
    page = client.get(ADDRESS)
    assert {email.pk for email, *_ in page.context["rows"]} == {to_self.pk, other.pk, general.pk}
    assert "Failed (1)" in page.content.decode()
    assert "An e-mail could not be delivered" in client.get("/desk/").content.decode()
    assert client.get(reverse("programs:email", args=[secret.pk])).status_code == 404
    assert client.post(reverse("programs:email_again", args=[secret.pk])).status_code == 404
    assert client.get(reverse("programs:email", args=[to_self.pk])).status_code == 200


def test_who_may(client_of, program, reviewer, applicant, other_director):
    email = an_email(program, state="done", done_at=timezone.now())
    for person in (reviewer, applicant, other_director):
        client = client_of(person)
        assert client.get(ADDRESS).status_code == 404
        assert client.get(reverse("programs:email", args=[email.pk])).status_code == 404
        assert client.post(reverse("programs:email_again", args=[email.pk])).status_code == 404
    assert Email.objects.count() == 1


def test_the_office_reads_why_one_was_not_sent(client_of, program, coordinator):
    why = "The application was submitted, withdrawn or returned meanwhile, or its deadline has passed or moved."
    email = an_email(program, state="expired", last_error=why)
    faulty = an_email(program, 1, state="failed", last_error="Gone.")
    client = client_of(coordinator)
    assert why in client.get(ADDRESS).content.decode()
    assert f"<dt>Why it was not sent</dt><dd>{why}</dd>" in client.get(reverse("programs:email", args=[email.pk])).content.decode()
    assert "<dt>Last fault</dt><dd>Gone.</dd>" in client.get(reverse("programs:email", args=[faulty.pk])).content.decode()
