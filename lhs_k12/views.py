"""The doors of the whole portal: is it healthy, and what a refused or broken request sees."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programs.models import Email
from programs.tasks import BEAT_KEY
from programs.transitions import ClosedToYou

BEAT_IS_STALE = timedelta(minutes=3)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when web, database and queue work, 503 otherwise; strangers learn no details."""
    faults = _faults(timezone.now())
    word = "ok" if not faults else "not healthy"
    if faults and request.user.is_authenticated and request.user.is_superuser:
        word = "; ".join(faults)
    answer = HttpResponse(f"{word}\n", content_type="text/plain", status=503 if faults else 200)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # whoever asks is told; a start-up that waits is no error
    return answer


def _faults(at: datetime) -> list[str]:
    """Return what does not work, in short words."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = Email.objects.due(at - timedelta(minutes=10)).count()
    except DatabaseError:
        return ["the database does not answer"]
    try:
        beat = cache.get(BEAT_KEY)
    except Exception:
        return ["the cache does not answer"]
    if getattr(cache, "is_away", False):
        return ["the cache does not answer"]
    faults = []
    if beat is None or at - datetime.fromisoformat(beat) > BEAT_IS_STALE:
        faults.append("no worker has reported for three minutes")
    if waiting:
        faults.append(f"{waiting} e-mails have waited for ten minutes")
    return faults


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        return render(request, "413.html", {"most": most}, status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    reason = str(exception) if isinstance(exception, ClosedToYou) else ""
    return render(request, "403.html", {"reason": reason}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
