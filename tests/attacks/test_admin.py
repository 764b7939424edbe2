"""The admin: every window there is, held against the director of another programme, an office, and whoever would write."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import get_resolver, reverse

from accounts.admin import SuperuserAdmin
from accounts.models import User
from applications.models import Application
from programs.admin import WindowAdmin
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory

get_resolver().url_patterns  # noqa: B018 (what the roof registers and unregisters, it does with its addresses)
WINDOWS = sorted(admin.site._registry.values(), key=lambda window: window.model._meta.label_lower)
CLOSED_TO_OFFICES = {
    "accounts.user", "mfa.authenticator", "programs.historyentry", "reviews.assignment", "reviews.review", "scholars.decision",
    "scholars.award", "scholars.awardletter", "scholars.scholar",
}  # fmt: skip


def label(window):
    return window.model._meta.label_lower


def address(window, page, *args):
    return reverse(f"admin:{label(window).replace('.', '_')}_{page}", args=args)


@pytest.fixture
def world(world):
    """Another programme that has an application too, and directors who may come into the admin."""
    ApplicationFactory(call=CallFactory(cohort=CohortFactory(program=world.other), title="Lakeshore call"))
    User.objects.filter(pk__in=[world.people[name].pk for name in ("director", "foreign_director", "stranger")]).update(
        is_staff=True
    )
    return world


def rows_of(window, program):
    """Return the rows of the programme that the window could show; of people and their factors, all."""
    rows = window.model._default_manager.all()
    return rows.filter(**{window.program_path: program.pk}) if isinstance(window, WindowAdmin) else rows


def shown(client, window):
    """Return the ids on the list of a window, or None when the window is closed."""
    answer = client.get(address(window, "changelist"))
    assert answer.status_code in (200, 403)
    return set(answer.context["cl"].queryset.values_list("pk", flat=True)) if answer.status_code == 200 else None


def test_the_windows_are_ours_and_all_of_them(world):
    assert [label(window) for window in WINDOWS if not isinstance(window, (WindowAdmin, SuperuserAdmin))] == []
    assert {"applications.application", "programs.call", "accounts.user", "mfa.authenticator"} <= set(map(label, WINDOWS))


@pytest.mark.parametrize("member", ["foreign_director", "stranger"])
def test_no_window_shows_another_programmes_rows(world, member, client_of):
    client = client_of(world.people[member])
    leaks = []
    for window in WINDOWS:
        rows = rows_of(window, world.program)
        assert rows.exists(), f"{label(window)} has no row that could leak"
        seen = shown(client, window)
        leaks += [f"{label(window)}: {pk} on the list" for pk in rows.values_list("pk", flat=True) if pk in (seen or ())]
        for row in rows:
            for page in ("change", "history", "delete"):
                answer = client.get(address(window, page, row.pk))
                if answer.status_code not in (302, 403, 404):
                    leaks.append(f"{label(window)}: {page} of {row.pk} is {answer.status_code}")
    assert leaks == []


def test_an_office_sees_the_rows_of_its_own_programme_and_no_others(world, client_of):
    director = client_of(world.people["director"])
    closed = set()
    for window in WINDOWS:
        seen = shown(director, window)
        if seen is None:
            closed.add(label(window))
        else:
            assert seen == set(rows_of(window, world.program).values_list("pk", flat=True)), label(window)
    assert closed == CLOSED_TO_OFFICES


def test_the_superuser_sees_every_row(world, client_of):
    root = client_of(UserFactory(is_staff=True, is_superuser=True))
    for window in WINDOWS:
        assert shown(root, window) == set(window.model._default_manager.values_list("pk", flat=True)), label(window)
        page = root.get(address(window, "change", window.model._default_manager.first().pk)).content.decode()
        assert "CANARYSECRET" not in page
        assert ('name="_save"' in page) == (label(window) == "accounts.user")


def test_the_admin_bears_our_name(client_of, db):
    page = client_of(UserFactory(is_staff=True, is_superuser=True)).get("/admin/").content.decode()
    assert "LHS K12 Portal" in page
    assert "Django" not in page


def test_nobody_adds_changes_or_deletes_through_a_window(world, client_of):
    root = client_of(UserFactory(is_staff=True, is_superuser=True))
    passed, before = [], Application.objects.count()
    for window in WINDOWS:
        row = window.model._default_manager.first()
        if root.post(address(window, "add"), {}).status_code != 403:
            passed.append(f"{label(window)}: add")
        if label(window) != "accounts.user" and root.post(address(window, "change", row.pk), {}).status_code != 403:
            passed.append(f"{label(window)}: change")
        if (
            label(window) != "mfa.authenticator"
            and root.post(address(window, "delete", row.pk), {"post": "yes"}).status_code != 403
        ):
            passed.append(f"{label(window)}: delete")
        assert window.get_actions(root.get(address(window, "changelist")).wsgi_request) == {}
    assert passed == []
    assert Application.objects.count() == before


def test_the_superuser_switches_an_account_off_and_changes_nothing_else(world, client_of):
    root = client_of(UserFactory(is_staff=True, is_superuser=True))
    person = world.people["stranger"]
    poison = {"name": "Other", "email": "o@example.org", "is_superuser": "on", "password": "x", "orcid": "0000-0002-1825-0097"}
    answer = root.post(reverse("admin:accounts_user_change", args=[person.pk]), poison)
    assert answer.status_code == 302
    after = User.objects.get(pk=person.pk)
    assert (after.is_active, after.name, after.email, after.is_superuser, after.orcid) == (
        False,
        person.name,
        person.email,
        False,
        "",
    )


def test_the_superuser_deletes_a_lost_second_factor(world, client_of):
    root = client_of(UserFactory(is_staff=True, is_superuser=True))
    lost = Authenticator.objects.get()
    root.post(reverse("admin:mfa_authenticator_delete", args=[lost.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()
