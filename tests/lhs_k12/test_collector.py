"""Web workers and workers of the queue look for garbage seldom, and not among what they loaded."""

import gc

import pytest
from celery.signals import worker_init, worker_process_init

from lhs_k12 import collector, gunicorn
from lhs_k12.celery import app


@pytest.fixture
def usual():
    """Python's own setting before the test, and the suite's again after it."""
    threshold = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    collector.relax(threshold)


@pytest.mark.parametrize(
    ("begin", "threshold"),
    [
        (lambda: gunicorn.post_worker_init(None), collector.PAGES),
        (lambda: worker_init.send(sender=app), collector.PRESS),
        (lambda: worker_process_init.send(sender=app), collector.PRESS),
    ],
    ids=["web worker", "worker", "process of a worker"],
)
def test_every_program_that_lives_long_sets_it(usual, begin, threshold):
    assert gc.get_freeze_count() == 0
    begin()
    assert gc.get_threshold() == threshold
    assert gc.get_freeze_count() > 10_000
