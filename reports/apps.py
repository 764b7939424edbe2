"""Reading rooms: my desk, the ranked list, exports; changes nothing below."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
