"""Addresses of mentors."""

from django.urls import path

from mentors import views

app_name = "mentors"
urlpatterns = [
    path("answer/<uuid:public_id>/", views.answer, name="answer"),
    path("<int:pk>/answer/", views.respond, name="respond"),
    path("<int:pk>/again/", views.ask_again, name="ask_again"),
]
