"""The roof: settings, addresses, the worker and the web entry; nothing imports it."""

from lhs_k12.celery import app as celery_app

__all__ = ["celery_app"]
