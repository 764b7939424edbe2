"""The windows: rows of the own programme, to be read and not to be changed."""

import pytest
from django.urls import reverse

from programs.models import Call, Email
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
WINDOWS = [
    "programs_program", "programs_membership", "programs_cohort", "programs_call", "programs_email",
    "sponsors_healthsystem", "sponsors_sponsorcommitment", "mentors_mentoragreement",
]  # fmt: skip


@pytest.fixture
def staff_director(director):
    director.is_staff = True
    director.save()
    return director


@pytest.mark.parametrize("window", WINDOWS)
def test_a_window_opens_and_changes_nothing(window, asked, staff_director, client_of):
    client = client_of(staff_director)
    page = client.get(reverse(f"admin:{window}_changelist"))
    assert page.status_code == 200
    assert client.get(reverse(f"admin:{window}_add")).status_code == 403
    assert page.context["cl"].model_admin.get_actions(page.wsgi_request) == {}


def test_a_row_is_read_only_and_stays(call, staff_director, client_of):
    client = client_of(staff_director)
    address = reverse("admin:programs_call_change", args=[call.pk])
    assert call.title in client.get(address).content.decode()
    assert client.post(address, {"title": "Changed"}).status_code == 403
    assert client.post(reverse("admin:programs_call_delete", args=[call.pk]), {"post": "yes"}).status_code == 403
    assert Call.objects.get().title == call.title


def test_other_programmes_stay_out_of_sight(call, other_call, staff_director, client_of):
    client = client_of(staff_director)
    assert list(client.get(reverse("admin:programs_call_changelist")).context["cl"].queryset) == [call]
    assert client.get(reverse("admin:programs_call_change", args=[other_call.pk])).status_code == 302
    assert "Lakeshore" not in client.get(reverse("admin:programs_program_changelist")).content.decode()


def test_staff_without_an_office_see_nothing_and_the_superuser_all(call, other_call, client_of):
    clerk = UserFactory(is_staff=True)
    assert client_of(clerk).get(reverse("admin:programs_call_changelist")).status_code == 403
    root = UserFactory(is_staff=True, is_superuser=True)
    assert len(client_of(root).get(reverse("admin:programs_call_changelist")).context["cl"].queryset) == 2


def test_mail_without_a_programme_is_for_the_superuser(asked, staff_director, client_of, at):
    Email.objects.create(kind="code", dedupe_key="c", to="a@example.org", subject="Your code", text="1", created_at=at, due_at=at)
    page = client_of(staff_director).get(reverse("admin:programs_email_changelist")).content.decode()
    assert "asks you to sponsor" in page
    assert "Your code" not in page
