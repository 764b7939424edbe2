"""What the frame of every page needs: the programme's name, the places a person may go, whether this is the demo."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from lhs_k12.demo.people import demo_people
from programs.models import Membership, Program, Role


@dataclass(frozen=True)
class Place:
    """One entry of the top bar."""

    label: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return `nav`, `portal_name`, `demo`, `now` for base.html; at most one query more for a signed-in person."""
    context: dict[str, Any] = {"demo": settings.DEMO, "now": getattr(request, "received_at", None) or timezone.now()}
    if settings.DEMO and request.path == reverse("account_login"):
        context["demo_people"] = demo_people()
    user = getattr(request, "user", None)
    if user is None:
        return {**context, "portal_name": "LHS K12 Portal", "nav": []}
    places = [("Calls", reverse("programs:calls"), "/calls/")]
    if user.is_authenticated:
        places = _places(user)
    return {
        **context,
        "portal_name": _portal_name(user),
        "nav": [Place(label, url, request.path.startswith(prefix)) for label, url, prefix in places],
    }


def _places(user: Any) -> list[tuple[str, str, str]]:
    """Return (label, address, prefix) of at most six places the person has."""
    held = Membership.objects.held_by(user)
    roles = {role for _, role in held}
    places = [("My desk", reverse("reports:desk"), "/desk/"), ("Calls", reverse("programs:calls"), "/calls/")]
    if roles & {Role.DIRECTOR, Role.COORDINATOR}:
        places.append(("Applications", reverse("applications:list"), "/applications/"))
    if Role.REVIEWER in roles:
        places.append(("Review", reverse("reviews:desk"), "/reviews/"))
    if roles & {Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE, Role.COMMITTEE}:
        places.append(("Scholars", reverse("scholars:list"), "/scholars/"))
    if roles & {Role.DIRECTOR, Role.COORDINATOR}:
        places.append(("Programme", reverse("programs:offices"), "/programs/"))
    return places


def _portal_name(user: Any) -> str:
    """Return the name of the person's only programme, or the portal's."""
    ids = {program for program, _ in Membership.objects.held_by(user)} if user.is_authenticated else set()
    if len(ids) == 1:
        name: str | None = Program.objects.with_ids(ids).values_list("short_name", flat=True).first()
        return name or "LHS K12 Portal"
    return "LHS K12 Portal"
