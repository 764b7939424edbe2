"""Writing a section: saved by button and by itself, two tabs, limits, the deadline."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, SectionText


@pytest.fixture
def section(call):
    return call.sections.get(title="Specific aims")


@pytest.fixture
def url(application, section):
    return reverse("applications:section", args=[application.pk, section.pk])


@pytest.fixture
def client(client_of, applicant):
    return client_of(applicant)


def kept():
    return SectionText.objects.values_list("text", "version").first()


def test_saves_and_goes_where_the_button_says(client, application, section, url, call):
    following = call.sections.get(title="Research plan")
    pages = {
        "": url,
        str(following.pk): reverse("applications:section", args=[application.pk, following.pk]),
        "overview": reverse("applications:application", args=[application.pk]),
        "submit": reverse("applications:submit", args=[application.pk]),
        "https://evil.example/": url,
        "999999": url,
    }
    for version, (then, address) in enumerate(pages.items()):
        assert client.post(url, {"text": f"Text {version}", "version": version, "then": then}).url == address
    assert kept() == (f"Text {len(pages) - 1}", len(pages))
    page = client.get(url).content.decode()
    assert "Saved at " in page
    assert "2 of 500 words" in page
    assert "Research plan →" in page


def test_an_empty_form_empties_the_section(client, url):
    client.post(url, {"text": "Something", "version": 0})
    assert client.post(url, {"text": "", "version": 1}).status_code == 302
    assert kept() == ("", 2)


def test_a_text_keeps_its_blank_lines_and_first_line_break(client, url):
    client.post(url, {"text": "\r\nFirst\r\n\r\nSecond", "version": 0})
    assert kept() == ("\nFirst\n\nSecond", 1)
    assert ">\n\nFirst\n\nSecond</textarea>" in client.get(url).content.decode()


@pytest.mark.both
def test_two_tabs_get_both_texts(client, url):
    """F22: tab A saves, tab B is stale; B sees both and may then save knowingly."""
    client.post(url, {"text": "Opened in both.", "version": 0})
    client.post(url, {"text": "Tab A <b>.", "version": 1})
    stale = client.post(url, {"text": "Tab B.", "version": 1})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert ">\nTab B.</textarea>" in page
    assert ">\nTab A &lt;b&gt;.</textarea>" in page
    assert kept() == ("Tab A <b>.", 2)
    assert stale.context["form"]["version"].value() == 2
    assert client.post(url, {"text": "Both.", "version": 2}).status_code == 302
    assert kept() == ("Both.", 3)


def test_a_hundred_thousand_words_get_a_sentence_and_stay_on_the_page(client, url):
    text = "word " * 100_000
    response = client.post(url, {"text": text, "version": 0})
    page = response.content.decode()
    assert response.status_code == 409
    assert "This text has 100,000 words; Specific aims takes 500." in page
    assert '<a href="#id_text">Specific aims</a>' in page  # the summary of errors names the section
    assert text.strip() in page
    assert kept() is None


def test_over_the_limit_is_kept_and_said(client, url):
    assert client.post(url, {"text": "word " * 620, "version": 0}).status_code == 302
    assert "120 words over" in client.get(url).content.decode()


def test_after_the_deadline_the_typed_text_stays_on_the_page(client, url, call, at):
    call.closes_at = at - timedelta(seconds=1)
    call.save()
    response = client.post(url, {"text": "Typed too late.", "version": 0})
    assert response.status_code == 409
    assert response.content.decode().count("The call closed on") == 2  # in the summary and beside the field
    assert "Your text is not saved" in response.content.decode()
    assert "Typed too late." in response.content.decode()
    assert kept() is None


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", None])
def test_a_broken_version_keeps_the_text_on_the_page(client, url, version):
    response = client.post(url, {"text": "Mine.", **({"version": version} if version is not None else {})})
    assert response.status_code == 200
    assert ">\nMine.</textarea>" in response.content.decode()
    assert kept() is None


@pytest.mark.both
def test_mass_assignment_is_ignored(client, url, application, stranger):
    """S29."""
    client.post(
        url, {"text": "x", "version": 0, "state": "awarded", "submitted_at": "2020-01-01", "applicant": stranger.pk, "words": 0}
    )
    application.refresh_from_db()
    assert (application.state, application.submitted_at, application.applicant.name) == ("draft", None, "Samuel Ng")
    assert SectionText.objects.get().words == 1


def test_a_section_of_another_call_does_not_exist(client, application, other_call):
    foreign = other_call.sections.first()
    url = reverse("applications:section", args=[application.pk, foreign.pk])
    assert client.get(url).status_code == client.post(url, {"text": "x", "version": 0}).status_code == 404
    assert kept() is None


class TestAutosave:
    @pytest.fixture
    def address(self, application, section):
        return reverse("applications:autosave", args=[application.pk, section.pk])

    def test_answers_with_version_words_and_time(self, client, address):
        answer = client.post(address, {"text": "Well-chosen aims.", "version": 0}).json()
        assert (answer["version"], answer["words"]) == (1, 2)
        assert answer["saved_at"] == SectionText.objects.get().saved_at.isoformat()

    @pytest.mark.both
    def test_a_conflict_brings_the_other_text(self, client, address):
        client.post(address, {"text": "A", "version": 0})
        response = client.post(address, {"text": "B", "version": 0})
        assert response.status_code == 409
        assert response.json() == {
            "sentence": "This section was changed in another window since you opened it.", "text": "A", "version": 1,
        }  # fmt: skip

    @pytest.mark.both
    def test_after_submitting_it_is_refused(self, client, address, application, at):
        """F23."""
        client.post(address, {"text": "As submitted.", "version": 0})
        Application.objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
        response = client.post(address, {"text": "Changed afterwards.", "version": 1})
        assert response.status_code == 409
        assert "is submitted and cannot be changed" in response.json()["sentence"]
        assert kept() == ("As submitted.", 1)

    def test_a_lost_session_changes_nothing_and_a_get_is_refused(self, client, address):
        assert Client().post(address, {"text": "x", "version": 0}).status_code == 302
        assert client.get(address).status_code == 405
        assert client.post(address, {"text": "x\x00y", "version": 0}).status_code == 400
        assert kept() is None

    def test_needs_the_token(self, applicant, address):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(applicant)
        assert strict.post(address, {"text": "x", "version": 0}).status_code == 403
        assert kept() is None
