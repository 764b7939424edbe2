"""S1 and S24: every address × every member of the cast × GET and POST, held against the access matrix."""

import zlib

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from lhs_k12.demo import mailbox
from programs import links
from tests.attacks import world as worlds
from tests.attacks.asking import ask, signed_in
from tests.attacks.matrix import ROWS
from tests.attacks.matrix_of_libraries import DEMO_ROWS, LIBRARY_ROWS, WINDOWS
from tests.attacks.rows import changes, snapshot
from tests.lhs_k12 import demo_urls

EVERY = {**ROWS, **LIBRARY_ROWS}
pytestmark = pytest.mark.usefixtures("quiet")
OURS = {name: row for name, row in EVERY.items() if name not in WINDOWS}
CHUNKS = 4


def names(patterns=None, prefix="", route="/"):
    """Return the full name of every address, in the order of the URLconf; one without a name is called ? and its route."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{route}{entry.pattern}"
        if isinstance(entry, URLPattern):
            found.append(f"{prefix}{entry.name}" if entry.name else f"?{here}")
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found += names(entry.url_patterns, inner, here)
    return found


def test_every_address_has_its_row():
    missing = [name for name in names() if name not in EVERY]
    assert missing == [], "give each new address a row in tests/attacks/matrix.py"


def test_no_row_is_left_over():
    known = set(names())
    assert [name for name in EVERY if name not in known] == []


def test_the_doors_of_the_demo_have_their_rows_too():
    assert set(names(demo_urls.urlpatterns)) - set(names()) == set(DEMO_ROWS)


def is_refused(answer):
    """A request may write before it is refused, and no transaction around it would take that back."""
    doors = (reverse("account_login"), reverse("admin:login"))
    return answer.status_code in (403, 404, 405) or answer.headers.get("Location", "").startswith(doors)


def of_chunk(chunk, rows=OURS):
    return [(name, row) for name, row in rows.items() if zlib.crc32(name.encode()) % CHUNKS == chunk]


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_who_may_reach_what(world, chunk):
    wrong = compared(world, of_chunk(chunk))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_who_may_open_which_window(world, chunk):
    """The windows of the admin; test_admin.py asks for the rows that they show."""
    wrong = compared(world, of_chunk(chunk, WINDOWS))
    assert wrong == [], "\n".join(wrong)


def test_who_may_reach_the_doors_of_the_demo(world, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    settings.ROOT_URLCONF = "tests.lhs_k12.demo_urls"
    mailbox.Backend().send_messages([EmailMultiAlternatives("Canary", "Canary", to=["sponsor@example.org"])])
    [world.rows["arrived"]] = mailbox.names()
    wrong = compared(world, DEMO_ROWS.items())
    assert wrong == [], "\n".join(wrong)


def compared(world, rows):
    """Return what differs from the matrix, as sentences."""
    clients = {member: signed_in(world, member) for member in worlds.CAST}
    before, wrong = snapshot(), []
    for name, row in rows:
        path = row.address(name, world)
        for member in worlds.CAST:
            cache.clear()  # sign-in counts the requests of one machine, from which everybody comes here
            answer, changed = ask(clients[member], "get", path, row.query, before=before)
            if answer.status_code != row.get[member]:
                wrong.append(f"{name}: GET as {member} is {answer.status_code}, the matrix says {row.get[member]}")
            if changed:
                wrong.append(f"{name}: GET as {member} changed {changed}")
            answer, changed = ask(clients[member], "post", path, row.form(world), before=before)
            if answer.status_code != row.post[member]:
                wrong.append(f"{name}: POST as {member} is {answer.status_code}, the matrix says {row.post[member]}")
            if changed and is_refused(answer):
                wrong.append(f"{name}: POST as {member} is refused with {answer.status_code} and changed {changed}")
    return wrong


@pytest.mark.parametrize(
    ("link", "code", "noted"),
    [
        ("link", 200, {"programs_sealedlink.opened_at", "sponsors_sponsorcommitment.opened_at"}),
        ("revoked", 410, set()),
    ],
)
def test_whoever_holds_a_link_notes_by_reading_that_it_was_opened_and_nothing_else(world, link, code, noted):
    link = world.rows[link]
    token = links.mint(link, at=timezone.now()).rstrip("/").rsplit("/", 1)[-1]
    holder, director, before = signed_in(world, "anonymous"), signed_in(world, "director"), snapshot()
    # The session is the browser's own note, so the first page is asked for without rolling back.
    holder.get(reverse("programs:link", args=[token]))
    assert changes(before, snapshot()) == set()
    page = reverse(link.purpose, args=[link.public_id])
    answer, changed = ask(holder, "get", page, before=before)
    assert (answer.status_code, changed) == (code, noted)
    answer, changed = ask(director, "get", page, before=before)
    assert (answer.status_code, changed) == (404, set())


@pytest.mark.once
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_other_methods_are_refused_or_change_nothing(world, chunk):
    clients = {member: signed_in(world, member) for member in ("anonymous", "applicant", "reviewer", "director", "awardee")}
    before, wrong = snapshot(), []
    for name, row in of_chunk(chunk):
        path = row.address(name, world)
        for member, client in clients.items():
            for method in ("put", "patch", "delete"):
                answer, changed = ask(client, method, path, before=before)
                if changed or answer.status_code >= 500:
                    wrong.append(f"{name}: {method.upper()} as {member} is {answer.status_code} and changed {changed}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_post_without_its_token(world, chunk):
    """Sent by somebody whose POST would go through, so that nothing but the missing token can refuse it."""
    clients = {member: signed_in(world, member, enforce_csrf_checks=True) for member in worlds.CAST}
    before, passed = snapshot(), []
    for name, row in of_chunk(chunk, EVERY):
        answered = {code: member for member, code in reversed(row.post.items()) if code != 405}
        if not answered:
            continue  # takes no POST from anybody
        member = next(answered[code] for code in (200, 302, 409, 400, 404, 403) if code in answered)
        answer, changed = ask(clients[member], "post", row.address(name, world), row.form(world), before=before)
        if answer.status_code != 403 or "403_csrf.html" not in [template.name for template in answer.templates] or changed:
            passed.append(f"{name}: as {member} {answer.status_code} {changed}")
    assert passed == []
