"""Set-up: what bin/setup decides without a network, what the locks promise, and what the server writes into its log."""

import json
import re
import shutil
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from lhs_k12.gunicorn import SECRET

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def set_up():
    """The script bin/setup as a module."""
    sys.path.insert(0, str(ROOT / "bin"))
    loader = SourceFileLoader("set_up", str(ROOT / "bin" / "setup"))
    module = module_from_spec(spec_from_loader("set_up", loader))
    loader.exec_module(module)
    sys.path.pop(0)
    return module


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
    assert machine.install_commands(needs, "debian") == [["apt-get", "update"], [*apt, *pango, "chromium"]]
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
def test_the_access_log_shows_no_address_that_opens_something(address, written):
    assert SECRET.sub(r"\1…", address) == written
