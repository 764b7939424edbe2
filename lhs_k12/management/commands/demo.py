"""Starts the demo: rows, web, worker and clock on embedded parts, all stopped together by Ctrl-C."""

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
from honcho.manager import Manager

from lhs_k12.demo.people import demo_people
from lhs_k12.management.commands.demo_people import table

ANY = {"0.0.0.0", "::", ""}  # noqa: S104


class Command(BaseCommand):
    """Prepares the demo's rows once, prints who can sign in, and runs web, worker and clock."""

    help = "Run the demo programme on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        address = f"http://{'127.0.0.1' if host in ANY else host}:{port}"
        if not settings.DEMO:
            self._start_again(host, port, address)
        self._check_port(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("seed_demo", if_empty=True, stdout=self.stdout)
        self.stdout.write(f"\nWho can sign in:\n\n{table(demo_people())}\n")
        self.stdout.write(f"\nStarting web, worker and clock; {address} follows.")
        threading.Thread(target=self._say_when_ready, args=(address,), daemon=True).start()
        raise SystemExit(_run(host, port))

    def _start_again(self, host: str, port: int, address: str) -> None:
        """Become the same command with the demo's settings; they are read when Python starts."""
        folder = os.environ.get("DATA_DIR") or str(Path(settings.BASE_DIR) / "var" / "demo")
        env = {**os.environ, "DEMO": "1", "DATA_DIR": folder, "SITE_URL": os.environ.get("SITE_URL") or address}
        if host in ANY:
            env.setdefault("ALLOWED_HOSTS", "*")
        os.execve(  # noqa: S606
            sys.executable, [sys.executable, "manage.py", "demo", "--host", host, "--port", str(port)], env
        )

    def _check_port(self, host: str, port: int) -> None:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                raise CommandError(
                    f"Port {port} is busy. Stop what uses it, or choose another one: make demo PORT={port + 1}"
                ) from None

    def _say_when_ready(self, address: str) -> None:
        for _ in range(120):
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                    self.stdout.write(f"\nReady: {address}\nCtrl-C stops everything.\n")
                    self.stdout.flush()
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)


def _run(host: str, port: int) -> int:
    """Run the three processes until one ends or Ctrl-C; returns the exit code."""
    python, folder = sys.executable, settings.DATA_DIR
    env = {**os.environ, "ACCESS_LOG": "0", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore::RuntimeWarning"}
    worker = f"'{python}' -m celery -q -A lhs_k12 worker -l WARNING --without-mingle --without-gossip --without-heartbeat"
    manager = Manager()
    manager.add_process(
        "web",
        f"'{python}' -m gunicorn lhs_k12.wsgi -c lhs_k12/gunicorn.py --bind '{host}:{port}' --log-level warning",
        env=env,
    )
    manager.add_process("worker", worker, env=env)
    manager.add_process(
        "clock", f"'{python}' -m celery -q -A lhs_k12 beat -l WARNING -s '{folder}/beat-schedule' --pidfile=", env=env
    )
    manager.loop()
    return int(manager.returncode or 0)
