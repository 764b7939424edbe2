"""The time zones that people choose from, and the field they choose in."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The zones of the states and Puerto Rico, from west to east; the programmes are there.
UNITED_STATES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Phoenix", "America/Denver", "America/Chicago",
    "America/New_York", "America/Puerto_Rico",
)  # fmt: skip
UNIVERSAL = "UTC"
SELECTED = {True: SafeString(" selected"), False: ""}
ONE = '<option value="{}"{}>{}</option>'

Group = tuple[str, tuple[tuple[str, str], ...]]


@cache
def zones() -> frozenset[str]:
    """Return the IANA names that people may choose: those of an area and a place, and UTC; no offsets such as Etc/GMT+5."""
    places = {zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix", "right"))}
    return frozenset(places | {UNIVERSAL})


@cache
def zone_choices() -> tuple[Group, ...]:
    """Return the zones as choices in groups: the United States first, then by the first part of the name."""
    rest = sorted(zones() - {*UNITED_STATES, UNIVERSAL})
    groups: list[tuple[str, Iterable[str]]] = [("United States", UNITED_STATES), ("Universal time", [UNIVERSAL])]
    groups += [(area, list(names)) for area, names in groupby(rest, key=lambda zone: zone.split("/")[0])]
    return tuple((group, tuple((zone, zone.replace("_", " ")) for zone in names)) for group, names in groups)


@lru_cache(maxsize=16)
def _options(chosen: str) -> SafeString:
    groups = (
        (group, format_html_join("", ONE, ((zone, SELECTED[zone == chosen], said) for zone, said in named)))
        for group, named in zone_choices()
    )
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)


class TimeZoneSelect(forms.Select):
    """A select that draws its hundreds of options at once: a template for each took a tenth of a second a page."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the control; a `value` that is no zone leaves none chosen."""
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        empty = [("", SELECTED[not value], label) for key, label in self.choices if key == ""]
        options = format_html_join("", ONE, empty) + _options(value if value in zones() else "")
        return format_html("<select{}>{}</select>", attributes, options)


class TimeZoneField(forms.ChoiceField):
    """A choice of the zones; with `empty`, the words of an option that chooses none."""

    widget = TimeZoneSelect

    def __init__(self, *, empty: str = "", **kwargs: Any) -> None:
        def choices() -> Iterator[tuple[str, Any]]:
            if empty:
                yield "", empty
            yield from zone_choices()

        super().__init__(choices=choices, required=not empty, **kwargs)
