"""The person: one account for every role."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
