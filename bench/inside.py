"""What needs Django: rows and sessions for the pages to be measured, their number of queries, their profile.

`python -m bench.inside prepare`, `count PLAN` and `profile PLAN NAME` print JSON or text; run.py calls them.
"""

import cProfile
import hashlib
import json
import pstats
import sys
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.client import ClientHandler  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from applications import snapshot  # noqa: E402
from applications.models import Application, Document  # noqa: E402
from lhs_k12.demo import scale  # noqa: E402
from programs.models import Call, Membership  # noqa: E402
from reviews.models import Assignment  # noqa: E402
from sponsors.models import HealthSystem  # noqa: E402

DRAFTS = 700
REVIEWS = 120
TOKEN = "b" * 32
SMALL_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def prepare() -> dict[str, Any]:
    """Add to the scale's rows what the pages need, and return the plan: addresses, cookies, forms."""
    at = timezone.now()
    call = Call.objects.select_related("cohort__program").get(slug="benchmark")
    director = Membership.objects.get(program=call.program, role="director").user
    coordinator = User.objects.create(email=f"coordinator{at:%H%M%S%f}@scale.example", name="Casey Coordinator", password="!")
    Membership.objects.create(program=call.program, user=coordinator, role="coordinator", granted_by=director)
    reviewer = User.objects.get(email="reviewer0@scale.example")
    freeze(call)
    tasks = assignments(call, reviewer, director, at)
    drafts = complete_drafts(call, at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum leaves a table some minutes after it was filled
    under_review = Application.objects.filter(call=call, state="under_review").order_by("pk")
    return {
        "token": TOKEN,
        "cookies": {"office": cookies(coordinator), "director": cookies(director), "reviewer": cookies(reviewer)},
        "pages": {
            "list": address("applications:of_call", call.pk),
            "application": address("applications:application", under_review[under_review.count() // 2].pk),
            "desk": address("reviews:desk"),
            "form": address("reviews:review", tasks[-1].pk),
            "decide": address("reports:decide", call.pk),
            "csv": address("reports:applications_csv", call.pk),
            "my desk": address("reports:desk"),
        },
        "save": {"forms": [[address("reviews:review", task.pk), task.pk] for task in tasks[:-1]], "criteria": criteria(call)},
        "submit": [[address("applications:submit", draft.pk), cookies(draft.applicant)] for draft in drafts],
    }


def address(name: str, *args: Any) -> str:
    """Return the address of a page, or "" as long as there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def cookies(user: User) -> dict[str, str]:
    """Return the cookies of a browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value, settings.CSRF_COOKIE_NAME: TOKEN}


def criteria(call: Call) -> list[int]:
    return list(call.criteria.values_list("pk", flat=True))


def freeze(call: Call) -> None:
    """Give every submission of the scale a snapshot of the real shape and size, its own title in it."""
    first = Application.objects.for_page().filter(call=call, state="under_review").order_by("pk").first()
    facts = json.dumps(snapshot.of(first, number=1, received_at=first.submitted_at))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE applications_submission AS s SET snapshot = %s::jsonb || jsonb_build_object('title', a.title)"
            " FROM applications_application AS a WHERE a.id = s.application_id AND NOT s.snapshot ? 'format'",
            [facts],
        )


def assignments(call: Call, reviewer: User, director: User, at: datetime) -> list[Assignment]:
    """Return assignments of one reviewer that are declared and not written yet; the reviewer has 500 more that are in."""
    mine = Assignment.objects.filter(reviewer=reviewer).values("application")
    free = Application.objects.filter(call=call, state="under_review").exclude(pk__in=mine).order_by("-pk")
    return Assignment.objects.bulk_create(
        [
            Assignment(
                application=row, reviewer=reviewer, state="clear", assigned_by=director, assigned_at=at - timedelta(days=4),
                declared_at=at - timedelta(days=3), due_at=at + timedelta(days=20),
            )
            for row in free[: REVIEWS + 4]
        ]
    )  # fmt: skip


def complete_drafts(call: Call, at: datetime) -> list[Application]:
    """Return drafts with every section, a document and both promises, each of an applicant of its own."""
    tag = f"draft{at:%H%M%S}x"
    people = scale._people(tag, DRAFTS)
    rows = Application.objects.bulk_create(
        [
            Application(call=call, applicant=person, title=f"A draft of {person.name}", started_at=at, saved_at=at)
            for person in people
        ]
    )
    system = HealthSystem.objects.filter(program=call.program).first()
    scale._promises(rows, system, at)
    scale._texts(rows, list(call.sections.all()), at)
    digest = hashlib.sha256(SMALL_PDF).hexdigest()
    for request in call.document_requests.all():
        for row in rows:
            document = Document(
                application=row, request=request, name="Biosketch.pdf", pages=1, size=len(SMALL_PDF), sha256=digest, attached_at=at
            )
            document.file.save("Biosketch.pdf", ContentFile(SMALL_PDF), save=False)
            document.save()
    return rows


def review_form(pk: int, version: int, ids: list[int]) -> bytes:
    """Return the body of a review's form, with a text of usual length."""
    text = "The question comes from the system itself and the answer would change what it does next month. " * 8
    scores = {f"score_{criterion}": 1 + (criterion + version) % 9 for criterion in ids}
    fields = {**scores, "overall_impact": 3, "strengths": text, "weaknesses": text[:400], "summary": text[:700], "version": version}
    return urlencode({**fields, "act": "save"}).encode()


def submit_form() -> bytes:
    return urlencode({"key": uuid.uuid4(), "confirm": "on"}).encode()


def count(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return for each page its statements (savepoints apart) and their texts, the second time a process serves it."""
    found = {}
    for name, visit in visits(plan).items():
        visit()
        with CaptureQueriesContext(connection) as caught:
            response = visit()
            size = len(b"".join(response.streaming_content)) if response.streaming else len(response.content)
        texts = [query["sql"] for query in caught.captured_queries]
        texts = [sql for sql in texts if sql not in ("BEGIN", "COMMIT")]
        marks = [sql for sql in texts if "SAVEPOINT" in sql[:20]]
        found[name] = {"sql": len(texts) - len(marks), "savepoints": len(marks), "size": size, "status": response.status_code}
        found[name]["statements"] = [sql[:400] for sql in texts]
    return found


def visits(plan: dict[str, Any]) -> dict[str, Any]:
    """Return for each page a function that asks for it in this process."""
    who = {"desk": "reviewer", "form": "reviewer", "decide": "director", "csv": "director"}
    asked: dict[str, Any] = {}
    for name, url in plan["pages"].items():
        if url:
            asked[name] = lambda name=name, url=url: browser(plan["cookies"][who.get(name, "office")]).get(url)
    form = {"content_type": "application/x-www-form-urlencoded", "HTTP_X_CSRFTOKEN": TOKEN}
    if export := plan["pages"]["csv"]:
        asked["csv"] = lambda: browser(plan["cookies"]["director"]).post(export, b"", **form)
    forms, ids = plan["save"]["forms"][-4:], plan["save"]["criteria"]
    versions = dict.fromkeys(range(len(forms)), 0)

    def save() -> Any:
        url, pk = forms[0]
        versions[0] += 1
        return browser(plan["cookies"]["reviewer"]).post(url, review_form(pk, versions[0] - 1, ids), **form)

    def submit() -> Any:
        url, jar = plan["submit"].pop()
        return browser(jar).post(url, submit_form(), **form)

    if csv := plan["pages"]["csv"]:
        asked["csv"] = lambda: browser(plan["cookies"]["director"]).post(csv, b"", **form)
    if forms and forms[0][0]:
        asked["save"] = save
    if plan["submit"] and plan["submit"][0][0]:
        asked["submit"] = submit
    return asked


HANDLER = ClientHandler(enforce_csrf_checks=True)


def browser(jar: dict[str, str]) -> Client:
    """Return a browser with these cookies; all share one handler, whose middleware is made once, as in a worker."""
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    client.handler = HANDLER
    for name, value in jar.items():
        client.cookies[name] = value
    return client


def profile(plan: dict[str, Any], name: str, times: int = 60) -> None:
    """Print where the time of one page goes, and how long it takes unwatched (milliseconds)."""
    visit = visits(plan)[name]
    for _ in range(3):
        visit()
    started, spent = time.perf_counter(), time.process_time()
    for _ in range(times // 2):
        visit()
    wall, spent = (2000 * seconds / times for seconds in (time.perf_counter() - started, time.process_time() - spent))
    print(f"{name}: {wall:.1f} ms a visit, {spent:.1f} ms of them in this process")
    profiler = cProfile.Profile(time.process_time)  # a busy machine's waiting does not count
    profiler.enable()
    for _ in range(times // 2):
        visit()
    profiler.disable()
    stats = pstats.Stats(profiler)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(90 if order == "cumulative" else 40)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare()))
    elif sys.argv[1] == "count":
        print(json.dumps(count(json.loads(Path(sys.argv[2]).read_text()))))
    else:
        profile(json.loads(Path(sys.argv[2]).read_text()), sys.argv[3])
