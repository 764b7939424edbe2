"""Set-up: what bin/setup decides without a network, what the locks promise, and what the server writes into its log."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from gunicorn.config import Config

from lhs_k12.gunicorn import TokenlessLogger
from lhs_k12.logs import HideTokens
from tests.report_plugin import spread

ROOT = Path(__file__).resolve().parent.parent


def script(name):
    """Return a script of bin/ as a module."""
    sys.path.insert(0, str(ROOT / "bin"))
    loader = SourceFileLoader(f"bin_{name}", str(ROOT / "bin" / name))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    sys.path.pop(0)
    return module


@pytest.fixture(scope="module")
def set_up():
    return script("setup")


@pytest.fixture(scope="module")
def bin_test():
    return script("test")


@pytest.fixture
def machine(set_up):
    return set_up.machine


def pins(kind):
    """Return name and version of everything a lock file names."""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE))


def test_an_old_python_is_told_which_ones_work(set_up, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"^The portal needs Python 3\.11, 3\.12 or 3\.13; .* is Python 3\.9\.$"):
        set_up.require_python()


def test_an_unsupported_python_gives_way_to_the_newest_supported_one_that_runs(set_up, tmp_path, monkeypatch):
    for name, answer in (("python3.13", "exit 127"), ("python3.12", "exit 0"), ("python3.11", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)

    def exec_instead(program, arguments):
        raise RuntimeError(program, *arguments[1:])

    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(sys, "argv", ["bin/setup", "dev"])
    monkeypatch.setattr(set_up.os, "execv", exec_instead)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError) as started:
        set_up.require_python()
    assert started.value.args == (str(tmp_path / "python3.12"), "bin/setup", "dev")


def test_development_packages_satisfy_the_runtime_until_its_lock_changes(set_up, tmp_path, monkeypatch):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "runtime.txt").write_text("django==5.2.9\n")
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2.9\npytest==9.0.0\n")
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    stamp = {kind: set_up.digest([set_up.lock(kind)]) for kind in ("runtime", "dev")}
    assert set_up.installed(stamp, "runtime")
    assert set_up.installed(stamp, "dev")

    (tmp_path / "requirements" / "runtime.txt").write_text("django==5.2.10\n")
    assert not set_up.installed(stamp, "runtime")
    assert set_up.installed(stamp, "dev")


def test_static_files_are_collected_again_after_any_change(set_up, tmp_path):
    sheet = tmp_path / "css" / "base.css"
    sheet.parent.mkdir()
    sheet.write_text("a {}")
    before = set_up.sketch([tmp_path])
    assert set_up.sketch([tmp_path]) == before

    sheet.write_text("b {}")
    changed = set_up.sketch([tmp_path])
    assert changed != before

    (tmp_path / "css" / "print.css").write_text("")
    assert set_up.sketch([tmp_path]) != changed


@pytest.mark.parametrize(
    ("release", "named"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "debian"),
        ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "ubuntu"),
        ("ID=fedora\n", "fedora"),
    ],
)  # fmt: skip
def test_the_system_is_known_by_its_own_or_its_parents_name(machine, tmp_path, release, named):
    path = tmp_path / "os-release"
    path.write_text(release)
    assert machine.distribution(path) == ("macos" if machine.IS_MAC else named)


def test_each_system_has_its_commands(machine, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    needs = [machine.PANGO, machine.CHROMIUM]
    pango = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
    apt = ["apt-get", "install", "-y", "--no-install-recommends"]
    assert machine.install_commands(needs, "debian") == [["apt-get", "update"], [*apt, *pango, "chromium-headless-shell"]]
    # Ubuntu's package of that name only says to install the snap.
    assert machine.install_commands(needs, "ubuntu") == [
        ["apt-get", "update"],
        [*apt, *pango],
        ["snap", "install", "chromium"],
    ]
    assert machine.install_commands(needs, "macos") == [["brew", "install", "pango"], ["brew", "install", "--cask", "chromium"]]
    assert machine.install_commands(needs, "fedora") == []


def test_nothing_is_installed_where_the_person_forbids_it(machine, monkeypatch):
    monkeypatch.setenv("SYSTEM_PACKAGES", "no")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine.subprocess, "run", lambda *call, **how: pytest.fail(f"ran {call}"))
    assert "may not install" in machine.install([machine.PANGO]) or machine.distribution() not in ("debian", "ubuntu", "macos")


def test_a_named_chromium_comes_first_and_a_notice_is_none(machine, tmp_path, monkeypatch):
    browser, notice = tmp_path / "chrome", tmp_path / "chromium-browser"
    browser.write_bytes(b"\x7fELF")
    notice.write_text("#!/bin/sh\necho 'Command requires: snap install chromium'\n")
    for program in (browser, notice):
        program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert machine.find_chromium() == str(browser)

    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(machine, "CHROMIUM_ON_MAC", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    if not Path("/snap/bin/chromium").exists():
        assert machine.find_chromium() is None


@pytest.fixture
def bare_machine(set_up, machine, monkeypatch):
    """A machine with Pango and nothing that only tests use, of an account that is not root; returns what was installed."""
    installed = []

    def install(needs):
        installed.append([need.name for need in needs])
        return "Chromium failed" if machine.CHROMIUM in needs else ""

    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(machine, "has_pango", lambda: True)
    monkeypatch.setattr(machine, "find_chromium", lambda: None)
    monkeypatch.setattr(machine, "find_postgresql", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "install", install)
    return installed


def test_what_the_tests_can_use_is_installed_also_without_root_and_one_that_cannot_be_had_keeps_no_other_away(
    set_up, bare_machine, capsys
):
    set_up.system_packages("dev")
    assert bare_machine == [["Chromium", "PostgreSQL", "Redis"], ["Chromium"], ["PostgreSQL"], ["Redis"]]
    said = capsys.readouterr().out
    assert "Not here: Chromium and PostgreSQL and Redis. Not installed, because Chromium failed." in said


def test_the_portal_itself_needs_none_of_them(set_up, bare_machine):
    set_up.system_packages("runtime")
    assert bare_machine == []


@pytest.fixture
def plain_account(machine, monkeypatch):
    """A Debian with an account that is neither root nor may become it; returns a function that says which commands are there."""
    there = {"apt-get"}
    monkeypatch.delenv("SYSTEM_PACKAGES", raising=False)
    monkeypatch.setattr(machine, "IS_MAC", False)
    monkeypatch.setattr(machine, "distribution", lambda: "debian")
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name, **_: f"/usr/bin/{name}" if name in there else None)
    monkeypatch.setattr(machine.subprocess, "run", lambda *call, **how: subprocess.CompletedProcess(call, 1))
    return there.add


@pytest.mark.parametrize(
    ("sudo", "as_root", "first"), [(True, "", "sudo apt-get update && sudo"), (False, " as root", "apt-get update &&")]
)
def test_what_may_not_be_installed_is_one_command_that_works_where_it_is_typed(
    set_up, machine, plain_account, monkeypatch, capsys, sudo, as_root, first
):
    if sudo:
        plain_account("sudo")
    monkeypatch.setattr(machine, "has_pango", lambda: False)
    with pytest.raises(SystemExit) as ended:
        set_up.system_packages("runtime")
    reason, typed = str(ended.value).split("\n\n")
    assert reason == (
        "Missing: Pango. Not installed here, because this account may not install system packages. "
        f"Type this once{as_root}, then try again:"
    )
    pango = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    assert typed == f"    {first} {pango}\n"
    assert capsys.readouterr().out == ""  # nothing was tried, so nothing took a time


@pytest.fixture
def mac(set_up, machine, monkeypatch, tmp_path):
    """A Mac without Pango and without Homebrew; returns (what was run, the folder in which Homebrew may be put)."""
    ran = []

    def run(command, **how):
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.delenv("SYSTEM_PACKAGES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(machine, "IS_MAC", True)
    monkeypatch.setattr(machine, "HOMEBREWS", (str(tmp_path / "brew"),))
    monkeypatch.setattr(machine.os, "geteuid", lambda: 501)
    monkeypatch.setattr(machine.subprocess, "run", run)
    monkeypatch.setattr(machine.ctypes.util, "find_library", lambda name: "there" if ran else None)
    return ran, tmp_path


def put_homebrew(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_a_mac_without_homebrew_is_told_where_it_is_and_what_to_type_then(set_up, mac):
    ran, _ = mac
    with pytest.raises(SystemExit) as ended:
        set_up.system_packages("runtime")
    assert str(ended.value) == (
        "Missing: Pango. Not installed here, because Homebrew is not there. Type this once, then try again:\n\n"
        "    Install Homebrew (https://brew.sh), then type: brew install pango\n"
    )
    assert ran == []


@pytest.mark.parametrize("place", ["brew", "path/brew"])
def test_a_mac_has_pango_from_homebrew_without_root_also_when_the_shell_does_not_know_it(set_up, mac, capsys, place):
    ran, folder = mac
    put_homebrew(folder / place)
    set_up.system_packages("runtime")
    assert ran == [["brew" if "path" in place else str(folder / "brew"), "install", "pango"]]
    assert capsys.readouterr().out.startswith("Pango ... ")


def test_a_macs_environment_finds_homebrews_libraries(set_up, machine, tmp_path, monkeypatch):
    folder = tmp_path / "lib" / "python3.12" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(set_up, "VENV", tmp_path)
    set_up.show_homebrew_libraries()
    [line] = (folder / "homebrew_libraries.pth").read_text().splitlines()
    done = subprocess.run(
        [sys.executable, "-c", f"{line}; print(os.environ['DYLD_FALLBACK_LIBRARY_PATH'])"],
        env={}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == machine.MAC_LIBRARIES


def test_a_python_without_its_venv_module_asks_for_that_of_its_own_version(set_up, machine, plain_account, monkeypatch, tmp_path):
    monkeypatch.setattr(set_up, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(set_up, "has_ensurepip", lambda: False)
    monkeypatch.setattr(machine, "has_pango", lambda: True)
    with pytest.raises(SystemExit) as ended:
        set_up.system_packages("runtime")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert "Missing: Python's venv module. Not installed here" in str(ended.value)
    assert f"apt-get install -y --no-install-recommends python{version}-venv\n" in str(ended.value)


def test_an_environment_without_pip_or_of_another_folder_is_made_again(set_up, tmp_path, monkeypatch):
    stamp = set_up.this_python()
    monkeypatch.setattr(set_up, "PYTHON", tmp_path / "python")
    assert not set_up.usable_venv({})
    (tmp_path / "python").write_text('#!/bin/sh\n[ "$2" = "" ]\n')  # runs, and has no pip
    (tmp_path / "python").chmod(0o755)
    assert set_up.usable_venv(stamp)
    assert not set_up.usable_venv({})
    assert not set_up.usable_venv({**stamp, "home": "/elsewhere"})


@pytest.mark.parametrize("home_is_writable", [True, False])
def test_npm_gets_a_cache_where_the_home_may_only_be_read(set_up, tmp_path, monkeypatch, home_is_writable):
    ran = []
    monkeypatch.delenv("npm_config_cache", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(set_up, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(set_up, "NPM_STAMP", tmp_path / "stamp")
    monkeypatch.setattr(set_up, "find_npm", lambda path: "npm")
    monkeypatch.setattr(set_up, "run", lambda command, environment: ran.append(environment.get("npm_config_cache")))
    # Root may write everywhere, so the answer for another account is given here.
    monkeypatch.setattr(set_up.os, "access", lambda path, mode: home_is_writable if path == tmp_path else pytest.fail(str(path)))
    set_up.npm_packages({})
    [cache] = ran
    assert (cache is None) == home_is_writable
    assert cache is None or not cache.startswith(str(tmp_path))


SOME_TESTS = """
import pytest

