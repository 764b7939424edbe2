"""The roof as an app: commands, and the demo."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "lhs_k12"
    verbose_name = "the portal"
