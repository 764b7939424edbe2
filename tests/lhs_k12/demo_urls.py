"""The addresses of a portal that was started with DEMO set."""

from django.urls import include, path

from lhs_k12.urls import handler400, handler403, handler404, handler500
from lhs_k12.urls import urlpatterns as base

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*base, path("demo/", include("lhs_k12.demo.urls"))]
