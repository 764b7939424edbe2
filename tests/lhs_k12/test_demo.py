"""The demo programme is whole and believable, and its two doors exist in the demo only."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from importlib import import_module
from io import StringIO
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F, Q
from django.utils import timezone

import lhs_k12.urls  # noqa: F401 (read before a test switches the demo on: the address table is made once)
from accounts.models import User
from applications.models import Application, Document, Submission
from lhs_k12.demo import clock, mailbox, prose, scale, seed
from lhs_k12.demo.people import coming_applications, content, demo_people
from mentors.models import ChairCommitment
from programs.models import Call, Email, HistoryEntry, Membership, Program, Reminder
from reviews.models import Assignment, Review
from reviews.scoring import overall_impact
from scholars.models import Award, AwardLetter, Scholar
from tests.factories.accounts import UserFactory

PACIFIC = ZoneInfo("America/Los_Angeles")
# Read now: the addresses are made once, by what DEMO is at that moment.
import_module("lhs_k12.urls")


@pytest.fixture
def in_the_demo(settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = "tests.lhs_k12.demo_urls"
    settings.EMAIL_BACKEND = "lhs_k12.demo.mailbox.Backend"


def states(call_title):
    return Counter(Application.objects.filter(call__title=call_title).values_list("state", flat=True))


@pytest.mark.long
@pytest.mark.once
def test_the_whole_demo(in_the_demo, db, client):
    at = timezone.now()
    program = seed.load(at=at)
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
    # It asks for the department's chair too, and no other call does; the chairs of the demo answer in every way.
    assert list(Call.objects.filter(asks_chair=True)) == [call]
    backings = ChairCommitment.objects.filter(call=call)
    assert backings.count() == ChairCommitment.objects.count() == 14
    assert {"asked", "committed", "declined"} <= set(backings.values_list("state", flat=True))
    assert not backings.filter(state="committed", reason="").exists()  # each listed the duties that remain
    # Every e-mail was sent when it was due, and lies in the mail box under that time.
    assert dict(Email.objects.counts()) == {"done": Email.objects.count()}
    assert not Email.objects.filter(Q(done_at__gt=F("due_at") + timedelta(seconds=2)) | Q(done_at__gt=at)).exists()
    arrived = mailbox.read(mailbox.names())
    assert len(arrived) == Email.objects.count()
    due = [moment.replace(microsecond=0) for moment in Email.objects.values_list("due_at", flat=True)]
    assert sorted(mail.sent_at for mail in arrived) == sorted(due)
    # What the clock would have reminded of is done, each at its time; the next 14 days are planned; nothing is due.
    sent = Reminder.objects.exclude(sent_at=None)
    assert {"draft", "review", "sponsor reminder", "chair reminder"} <= set(sent.values_list("kind", flat=True))
    assert not sent.exclude(sent_at=F("due_at")).exists()
    planned = Reminder.objects.coming({program.pk}, at)
    assert planned.count() > 10
    assert not planned.filter(due_at__lte=at).exists()
    emails, rows = Email.objects.count(), Reminder.objects.count()
    clock.ask_everybody(at)
    assert (Email.objects.count(), Reminder.objects.count()) == (emails, rows)
    # People write, send and decide by day (Pacific), never on the stroke of an hour.
    told = [row.at.astimezone(PACIFIC) for row in HistoryEntry.objects.filter(program=program)]
    sent = [row.received_at.astimezone(PACIFIC) for row in Submission.objects.all()]
    assert len(told) > 500
    assert {moment.hour for moment in told} <= set(range(8, 21))
    assert {moment.hour for moment in sent} <= set(range(9, 17))
    assert not [moment for moment in told + sent if moment.minute == moment.second == 0]
    # The line of the panel, with its tie; a review that is overdue was asked for three weeks before.
    bridge = Call.objects.get(slug="bridge")
    impacts = [overall_impact(scores) for scores in Review.objects.scores_of_call(bridge.pk).values()]
    assert sorted(impacts) == [21, 23, 23, 30, 45]
    [late] = Assignment.objects.filter(state="assigned", due_at__lt=at)
    assert 20 <= (late.due_at - late.assigned_at).days <= 21
    # Who was on leave is paid for it at the end, who left early costs less; the others have two full years.
    years = {scholar.user.name: [(year.salary, year.research) for year in scholar.years.all()] for scholar in Scholar.objects.all()}
    assert years.pop("Amara Whitcombe") == [(67500, 25000), (90000, 25000), (22500, 0)]
    assert years.pop("Nathaniel Oyelaran") == [(90000, 25000), (75000, Decimal("20833.33"))]
    assert list(years.values()) == [[(90000, 25000)] * 2] * 6
    # The grant pays the coming cohort to its end.
    assert program.grant_ends_on >= call.cohort.ends_on
    # What is attached is a person's own paper, not the call's instructions.
    attached = Document.objects.get(application__applicant__name="Amara Whitcombe", request__title="Biosketch")
    words = " ".join(pypdfium2.PdfDocument(attached.file.path)[0].get_textpage().get_text_range().split())
    assert "Amara Whitcombe, MD, MPH. Position: Assistant Professor of Medicine, Division of Hospital Medicine" in words
    assert "I apply with the project “De-implementing routine preoperative testing" in words
    assert attached.request.help not in words
    # Two programmes live here.
    assert Program.objects.count() == 2
    assert Membership.objects.filter(program__slug="lakeshore").count() == 1
    assert states("Rural delivery science scholars: call for applications") == {"submitted": 1, "draft": 1}
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


def test_no_mail_server_gets_the_e_mails_of_the_story(db, at, outbox):
    for number in (1, 2):
        due = at - timedelta(days=number)
        Email.objects.create(
            kind="x", dedupe_key=f"x{number}", to="dana@example.org", subject="s", text="t", created_at=due, due_at=due
        )
    later = {"created_at": at, "due_at": at + timedelta(days=1)}
    Email.objects.create(kind="x", dedupe_key="later", to="dana@example.org", subject="s", text="t", **later)
    assert clock.deliver(at) == 0
    assert [(row.state, row.done_at) for row in outbox()] == [
        ("done", at - timedelta(days=1)), ("done", at - timedelta(days=2)), ("queued", None),
    ]  # fmt: skip
    assert django_mail.outbox == []


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
    [mail] = mailbox.read(mailbox.names())
    page = client.get("/demo/mail/").content.decode()
    assert "Will you sponsor this project?" in page
    assert "dana@example.org" in page
    shown = client.get(f"/demo/mail/{mail.name}/").content.decode()
    assert '<a href="http://127.0.0.1/links/abc">' in shown
    framed = client.get(f"/demo/mail/{mail.name}/as-page/")
    assert '<a target="_top" href="http://127.0.0.1/links/abc">' in framed.content.decode()
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/demo/mail/..%2F..%2Fsecret_key/").status_code == 404
    assert mailbox.names(to="somebody@example.org") == []
    assert mailbox.names(to="Dana@example.org") == [mail.name]


def test_the_mail_box_counts_all_and_shows_them_by_the_page_at_the_time_of_the_story(in_the_demo, client, db):
    sent = datetime(2026, 9, 14, 21, 5, tzinfo=UTC)
    for number in range(53):
        to = "dana@example.org" if number % 2 else "maya@example.org"
        at = sent + timedelta(minutes=number)
        EmailMultiAlternatives(f"Letter {number}", "Dear you", to=[to], headers={"Date": format_datetime(at)}).send()
    first = client.get("/demo/mail/")
    assert [mail.subject for mail in first.context["mails"]] == [f"Letter {number}" for number in range(52, 2, -1)]
    words = " ".join(first.content.decode().split())
    assert '<span class="count">53</span>' in words
    assert "1–50 of 53 e-mails" in words
    assert "14 September 2026, 21:57:00 UTC" in words
    second = client.get("/demo/mail/?page=2")
    assert [mail.subject for mail in second.context["mails"]] == ["Letter 2", "Letter 1", "Letter 0"]
    to_maya = client.get("/demo/mail/?to=maya@example.org")
    assert '<span class="count">27</span>' in to_maya.content.decode()
    assert {mail.to for mail in to_maya.context["mails"]} == {"maya@example.org"}


def test_an_email_of_now_is_stamped_to_the_microsecond_so_that_the_order_holds(in_the_demo):
    for number in range(3):
        EmailMultiAlternatives(f"Letter {number}", "Dear you", to=["dana@example.org"]).send()
    assert [mail.subject for mail in mailbox.read(mailbox.names())] == ["Letter 2", "Letter 1", "Letter 0"]


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


@pytest.mark.parametrize(
    ("following", "to"),
    [
        ("/calls/", "/calls/"),
        ("/applications/start/7/?x=1", "/applications/start/7/?x=1"),
        ("", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_one_button_signs_in_where_the_person_was_going_and_nowhere_else(in_the_demo, db, client, following, to):
    person = demo_people()[0]
    UserFactory(email=person["email"])
    answer = client.post("/demo/sign-in/", {"email": person["email"], "next": following}, HTTP_USER_AGENT="Firefox on Linux")
    assert answer["Location"] == to
    assert "Firefox on Linux" in client.get("/accounts/sessions/").content.decode()


def test_one_button_signs_in_nobody_but_the_cast(in_the_demo, db, client, stranger):
    assert client.post("/demo/sign-in/", {"email": stranger.email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_texts_of_the_coming_calls_are_as_long_as_people_write_and_repeat_nothing():
    limits = {section["title"]: section["word_limit"] for section in content("program")["sections"]}
    told = [entry for entry in coming_applications() if entry["key"] in content("prose")["facts"]]
    assert len(told) == 15
    for entry in told:
        texts = prose.sections(entry)
        assert set(texts) == set(limits)
        for title, text in texts.items():
            assert 150 <= len(text.split()) <= limits[title], (entry["key"], title, len(text.split()))
        paragraphs = [paragraph for text in texts.values() for paragraph in text.split("\n\n")]
        assert len(set(paragraphs)) == len(paragraphs) > 20
        assert not [paragraph for paragraph in paragraphs if "{" in paragraph]
        assert content("prose")["facts"][entry["key"]]["outcome"] in " ".join(paragraphs)
    # Two applicants seldom carry on in the same words.
    plans = [prose.sections(entry)["Research plan"] for entry in told]
    assert len(set(plans)) == len(plans)
