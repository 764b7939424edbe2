"""The Celery application: workers deliver what the database says is due, the clock asks them to look."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from lhs_k12 import collector

TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "lhs_k12.redis_broker:Transport"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lhs_k12.settings")

app = Celery("lhs_k12")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def report_at_once(**kwargs: Any) -> None:
    """Ask for the first sign of a working queue when the clock starts; its own first one comes an interval later."""
    try:
        app.send_task("programs.tasks.beat", expires=60)
    except OperationalError as fault:
        logging.getLogger(__name__).warning("The broker did not take the clock's first message: %s", fault)


@worker_init.connect
@worker_process_init.connect
def set_collector(**kwargs: Any) -> None:
    """Set the garbage collector of a worker and of each process it starts."""
    collector.relax(collector.PRESS)
