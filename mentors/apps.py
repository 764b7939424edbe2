"""The applicant's academic home: mentors and department chairs, and what they promise."""

from django.apps import AppConfig


class MentorsConfig(AppConfig):
    name = "mentors"
