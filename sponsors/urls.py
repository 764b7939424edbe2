"""Addresses of sponsors."""

from django.urls import path

from sponsors import views

app_name = "sponsors"
urlpatterns = [
    path("programs/<slug:program>/systems/", views.systems, name="systems"),
    path("systems/<int:pk>/", views.system_edit, name="system_edit"),
    path("answer/<uuid:public_id>/", views.answer, name="answer"),
    path("<int:pk>/answer/", views.respond, name="respond"),
    path("<int:pk>/again/", views.ask_again, name="ask_again"),
]
