"""A whole portal for a journey: its own database, broker, SMTP server, web, worker and clock, all real processes."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent.parent
# One start of Django for all commands: a caller adds its own.
SET_UP = "from django.core.management import call_command as do; do('migrate', verbosity=0); do('createcachetable', verbosity=0)"
# The same tables from the models, in a third of the time.
WITHOUT_MIGRATIONS = """
from django.apps import apps
from django.conf import settings
settings.MIGRATION_MODULES = dict.fromkeys(app.label for app in apps.get_app_configs())
""" + SET_UP.replace("'migrate',", "'migrate', run_syncdb=True,")


class Post:
    """The SMTP server's handler: keeps every e-mail it was handed."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"

    def to(self, address, subject=""):
        return [m for to, m in self.messages if address in to and subject.lower() in str(m["Subject"]).lower()]

    def wait_for(self, address, subject="", count=1, seconds=30):
        """Return the newest e-mail to an address whose subject holds the words, once `count` have come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.to(address, subject)
            if len(found) >= count:
                return found[-1]
            time.sleep(0.1)
        got = [(to, str(m["Subject"])) for to, m in self.messages]
        raise AssertionError(f"no e-mail to {address} about {subject!r} in {seconds} s; the server has {got}")


def text_of(message):
    return message.get_body(("plain",)).get_content()


def link_in(message):
    """Return the address of the button of an e-mail: the last one in its text."""
    found = re.findall(r"https?://\S+", text_of(message))
    assert found, text_of(message)
    return found[-1]


def code_in(message):
    """Return the code that a sign-in or sign-up e-mail carries on a line of its own."""
    found = re.search(r"(?m)^\s*([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?)\s*$", text_of(message))
    assert found, text_of(message)
    return found.group(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """Starts everything on entry and stops everything on exit."""

    def __init__(self, folder, kind, *, set_up=SET_UP, **settings):
        """Prepare a portal of one database kind; `settings` are laid over its environment last."""
        self.set_up = set_up
        self.folder, self.kind, self.settings = Path(folder), kind, settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.post = Post()
        self.mail_server = Controller(self.post, hostname="127.0.0.1", port=free_port())
        self.processes, self.named = [], {}
        self.database = f"lhs_k12_journey_{uuid.uuid4().hex[:8]}"

    def __enter__(self):
        self.mail_server.start()
        self.env = self._env()
        if self.kind == "postgresql":
            self._sql(f"CREATE DATABASE {self.database}")
        self.manage("shell", "-v", "0", "-c", self.set_up)
        self.start(
            "web",
            sys.executable,
            "-m",
            "gunicorn",
            "lhs_k12.wsgi",
            "-c",
            "lhs_k12/gunicorn.py",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--log-level",
            "warning",
        )
        self.start_worker()
        self.start(
            "clock",
            sys.executable,
            "-m",
            "celery",
            "-A",
            "lhs_k12",
            "beat",
            "-l",
            "WARNING",
            "--pidfile=",
            "-s",
            str(self.folder / "beat"),
        )
        self._wait_until_ready()
        return self

    def __exit__(self, *problem):
        for process in self.processes:  # nothing of theirs is needed any more, so nobody waits for a graceful end
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        if not self.mail_server.loop.is_closed():
            self.mail_server.stop()
        if self.kind == "postgresql":
            self._sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        if problem[0]:
            for log in sorted(self.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-4000:]}")

    def manage(self, *words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name, *command):
        with (self.folder / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.processes.append(process)
        self.named[name] = process
        return process

    def start_worker(self):
        return self.start(
            "worker",
            sys.executable,
            "-m",
            "celery",
            "-A",
            "lhs_k12",
            "worker",
            "-l",
            "WARNING",
            "--concurrency",
            "1",
            "--without-mingle",
            "--without-gossip",
            "--without-heartbeat",
        )

    def kill(self, name):
        """kill -9 for one of the processes and everything it started."""
        os.killpg(self.named[name].pid, signal.SIGKILL)
        self.named[name].wait()

    def stop_mail(self):
        """Close the mail server: nobody listens on its port any more."""
        self.mail_server.stop()

    def start_mail(self):
        """Open a mail server on the port of the first one, with the same post."""
        self.mail_server = Controller(self.post, hostname="127.0.0.1", port=self.mail_server.port)
        self.mail_server.start()

    def _env(self):
        env = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "SITE_URL": self.url,
            "WEB_CONCURRENCY": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_server.port}",
            "SWEEP_SECONDS": "1",
            "REMIND_SECONDS": "2",
            "SECRET_KEY": "journey" * 10,
            "DEMO": "",
            "PRODUCTION": "",
            "DEBUG": "",
            "ACCESS_LOG": "0",
        }
        if self.kind == "postgresql":
            env["DATABASE_URL"] = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.database}"))
            env["KEY_PREFIX"] = self.database
        else:
            env.pop("DATABASE_URL", None)
            env.pop("REDIS_URL", None)
        return {**env, **self.settings}

    def write(self, statement, moment):
        """Change rows behind the portal's back, with a moment for `{}`: what no page lets anybody do."""
        if self.kind == "postgresql":
            self._sql(statement.format("%s"), moment, database=self.database)
            return
        with closing(sqlite3.connect(self.folder / "portal.sqlite3", timeout=20)) as connection, connection:
            connection.execute(statement.format("?"), [f"{moment:%Y-%m-%d %H:%M:%S.%f}"])

    def _sql(self, statement, *values, database="postgres"):
        import psycopg2  # noqa: PLC0415

        connection = psycopg2.connect(urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}")))
        connection.autocommit = True
        connection.cursor().execute(statement, values or None)
        connection.close()

    def _wait_until_ready(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.folder / "web.log").read_text())
