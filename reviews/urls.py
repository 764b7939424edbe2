"""Addresses of reviews."""

from django.urls import path

from reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("past/", views.past, name="past"),
    path("applications/<int:pk>/", views.assign, name="assign"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/autosave/", views.autosave, name="autosave"),
    path("<int:pk>/declare/", views.declare, name="declare"),
    path("<int:pk>/documents/<int:document_pk>/", views.document, name="document"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/packet/", views.packet, name="packet"),
]
