"""Addresses of sponsors."""

from django.urls import URLPattern, URLResolver

app_name = "sponsors"
urlpatterns: list[URLPattern | URLResolver] = []