def test_plain():
    pass

@pytest.mark.redis
def test_that_ran():
    pass

@pytest.mark.redis
@pytest.mark.skipif(True, reason="redis-server is not installed")
def test_that_did_not():
    pass

@pytest.mark.browser
@pytest.mark.skipif(True, reason="no Chromium")
def test_page():
    pass
"""


OF_A_ROOM = """
import pytest

def test_without_rows():
    pass

def test_with_rows(db):
    pass

@pytest.mark.once
def test_that_no_database_changes(db):
    pass

@pytest.mark.parametrize("number", range(3))
def test_with_parameters(db, number):
    pass

@pytest.mark.both
@pytest.mark.parametrize("number", range(2))
def test_with_parameters_that_count(db, number):
    pass

@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(2))
def test_of_two_at_once(db, number):
    pass
"""
OF_ITS_PAGES = """
import pytest

def test_page(db):
    pass

@pytest.mark.both
def test_page_of_two_at_once(db):
    pass
"""


def test_the_second_database_gets_what_may_differ_there(tmp_path):
    for folder, tests in (("", OF_A_ROOM), ("views", OF_ITS_PAGES)):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"test_{folder or 'room'}.py").write_text(tests)
    (tmp_path / "conftest.py").write_text("import pytest\n\n@pytest.fixture\ndef db():\n    pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    both\n    once\n    django_db\n")
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:django", "-p", "tests.report_plugin", "-c", tmp_path / "pytest.ini"]
    done = subprocess.run(
        [*command, "--second-database", tmp_path],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    expected = ["test_with_rows", "test_with_parameters[0]"]
    expected += [f"{name}[{number}]" for name in ("test_with_parameters_that_count", "test_of_two_at_once") for number in (0, 1)]
    assert re.findall(r"::(\S+) PASSED", done.stdout) == [*expected, "test_page_of_two_at_once"], done.stdout
    assert "5 deselected" in done.stdout


class Item:
    """A test as pytest collects it: where it stands, and whether it is a long one."""

    def __init__(self, path, long=False):
        self.path, self.long = path, long

    def get_closest_marker(self, name):
        return self.long and name == "browser"


def test_long_tests_come_first_and_those_of_a_file_together():
    long = [Item(path, long=True) for path in "aaabbcd"]
    short = [Item("z") for _ in range(8)]
    order = spread([*short, *long], 3)
    shares = ["".join(item.path for item in order[start : start + 5]) for start in (0, 5, 10)]
    assert shares == ["aaazz", "bbzzz", "cdzzz"]
    assert sorted(order, key=id) == sorted([*short, *long], key=id)


@pytest.mark.parametrize(
    ("must_run", "failed", "skipped"), [("", 0, 2), ("redis", 1, 1), ("browser", 1, 1), ("redis,browser", 2, 0)]
)
def test_a_skipped_test_of_a_required_kind_has_failed_and_only_what_ran_is_counted(tmp_path, must_run, failed, skipped):
    (tmp_path / "test_some.py").write_text(SOME_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    redis\n    browser\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "tests.report_plugin", "-c", tmp_path / "pytest.ini"]
    counts = tmp_path / "counts.json"
    done = subprocess.run(
        [*command, f"--counts={counts}", f"--must-run={must_run}", tmp_path / "test_some.py"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    found = json.loads(counts.read_text())
    not_run = found.pop("not_run")
    assert found == {"passed": 2, "failed": failed, "skipped": skipped, "browser": 0, "redis": 1}
    reasons = {"redis": "redis-server is not installed", "browser": "no Chromium"}
    assert sorted(not_run.values()) == sorted(reasons[marker] for marker in must_run.split(",") if marker)


def test_the_closing_lines_say_what_ran_on_which_part(bin_test):
    ran = {"passed": 40, "failed": 1, "skipped": 2, "browser": 3, "redis": 1}
    found = {"postgresql": "postgres://", "redis": "redis://", "chromium": "/usr/bin/chromium"}
    lines = bin_test.kinds_that_ran({"SQLite": ran, "PostgreSQL": ran}, found, {**ran, "browser": 6, "redis": 2})
    assert lines == [
        "SQLite: ran, 41 tests, 2 skipped",
        "PostgreSQL: ran, 41 tests, 2 skipped",
        "Redis: ran, 2 tests",
        "Chromium: ran, 6 tests",
    ]
    none = bin_test.kinds_that_ran({"SQLite": ran}, dict.fromkeys(found), {**ran, "browser": 0, "redis": 0})
    assert [line.split(": ")[:2] for line in none[1:]] == [["PostgreSQL", "skipped"], ["Redis", "skipped"], ["Chromium", "skipped"]]


@pytest.fixture
def folder_of_a_portal(tmp_path):
    """A folder with the Makefile and what set-up, the demo and a portal that is none leave in it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for path in (".venv/x", "node_modules/x", "var/static/x", "var/static.stamp", "var/demo/portal.sqlite3"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def clean(folder, *words):
    done = subprocess.run(["make", "clean", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def test_clean_forgets_what_set_up_made_and_the_demo(folder_of_a_portal):
    (folder_of_a_portal / "var" / "portal.sqlite3").write_bytes(bytes(4096))  # what a check of the migrations leaves behind
    clean(folder_of_a_portal)
    assert [path.name for path in folder_of_a_portal.iterdir()] == ["Makefile"]


@pytest.mark.parametrize("rows", ["portal.sqlite3", "media/documents/1.pdf"])
def test_clean_keeps_the_rows_and_files_of_a_portal_that_is_not_the_demo_until_told(folder_of_a_portal, rows):
    kept = folder_of_a_portal / "var" / rows
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("somebody's work" * 1000)
    (folder_of_a_portal / "var" / "secret_key").write_text("secret")
    said = clean(folder_of_a_portal)
    assert "Kept var: it holds the rows and files of a portal that is not the demo. To forget them too: make clean FORGET=1" in said
    assert kept.read_text() == "somebody's work" * 1000
    assert (folder_of_a_portal / "var" / "secret_key").exists()
    left = {path.name for path in folder_of_a_portal.iterdir()} | {path.name for path in (folder_of_a_portal / "var").iterdir()}
    assert left == {"Makefile", "var", rows.split("/")[0], "secret_key"}

    clean(folder_of_a_portal, "FORGET=1")
    assert [path.name for path in folder_of_a_portal.iterdir()] == ["Makefile"]


def test_the_locks_agree_and_hold_hashes_but_no_addresses():
    runtime, dev = pins("runtime"), pins("dev")
    assert {name: dev.get(name) for name in runtime} == runtime
    assert runtime["django"].startswith("5.2.")
    for kind in ("runtime", "dev", "npm"):
        text = (ROOT / "requirements" / f"{kind}.txt").read_text()
        assert text.count("--hash=sha256:") >= len(pins(kind)) > 0
        assert "://" not in text
        assert "index-url" not in text


def test_the_npm_lock_holds_hashes_but_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [entry for path, entry in packages.items() if path]
    assert len(installed) >= 3
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in installed)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/links/Zm9vYmFyYmF6cXV1eGZvb2JhcmJhenF1dXg/", "/links/…/"),
        ("/accounts/password/reset/key/3-cq2x9k-5d41402abc4b2a76b9719d911017c592/", "/accounts/password/reset/key/…/"),
        ("/accounts/confirm-email/MQ:1abcde:signature/", "/accounts/confirm-email/…/"),
        ("/calls/2027/", "/calls/2027/"),
    ],
)
def test_no_log_shows_an_address_that_opens_something(address, written, caplog):
    seen = TokenlessLogger(Config()).atoms(_Answer(), {}, _environ(address), timedelta(seconds=1))
    assert (seen["U"], seen["r"]) == (written, f"GET {written} HTTP/1.1")
    for level, exc_info in ((logging.WARNING, None), (logging.ERROR, _raised(address))):
        record = logging.LogRecord("django.request", level, "", 1, "Broken: %s", (address,), exc_info)
        assert HideTokens().filter(record)
        said = logging.Formatter("%(message)s").format(record)
        assert said.splitlines()[0] == f"Broken: {written}"
        assert (address in said) == (address == written)
        assert ("Traceback" in said) == (exc_info is not None)


@pytest.mark.parametrize(("status", "traceback"), [(403, False), (404, False), (500, True)])
def test_a_refusal_is_one_line_and_a_fault_has_its_traceback(status, traceback):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Forbidden: /desk/", (), _raised("/desk/"))
    record.status_code = status
    assert HideTokens().filter(record)
    assert ("Traceback" in logging.Formatter().format(record)) == traceback


def _raised(address):
    try:
        raise PermissionError(f"no entry at {address}")
    except PermissionError:
        return sys.exc_info()


class _Answer:
    status, sent, headers = "200 OK", 12, []


def _environ(address):
    return {"REQUEST_METHOD": "GET", "PATH_INFO": address, "RAW_URI": address, "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "::1"}


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_no_row_but_content_types_and_permissions(call):
    """Emptied as Django does it after such a test, by the quicker statements of tests/conftest.py."""
    stays = [ContentType.objects.count(), Permission.objects.count()]
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False, allow_cascade=False)
    assert min(stays) > 40
    assert [ContentType.objects.count(), Permission.objects.count()] == stays
    left = [model.__name__ for model in apps.get_models() if model not in (ContentType, Permission) and model.objects.exists()]
    assert left == []
