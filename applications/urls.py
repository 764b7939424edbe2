"""Addresses of applications."""

from django.urls import path

from applications.views import applicant, files, office, replacing, screening, writing

app_name = "applications"
urlpatterns = [
    path("", office.calls, name="list"),
    path("calls/<int:call_pk>/", office.of_call, name="of_call"),
    path("start/<int:call_pk>/", applicant.start, name="start"),
    path("<int:pk>/", applicant.application, name="application"),
    path("<int:pk>/title/", writing.title, name="title"),
    path("<int:pk>/sections/<int:section_pk>/", writing.section, name="section"),
    path("<int:pk>/sections/<int:section_pk>/autosave/", writing.autosave, name="autosave"),
    path("<int:pk>/sponsor/", writing.sponsor, name="sponsor"),
    path("<int:pk>/mentor/", writing.mentor, name="mentor"),
    path("<int:pk>/chair/", writing.chair, name="chair"),
    path("<int:pk>/sponsor/<int:promise_pk>/replace/", replacing.sponsor, name="replace_sponsor"),
    path("<int:pk>/mentor/<int:promise_pk>/replace/", replacing.mentor, name="replace_mentor"),
    path("<int:pk>/chair/<int:promise_pk>/replace/", replacing.chair, name="replace_chair"),
    path("<int:pk>/documents/<int:request_pk>/", writing.document, name="document"),
    path("<int:pk>/documents/<int:request_pk>/remove/", writing.document_remove, name="document_remove"),
    path("<int:pk>/documents/<int:document_pk>/file/", files.document_file, name="document_file"),
    path("<int:pk>/read/", files.reading, name="reading"),
    path("<int:pk>/packet/", files.packet, name="packet"),
    path("<int:pk>/packet/progress/", files.packet_progress, name="packet_progress"),
    path("<int:pk>/packet/preview/", files.preview, name="preview"),
    path("<int:pk>/packet/<int:number>/again/", office.packet_again, name="packet_again"),
    path("<int:pk>/submit/", applicant.submit, name="submit"),
    path("<int:pk>/receipt/<int:number>/", applicant.receipt, name="receipt"),
    path("<int:pk>/withdraw/", applicant.withdraw, name="withdraw"),
    path("<int:pk>/take-back-return/", screening.take_back_return, name="take_back_return"),
    path("<int:pk>/return/", screening.return_for_changes, name="return_for_changes"),
    path("<int:pk>/mark-complete/", screening.mark_complete, name="mark_complete"),
    path("<int:pk>/ineligible/", screening.find_ineligible, name="find_ineligible"),
]
