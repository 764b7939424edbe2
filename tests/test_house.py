"""The rules of the house, held against the tree: floors, budgets, names, who writes, whose e-mails have their texts."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "programs", "sponsors", "mentors", "applications", "reviews", "scholars", "reports"]
BUDGETS = {
    "queries": 150,
    "models": 300,
    "permissions": 80,
    "emails": 100,
    "forms": 250,
    "pdfs": 80,
    "workflow": 250,
    "tasks": 80,
    "views": 300,
    "urls": 40,
    "admin": 80,
}
BARRED = {"utils", "helpers", "common", "core", "misc", "manager", "service", "services", "handle", "process", "data", "info"}


def sources(*apps: str) -> list[Path]:
    return [path for app in apps for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def budget_of(path: Path) -> int:
    room = path.relative_to(ROOT).parts[1].removesuffix(".py")
    if room == path.stem and path.parent.name in BUDGETS:
        room = path.parent.name
    return BUDGETS.get(room, 300)


@pytest.mark.parametrize("path", sources(*APPS), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_keeps_its_budget_and_a_good_name(path):
    lines = len(path.read_text().splitlines())
    assert lines <= budget_of(path), f"{lines} lines: split the room by noun"
    assert path.stem not in BARRED


@pytest.mark.parametrize("path", sources(*APPS, "lhs_k12"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_opens_with_one_sentence(path):
    if path.stat().st_size == 0:
        return
    assert ast.get_docstring(ast.parse(path.read_text())), "the first line says what the file is"


def test_the_floors_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "path",
    [p for p in sources(*APPS) if p.stem in ("views", "forms") or p.parent.name in ("views", "forms")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_doors_and_forms_write_nothing(path):
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    allowed_in_sign_up = {"save"} if path.relative_to(ROOT).as_posix() == "accounts/forms.py" else set()
    assert (
        calls & {"save", "create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
        <= allowed_in_sign_up
    )


def test_no_form_takes_all_fields():
    guilty = [
        str(path)
        for path in sources(*APPS)
        if "__all__" in path.read_text() and "fields" in path.read_text() and path.stem != "__init__"
    ]
    assert guilty == []


def test_every_email_has_its_text():
    named = set()
    for path in sources(*APPS):
        named |= set(re.findall(r'"((?:\w+)/emails/[\w/]+\.txt)"', path.read_text()))
    on_disk = {
        str(path.relative_to(ROOT / "templates")) for app in APPS for path in (ROOT / "templates").glob(f"{app}/emails/*.txt")
    }
    assert named == on_disk
    assert named


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_inline_script_or_style(path):
    text = path.read_text()
    if path.name in ("base_email.html",):
        return
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_nothing_names_a_machine_or_a_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = "python" + "hosted" + "|registry\\.npm" + "js|pypi\\.org/" + "simple|/wo" + "rk/|/ro" + "ot/\\."
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".pdf", ".woff2") or not path.is_file():
            continue
        assert not re.search(hosts, path.read_text(errors="ignore")), name
