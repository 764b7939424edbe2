"""Addresses of scholars."""

from django.urls import URLPattern, URLResolver, path

from scholars.views import alternates, awards, cohorts, decisions, letters, scholars

app_name = "scholars"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", scholars.scholar_list, name="list"),
    path("<int:pk>/", scholars.scholar, name="scholar"),
    path("decisions/<int:application_pk>/", decisions.stage, name="stage"),
    path("decisions/<int:application_pk>/unstage/", decisions.unstage, name="unstage"),
    path("decisions/<int:pk>/letter/", letters.letter_preview, name="letter_preview"),
    path("calls/<int:call_pk>/stage/", decisions.stage_line, name="stage_line"),
    path("calls/<int:call_pk>/release/", decisions.release, name="release"),
    path("calls/<int:call_pk>/awards/", awards.awards, name="awards"),
    path("calls/<int:call_pk>/awards/progress/", awards.awards_progress, name="awards_progress"),
    path("calls/<int:call_pk>/offer-next/", alternates.offer_next, name="offer_next"),
    path("calls/<int:call_pk>/end-waiting/", alternates.end_waiting, name="end_waiting"),
    path("cohorts/<int:pk>/edit/", cohorts.cohort_edit, name="cohort_edit"),
    path("programs/<slug:program>/letter/", letters.letter_template, name="letter_template"),
    path("programs/<slug:program>/letter/sample/", letters.letter_sample, name="letter_sample"),
    path("awards/<int:pk>/", awards.award, name="award"),
    path("awards/<int:pk>/decline/", awards.decline, name="decline"),
    path("awards/<int:pk>/letter/", awards.award_progress, name="award_progress"),
    path("awards/<int:pk>/build-again/", awards.build_again, name="build_again"),
    path("awards/<int:pk>/give-time/", awards.give_time, name="give_time"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
]
