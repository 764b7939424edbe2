"""Addresses of the person's own page; allauth has the rest below /accounts/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [path("profile/", views.profile, name="profile")]
