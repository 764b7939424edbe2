"""Addresses of mentors and of department chairs."""

from django.urls import path

from mentors import views

app_name = "mentors"
urlpatterns = [
    path("answer/<uuid:public_id>/", views.answer, name="answer"),
    path("<int:pk>/answer/", views.respond, name="respond"),
    path("<int:pk>/again/", views.ask_again, name="ask_again"),
    path("chairs/answer/<uuid:public_id>/", views.chair_answer, name="chair_answer"),
    path("chairs/<int:pk>/answer/", views.chair_respond, name="chair_respond"),
    path("chairs/<int:pk>/again/", views.chair_ask_again, name="chair_ask_again"),
]
