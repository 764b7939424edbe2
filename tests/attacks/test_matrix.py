"""S1 and S24: every address × every member of the cast × GET and POST, held against the access matrix."""

import zlib

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from tests.attacks import world as worlds
from tests.attacks.matrix import GROUPS, ROWS

CHUNKS = 4
# Reading may note a session and that a sealed link was opened, and nothing else.
HARMLESS = ("django_session", "programs_sealedlink", "opened_at", "usersessions", "SAVEPOINT", "portal_cache", "last_login")


def names(patterns=None, prefix=""):
    """Return the full name of every address, in the order of the URLconf; an address without a name is an error."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            found.append(f"{prefix}{entry.name}" if entry.name else f"{prefix}?{entry.pattern}")
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found += names(entry.url_patterns, inner)
    return found


def in_group(name):
    return any(name.startswith(group) for group in GROUPS)


def test_every_address_has_its_row():
    missing = [name for name in names() if name not in ROWS and not in_group(name)]
    assert missing == [], "give each new address a row in tests/attacks/matrix.py"


def test_no_row_is_left_over():
    known = set(names())
    assert [name for name in ROWS if name not in known] == []


class Undo(Exception):
    """Takes back whatever a request wrote."""


def ask(client, method, path, data=None):
    """Return the status code of a request, and what it wrote; everything is rolled back."""
    got = None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        try:
            with transaction.atomic():
                got = getattr(client, method)(path, data or {})
                if hasattr(got, "streaming_content"):
                    list(got.streaming_content)
                raise Undo
        except Undo:
            pass
    writes = [
        query["sql"]
        for query in queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and not any(word in query["sql"] for word in HARMLESS)
    ]
    return got.status_code, writes


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_who_may_reach_what(db, chunk):
    world = worlds.build()
    clients = {}
    for member in worlds.CAST:
        clients[member] = Client(raise_request_exception=False)
        if member != "anonymous":
            clients[member].force_login(world.people[member], backend="django.contrib.auth.backends.ModelBackend")
    wrong = []
    for name, row in ROWS.items():
        if zlib.crc32(name.encode()) % CHUNKS != chunk:
            continue
        path = reverse(name, args=row.args(world))
        for member in worlds.CAST:
            for method, codes in (("get", row.get), ("post", row.post)):
                code, writes = ask(clients[member], method, path, row.form(world) if method == "post" else row.query)
                if code != codes[member]:
                    wrong.append(f"{name}: {method.upper()} as {member} is {code}, the matrix says {codes[member]}")
                if method == "get" and writes:
                    wrong.append(f"{name}: GET as {member} wrote {writes[0][:120]}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_post_without_its_token(db, chunk):
    world = worlds.build()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["director"], backend="django.contrib.auth.backends.ModelBackend")
    passed = []
    for name, row in ROWS.items():
        if zlib.crc32(name.encode()) % CHUNKS != chunk:
            continue
        code, _ = ask(client, "post", reverse(name, args=row.args(world)), row.form(world))
        if code != 403:
            passed.append((name, code))
    assert passed == []
