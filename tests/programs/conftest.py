"""What tests of the programme office share: a posted call, a sealed request."""

import pytest
from django.utils import timezone

from sponsors import workflow as sponsoring


@pytest.fixture
def asked(call, applicant, health_system):
    """A sponsor who has just been asked (a row with a sealed link and an e-mail)."""
    return sponsoring.ask(
        call=call, applicant=applicant, name="Dana Whitfield", email="dana@county.example", title="Chief of Ambulatory Care",
        health_system=health_system, project_title="Telehealth titration", note="", by=applicant, at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def call_form():
    """Return what a browser posts for a new call with one section, one document and one criterion."""

    def posted(**changes):
        rows = {
            "title": "Call for scholars 2028", "guidance": "Aims.\n\nWho may apply.", "time_zone": "America/New_York",
            "opens_at": "2026-12-01T09:00", "letter_of_intent_due_at": "", "closes_at": "2027-02-01T17:00",
            "review_due_at": "2027-03-20T17:00", "letters_grace_hours": "72", "decision_on": "2027-05-01", "accept_days": "14",
        }  # fmt: skip
        for prefix, extra in (("sections", {"word_limit": "500"}), ("documents", {"page_limit": "5"}), ("criteria", {})):
            rows |= {f"{prefix}-TOTAL_FORMS": "3", f"{prefix}-INITIAL_FORMS": "0"}
            rows |= {
                f"{prefix}-0-{name}": value for name, value in {"title": "Aims", "help": "", "required": "on", **extra}.items()
            }
            for spare in (1, 2):
                rows |= {f"{prefix}-{spare}-title": "", f"{prefix}-{spare}-help": "", f"{prefix}-{spare}-required": "on"}
        return {**rows, **changes}

    return posted


@pytest.fixture
def as_shown():
    """Return what a browser would post for the page of a form, or of a call with its parts, that nobody has touched."""

    def filled(page):
        context = page.context
        lists = context["forms"].lists if "forms" in context else ()
        posted = {"seen": context["seen"]}
        for form in [context["form"], *[row for rows in lists for row in rows], *[rows.management_form for rows in lists]]:
            for field in form:
                if field.value() not in (None, False):
                    posted[field.html_name] = "on" if field.value() is True else str(field.value())
        return posted

    return filled
