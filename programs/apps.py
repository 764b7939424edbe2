"""The programme office and its mechanisms: transitions, mail, printing, links, promises, reminders."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "programme office"
