"""Waking a worker once a transaction has ended: the broker may lose it, the sweep makes up for it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
WAKE_ALL = "programs.tasks.wake_all"
_broker = SimpleNamespace(away_until=0.0)  # when to ask it again, on this program's own clock
_kept: ContextVar[set[str] | None] = ContextVar("wakes kept for later", default=None)


def wake(task: str) -> None:
    """Ask a worker to look, after the commit and with one message a transaction; the sweep makes up for a lost one.

    After a fault the broker is left alone for five seconds, so that a page waits for it at most once.
    """
    for _, func, *_ in connection.run_on_commit:
        if hasattr(func, "wakes"):
            func.wakes.add(task)
            return
    kept, tasks = _kept.get(), {task}

    def call() -> None:
        if kept is None:
            _send(tasks)
        else:
            kept.update(tasks)

    call.wakes = tasks  # type: ignore[attr-defined]
    transaction.on_commit(call, robust=True)


@contextmanager
def one_wake() -> Iterator[None]:
    """Keep every wake of the block and send them at its end: a sweep ends many transactions in a row."""
    kept: set[str] = set()
    before = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(before)
        if kept:
            _send(kept)


def _send(tasks: set[str]) -> None:
    """Ask for these tasks with one message: a page waits for the broker, and each message costs it a third of a millisecond."""
    if time.monotonic() < _broker.away_until:
        return
    first, *others = sorted(tasks)
    try:
        if others:
            current_app.send_task(WAKE_ALL, args=[[first, *others]], expires=60, retry=False)
        else:
            current_app.send_task(first, expires=60, retry=False)
    except OperationalError as fault:
        _broker.away_until = time.monotonic() + 5
        logger.warning("the broker is away, the next sweep finds the work: %s", fault)
