"""What set-up and tests ask of a machine: is a library, a program or a package there, and may it be installed."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
IS_MAC = sys.platform == "darwin"

# Homebrew's libraries lie where only Homebrew's own Python looks for them.
MAC_LIBRARIES = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
# A shell that has not read Homebrew's own lines does not find it on its PATH.
HOMEBREWS = ("/opt/homebrew/bin/brew", "/usr/local/bin/brew")
NO_HOMEBREW = "Install Homebrew (https://brew.sh), then type: "

# What WeasyPrint opens when it is imported (its text/ffi.py), by the names on Linux and on macOS.
PANGO_LIBRARIES = {
    "libgobject-2.0.so.0": "gobject-2.0",
    "libpango-1.0.so.0": "pango-1.0",
    "libpangoft2-1.0.so.0": "pangoft2-1.0",
    "libharfbuzz.so.0": "harfbuzz",
    "libharfbuzz-subset.so.0": "harfbuzz-subset",
    "libfontconfig.so.1": "fontconfig",
}
# The first is Chromium without its window: the same pages in two thirds of the time.
CHROMIUM_COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ON_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class Need(NamedTuple):
    """Something a machine must have, with the packages that bring it."""

    name: str
    debian: tuple[str, ...]
    brew: tuple[str, ...]
    cask: bool = False


PANGO = Need("Pango", ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"), ("pango",))
# By the version: where it is not the system's own, python3-venv brings that of another one.
VENV = Need("Python's venv module", (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",), ("python",))
CHROMIUM = Need("Chromium", ("chromium-headless-shell",), ("chromium",), cask=True)
POSTGRESQL = Need("PostgreSQL", ("postgresql",), ("postgresql@17",))
REDIS = Need("Redis", ("redis-server",), ("redis",))


def has_pango() -> bool:
    """Whether every library that WeasyPrint opens can be opened."""
    if IS_MAC:
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", MAC_LIBRARIES)
        return all(ctypes.util.find_library(name) for name in PANGO_LIBRARIES.values())
    try:
        for name in PANGO_LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def find_chromium() -> str | None:
    """Return the path of a Chromium or Google Chrome: `CHROMIUM`, the PATH, the macOS applications, in this order."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, CHROMIUM_COMMANDS), *CHROMIUM_ON_MAC]
    return next((path for path in candidates if path and os.access(path, os.X_OK) and not _is_snap_notice(path)), None)


def _is_snap_notice(path: str) -> bool:
    """Ubuntu's chromium-browser may be a text that only says to install the snap."""
    if os.path.exists("/snap/bin/chromium"):
        return False
    with open(path, "rb") as program:
        return b"snap install" in program.read(4096)


def find_postgresql() -> Path | None:
    """Return the folder with initdb and pg_ctl (Debian keeps them off the PATH), the newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    for brew in ("/opt/homebrew/opt", "/usr/local/opt"):
        folders += Path(brew).glob("postgresql@*/bin")
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def distribution(release: Path = Path("/etc/os-release")) -> str:
    """Return `debian`, `ubuntu`, `macos` or whatever the machine calls itself."""
    if IS_MAC:
        return "macos"
    try:
        lines = release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return sys.platform
    named = dict(line.split("=", 1) for line in lines if "=" in line)
    kinds = [named.get("ID", ""), *named.get("ID_LIKE", "").split()]
    plain = [kind.strip("\"'") for kind in kinds]
    return next((kind for kind in plain if kind in ("ubuntu", "debian")), plain[0])


def install_commands(needs: list[Need], system: str) -> list[list[str]]:
    """Return the commands that install these needs on a system, without sudo; none when its way is not known."""
    if system in ("debian", "ubuntu") and shutil.which("apt-get"):
        # Ubuntu's chromium package is only a door to the snap.
        snaps = [need for need in needs if need is CHROMIUM and system == "ubuntu"]
        packages = [package for need in needs if need not in snaps for package in need.debian]
        commands = [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]] if packages else []
        return commands + [["snap", "install", "chromium"] for _ in snaps]
    brew = find_brew() if system == "macos" else None
    return _brewed(needs, brew) if brew else []


def _brewed(needs: list[Need], brew: str) -> list[list[str]]:
    return [[brew, "install", *(["--cask"] if need.cask else []), *need.brew] for need in needs]


def find_brew() -> str | None:
    """Return the command for Homebrew: its name where the shell knows it, otherwise its path; None where there is none."""
    return "brew" if shutil.which("brew") else next(filter(shutil.which, HOMEBREWS), None)


def _privilege() -> list[str] | None:
    """Return what goes before a command that installs system packages, or None when this account may not."""
    if os.environ.get("SYSTEM_PACKAGES", "").lower() in ("0", "no", "off"):
        return None
    if IS_MAC or os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def why_not(needs: list[Need]) -> str:
    """Return why installing these needs cannot be tried here, or ""."""
    system = distribution()
    if not install_commands(needs, system):
        return "Homebrew is not there" if system == "macos" else "this system's package installer is not known here"
    return "" if _privilege() is not None else "this account may not install system packages"


def install(needs: list[Need]) -> str:
    """Install these needs where that is possible without a question; return "" or the reason why it did not happen."""
    commands, privilege = install_commands(needs, distribution()), _privilege()
    if privilege is None or not commands:
        return why_not(needs)
    for command in commands:
        if not shutil.which(command[0]):
            return f"{command[0]} is not there"
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            [*privilege, *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        # One unreachable package source fails an update that brought everything that is needed.
        if done.returncode and command[1] != "update":
            return f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-600:]}"
    return ""


def command_to_type(needs: list[Need]) -> str:
    """Return the one command a person types to install these needs, or a sentence where no command is known."""
    system = distribution()
    commands = install_commands(needs, system)
    if not commands and system == "macos":
        return NO_HOMEBREW + " && ".join(map(" ".join, _brewed(needs, "brew")))
    if not commands:
        return "Install with this system's package manager: " + ", ".join(need.name for need in needs)
    sudo = "sudo " if not IS_MAC and os.geteuid() != 0 and shutil.which("sudo") else ""
    return " && ".join(sudo + " ".join(command) for command in commands)


def as_whom(needs: list[Need]) -> str:
    """Return " as root" where the command to type works for root alone and there is no sudo to put before it."""
    works_for_root_alone = not IS_MAC and os.geteuid() != 0 and not shutil.which("sudo")
    return " as root" if works_for_root_alone and install_commands(needs, distribution()) else ""
