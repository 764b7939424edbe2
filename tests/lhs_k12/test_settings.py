"""Production refuses unsafe values and names them; the demo's doors do not exist outside the demo."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SAFE = {
    "PRODUCTION": "1",
    "DEMO": "",
    "DEBUG": "",
    "SECRET_KEY": "k" * 20 + "0123456789" * 4,
    "SITE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://portal:secret@db.example.org/portal",
    "REDIS_URL": "redis://cache.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
}


# Reads the settings as a process would that starts now; quick, because Django itself is loaded once for all.
READ = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
base = dict(os.environ)
for line in sys.stdin:
    os.environ.clear()
    os.environ.update(base | json.loads(line))
    try:
        runpy.run_path("lhs_k12/settings.py")
    except ImproperlyConfigured as refusal:
        print(json.dumps(str(refusal)), flush=True)
    else:
        print(json.dumps(""), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def reader():
    environment = {**os.environ, **SAFE}
    with subprocess.Popen(
        [sys.executable, "-c", READ], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        reading.append(process)
        yield
        reading.clear()
        process.stdin.close()


reading = []


def refusal(**env):
    """Return the words with which the settings refuse these values, or nothing."""
    [process] = reading
    process.stdin.write(json.dumps(env) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True, env={**os.environ, **SAFE, **env}
    )


LONG_KEY = "Zq8-former-key-0123456789-ABCDEFGHIJ-klmnopqrstuvw-xyz"


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set and at least 50 characters long."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set and at least 50 characters long."),
        ({"SECRET_KEY": "a" * 52}, "SECRET_KEY must be set and random: at least 10 different characters."),
        ({"SECRET_KEY": f"django-insecure-{LONG_KEY}"}, "SECRET_KEY must be set and made for this portal, not by startproject"),
        ({"SECRET_KEY_FALLBACKS": "x"}, "SECRET_KEY_FALLBACKS must hold former keys, each at least 50 characters long."),
        ({"SECRET_KEY_FALLBACKS": f"{LONG_KEY},{'b' * 60}"}, "SECRET_KEY_FALLBACKS must hold former keys, each random"),
        ({"DEBUG": "1"}, "DEBUG must be off."),
        ({"DEMO": "1"}, "DEMO must be off"),
        ({"PRODUCTION": "maybe"}, "PRODUCTION must be 1 or 0 (it is maybe)."),
        ({"SECURE_SSL_REDIRECT": "perhaps"}, "SECURE_SSL_REDIRECT must be 1 or 0 (it is perhaps)."),
        ({"SITE_URL": "http://portal.example.org"}, "SITE_URL must start with https:// (it is http://portal.example.org)."),
        ({"SITE_URL": "https://"}, "SITE_URL must be an address such as https://portal.example.org, without a path"),
        ({"SITE_URL": "portal.example.org"}, "SITE_URL must be an address"),
        ({"SITE_URL": "https://portal.example.org/awards"}, "SITE_URL must be an address"),
        ({"SITE_URL": "https://[::1"}, "SITE_URL must be an address"),
        ({"SITE_URL": "https://portal.example.org:http"}, "SITE_URL must be an address"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts; * lets anyone forge links."),
        (
            {"ALLOWED_HOSTS": "evil.example"},
            "ALLOWED_HOSTS must name the host of SITE_URL, portal.example.org (it is evil.example).",
        ),
        ({"DATABASE_URL": "sqlite:///portal.sqlite3"}, "DATABASE_URL must name a PostgreSQL database."),
        ({"DATABASE_URL": ""}, "DATABASE_URL must name a PostgreSQL database."),
        ({"DATABASE_URL": "postgres"}, "DATABASE_URL must be postgres://user:password@host:5432/name."),
        ({"DATABASE_URL": "postgres://"}, "DATABASE_URL must be postgres://"),
        ({"DATABASE_URL": "postgres://portal:secret@db.example.org:port/portal"}, "DATABASE_URL must be postgres://"),
        ({"DATABASE_URL": "mysql://portal:secret@db.example.org/portal"}, "DATABASE_URL must be postgres://"),
        ({"REDIS_URL": ""}, "REDIS_URL must be set"),
        ({"REDIS_URL": "foo"}, "REDIS_URL must be redis://host:6379/0, or rediss:// with TLS."),
        ({"REDIS_URL": "redis://"}, "REDIS_URL must be redis://"),
        ({"REDIS_URL": "redis://cache.example.org/first"}, "REDIS_URL must be redis://"),
        ({"REDIS_URL": "http://cache.example.org"}, "REDIS_URL must be redis://"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must be set, for example smtp+tls://"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL must name a mail server"),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL must name a mail server"),
        ({"EMAIL_URL": "filemail:///tmp/mail"}, "EMAIL_URL must name a mail server"),
        ({"EMAIL_URL": "smtp+tls://"}, "EMAIL_URL must be an address such as smtp+tls://"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL must be an address such as smtp+tls://"),
        ({"EMAIL_URL": "smtp://mail.example.org:mail"}, "EMAIL_URL must be an address such as smtp+tls://"),
        ({"TRUSTED_PROXY_COUNT": "one"}, "TRUSTED_PROXY_COUNT must be a number that is not below 0 (it is one)."),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT must be a number that is not below 0 (it is -1)."),
        ({"SWEEP_SECONDS": "nan"}, "SWEEP_SECONDS must be a number"),
        ({"SWEEP_SECONDS": "0"}, "SWEEP_SECONDS must be a number above 0."),
        ({"REMIND_SECONDS": "0"}, "REMIND_SECONDS must be a number above 0."),
        ({"DOCUMENT_MAX_BYTES": "0"}, "DOCUMENT_MAX_BYTES must be a number above 0."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG (it is LOUD)."),
        ({"SECURE_HSTS_SECONDS": "0"}, "SECURE_HSTS_SECONDS must be above 0"),
        ({"EMAIL_URL": "smtp://portal:secret@mail.example.org:25"}, "EMAIL_URL must begin with smtp+tls:// or smtp+ssl://"),
        (
            {"OIDC_CLIENT_ID": "portal", "OIDC_SERVER_URL": "https://idp.example.org"},
            "OIDC_SECRET must be set, because OIDC_CLIENT_ID is.",
        ),
        (
            {"OIDC_CLIENT_ID": "portal", "OIDC_SECRET": "x", "OIDC_SERVER_URL": "http://idp.example.org"},
            "OIDC_SERVER_URL must start with https:// (it is http://idp",
        ),
        (
            {"OIDC_CLIENT_ID": "portal", "OIDC_SECRET": "x", "OIDC_SERVER_URL": "idp"},
            "OIDC_SERVER_URL must start with https:// (it is idp).",
        ),
        ({"ORCID_CLIENT_ID": "APP-1"}, "ORCID_SECRET must be set, because ORCID_CLIENT_ID is."),
    ],
    ids=lambda value: ",".join(f"{name}={said[:30]}" for name, said in value.items()) if isinstance(value, dict) else "",
)
def test_production_refuses_a_value_and_says_which_in_one_sentence(env, sentence):
    said = refusal(**env)
    assert said.startswith("The portal does not start with these settings:\n- ")
    assert said.count("\n- ") == 1
    assert sentence in said


def test_every_setting_that_is_wrong_is_named_once():
    said = refusal(SECRET_KEY="x", SITE_URL="https://", REDIS_URL="foo", ALLOWED_HOSTS="evil.example", DEBUG="1")
    assert sorted(re.findall(r"^- (\w+)", said, re.MULTILINE)) == ["DEBUG", "REDIS_URL", "SECRET_KEY", "SITE_URL"]


@pytest.mark.parametrize(
    "env",
    [
        {"ALLOWED_HOSTS": "portal.example.org,10.0.0.7"},
        {"ALLOWED_HOSTS": ".example.org"},
        {"ALLOWED_HOSTS": ""},
        {"SITE_URL": "https://portal.example.org:8443/"},
        {"SITE_URL": "https://[2001:db8::7]"},
        {"SECRET_KEY_FALLBACKS": LONG_KEY},
        {"DATABASE_URL": "postgresql://portal:secret@db.example.org:5432/portal?sslmode=verify-full"},
        {"REDIS_URL": "rediss://:secret@cache.example.org"},
        {"EMAIL_URL": "smtp://mail.example.org"},
        {"PRODUCTION": "TRUE", "DEBUG": "off", "DEMO": "no"},
    ],
    ids=str,
)
def test_production_takes_values_that_are_safe(env):
    assert refusal(**env) == ""


@pytest.mark.parametrize("env", [{"PRODUCTION": "maybe"}, {"DATABASE_URL": "mysql://a@b/c"}, {"REDIS_URL": "foo"}], ids=str)
def test_what_cannot_be_used_is_refused_outside_production_too(env):
    [name] = env
    assert f"\n- {name} must be " in refusal(**{"PRODUCTION": "", **env})


def test_a_command_that_is_refused_says_so_in_sentences_and_without_a_traceback():
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=ROOT, check=False, capture_output=True, text=True,
        env={**os.environ, **SAFE, "REDIS_URL": "foo"},
    )  # fmt: skip
    assert done.returncode == 1
    assert (
        done.stderr
        == "The portal does not start with these settings:\n- REDIS_URL must be redis://host:6379/0, or rediss:// with TLS.\n"
    )


def test_production_starts_with_safe_values_and_passes_the_deployment_check():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **SAFE},
    )
    assert done.returncode == 0, done.stderr


def test_the_demos_doors_do_not_exist_in_production():
    code = """
import django; django.setup()
from django.urls import resolve, Resolver404
for path in ("/demo/mail/", "/demo/sign-in/"):
    try:
        resolve(path)
    except Resolver404:
        print("404", path)
"""
    done = run(code, DJANGO_SETTINGS_MODULE="lhs_k12.settings")
    assert done.stdout.splitlines() == ["404 /demo/mail/", "404 /demo/sign-in/"], done.stderr


WHERE = """
from urllib.parse import unquote
from lhs_k12 import settings
print(settings.DATABASES["default"]["NAME"], unquote(settings.CELERY_BROKER_URL.removeprefix("sqlite:///")), sep="\\n")
"""


def test_an_embedded_portal_keeps_its_rows_in_its_folder_whatever_that_is_called(tmp_path):
    folder = tmp_path / "Müller & Søn, 100%25 #1? a+b"
    done = run(WHERE, PRODUCTION="", SITE_URL="", DATABASE_URL="", REDIS_URL="", DATA_DIR=str(folder), PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(folder / "portal.sqlite3"), str(folder / "queue.sqlite3")]
