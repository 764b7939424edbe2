"""Time, money and people as the pages write them."""

import functools
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.signals import setting_changed
from django.db import models
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.taken import key_of
from programs.models import Program
from programs.moments import clock_name

register = template.Library()
# Times, distances and addresses are made of letters of ours: marked as such, they are not escaped fifty times a page.

CLOSE = timedelta(days=7)
DAYS_COUNTED = 60  # further away, nobody counts days
DAYS_A_MONTH = 365.25 / 12

FAMILIAR = {
    "America/Los_Angeles": "Pacific",
    "America/Denver": "Mountain",
    "America/Chicago": "Central",
    "America/New_York": "Eastern",
    "UTC": "UTC",
}


def _zone_name(zone: str, local: datetime) -> str:
    name, clock_says = FAMILIAR.get(zone, zone.replace("_", " ")), clock_name(local)
    return f"{name} ({clock_says})" if clock_says else name


@register.simple_tag
@functools.cache
def fixed(name: str) -> str:
    """Print a template that asks for nothing and is the same on every page, rendered once a process."""
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def keep_form(context: template.Context, form: Any) -> SafeString:
    """Print the attributes by which a browser keeps what is typed into `form` until the portal has taken it.

    Nothing for a visitor, who has no session to lose.
    """
    request = context["request"]
    if not request.user.is_authenticated:
        return SafeString("")
    return format_html('data-keep-form="{}"{}', key_of(request), SafeString(" data-unsaved" if form.is_bound else ""))


@receiver(setting_changed)
def _render_anew(*, setting: str, **changed: Any) -> None:
    """Forget what was rendered when a test keeps the static files somewhere else."""
    if setting == "STORAGES":
        fixed.cache_clear()


@register.filter
def in_zone(moment: datetime | None, zone: str) -> str:
    """Write a moment in a zone: `1 December 2026, 17:00 Pacific`; in an hour that happens twice also `(PDT)`."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return SafeString(f"{local.day} {local:%B %Y, %H:%M} {_zone_name(zone, local)}")


@register.filter
def clock(moment: datetime, zone: str) -> str:
    """Write the time of day in a zone, where the day stands already: `17:00 Pacific`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {_zone_name(zone, local)}"


@register.filter
def to_the_second(moment: datetime | None, zone: str) -> str:
    """Write a moment to the second in a zone, as on a receipt: `1 December 2026, 17:00:03 Pacific`."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return f"{local.day} {local:%B %Y, %H:%M:%S} {_zone_name(zone, local)}"


@register.filter
def in_utc_and(moment: datetime | None, zone: str) -> list[str]:
    """Write a moment to the second in UTC and in a zone, as on a receipt: two lines, one where the zone is UTC, none without it."""
    return list(dict.fromkeys(said for said in (to_the_second(moment, "UTC"), to_the_second(moment, zone)) if said))


@register.filter
def day(value: date | None) -> str:
    """Write a day: `1 July 2027`."""
    return f"{value.day} {value:%B %Y}" if value else ""


@register.filter
def at_place(position: str, place: Any) -> str:
    """Write a position and where it is held: `Chief of Medicine, County General`; a place that it names already stands once."""
    where = str(place or "")
    return ", ".join(part for part in (position, "" if where.casefold() in position.casefold() else where) if part)


@register.filter
def distance(moment: datetime | None, now: datetime | None = None) -> str:
    """Say how far away a moment is: `in 9 days`, `2 hours ago`, beyond 60 days `in 3 months`, `5 years ago`."""
    if moment is None:
        return ""
    gap = moment - (now or timezone.now())
    words = _length(abs(gap))
    if words == "now":
        return words
    return SafeString(f"in {words}" if gap > timedelta(0) else f"{words} ago")


@register.filter
def is_close(moment: datetime | None, now: datetime | None = None) -> bool:
    """Whether a moment lies ahead by a week or less, so that its distance is shown in the colour of what is due."""
    return moment is not None and timedelta(0) <= moment - (now or timezone.now()) <= CLOSE


@register.filter
def joined(words: Sequence[str]) -> str:
    """Write words one after the other as a sentence does: `A`, `A and B`, `A, B and C`; "" for none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


@register.filter
def money(amount: Decimal | int | None) -> str:
    """Write dollars with thousands separators, cents only where they differ from zero: `$90,000`, `−$1.50`."""
    if amount is None:
        return ""
    amount = Decimal(amount)
    sign, size = "−" if amount < 0 else "", abs(amount)
    return f"{sign}${size:,.0f}" if size == size.to_integral_value() else f"{sign}${size:,.2f}"


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """Look a key up in a mapping that the view prepared."""
    return mapping.get(key)


@functools.lru_cache(maxsize=256)
def badge(text: str, tone: str) -> str:
    """Return components/badge.html for a word and a tone, printed once: a list shows the same few words fifty times."""
    return render_to_string("components/badge.html", {"text": text, "tone": tone})


@functools.lru_cache(maxsize=1024)
def time_tag(moment: datetime, zone: str) -> str:
    """Return a moment in a zone as an element that machines read too, printed once: a list has the same few deadlines."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), in_zone(moment, zone))


@functools.lru_cache(maxsize=4096)
def address(name: str, pk: int) -> str:
    """Return the address of a row's page, found once: a list asks for fifty, and they never change."""
    return SafeString(reverse(name, args=[pk]))


@register.filter
def breakable(email: str) -> SafeString:
    """Write an e-mail address that a narrow column breaks after its @ and before its dots, not within a word."""
    return mark_safe(escape(email).replace("@", "@<wbr>").replace(".", "<wbr>."))  # noqa: S308  escaped first


# Whoever imitates another stands before it: Edge calls itself Chrome too, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "Chrome": "Chrome", "CriOS": "Chrome",
    "Safari": "Safari",
}  # fmt: skip
MACHINES = {
    "iPhone": "an iPhone", "iPad": "an iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "a Mac", "Linux": "Linux",
}  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """Say in words what a browser calls itself: `Firefox on Windows`; what nobody knows is returned as it came."""
    named = next((name for sign, name in BROWSERS.items() if f"{sign}/" in user_agent), "")
    machine = next((name for sign, name in MACHINES.items() if sign in user_agent), "")
    return f"{named} on {machine}" if named and machine else user_agent


# What a page may be about, and the ways from there to the programme.
SUBJECTS = (
    "program",
    "programme",
    "call",
    "cohort",
    "application",
    "assignment",
    "commitment",
    "agreement",
    "promise",
    "award",
    "scholar",
)
WAYS = ("program", "cohort", "call", "application", "award")


@register.simple_tag(takes_context=True)
def programme_here(context: template.Context) -> str:
    """Name the programme the page is about, as far as the view has loaded it; otherwise where the person is at home.

    Costs no query: a relation that was not loaded is not followed.
    """
    for name in SUBJECTS:
        thing = context.get(name)
        while isinstance(thing, models.Model) and not isinstance(thing, Program):
            known = thing._state.fields_cache
            thing = next((known[way] for way in WAYS if known.get(way) is not None), None)
        if isinstance(thing, Program) and "short_name" not in thing.get_deferred_fields():
            return str(thing.short_name)
    return str(context.get("portal_name") or "LHS K12 Portal")


def _length(gap: timedelta) -> str:
    if gap.days > DAYS_COUNTED:
        months = round(gap.days / DAYS_A_MONTH)
        return f"{months} months" if months < 24 else f"{round(months / 12)} years"
    for seconds, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(gap.total_seconds() // seconds)
        if count >= 1:
            return f"{count} {word}" if count == 1 else f"{count} {word}s"
    return "now"
