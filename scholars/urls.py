"""Addresses of scholars."""

from django.urls import URLPattern, URLResolver

app_name = "scholars"
urlpatterns: list[URLPattern | URLResolver] = []
