"""The rules of the house, held against the tree: floors, budgets, names, who writes, whose e-mails have their texts."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

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
    found = {app: [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts] for app in apps}
    assert all(found.values()), found
    return [path for paths in found.values() for path in paths]


def budget_of(path: Path) -> int:
    room = path.relative_to(ROOT).parts[1].removesuffix(".py")
    if room == path.stem and path.parent.name in BUDGETS:
        room = path.parent.name
    return BUDGETS.get(room, 300)


def name(path):
    """Return where a file stands in the house."""
    return path.relative_to(ROOT).as_posix()


def test_a_room_keeps_its_budget_and_a_good_name():
    lines = {path: len(path.read_text().splitlines()) for path in sources(*APPS)}
    assert [f"{name(path)}: {lines[path]} lines" for path in lines if lines[path] > budget_of(path)] == [], "split the room by noun"
    assert [name(path) for path in lines if path.stem in BARRED] == []


def test_a_file_opens_with_one_sentence():
    written = [path for path in sources(*APPS, "lhs_k12") if path.stat().st_size]
    assert [name(path) for path in written if not ast.get_docstring(ast.parse(path.read_text()))] == []


def floors_of(house):
    """Hold the tree of a folder against its contracts."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run([sys.executable, "-c", command], check=False, cwd=house, capture_output=True, text=True)


def test_the_floors_hold():
    done = floors_of(ROOT)
    assert done.returncode == 0, done.stdout


