"""A form whose text the browser keeps until the portal has taken it: the key of the copy, and the word that it was taken."""

from django.contrib import messages
from django.http import HttpRequest


def key_of(request: HttpRequest, path: str = "") -> str:
    """Return the key under which a browser keeps one form of one person: the form at `path`, by default of this page."""
    return f"form:{request.user.pk}:{path or request.path}"


def taken(request: HttpRequest, sentence: str, path: str = "") -> None:
    """Tell the person, and with the same message their browser, which then forgets its copy of the form (static/js/keepform.js)."""
    messages.success(request, sentence, extra_tags=key_of(request, path))
