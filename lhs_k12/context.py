"""What the frame of every page needs: the programme's name, the places a person may go, whether this is the demo."""

import functools
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from lhs_k12.demo.people import demo_people
from programs.models import Membership, Role

PORTAL = "LHS K12 Portal"


Kept = tuple[str, str, tuple[str, ...]]
OFFICE = (
    "/programs/", "/cohorts/", "/memberships/", "/emails/", "/sponsors/programs/", "/sponsors/systems/",
    "/scholars/programs/", "/scholars/cohorts/",
)  # fmt: skip
# They follow from a call's ranked list and lead back to it.
DECIDING = ("/scholars/calls/", "/scholars/decisions/")


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
    places: list[Kept] = [("Calls", reverse("programs:calls"), ("/calls/",))]
    if user.is_authenticated:
        places = _places(frozenset(role for _, _, role in held))
    names = {(program, name) for program, name, _ in held}
    return {
        **context,
        # A person of one programme is at home there; everybody else is in the portal. A page about a programme says so itself.
        "portal_name": names.pop()[1] if len(names) == 1 else PORTAL,
        "own_zone": user.time_zone if user.is_authenticated else "",
        "nav": _nav(places, request.path),
    }


def _nav(places: list[Kept], path: str) -> list[Place]:
    """Return the places with the one marked that a page at this path belongs to: whose beginning fits it furthest."""
    fit = [max((len(prefix) for prefix in prefixes if path.startswith(prefix)), default=0) for _, _, prefixes in places]
    # Of two alike the later: the desk keeps what has no place of its own.
    here = max(range(len(fit)), key=lambda place: (fit[place], place)) if any(fit) else -1
    return [Place(label, url, place == here) for place, (label, url, _) in enumerate(places)]


@functools.cache
def _places(roles: frozenset[str]) -> list[Kept]:
    """Return (label, address, beginnings of the paths of its pages) of at most six places a person with these roles has."""
    places: list[Kept] = [
        ("My desk", reverse("reports:desk"), ("/desk/", "/applications/", "/scholars/")),
        ("Calls", reverse("programs:calls"), ("/calls/", *DECIDING)),
    ]
    if roles & {Role.DIRECTOR, Role.COORDINATOR}:
        places.append(("Applications", reverse("applications:list"), ("/applications/", "/reviews/applications/")))
    if Role.REVIEWER in roles:
        places.append(("Review", reverse("reviews:desk"), ("/reviews/",)))
    if roles & {Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE, Role.COMMITTEE}:
        places.append(("Scholars", reverse("scholars:list"), ("/scholars/",)))
    if roles & {Role.DIRECTOR, Role.COORDINATOR}:
        places.append(("Programme", reverse("programs:offices"), OFFICE))
    return places
