"""Addresses of the public pages, the programme office and the sealed links."""

from django.urls import path

from programs.views import calls, links, office, post, public

app_name = "programs"
urlpatterns = [
    path("", public.home, name="home"),
    path("calls/", public.calls, name="calls"),
    path("calls/<int:pk>/edit/", calls.call_edit, name="call_edit"),
    path("calls/<int:pk>/publish/", calls.call_publish, name="call_publish"),
    path("calls/<slug:program>/<slug:call>/", public.call, name="call"),
    path("programs/", office.offices, name="offices"),
    path("programs/<slug:program>/", office.office, name="office"),
    path("programs/<slug:program>/edit/", office.describe, name="describe"),
    path("programs/<slug:program>/people/", office.members, name="members"),
    path("programs/<slug:program>/cohorts/new/", office.cohort_new, name="cohort_new"),
    path("programs/<slug:program>/emails/", post.emails, name="emails"),
    path("programs/<slug:program>/reminders/", post.reminders, name="reminders"),
    path("memberships/<int:pk>/end/", office.end_role, name="end_role"),
    path("cohorts/<int:pk>/calls/new/", calls.call_new, name="call_new"),
    path("emails/<int:pk>/", post.email, name="email"),
    path("emails/<int:pk>/again/", post.email_again, name="email_again"),
    path("reminders/<int:pk>/hold/", post.reminder_hold, name="reminder_hold"),
    path("reminders/<int:pk>/let-go/", post.reminder_let_go, name="reminder_let_go"),
    path("links/<str:token>/", links.link, name="link"),
    path("links/<uuid:public_id>/renew/", links.link_renew, name="link_renew"),
]
