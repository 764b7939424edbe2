"""Requests as a member of the cast, whose every trace is taken back."""

import contextlib
import copy
import re

from django.db import connection, transaction
from django.test import Client

from tests.attacks.rows import changes, snapshot

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b", re.IGNORECASE)


class Undo(Exception):
    """Takes back whatever a request wrote."""


def ask(client, method, path, data=None, *, before=None):
    """Return the answer to a request, and with `before` what it changed; everything is rolled back."""
    got, changed, statements, session = None, set(), [], copy.deepcopy(client.cookies)

    def note(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    with contextlib.suppress(Undo), transaction.atomic():
        with connection.execute_wrapper(note):
            got = getattr(client, method)(path, data or {})
            if hasattr(got, "streaming_content"):
                list(got.streaming_content)
        if before is not None and any(map(WRITES.match, statements)):
            changed = changes(before, snapshot())
        raise Undo
    client.cookies = session  # whoever signed out is signed in again, like all else
    return got, changed


def signed_in(world, member, **facts):
    client = Client(raise_request_exception=False, **facts)
    if member != "anonymous":
        client.force_login(world.people[member])
    return client
