"""The windows on people and their second factors; passwords and powers are not edited here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User


class SuperuserAdmin(admin.ModelAdmin):
    """For whoever runs the servers, and for nobody else; nothing is added here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(User)
class UserAdmin(SuperuserAdmin):
    """Find a person; switch an account off, which is the one thing that is done here."""

    list_display = ["name", "email", "institution", "is_active", "is_staff", "date_joined"]
    search_fields = ["name", "email"]
    fields = ["email", "name", "credentials", "title", "institution", "division", "orcid", "is_active", "last_login", "date_joined"]
    readonly_fields = ["email", "name", "credentials", "title", "institution", "division", "orcid", "last_login", "date_joined"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuthenticatorAdmin(SuperuserAdmin):
    """Delete the second factor of a person who lost it; the secret is not shown. Registered by the roof, in place of allauth's."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)
