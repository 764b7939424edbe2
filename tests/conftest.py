"""The cast, the rooms they meet in, and how a test reads the queue of e-mails."""

import itertools
import os
import tempfile
from importlib import import_module

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="lhs-k12-tests-"))
os.environ["DEMO"] = ""
os.environ["PRODUCTION"] = ""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.crypto import get_random_string

from tests.chromium import chromium
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory, ProgramFactory
from tests.factories.promises import HealthSystemFactory


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database as pytest-django makes it, asked once what it can: Django asks SQLite when the first JSON is read."""
    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying():
    """Tests that commit for real delete their rows afterwards, in a twentieth of the time.

    Django truncates every table, which writes some hundred files anew in PostgreSQL, and then makes content types and permissions
    again; here those stay.
    """
    stays = {"django_content_type", "auth_permission"}

    def sql_flush(operations, style, tables, *, reset_sequences=False, allow_cascade=False):
        deletes = [f"DELETE FROM {operations.quote_name(table)}" for table in tables if table not in stays]
        return ["; ".join(deletes)] if connection.vendor == "postgresql" else deletes

    with pytest.MonkeyPatch.context() as patch:
        # Of the class: a test in a browser has another connection.
        patch.setattr(type(connection.ops), "sql_flush", sql_flush)
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *facts: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick(django_test_environment):
    """Plain static names, quick hashes, a cache in memory: set once, because each setting that changes wakes many listeners."""
    with override_settings(
        STORAGES={
            **django_settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # Otherwise every new client reads the whole folder of static files before its first request.
        WHITENOISE_AUTOREFRESH=True,
        # A browser gets the scripts as they are written, also from whoever runs one test and has collected nothing since.
        WHITENOISE_USE_FINDERS=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}},
        ALLOWED_HOSTS=["testserver", "localhost", "127.0.0.1"],
    ):
        yield


@pytest.fixture(scope="session")
def _media(tmp_path_factory):
    """Return a new folder each time, which is there once a file is kept in it: most tests keep none."""
    folder, numbers = tmp_path_factory.mktemp("media"), itertools.count()
    return lambda: folder / str(next(numbers))


@pytest.fixture(autouse=True)
def _own_files(settings, _media):
    """Own media, and no leftovers in the cache."""
    settings.MEDIA_ROOT = _media()
    cache.clear()


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch, request):
    """Nothing is published in unit tests: the rows are the truth. Tests marked `broker` publish for real."""
    if "broker" in request.keywords:
        return
    from lhs_k12.celery import app  # noqa: PLC0415

    monkeypatch.setattr(app, "send_task", lambda *args, **kwargs: None)


@pytest.fixture(scope="module")
def _one_chromium():
    """One Chromium for the tests of a file, because starting it takes longer than most of them.

    Its loop runs in this thread, where Django would refuse every query. It ends with the file: in a thread without a loop Django
    has another connection to the database.
    """
    with pytest.MonkeyPatch.context() as patch, chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture
def browser(_one_chromium):
    """A Chromium that knows nobody: whatever a test opened in it is closed afterwards."""
    yield _one_chromium
    for context in _one_chromium.contexts:
        context.close()


@pytest.fixture
def at():
    """The moment at which a test happens."""
    return timezone.now()


@pytest.fixture
def program(db):
    return ProgramFactory(name="Harbor LEAP K12", short_name="Harbor LEAP K12", slug="harbor-leap")


@pytest.fixture
def other_program(db):
    return ProgramFactory(name="Lakeshore LHS K12", slug="lakeshore")


@pytest.fixture
def cohort(program):
    return CohortFactory(program=program, name="Cohort 2027")


@pytest.fixture
def call(cohort):
    return CallFactory(cohort=cohort, title="Call 2027", slug="2027")


@pytest.fixture
def asking(call):
    """The same call, which also asks for the commitment of the department's chair."""
    call.asks_chair = True
    call.save()
    return call


@pytest.fixture
def other_call(other_program):
    return CallFactory(cohort=CohortFactory(program=other_program), title="Lakeshore call", slug="lakeshore-2027")


@pytest.fixture
def health_system(program):
    return HealthSystemFactory(program=program, name="County General")


def _member(program, role, name):
    person = UserFactory(name=name, email=f"{name.split()[0].lower()}@example.org")
    MembershipFactory(program=program, user=person, role=role)
    return person


@pytest.fixture
def director(program):
    return _member(program, "director", "Rosa Alvarez")


@pytest.fixture
def director2(program):
    return _member(program, "director", "Jonah Feld")


@pytest.fixture
def coordinator(program):
    return _member(program, "coordinator", "Casey Lin")


@pytest.fixture
def reviewer(program):
    return _member(program, "reviewer", "Ivan Petrov")


@pytest.fixture
def reviewer2(program):
    return _member(program, "reviewer", "Amina Diallo")


@pytest.fixture
def finance(program):
    return _member(program, "finance", "Fiona Marsh")


@pytest.fixture
def committee(program):
    return _member(program, "committee", "Cora Mitchell")


@pytest.fixture
def other_director(other_program):
    return _member(other_program, "director", "Otto Director")


@pytest.fixture
def applicant(db):
    return UserFactory(name="Samuel Ng", email="samuel@example.org")


@pytest.fixture
def mentor_person(db):
    return UserFactory(name="Maya Okafor", email="mentor@example.org")


@pytest.fixture
def sponsor_person(db):
    return UserFactory(name="Dana Whitfield", email="sponsor@example.org")


@pytest.fixture
def chair_person(db):
    return UserFactory(name="Grace Lindqvist", email="chair@example.org")


@pytest.fixture
def scholar_person(db):
    return UserFactory(name="Theo Scholar", email="theo@example.org")


@pytest.fixture
def stranger(db):
    return UserFactory(name="Sam Stranger", email="stranger@example.org")


@pytest.fixture
def application(call, applicant):
    """The applicant's draft."""
    return ApplicationFactory(call=call, applicant=applicant, title="Telehealth titration for heart failure")


@pytest.fixture
def client_of():
    """Return a client signed in as a person, by a session as a sign-in leaves it: one statement where `force_login` takes six."""

    def signed_in(user):
        session = import_module(django_settings.SESSION_ENGINE).SessionStore(session_key=get_random_string(32))
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
        session.save(must_create=True)
        client = Client()
        client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return signed_in


@pytest.fixture
def outbox(db):
    """Return the rows of the queue of e-mails, the oldest first."""
    from programs.models import Email  # noqa: PLC0415

    return lambda: list(Email.objects.order_by("pk"))


@pytest.fixture
def deliver_all(db):
    """Deliver everything that is due now; Django's test mail box receives it."""
    from programs.tasks import sweep_emails  # noqa: PLC0415

    return sweep_emails
