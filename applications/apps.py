"""The proposal: sections, documents, checklist, submit."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
