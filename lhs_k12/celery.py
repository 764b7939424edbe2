"""The Celery application: workers deliver what the database says is due, the clock asks them to look."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "lhs_k12.redis_broker:Transport"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lhs_k12.settings")

app = Celery("lhs_k12")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