def test_the_floors_know_every_room(tmp_path):
    """Rooms with names of their own have their place, too, and nobody adds one without a place."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for app in (*APPS, "lhs_k12"):
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    wrong = {
        "scholars/appointments.py": "from scholars.models import Award", "scholars/lacking.py": "from scholars import workflow",
        "applications/snapshot.py": "from applications import workflow", "accounts/zones.py": "from accounts import forms",
        "programs/moments.py": "from programs.models import Call", "reviews/scoring.py": "from reviews import queries",
        "mentors/attic.py": "", "programs/attic.py": "",
    }  # fmt: skip
    for path, line in wrong.items():
        with (tmp_path / path).open("a") as room:
            room.write(f"{line}\n")
    said = floors_of(tmp_path).stdout
    importing, unknown = re.findall(r"- ([\w.]+) -> ", said), re.findall(r"- (\w+\.attic)$", said, re.MULTILINE)
    assert {room.replace(".", "/") + ".py" for room in importing} >= {path for path, line in wrong.items() if line}
    assert sorted(unknown) == ["mentors.attic", "programs.attic"]


WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "asave", "acreate", "aupdate", "adelete", "select_for_update", "execute", "executemany",
    "record", "perform", "enqueue", "enqueue_new", "enqueue_text",
}  # fmt: skip
# Which rows a page shows is said by a named method of the app's queries, where it can be found, counted and tested.
QUESTIONS = {"filter", "annotate", "aggregate", "alias", "order_by", "extra", "raw"}


def rooms(*names: str) -> list[Path]:
    found = [path for path in sources(*APPS) if path.stem in names or path.parent.name in names]
    assert found, f"no room is called {' or '.join(names)}"
    return found


def called(source: str) -> set[str]:
    """Return the names of all methods that a source calls."""
    nodes = ast.walk(ast.parse(source))
    return {node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}


def writes_in(source: str) -> set[str]:
    """Return the names of the writes that a source calls, as methods or, like `record`, as functions."""
    nodes = ast.walk(ast.parse(source))
    functions = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return (called(source) | functions) & WRITES


def test_doors_and_forms_write_nothing():
    allowed_in_sign_up = {"accounts/forms.py": {"save"}}
    found = {name(path): writes_in(path.read_text()) for path in rooms("views", "forms")}
    assert {path: calls for path, calls in found.items() if calls - allowed_in_sign_up.get(path, set())} == {}


def test_doors_ask_by_named_queries_only():
    found = {name(path): called(path.read_text()) & QUESTIONS for path in rooms("views")}
    assert {path: calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("line", "writes", "asks"),
    [
        ("Application.objects.filter(pk=pk).update(state='awarded')", {"update"}, {"filter"}),
        ("application.documents.all().delete()", {"delete"}, set()),
        ("Document.objects.bulk_create(made)", {"bulk_create"}, set()),
        ("Application.objects.own(request.user).order_by('title')", set(), {"order_by"}),
        ("workflow.submit(application, by=request.user, at=at)", set(), set()),
        ("record(call, 'export', at=at, by=request.user)", {"record"}, set()),
        ("transitions.perform(SUBMIT, application, at=at)", {"perform"}, set()),
        ("mail.enqueue(message, key='k', at=at)", {"enqueue"}, set()),
        ("list(filter(None, parts))", set(), set()),
    ],
)
def test_the_rules_for_doors_see_what_they_forbid(line, writes, asks):
    assert writes_in(line) == writes
    assert called(line) & QUESTIONS == asks


def test_view_functions_are_short():
    lengths = []
    for path in rooms("views"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request":
                lengths.append(node.end_lineno - node.lineno + 1)
    assert len(lengths) > 50
    assert median(lengths) < 20


FLOORS = {"accounts": 2, "programs": 3, "sponsors": 4, "mentors": 4, "applications": 5, "reviews": 6, "scholars": 6, "reports": 7}
# A page or an e-mail may link to a page above it by its name: an address is public, and whoever follows it is judged up there.
# Each pair is a decision: whoever adds one says so here.
LINKS_UP = {
    ("applications", "reports:applications_csv"), ("applications", "reports:decide"), ("applications", "reviews:assign"),
    ("applications", "scholars:awards"), ("programs", "reports:decide"), ("programs", "scholars:awards"),
    ("programs", "applications:of_call"), ("programs", "applications:start"), ("programs", "reports:desk"),
    ("programs", "scholars:letter_template"), ("programs", "sponsors:systems"), ("reviews", "reports:desk"),
    ("programs", "scholars:cohort_edit"), ("scholars", "reports:decide"), ("scholars", "reviews:assign"),
}  # fmt: skip


def points_up(app: str, other: str) -> bool:
    """Whether `other` stands above `app`, or beside it on the same floor."""
    return other in FLOORS and other != app and FLOORS[other] >= FLOORS[app]


def names_in(folder: Path, suffixes: tuple[str, ...], pattern: str) -> set[tuple[str, str]]:
    """Return (app, name) for every name above its own floor that the pattern finds in an app's files."""
    found = set()
    for app in APPS:
        for path in (folder / app).rglob("*"):
            if path.suffix in suffixes and "migrations" not in path.parts:
                found |= {
                    (app, name) for name in re.findall(pattern, path.read_text()) if points_up(app, re.split("[:/]", name)[0])
                }
    return found


def test_only_names_of_addresses_point_upwards_and_each_is_known():
    address = rf"""['"]((?:{"|".join(APPS)}):[a-z_]+)['"]"""
    in_code = names_in(ROOT, (".py",), address)
    in_templates = names_in(ROOT / "templates", (".html", ".txt"), address)
    assert in_code | in_templates == LINKS_UP


def test_no_template_takes_a_piece_from_upstairs():
    # The lists of duties are words of the call's page, kept where the people who are asked read them; a test keeps them equal.
    pieces = ("sponsors/_duties.html", "mentors/_duties.html", "mentors/_chair_duties.html")
    duties = {("programs", piece) for piece in pieces}
    assert names_in(ROOT / "templates", (".html", ".txt"), r"""(?:include|extends) ['"]([a-z]+/[\w/.]+)['"]""") == duties


