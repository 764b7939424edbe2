"""S29: fields that no form offers are ignored, whoever sends them to whichever address.

Each address that writes gets the same valid form twice: as its page offers it, and with every column of the portal that the
page does not offer laid over it. What was written must be the same. The first time proves that the form writes at all.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Submission
from lhs_k12.demo.pages import small_pdf
from programs import links
from programs.models import Call, Email, SealedLink
from reviews.models import Assignment, Review
from scholars.models import Award, Decision
from sponsors.models import HealthSystem
from tests.attacks.matrix import ROWS
from tests.attacks.rows import snapshot

APPS = ("accounts", "programs", "sponsors", "mentors", "applications", "reviews", "scholars", "auth", "account", "mfa")
LONG_AGO = "2001-02-03"


class Undo(Exception):
    """Takes back whatever a request wrote."""


class Offered(HTMLParser):
    """The fields of the forms of a page that are sent by POST, with their values."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.posts, self.text, self.select, self.ticked = {}, False, None, None, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        name = facts.get("name")
        if tag == "form":
            self.posts = facts.get("method", "").lower() == "post" and "sign-out" not in facts.get("action", "")
        if not self.posts:
            return
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            if facts.get("type") in ("checkbox", "radio"):
                self.fields.setdefault(name, "")
                if "checked" in facts:
                    self.fields[name] = facts.get("value", "on")
            else:
                self.fields[name] = facts.get("value") or ""
        if tag == "textarea":
            self.text, self.fields[name] = name, ""
        if tag == "select":
            self.select, self.fields[name] = name, ""
        if tag == "option" and self.select and "selected" in facts:
            self.fields[self.select] = facts.get("value", "")

    def handle_endtag(self, tag):
        self.text = None if tag == "textarea" else self.text
        self.select = None if tag == "select" else self.select
        self.posts = False if tag == "form" else self.posts

    def handle_data(self, text):
        if self.text:
            self.fields[self.text] += text if self.fields[self.text] else text.removeprefix("\n")


def poison(world, offered):
    """Return a value for every column of the portal that the page does not offer, under both names of a foreign key."""
    values = {}
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                others = {"Program": world.other.pk, "User": world.people["stranger"].pk}
                value = others.get(field.related_model.__name__, 1)
            elif isinstance(field, models.BooleanField):
                value = "on"
            elif isinstance(field, models.DateTimeField):
                value = f"{LONG_AGO}T04:05"
            elif isinstance(field, models.DateField):
                value = LONG_AGO
            elif isinstance(field, models.UUIDField):
                value = "00000000-0000-4000-8000-000000000000"
            elif isinstance(field, models.IntegerField | models.DecimalField):
                value = 3
            elif field.choices:
                value = list(field.choices)[-1][0]
            else:
                value = "POISON"
            values |= {field.name: value, field.attname if hasattr(field, "attname") else field.name: value}
    return {name: value for name, value in values.items() if name not in offered and name != "next"}


def never_offered():
    """Return the columns that no page may ask for: powers, owners, states, stamps and seals."""
    found = {"is_staff", "is_superuser", "is_active", "password", "groups", "user_permissions", "id", "state", "slug", "sha256"}
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            for field in model._meta.concrete_fields:
                owner = isinstance(field, models.ForeignKey) and field.related_model.__name__ in ("User", "Program", "Call")
                if owner or isinstance(field, models.DateTimeField) or "number" in field.name:
                    found |= {field.name, field.attname}
    return found - {"reviewer", "number", "grant_number", "opens_at", "letter_of_intent_due_at", "closes_at", "review_due_at"}


def written(before, after):
    """Return {(table, row): {column: value}} of what a request wrote, in a form that two equal requests share."""
    found = {}
    for table, rows in after.items():
        fresh = [key for key in rows if key not in before[table]]
        for key, row in rows.items():
            was = before[table].get(key, {})
            news = {column: value for column, value in row.items() if column not in was or was[column] != value}
            if news:
                name = f"new {fresh.index(key)}" if key in fresh else key
                found[table, name] = {column: plain(table, column, value, row, before) for column, value in news.items()}
        for key in before[table]:
            if key not in rows:
                found[table, key] = "gone"
    return found


