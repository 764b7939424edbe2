"""Production refuses unsafe values and names them; the demo's doors do not exist outside the demo."""

import os
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


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True, env={**os.environ, **SAFE, **env}
    )


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"DEMO": "1"}, "DEMO must be off"),
        ({"SITE_URL": "http://portal.example.org"}, "SITE_URL must start with https://"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": "sqlite:///portal.sqlite3"}, "DATABASE_URL must name a PostgreSQL database"),
        ({"REDIS_URL": ""}, "REDIS_URL must be set"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must be set"),
    ],
)
def test_production_refuses_an_unsafe_value_and_says_which(env, sentence):
    done = run("import lhs_k12.settings", **env)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert done.stderr.count("\n- ") == 1


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