def test_statements_are_written_out_where_the_decision_says_and_nowhere_else():
    """docs/decisions/0011."""
    written = {
        str(path.relative_to(ROOT)) for path in sources(*APPS, "lhs_k12") if re.search(r"\.(execute|raw)\(", path.read_text())
    }
    assert written == {
        "accounts/queries.py", "lhs_k12/sessions.py", "programs/queries/program.py", "applications/queries/parts.py",
        "applications/queries/promises.py", "applications/queries/rows.py", "reviews/queries/desk.py",
        "lhs_k12/prepared.py",  # sends what it is given
        "lhs_k12/views.py",  # whether the database answers
        "lhs_k12/broker.py",  # the embedded broker's own file
    }  # fmt: skip


def test_what_is_rendered_once_a_process_asks_for_nothing_of_a_request():
    pages = (path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    fixed = {name for page in pages for name in re.findall(r'{% fixed "([\w/.]+)" %}', page)}
    assert fixed == {
        "components/head_links.html", "components/keep_scripts.html", "components/own_pages.html", "reviews/_form_links.html",
    }  # fmt: skip
    for name in fixed:
        text = (ROOT / "templates" / name).read_text()
        assert "{{" not in text
        assert not re.search(r"{% (if|for|csrf_token|include|extends)", text)


def test_every_form_that_somebody_writes_in_is_kept_when_the_session_ends():
    """Saved while it is written (sections, reviews), or kept by the browser; files, names, choices and passwords are given anew."""
    given_anew = {
        "applications/document_form.html", "reviews/assign_form.html", "scholars/award_offer.html", "scholars/end_waiting.html",
        "allauth/elements/form.html",
    }  # fmt: skip
    lost = set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        for form in re.findall(r"<form [^>]*novalidate(?:[^>{]|{[{%].*?[%}]})*>", text):
            is_kept = "{% keep_form form %}" in form
            if is_kept:
                assert '{% fixed "components/keep_scripts.html" %}' in text
                assert 'include "components/local_copy.html"' in text
            if not is_kept and "data-autosave-url" not in form:
                lost.add(str(path.relative_to(ROOT / "templates")))
    assert lost == given_anew


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


def test_every_rule_of_reminders_is_handed_in():
    """Otherwise its queued e-mails would leave though what they ask for was done meanwhile (programs/reminders.py)."""
    made = {name(path): len(re.findall(r"^\w*REMINDER = ", path.read_text(), re.MULTILINE)) for path in sources(*APPS)}
    handed_in = {app: (ROOT / app / "apps.py").read_text() for app in APPS}
    counted = {app: text.partition("reminders.hand_in(")[2].partition(")")[0].count("REMINDER") for app, text in handed_in.items()}
    assert counted == {app: sum(many for path, many in made.items() if path.startswith(f"{app}/")) for app in APPS}
    assert sum(counted.values()) == 6


def test_no_inline_script_or_style():
    pages = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.name != "base_email.html"]
    texts = {name(path): path.read_text() for path in pages}
    assert len(texts) > 100
    assert [path for path, text in texts.items() if re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)] == []
    scripts = [(path, script) for path, text in texts.items() for script in re.findall(r"<script[^>]*>", text)]
    assert [entry for entry in scripts if "src=" not in entry[1] and 'type="application/json"' not in entry[1]] == []


def test_nothing_names_a_machine_or_a_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = "python" + "hosted" + "|registry\\.npm" + "js|pypi\\.org/" + "simple|/wo" + "rk/|/ro" + "ot/\\."
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".pdf", ".woff2") or not path.is_file():
            continue
        assert not re.search(hosts, path.read_text(errors="ignore")), name


def test_no_text_is_cut_off_by_the_browser():
    """A long text is asked for by a field that refuses it in words (accounts/texts.py)."""
    sources = {name(path): path.read_text() for path in rooms("forms")}
    guilty = [
        f"{path}:{node.lineno}"
        for path, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and {"max_length", "widget"} <= {word.arg for word in node.keywords}
        and "Textarea" in (ast.get_source_segment(source, node) or "")
    ]
    assert guilty == []
