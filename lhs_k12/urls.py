"""The addresses of the whole portal."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.admin import AuthenticatorAdmin
from lhs_k12 import views

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "LHS K12 Portal"
admin.site.index_title = "Windows"
# The libraries bring forms that change addresses, groups, sessions and second factors, secrets in sight. None is a window.
for model, its_admin in list(admin.site._registry.items()):
    if type(its_admin).__module__.startswith(("allauth.", "django.")):
        admin.site.unregister(model)
admin.site.register(Authenticator, AuthenticatorAdmin)

handler400 = "lhs_k12.views.bad_request"
handler403 = "lhs_k12.views.forbidden"
handler404 = "lhs_k12.views.not_found"
handler500 = "lhs_k12.views.broken"

urlpatterns = [
    path("healthz/", views.healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("sponsors/", include("sponsors.urls")),
    path("mentors/", include("mentors.urls")),
    path("applications/", include("applications.urls")),
    path("reviews/", include("reviews.urls")),
    path("scholars/", include("scholars.urls")),
    # Before the public page of a call, calls/<programme>/<call>/, which would take calls/7/decide/ for its own.
    path("", include("reports.urls")),
    path("", include("programs.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("lhs_k12.demo.urls")))
