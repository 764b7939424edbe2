"""Mentors and what they promise."""

from django.apps import AppConfig


class MentorsConfig(AppConfig):
    name = "mentors"
