"""The image is built of what the portal needs to run, and of nothing that happens to lie beside it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
START = """
import django; django.setup()
from django.core.management import call_command
import lhs_k12.wsgi, lhs_k12.gunicorn
from lhs_k12.celery import app
app.loader.import_default_modules()
call_command("check")
call_command("collectstatic", "--dry-run", "--noinput", "--verbosity", "0")
"""


def rules(name):
    return [line for line in (ROOT / name).read_text().splitlines() if line.strip() and not line.startswith("#")]


def matches(rule, path):
    """Whether a line of .dockerignore speaks of a path, or of a folder in which it lies."""
    words = re.escape(rule).replace(r"\*\*/", "(?:[^/]+/)*").replace(r"\*", "[^/]*")
    return re.fullmatch(f"{words}(?:/.*)?", path) is not None


def is_sent(path):
    """Whether a path reaches the build: the last line that speaks of it decides."""
    said = [rule for rule in rules(".dockerignore") if matches(rule.removeprefix("!"), path)]
    return not said or said[-1].startswith("!")


@pytest.fixture(scope="module")
def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_what_the_dockerfile_and_the_compose_file_name_is_sent():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    named = [name for line in copied for name in line.split() if name != "."]
    assert "requirements/runtime.txt" in named
    run = re.findall(r"(?:python|python,) (bin/\w+|manage\.py)", (ROOT / "docker-compose.yml").read_text())
    assert set(run) == {"bin/healthy", "bin/bucket", "manage.py"}
    for name in (*named, *run):
        assert (ROOT / name).is_file()
        assert is_sent(name), name


def test_every_line_lets_in_something_that_is_there():
    assert [rule for rule in rules(".dockerignore") if rule.startswith("!") and not (ROOT / rule.removeprefix("!")).exists()] == []


def test_every_file_of_every_app_is_sent(tracked):
    folders = ("accounts", "applications", "lhs_k12", "mentors", "programs", "reports", "reviews", "scholars", "sponsors")
    assert {name.split("/")[0] for name in tracked if name.endswith("/apps.py")} == set(folders)
    needed = [name for name in tracked if name.startswith(tuple(f"{folder}/" for folder in (*folders, "static", "templates")))]
    assert len(needed) > 500
    assert [name for name in needed if not is_sent(name)] == []


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".env.production", ".env.example", ".git/config", ".venv/bin/python", "node_modules/bootstrap/package.json",
        "rows.dump", "files.tar.gz", "portal-backup.sqlite3", "files-backup.tar.gz", "backup/rows.dump", "rows.sql", "notes.txt",
        "var/portal.sqlite3", "var/secret_key", "var/media/documents/1/a.pdf", "docs/operations.md", "tests/conftest.py",
        "bench/run.py", "bin/setup", "requirements/dev.txt", "docker-compose.yml", "Caddyfile", "lhs_k12/.env", "lhs_k12/.env.old",
        "programs/rows.dump", "static/files.tar.gz", "applications/__pycache__/models.pyc", "scholars/copy/portal.sqlite3",
    ],
)  # fmt: skip
def test_nothing_else_is_sent(path):
    assert not is_sent(path)


@pytest.mark.parametrize("name", [".env", ".env.production", "rows.dump", "files.tar.gz", "portal-backup.sqlite3", "backups/rows"])
def test_no_secret_and_no_backup_is_committed_by_mistake(name):
    asked = subprocess.run(["git", "check-ignore", "--no-index", "--quiet", name], cwd=ROOT, check=False)
    assert asked.returncode == 0


def test_the_example_is_committed(tracked):
    assert ".env.example" in tracked


@pytest.mark.once
def test_the_portal_starts_from_what_is_sent(tracked, tmp_path):
    house = tmp_path / "portal"
    for name in filter(is_sent, tracked):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, house / name)
    own = {"DATA_DIR": str(tmp_path / "var"), "STATIC_ROOT": str(tmp_path / "static"), "DJANGO_SETTINGS_MODULE": "lhs_k12.settings"}
    env = {**os.environ, **own, "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=house, env=env, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
