"""Starts the demo: rows, web, worker and clock on embedded parts, all stopped together by Ctrl-C or with the terminal."""

import errno
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lhs_k12.demo.people import demo_people
from lhs_k12.demo.processes import Processes
from lhs_k12.management.commands.demo_people import table

ANY = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104  where a browser finds what listens everywhere
READY_SECONDS = 60


class Command(BaseCommand):
    """Prepares the demo's rows once, prints who can sign in, and runs web, worker and clock."""

    help = "Run the demo programme on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], port_number(options["port"])
        if not settings.DEMO:
            self._start_again(host, port)
        check_free(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("seed_demo", if_empty=True, stdout=self.stdout)
        self.stdout.write(f"\nWho can sign in:\n\n{table(demo_people())}\n")
        here = address(host, port)
        self.stdout.write(f"\nStarting web, worker and clock; {here} follows.")
        self.stdout.flush()
        threading.Thread(target=self._say_when_ready, args=(here, f"{by_number(host, port)}/healthz/"), daemon=True).start()
        raise SystemExit(Processes(sys.stdout).run(commands(host, port), env=_environment()))

    def _start_again(self, host: str, port: int) -> None:
        """Become the same command with the demo's settings; they are read when Python starts."""
        folder = os.environ.get("DATA_DIR") or str(Path(settings.BASE_DIR) / "var" / "demo")
        here = address(host, port)
        env = {**os.environ, "DEMO": "1", "DATA_DIR": folder, "SITE_URL": os.environ.get("SITE_URL") or here}
        if host in ANY:
            env.setdefault("ALLOWED_HOSTS", "*")
        os.execve(  # noqa: S606
            sys.executable, [sys.executable, "manage.py", "demo", "--host", host, "--port", str(port)], env
        )

    def _say_when_ready(self, here: str, health: str) -> None:
        """Say so once web, database, worker and clock have met, or what is known when that takes too long."""
        directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows another machine by that number
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                with directly.open(health, timeout=5):
                    self.stdout.write(f"\nReady: {here}\nCtrl-C stops everything.\n")
                    self.stdout.flush()
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        self.stdout.write(f"\nNot everything works yet; {here}/healthz/ answers 200 when it does.\nCtrl-C stops everything.\n")
        self.stdout.flush()


def port_number(text: str) -> int:
    """Return the port as a number; refuses what is none."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CommandError(f"PORT takes a number from 1 to 65535, not {text or 'nothing'}.")
    return int(text)


def bracketed(host: str) -> str:
    """Return the host as an address with a port needs it: an IPv6 address stands in brackets."""
    return f"[{host}]" if ":" in host else host


def by_number(host: str, port: int) -> str:
    """Return where a program on this machine finds the portal, whatever the machine's names are."""
    return f"http://{bracketed(ANY.get(host, host))}:{port}"


def address(host: str, port: int) -> str:
    """Return where a browser on this machine finds the portal: at localhost where it can, because passkeys work at no number.

    Asked before the portal runs. A browser tries ::1 first, so what somebody else listens on there keeps the number.
    """
    if host == "::" or (host in ("127.0.0.1", *ANY) and not answers("::1", port)):
        return f"http://localhost:{port}"
    return by_number(host, port)


def answers(host: str, port: int) -> bool:
    """Say whether something listens there already."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def check_free(host: str, port: int) -> None:
    """Refuse, in one sentence, a port that is taken or forbidden and a host that is not this machine's."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            other = port + 1 if port < 65535 else port - 1
            if isinstance(fault, socket.gaierror) or fault.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise CommandError(f"HOST={host} is not an address of this machine; 127.0.0.1 is one, 0.0.0.0 is all.") from None
            if fault.errno == errno.EACCES:
                raise CommandError(f"This account may not use port {port}; choose one above 1023: make demo PORT=8000") from None
            raise CommandError(f"Port {port} is busy. Stop what uses it, or choose another one: make demo PORT={other}") from None


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the command of each process by its name."""
    python, bind = [sys.executable, "-m"], f"{bracketed(host)}:{port}"
    celery = [*python, "celery", "-q", "-A", "lhs_k12"]
    return {
        "web": [*python, "gunicorn", "lhs_k12.wsgi", "-c", "lhs_k12/gunicorn.py", "--bind", bind, "--log-level", "warning"],
        "worker": [*celery, "worker", "-l", "WARNING", "--without-mingle", "--without-gossip", "--without-heartbeat"],
        "clock": [*celery, "beat", "-l", "WARNING", "-s", f"{settings.DATA_DIR}/beat-schedule", "--pidfile="],
    }


def _environment() -> dict[str, str]:
    # Celery's word about the root account is for deployments; a demo in a container runs as root.
    quiet = "ignore::RuntimeWarning,ignore::UserWarning"
    return {**os.environ, "ACCESS_LOG": "0", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": quiet}
