"""S29: fields that no form offers are ignored, whoever sends them to whichever address."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Application
from programs.models import Call, Membership
from reviews.models import Review
from scholars.models import Award, Decision
from tests.attacks import world as worlds
from tests.attacks.matrix import ROWS

POISON = {
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "",
    "user": "1",
    "applicant": "1",
    "awardee": "1",
    "owner": "1",
    "program": "2",
    "closes_at": "2099-01-01T00:00",
    "submitted_at": "2020-01-01",
    "published_at": "2020-01-01",
    "tracking_number": "HL-EVIL-01",
    "salary_per_year": "9999999",
    "research_per_year": "9999999",
    "total": "9999999",
    "released_at": "2020-01-01",
    "granted_by": "1",
    "state": "accepted",
}


class Undo(Exception):
    """Takes back whatever a request wrote."""


def held():
    """Return what none of these requests may change."""
    return {
        "powers": sorted(User.objects.filter(is_staff=True).values_list("pk", flat=True)),
        "people": sorted(User.objects.filter(is_active=True).values_list("pk", flat=True)),
        "owners": sorted(Application.objects.values_list("pk", "applicant_id", "tracking_number")),
        "deadlines": sorted(Call.objects.values_list("pk", "closes_at", "published_at", "cohort__program_id")),
        "money": sorted(Award.objects.values_list("pk", "awardee_id", "salary_per_year", "research_per_year", "total")),
        "released": sorted(Decision.objects.filter(released_at__isnull=False).values_list("pk", flat=True)),
        "reviews": sorted(Review.objects.values_list("pk", "state")),
        "roles": sorted(Membership.objects.current().filter(role="director").values_list("user_id", "program_id")),
        "accepted": sorted(Application.objects.filter(state="accepted").values_list("pk", flat=True)),
    }


@pytest.mark.parametrize("member", ["applicant", "sponsor", "reviewer", "coordinator", "director", "awardee", "stranger"])
def test_no_address_takes_fields_it_does_not_offer(db, member):
    world = worlds.build()
    client = Client(raise_request_exception=False)
    client.force_login(world.people[member], backend="django.contrib.auth.backends.ModelBackend")
    before, changed = held(), []
    for name, row in ROWS.items():
        if row.post[member] in (403, 404, 405) or name == "scholars:release":
            continue
        try:
            with transaction.atomic():
                client.post(reverse(name, args=row.args(world)), {**row.form(world), **POISON})
                after = held()
                changed += [f"{name}: {what}" for what in before if before[what] != after[what] and (name, what) not in MEANT]
                raise Undo
        except Undo:
            pass
    assert changed == []


# What these addresses are there to change, by the fields they do offer.
MEANT = {("applications:start", "owners"), ("programs:call_edit", "deadlines"), ("programs:call_publish", "deadlines")}
