"""What follows an award: decisions, awards, letters, scholars."""

from django.apps import AppConfig


class ScholarsConfig(AppConfig):
    name = "scholars"
