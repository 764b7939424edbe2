"""Addresses of reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("calls/<int:call_pk>/decide/", views.decide, name="decide"),
    path("calls/<int:call_pk>/applications.csv", views.applications_csv, name="applications_csv"),
]
