"""What the frame of every page needs: the programme's name, the places a person may go, whether this is the demo."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from lhs_k12.demo.people import demo_people
from programs.models import Membership, Role

PORTAL = "LHS K12 Portal"


@dataclass(frozen=True)
class Place:
    """One entry of the top bar."""

    label: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return `nav`, `portal_name`, `own_zone`, `demo`, `now` for base.html; no query more than the person's roles."""
    context: dict[str, Any] = {"demo": settings.DEMO, "now": getattr(request, "received_at", None) or timezone.now()}
    if settings.DEMO and request.path == reverse("account_login"):
        context["demo_people"] = demo_people()
    user = getattr(request, "user", None)
    if user is None:
        return {**context, "portal_name": PORTAL, "nav": []}
    held = Membership.objects.held_by(user)
    places = [("Calls", reverse("programs:calls"), "/calls/")]
    if user.is_authenticated:
        places = _places({role for _, _, role in held})
    names = {(program, name) for program, name, _ in held}
    return {
        **context,
        # A person of one programme is at home there; everybody else is in the portal. A page about a programme says so itself.
        "portal_name": names.pop()[1] if len(names) == 1 else PORTAL,
        "own_zone": user.time_zone if user.is_authenticated else "",
        "nav": [Place(label, url, request.path.startswith(prefix)) for label, url, prefix in places],
    }


def _places(roles: set[str]) -> list[tuple[str, str, str]]:
    """Return (label, address, prefix) of at most six places a person with these roles has."""
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
