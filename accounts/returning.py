"""Going back to where a person came from, and nowhere else."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def page_here(request: HttpRequest, wanted: str) -> str:
    """Return the address when it is a page of this site, otherwise "": a link from outside must not lead anybody away."""
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if inside and wanted.startswith("/") else ""
