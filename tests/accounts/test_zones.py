"""The time zones that people choose from, and the control that shows them."""

import re
from zoneinfo import ZoneInfo

import pytest
from django import forms

from accounts.zones import UNITED_STATES, TimeZoneField, zone_choices, zones


class Place(forms.Form):
    needed = TimeZoneField()
    open = TimeZoneField(empty="As the call says")


def selected(form, name):
    """Return the values of the options that are marked as chosen."""
    return re.findall(r'<option value="([^"]*)" selected>', str(form[name]))


def test_every_zone_is_offered_once_and_can_be_used_those_of_the_states_first():
    offered = [zone for _, group in zone_choices() for zone, _ in group]
    assert tuple(offered[: len(UNITED_STATES)]) == UNITED_STATES
    assert len(offered) == len(set(offered)) > 400
    assert set(offered) == zones()
    assert all(ZoneInfo(zone) for zone in offered)
    assert {"UTC", "Pacific/Guam", "Europe/Berlin"} < zones()
    assert not {"EST", "Etc/GMT+5", "GB", ""} & zones()


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/Port_of_Spain", "UTC"])
def test_the_zone_that_was_chosen_is_marked_and_no_other(zone):
    for form in (Place(initial={"needed": zone, "open": zone}), Place({"needed": zone, "open": zone})):
        assert (selected(form, "needed"), selected(form, "open")) == ([zone], [zone])


def test_without_a_zone_only_the_open_field_has_a_choice_for_none():
    form = Place(initial={"needed": "", "open": None})
    assert (selected(form, "needed"), selected(form, "open")) == ([], [""])
    assert '<option value="" selected>As the call says</option>' in str(form["open"])
    assert '<option value="">' not in str(form["needed"])


def test_the_control_is_labelled_and_keeps_its_attributes():
    form = Place(prefix="p", auto_id="id_%s")
    form.fields["needed"].widget.attrs["aria-describedby"] = 'a"b'
    assert str(form["needed"]).startswith('<select aria-describedby="a&quot;b" id="id_p-needed" name="p-needed"><optgroup')
    assert 'label="United States"' in str(form["needed"])


@pytest.mark.parametrize("bad", ["Mars/Olympus", "EST", '"><script>', "America/Los Angeles"])
def test_what_is_no_zone_is_refused_and_marks_none(bad):
    form = Place({"needed": bad, "open": ""})
    assert list(form.errors) == ["needed"]
    assert selected(form, "needed") == []
    assert "<script>" not in str(form["needed"])


def test_both_answers_are_taken():
    form = Place({"needed": "Europe/Berlin", "open": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"needed": "Europe/Berlin", "open": ""}
