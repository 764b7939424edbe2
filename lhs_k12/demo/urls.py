"""Addresses that exist in the demo only."""

from django.urls import path

from lhs_k12.demo import views

app_name = "demo"
urlpatterns = [
    path("mail/", views.mailbox, name="mailbox"),
    path("mail/<str:name>/", views.mail, name="mail"),
    path("mail/<str:name>/as-page/", views.mail_page, name="mail_page"),
    path("sign-in/", views.sign_in, name="sign_in"),
]
