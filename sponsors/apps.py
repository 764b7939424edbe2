"""Clinical operations sponsors, their health systems and what they promise."""

from django.apps import AppConfig


class SponsorsConfig(AppConfig):
    name = "sponsors"
