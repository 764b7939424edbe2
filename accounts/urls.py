"""Addresses of the person's own page and of three pages that stand in front of allauth's, which has the rest below /accounts/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("confirm-email/", views.confirm_address, name="confirm_address"),
    path("login/code/", views.request_code, name="request_code"),
    path("login/code/confirm/", views.confirm_sign_in, name="confirm_sign_in"),
]
