"""The demo programme is whole and believable, and its two doors exist in the demo only."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import User
from applications.models import Application, Submission
from lhs_k12.demo import mailbox, scale, seed
from lhs_k12.demo.people import demo_people
from programs.models import Call, Email, Membership, Program
from reviews.models import Assignment, Review
from scholars.models import Award, AwardLetter, Scholar
from tests.factories.accounts import UserFactory


@pytest.fixture
def in_the_demo(settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = "tests.lhs_k12.demo_urls"
    settings.EMAIL_BACKEND = "lhs_k12.demo.mailbox.Backend"


def states(call_title):
    return Counter(Application.objects.filter(call__title=call_title).values_list("state", flat=True))


def test_the_whole_demo(in_the_demo, db, client):
    at = timezone.now()
    seed.load(at=at)
    # Section by section of the specification of the demo: cohorts 2019 and 2022.
    assert states("Harbor LEAP K12: call for cohort 2019") == {"not_awarded": 5, "accepted": 4, "alternate": 1, "ineligible": 1}
    assert states("Harbor LEAP K12: call for cohort 2022") == {"not_awarded": 6, "accepted": 4, "declined": 1, "ineligible": 1}
    assert Counter(Scholar.objects.values_list("cohort__name", flat=True)) == {"Cohort 2019": 4, "Cohort 2022": 4}
    assert Award.objects.filter(state="declined").count() == 1
    assert not AwardLetter.objects.exclude(state="done").exists()
    assert Assignment.objects.filter(state="conflicted").exists()
    # The open call has an application in every state that an open call can have.
    [call] = [call for call in Call.objects.open(at).with_program() if call.program.slug == "harbor-leap"]
    assert call.cohort.starts_on.month == 7
    assert call.cohort.starts_on.day == 1
    assert call.cohort.starts_on > at.date()
    assert set(states(call.title)) == {"draft", "submitted", "returned", "complete", "under_review", "ineligible", "withdrawn"}
    assert Review.objects.filter(state="draft").exists()
    # Nobody gets an e-mail of years gone by today.
    assert not Email.objects.filter(state="queued", call__closes_at__lt=at.replace(year=at.year - 1)).exists()
    # Two programmes live here.
    assert Program.objects.count() == 2
    assert Membership.objects.filter(program__slug="lakeshore").count() == 1
    # Everybody who is said to be able to sign in can, with the password and with one button.
    people = demo_people()
    assert len(people) >= 10
    for person in people:
        assert client.login(username=person["email"], password=person["password"]), person
        client.logout()
        page = client.post("/demo/sign-in/", {"email": person["email"]}, follow=True)
        assert page.redirect_chain[-1][0] == "/desk/"
        assert str(page.context["user"]) == person["name"]
        client.post("/accounts/logout/")
    with pytest.raises(CommandError, match="only loaded into an empty one"):
        call_command("seed_demo")
    out = StringIO()
    call_command("seed_demo", if_empty=True, stdout=out)
    assert "there already" in out.getvalue()
    assert not Submission.objects.filter(state="failed").exists()


def test_the_list_of_people_as_json(in_the_demo):
    out = StringIO()
    call_command("demo_people", json=True, stdout=out)
    people = json.loads(out.getvalue())
    assert {"role", "email", "password"} <= set(people[0])
    assert len({person["email"] for person in people}) == len(people)


def test_the_sign_in_page_offers_each_person(in_the_demo, client, db):
    page = client.get("/accounts/login/").content.decode()
    for person in demo_people():
        assert f'value="{person["email"]}"' in page


def test_the_demos_button_signs_in_nobody_else(in_the_demo, client, db):
    UserFactory(email="real@example.org")
    assert client.post("/demo/sign-in/", {"email": "real@example.org"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_mail_box_shows_an_email_as_it_would_arrive(in_the_demo, client, db):
    message = EmailMultiAlternatives(
        "Will you sponsor this project?", "Dear Dana,\n\nhttp://127.0.0.1/links/abc", to=["dana@example.org"]
    )
    message.attach_alternative('<p>Dear Dana</p><a href="http://127.0.0.1/links/abc">Answer</a>', "text/html")
    message.send()
    [mail] = mailbox.newest()
    page = client.get("/demo/mail/").content.decode()
    assert "Will you sponsor this project?" in page
    assert "dana@example.org" in page
    shown = client.get(f"/demo/mail/{mail.name}/").content.decode()
    assert '<a href="http://127.0.0.1/links/abc">' in shown
    framed = client.get(f"/demo/mail/{mail.name}/as-page/")
    assert '<a target="_top" href="http://127.0.0.1/links/abc">' in framed.content.decode()
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/demo/mail/..%2F..%2Fsecret_key/").status_code == 404
    assert mailbox.newest(to="somebody@example.org") == []


@pytest.mark.parametrize("path", ["/demo/mail/", "/demo/sign-in/"])
def test_outside_the_demo_the_doors_do_not_exist(client, db, path, settings):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    settings.ROOT_URLCONF = "tests.lhs_k12.demo_urls"  # even where the addresses were left in by mistake
    assert client.get(path).status_code in (404, 405)
    assert client.post(path, {"email": demo_people()[0]["email"]}).status_code in (404, 405)
    assert "_auth_user_id" not in client.session


def test_many_applications_for_the_benchmark(db):
    assert scale.load(12, at=timezone.now()) == 12
    assert Application.objects.filter(state="under_review").count() == 12
    assert Review.objects.filter(state="submitted").count() == 36
    assert User.objects.filter(email__startswith="reviewer").count() == 60


def test_the_benchmark_refuses_a_database_with_people(db):
    UserFactory()
    with pytest.raises(CommandError):
        call_command("seed_demo", scale=5)
