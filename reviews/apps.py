"""Judgement: assignments, conflicts, reviews and their arithmetic."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