def points_at(table, column, row):
    """Return the table that a column points at, its own for a primary key, or None."""
    [model] = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table]
    if column == "object_id" and row.get("content_type_id"):
        return ContentType.objects.get_for_id(row["content_type_id"]).model_class()._meta.db_table
    [field] = [field for field in model._meta.concrete_fields if field.column == column]
    if field.primary_key:
        return table
    return field.related_model._meta.db_table if isinstance(field, models.ForeignKey) else None


def plain(table, column, value, row, before):
    """Blur what differs between two requests of the same moment: the time, random words, ids of new rows."""
    moment = value
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+", value):
        moment = datetime.fromisoformat(value)
    if isinstance(moment, datetime):
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.isoformat(timespec="minutes")[:15] if abs(moment - timezone.now()) > timedelta(minutes=5) else "now"
    if target := points_at(table, column, row):
        return "new" if target == table and column == "id" else value if value in before[target] or value is None else "new"
    if isinstance(value, Decimal | UUID):
        value = str(value)
    if isinstance(value, str):
        value = re.sub(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{64}", "random", value)
        value = re.sub(r"(?!2001)\d{4}-\d\d-\d\dT[\d:.]+", "time", value)
        value = re.sub(r"(?<=\d{4}, )\d\d:\d\d(:\d\d)?", "clock", value)  # a minute may pass between the two
        value = re.sub(r"\bHL-[A-Z0-9]{4}-[A-Z0-9]{2}\b", "number", value)
        value = "unusable" if column == "password" and value.startswith("!") else value
        value = re.sub(r"_[A-Za-z0-9]{7}\.pdf", ".pdf", value)
        value = re.sub(r"/\d+/", "/n/", value)
        return re.sub(r"\b\d+\b", "n", value) if column == "dedupe_key" else value
    return value


def sent(client, path, form):
    """Return the answer and what it wrote; everything is rolled back."""
    before = snapshot()
    try:
        with transaction.atomic():
            files = {
                name: SimpleUploadedFile("cv.pdf", value, content_type="application/pdf")
                for name, value in form.items()
                if isinstance(value, bytes)
            }
            answer = client.post(path, {**form, **files})
            wrote = written(before, snapshot())
            raise Undo
    except Undo:
        return answer, wrote


def answered(world):
    """All promises of the draft are made, so that it can be submitted."""
    for promise in (world.commitment, world.agreement, world.backing):
        type(promise).objects.filter(pk=promise.pk).update(
            state="committed", answered_at=timezone.now(), signed_name="A Person", signed_title="Chief"
        )


def asked(world):
    """The requests were mailed yesterday."""
    at = timezone.now() - timedelta(days=1)
    sealed = ((world.commitment, world.link), (world.agreement, world.revoked), (world.backing, world.chair_link))
    for promise, link in sealed:
        Email.objects.create(
            program=world.program, content_type=ContentType.objects.get_for_model(promise), object_id=promise.pk, link=link,
            kind="asked", dedupe_key=f"asked:{link.pk}", to=promise.email, subject="Asked", text="Asked", created_at=at,
            due_at=at, state="done", done_at=at,
        )  # fmt: skip


def expired(world):
    """The link was mailed and is too old."""
    asked(world)
    SealedLink.objects.filter(pk=world.link.pk).update(expires_at=timezone.now() - timedelta(days=1))


def unpublished(world):
    Call.objects.filter(pk=world.call.pk).update(published_at=None)


def only_submitted(world):
    """Nobody has looked at the application yet."""
    Application.objects.filter(pk=world.reviewed.pk).update(state="submitted")


def without_promises(world):
    """Nobody has been asked yet."""
    SealedLink.objects.all().delete()
    for promise in (world.commitment, world.agreement, world.backing):
        promise.delete()


def reviewed_by_all(world):
    """The one review is in and the decision staged: the call can be decided."""
    Review.objects.update(state="submitted", submitted_at=timezone.now())


def undecided(world):
    """The review is in; nothing is staged."""
    reviewed_by_all(world)
    world.decision.delete()


def only_returned(world):
    Application.objects.filter(pk=world.reviewed.pk).update(state="returned")


def still_open(world):
    """The application came in, and its call has not closed."""
    only_submitted(world)
    Call.objects.filter(pk=world.closed.pk).update(closes_at=timezone.now() + timedelta(days=3))


def packet_failed(world):
    Submission.objects.filter(pk=world.submission.pk).update(state="failed", done_at=None)


def soon_to_answer(world):
    type(world.award).objects.update(accept_by=timezone.now() + timedelta(hours=1))


def next_in_line(world):
    """An award was declined, and the reviewed application is the first alternate."""
    at = timezone.now()
    Award.objects.filter(pk=world.award.pk).update(state="declined", answered_at=at)
    Decision.objects.filter(pk=world.decision.pk).update(
        outcome="alternate", alternate_order=1, released_at=at, released_by=world.people["director"].pk
    )
    Application.objects.filter(pk=world.reviewed.pk).update(state="alternate")


def a_system(world):
    return HealthSystem.objects.filter(program=world.program).first().pk


SIGNED = {
    "choice": "commit",
    "duty_0": "on",
    "duty_1": "on",
    "duty_2": "on",
    "signed_name": "Dana Whitfield",
    "signed_title": "Chief",
}
SIGNED_BY_CHAIR = {**SIGNED, "duty_3": "on", "note": "Two half-days of clinic."}
ASKED = {"name": "Priya Shah", "email": "priya@example.org"}
NAMED = {**ASKED, "summary": "We titrate by telephone, so that fewer patients come back."}
MEMBER = {**ASKED, "role": "finance", "reviewer_kind": ""}

# address: (who, what the person types, the table it is about, what must have happened before)
WRITES = {
    "accounts:profile": ("applicant", {"name": "Samuel B. Ng"}, "accounts_user", None),
    "programs:call_edit": ("director", {"title": "The call, reworded"}, "programs_call", None),
    "programs:call_new": (
        "director",
        {
            "title": "Another call", "opens_at": "2026-12-01T09:00", "closes_at": "2027-02-01T17:00",
            "review_due_at": "2027-03-01T17:00",
            "decision_on": "2027-04-01",
        },
        "programs_call",
        None,
    ),
    "programs:call_publish": ("director", {}, "programs_call", unpublished),
    "programs:describe": ("director", {"name": "Harbor"}, "programs_program", None),
    "programs:members": ("director", MEMBER, "programs_membership", None),
    "programs:end_role": ("director", {}, "programs_membership", None),
    "programs:cohort_new": (
        "director",
        {
            "name": "Cohort 2031", "starts_on": "2031-07-01", "months": "24", "places": "4", "salary_per_year": "90000",
            "research_per_year": "25000", "effort_percent": "75", "budget": "920000",
        },
        "programs_cohort",
        None,
    ),
    "programs:email_again": ("coordinator", {}, "programs_email", None),
    "programs:reminder_hold": ("coordinator", {}, "programs_reminder", None),
    "programs:reminder_let_go": ("coordinator", {}, "programs_reminder", None),
    "programs:link_renew": ("holder", {}, "programs_sealedlink", expired),
    "sponsors:systems": ("coordinator", {"name": "Bay Health", "kind": "va", "city": "Bay"}, "sponsors_healthsystem", None),
    "sponsors:system_edit": ("coordinator", {"name": "Bay Health"}, "sponsors_healthsystem", None),
    "sponsors:answer": ("holder", SIGNED, "sponsors_sponsorcommitment", None),
    "sponsors:respond": ("sponsor", SIGNED, "sponsors_sponsorcommitment", None),
    "sponsors:ask_again": ("applicant", {}, "programs_email", asked),
    "mentors:respond": ("mentor", SIGNED, "mentors_mentoragreement", None),
    "mentors:ask_again": ("applicant", {}, "programs_email", asked),
    "mentors:chair_respond": ("chair", SIGNED_BY_CHAIR, "mentors_chaircommitment", None),
    "mentors:chair_ask_again": ("applicant", {}, "programs_email", asked),
    "applications:start": ("stranger", {"title": "A new one"}, "applications_application", None),
    "applications:title": ("applicant", {"title": "A better title"}, "applications_application", None),
    "applications:section": ("applicant", {"text": "Other words"}, "applications_sectiontext", None),
    "applications:autosave": ("applicant", {"text": "Other words"}, "applications_sectiontext", None),
    "applications:document_remove": ("applicant", {}, "applications_document", None),
    "applications:preview": ("applicant", {}, "applications_packetpreview", None),
    "applications:submit": ("applicant", {}, "applications_submission", answered),
    "applications:withdraw": ("applicant", {"why": "Another post."}, "applications_application", None),
    "applications:return_for_changes": ("coordinator", {"why": "A page is missing."}, "applications_application", still_open),
    "applications:take_back_return": ("coordinator", {"why": "It was whole."}, "applications_application", only_returned),
    "applications:mark_complete": ("coordinator", {"why": "Seen."}, "applications_application", only_submitted),
    "applications:find_ineligible": ("coordinator", {"why": "Not a clinician."}, "applications_application", only_submitted),
    "applications:packet_again": ("coordinator", {}, "applications_submission", packet_failed),
    "applications:document": ("applicant", {"file": small_pdf("CV", ["One page"])}, "applications_document", None),
    "applications:sponsor": (
        "applicant", {**NAMED, "title": "Chief", "health_system": a_system}, "sponsors_sponsorcommitment", without_promises,
    ),
    "applications:mentor": ("applicant", {**NAMED, "title": "Professor"}, "mentors_mentoragreement", without_promises),
    "applications:chair": (
        "applicant", {**NAMED, "title": "Chair", "department": "Medicine"}, "mentors_chaircommitment", without_promises,
    ),
    "applications:replace_chair": ("applicant", {"why": "Another department."}, "mentors_chaircommitment", None),
    "applications:replace_sponsor": ("applicant", {"why": "She is away."}, "sponsors_sponsorcommitment", None),
    "applications:replace_mentor": ("applicant", {"why": "He is away."}, "mentors_mentoragreement", None),
    "reviews:assign": ("coordinator", {"reviewer": lambda world: world.people["unassigned"].pk}, "reviews_assignment", None),
    "reviews:review": ("reviewer", {"strengths": "Clear aims."}, "reviews_review", None),
    "reviews:autosave": ("reviewer", {"strengths": "Clear aims."}, "reviews_review", None),
    "reviews:declare": ("reviewer", {"choice": "conflict", "conflict": "A co-author."}, "reviews_assignment", None),
    "reviews:end": ("coordinator", {"why": "On leave."}, "reviews_assignment", None),
    "scholars:cohort_edit": ("director", {"name": "Cohort, renamed"}, "programs_cohort", None),
    "scholars:stage": ("director", {"outcome": "not_awarded"}, "scholars_decision", None),
    "scholars:unstage": ("director", {}, "scholars_decision", None),
    "scholars:stage_line": ("director", {"application": lambda world: world.reviewed.pk}, "scholars_decision", undecided),
    "scholars:release": ("director", {"lacking_read": "on"}, "scholars_decision", reviewed_by_all),
    "scholars:offer_next": ("director", {}, "scholars_award", next_in_line),
    "scholars:end_waiting": (
        "director", {"application": lambda world: world.reviewed.pk}, "applications_application", next_in_line,
    ),
    "scholars:letter_template": ("director", {"letter_template": "Dear scholar"}, "programs_program", None),
    "scholars:award": ("awardee", {"answer": "accept", "signed_name": "An Awardee"}, "scholars_award", None),
    "scholars:decline": ("awardee", {"reason": "Another post."}, "scholars_award", None),
    "scholars:build_again": ("coordinator", {}, "scholars_awardletter", None),
    "scholars:give_time": ("director", {}, "scholars_award", soon_to_answer),
    "reports:applications_csv": ("coordinator", {}, "programs_historyentry", None),
}  # fmt: skip


# What is sent while somebody types is a page's form, to an address without a page.
OFFERED_BY = {"reviews:autosave": "reviews:review", "applications:autosave": "applications:section"}
# The same door and the same verb as sponsors:answer; two pages of the library, which write no field of ours.
ALIKE = {"mentors:answer", "mentors:chair_answer", "accounts:confirm_address", "accounts:confirm_sign_in", "accounts:request_code"}


def test_every_address_that_takes_a_form_is_tried():
    taking = {name for name, row in ROWS.items() if set(row.post.values()) != {405} and set(row.post.values()) != {302, 405}}
    assert taking == set(WRITES) | ALIKE


def prepared(world, name):
    """Return what sends the form at an address: the client, the path, the page that offers it, and the form filled in honestly."""
    member, typed, _, earlier = WRITES[name]
    if earlier:
        earlier(world)
    client = Client()
    if member == "holder":
        client.get(links.mint(world.link, at=timezone.now()).removeprefix(settings.SITE_URL))
    else:
        client.force_login(world.people[member])
    row = ROWS[name]
    path = reverse(name, args=[world.held.pk] if name == "programs:reminder_let_go" else row.args(world))
    page = client.get(reverse(OFFERED_BY.get(name, name), args=row.args(world)))
    offered = Offered(page.content.decode()).fields if page.status_code == 200 else {}
    return client, path, page, {**offered, **{field: value(world) if callable(value) else value for field, value in typed.items()}}


@pytest.mark.parametrize("name", WRITES)
def test_what_no_form_offers_is_not_written(world, name):
    client, path, _, honest = prepared(world, name)
    assert set(honest) & never_offered() == set()
    answer, wrote = sent(client, path, honest)
    table = WRITES[name][2]
    assert table in {table for table, _ in wrote}, f"the honest form wrote nothing: {answer.status_code} {errors(answer)}"
    answer, wrote_too = sent(client, path, {**poison(world, honest), **honest})
    assert wrote_too == wrote


# The forms that a browser keeps for its writer until the portal has taken them, and the address that offers each.
KEPT = {name: name for name in (
    "accounts:profile", "programs:call_edit", "programs:call_new", "programs:describe", "programs:members", "programs:cohort_new",
    "sponsors:systems", "sponsors:system_edit", "sponsors:respond", "mentors:respond", "mentors:chair_respond",
    "applications:title", "applications:withdraw", "applications:return_for_changes", "applications:mark_complete",
    "applications:take_back_return",
    "applications:find_ineligible", "applications:sponsor", "applications:mentor", "applications:chair",
    "applications:replace_sponsor", "applications:replace_mentor", "applications:replace_chair",
    "reviews:declare", "reviews:end", "scholars:cohort_edit", "scholars:stage", "scholars:letter_template", "scholars:decline",
)} | {"scholars:unstage": "scholars:stage"}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_a_form_that_is_kept_is_forgotten_once_it_is_taken(world, name):
    client, path, page, honest = prepared(world, name)
    if KEPT[name] != name:
        page = client.get(reverse(KEPT[name], args=ROWS[name].args(world)))
    [kept] = re.findall(r'data-keep-form="([^"]+)"', page.content.decode())
    assert "data-autosave-offer" in page.content.decode()
    assert kept == f"form:{world.people[WRITES[name][0]].pk}:{page.request['PATH_INFO']}"
    answer = client.post(path, honest)
    assert answer.status_code == 302, errors(answer)
    assert kept in forgotten_by(answer)


def forgotten_by(answer):
    return [note.extra_tags for note in get_messages(answer.wsgi_request)]


def test_a_form_that_is_refused_is_not_forgotten(world):
    client, path, _, _ = prepared(world, "programs:describe")
    answer = client.post(path, {"name": ""})
    assert answer.status_code == 200
    assert " data-unsaved>" in answer.content.decode()
    assert forgotten_by(answer) == []


def test_a_declaration_of_no_conflict_is_forgotten_too(world):
    Assignment.objects.update(state="assigned", declared_at=None)
    client, path, _, _ = prepared(world, "reviews:declare")
    answer = client.post(path, {"choice": "none"})
    assert forgotten_by(answer) == [f"form:{world.people['reviewer'].pk}:{path}"]


def errors(answer):
    """Return what was wrong with the form, for the message of a test that fails."""
    form = (answer.context or {}).get("form")
    return form.errors if form is not None else ""
