"""What the benchmark stands on: a database and a Redis prefix of its own, gunicorn twice, and what their workers weigh."""

import getpass
import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "lhs_k12_bench"
PREFIX = "lhs-k12-bench"
# The same for the portal and for the bare application; `lhs_k12/gunicorn.py` gives the rest.
FLAGS = ["--workers", "2", "--worker-class", "sync", "--threads", "1", "--max-requests", "0", "--log-level", "warning"]
CALLERS = ("DEMO", "DEBUG", "PRODUCTION", "EMAIL_URL", "SITE_URL", "MEDIA_ROOT", "STATIC_ROOT", "S3_BUCKET", "WEB_CONCURRENCY")


class Missing(Exception):
    """A server that the benchmark needs is not there; the text is the sentence to print."""


def test_tool() -> ModuleType:
    """Return bin/test as a module: it knows how to start private servers."""
    sys.path.insert(0, str(ROOT / "bin"))
    loader = importlib.machinery.SourceFileLoader("bin_test", str(ROOT / "bin" / "test"))
    spec = importlib.util.spec_from_loader("bin_test", loader)
    module = importlib.util.module_from_spec(spec)
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = keep
    return module


def find_postgresql(stack: ExitStack) -> tuple[str, str]:
    """Return (address without a database's name, words): BENCH_DATABASE_URL, the one on 127.0.0.1, or a private one."""
    named = os.environ.get("BENCH_DATABASE_URL")
    if named:
        return named, "the PostgreSQL of BENCH_DATABASE_URL"
    for user in dict.fromkeys((getpass.getuser(), "postgres")):
        try:
            psycopg2.connect(host="127.0.0.1", port=5432, user=user, dbname="postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            continue
        return f"postgres://{user}@127.0.0.1:5432/postgres", "the PostgreSQL of this machine"
    private = test_tool().start_postgresql(stack)
    if private is None:
        raise Missing("The benchmark needs PostgreSQL: set BENCH_DATABASE_URL, or apt-get install postgresql.")
    return private, "a private PostgreSQL without fsync"


def find_redis(stack: ExitStack) -> str:
    """Return the URL of a Redis: BENCH_REDIS_URL, the one on 127.0.0.1, or a private one."""
    for url in (os.environ.get("BENCH_REDIS_URL"), "redis://127.0.0.1:6379/14"):
        try:
            if url and redis.Redis.from_url(url, socket_connect_timeout=1).ping():
                return url
        except redis.RedisError:
            continue
    private = test_tool().start_redis(stack)
    if private is None:
        raise Missing("The benchmark needs Redis: set BENCH_REDIS_URL, or apt-get install redis-server.")
    return str(private)


class Database:
    """The benchmark's own database, made at the start and dropped at the end (unless kept)."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
        self.maintenance = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))

    def _run(self, statement: str) -> None:
        connection = psycopg2.connect(self.maintenance)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def exists(self) -> bool:
        try:
            psycopg2.connect(self.url.replace("postgres://", "postgresql://", 1)).close()
        except psycopg2.OperationalError:
            return False
        return True

    def make(self) -> None:
        try:
            self._run(f"DROP DATABASE IF EXISTS {DATABASE}")
        except psycopg2.errors.ObjectInUse:
            raise Missing(f"The database {DATABASE} is in use: another benchmark seems to be running.") from None
        self._run(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")

    def drop(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def version(self) -> str:
        connection = psycopg2.connect(self.maintenance)
        number = connection.server_version
        connection.close()
        return f"{number // 10000}.{number % 10000}"


def forget_keys(url: str) -> None:
    """Delete what the benchmark left in Redis: sessions, and the calls of workers that never ran."""
    client = redis.Redis.from_url(url)
    for key in client.scan_iter(match=f"*{PREFIX}*", count=1000):
        client.delete(key)


def environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of every process of the benchmark; nothing of the caller's own portal remains."""
    kept = {name: value for name, value in os.environ.items() if name not in CALLERS}
    return kept | {
        "DATABASE_URL": database_url, "REDIS_URL": redis_url, "KEY_PREFIX": PREFIX, "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-the-benchmark-" + "k" * 50, "DJANGO_SETTINGS_MODULE": "lhs_k12.settings", "ACCESS_LOG": "0",
        "SITE_URL": "http://127.0.0.1", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR",
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Gunicorn:
    """Gunicorn with two sync workers on a free port."""

    def __init__(self, application: str, env: dict[str, str]) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", application, "-c", str(ROOT / "lhs_k12" / "gunicorn.py"), *FLAGS]
        self.program = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while len(self.workers()) < 2 or not self._listens():
            if self.program.poll() is not None or time.monotonic() > deadline:
                raise Missing(f"gunicorn did not start {application}.")
            time.sleep(0.1)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def workers(self) -> list[int]:
        try:
            text = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text()
        except OSError:
            return []
        return [int(pid) for pid in text.split()]

    def memory(self) -> list[tuple[float, float]]:
        """Return (peak resident, proportional) megabytes of each worker, where the system tells."""
        found = []
        for pid in self.workers():
            peak = _kilobytes(Path(f"/proc/{pid}/status"), "VmHWM:")
            share = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")
            found.append((peak / 1024, share / 1024))
        return found

    def stop(self) -> None:
        self.program.terminate()
        try:
            self.program.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()


def _kilobytes(path: Path, label: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(label)), 0)
