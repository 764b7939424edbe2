"""What is said once a form was taken whose text the browser keeps until then."""

from django.contrib import messages
from django.http import HttpRequest


def taken(request: HttpRequest, sentence: str) -> None:
    """Tell the person, and with the same message their browser, which then forgets its copy of the form (static/js/keepform.js)."""
    messages.success(request, sentence, extra_tags=f"form:{request.user.pk}:{request.path}")
