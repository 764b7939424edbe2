"""The addresses of the demo's portal, one whose view breaks, and one that says again what the portal has answered to a test."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.lhs_k12.demo_urls import handler400, handler403, handler404, handler500
from tests.lhs_k12.demo_urls import urlpatterns as base

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
ANSWERS: list[HttpResponse] = []


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@login_not_required
def shown(request: HttpRequest, number: int) -> HttpResponse:
    """Return the answer of this number again, with the headers that it had."""
    first = ANSWERS[number]
    return HttpResponse(first.content, status=first.status_code, headers=dict(first.headers))


urlpatterns = [*base, path("broken/", broken), path("shown/<int:number>/", shown)]
