"""The title, sponsor and mentor, and documents."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Application, Document
from mentors.models import MentorAgreement
from programs.models import Call
from sponsors.models import SponsorCommitment
from tests.factories.promises import HealthSystemFactory, MentorAgreementFactory, SponsorCommitmentFactory


@pytest.fixture
def client(client_of, applicant):
    return client_of(applicant)


def address(name, application, *more):
    return reverse(f"applications:{name}", args=[application.pk, *more])


class TestTitle:
    def test_is_kept(self, client, application):
        response = client.post(address("title", application), {"title": "A new <title>", "state": "awarded"})
        assert response.url == address("application", application)
        application.refresh_from_db()
        assert (application.title, application.state) == ("A new <title>", "draft")

    def test_who_has_committed_to_another_title_is_said_here_and_in_their_box(self, client, client_of, application, coordinator):
        made = SponsorCommitmentFactory(call=application.call, applicant=application.applicant, project_title="Sepsis alerts")
        assert "has committed to" not in client.get(address("title", application)).content.decode()
        pages = [(client, "application"), (client_of(coordinator), "application")]
        assert not any("Promised for" in who.get(address(name, application)).content.decode() for who, name in pages)
        SponsorCommitment.objects.update(state="committed", answered_at=made.asked_at, signed_name="Dana Whitfield")
        said = "Dana Whitfield has committed to “Sepsis alerts”. They are not told of a new title;"
        assert said in client.get(address("title", application)).content.decode()
        for who, name in pages:
            page = re.sub(r"\s+", " ", who.get(address(name, application)).content.decode())
            assert "<dt>Promised for</dt> <dd>Sepsis alerts</dd>" in page
        MentorAgreementFactory(
            call=application.call, applicant=application.applicant, project_title="Sepsis alerts", committed=True
        )
        both = "Dana Whitfield and Maya Okafor have committed to “Sepsis alerts”."
        assert both in client.get(address("title", application)).content.decode()
        SponsorCommitment.objects.update(project_title=application.title)
        MentorAgreement.objects.update(project_title=application.title)
        assert not any("Promised for" in who.get(address(name, application)).content.decode() for who, name in pages)

    @pytest.mark.parametrize(
        ("title", "sentence"), [("", "Please give your project a title."), ("x" * 201, "to 200 characters; it has 201")]
    )
    def test_a_bad_one_is_said_beside_the_field(self, client, application, title, sentence):
        page = client.post(address("title", application), {"title": title}).content.decode()
        assert sentence in page
        assert title in page
        application.refresh_from_db()
        assert application.title == "Telehealth titration for heart failure"

    def test_after_the_deadline_the_typed_words_stay(self, client, application, call, at):
        call.closes_at = at
        call.save()
        response = client.post(address("title", application), {"title": "Too late"})
        assert response.status_code == 409
        assert 'value="Too late"' in response.content.decode()


class TestPromises:
    @pytest.fixture
    def typed(self, health_system):
        return {
            "name": "Dana Whitfield", "email": "dana@county.example", "title": "Chief of Ambulatory Care",
            "health_system": health_system.pk, "institution": "Harbor University", "note": "Please.",
            "summary": "We will titrate by telephone.\nYour beds empty sooner.",
        }  # fmt: skip

    def test_a_sponsor_is_asked(self, client, application, typed, outbox):
        response = client.post(address("sponsor", application), typed)
        assert response.url == address("application", application)
        commitment = SponsorCommitment.objects.get()
        assert (commitment.name, commitment.health_system.name, commitment.state) == ("Dana Whitfield", "County General", "asked")
        assert [email.to for email in outbox()] == ["dana@county.example"]
        assert commitment.summary == "We will titrate by telephone. Your beds empty sooner."
        page = client.get(address("sponsor", application)).content.decode()
        assert "Dana Whitfield" in page
        assert "Ask this person" not in page

    def test_a_mentor_is_asked(self, client, application, typed):
        client.post(address("mentor", application), typed)
        assert MentorAgreement.objects.get().summary == "We will titrate by telephone. Your beds empty sooner."
        assert MentorAgreement.objects.values_list("name", "role", "institution").get() == (
            "Dana Whitfield",
            "primary",
            "Harbor University",
        )

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": ""}, "Please give the person’s full name."),
            ({"email": ""}, "Please give the person’s e-mail address."),
            ({"email": "not an address"}, "This is not an e-mail address."),
            ({"email": "a@b.example, c@d.example"}, "This is not an e-mail address."),
            ({"email": "SAMUEL@example.org"}, "This is your own address."),
            ({"health_system": ""}, "Please choose the health system."),
            ({"note": "x" * 2001}, "Please shorten this to 2,000 characters; it has 2,001."),
            ({"summary": " "}, "Please say in two sentences what you will do"),
            ({"summary": "x" * 601}, "Please shorten this to 600 characters; it has 601."),
        ],
    )
    def test_bad_input_is_said_beside_the_field_and_kept(self, client, application, typed, change, sentence):
        response = client.post(address("sponsor", application), {**typed, **change})
        page = response.content.decode()
        assert sentence in page
        assert "Chief of Ambulatory Care" in page
        assert not SponsorCommitment.objects.exists()

    @pytest.mark.parametrize("kind", ["sponsor", "mentor", "chair"])
    def test_a_long_paste_is_not_cut_but_refused_and_kept_whole(self, client, application, typed, kind):
        Call.objects.update(asks_chair=True)
        page = client.get(address(kind, application)).content.decode()
        assert [box for box in re.findall(r"<textarea[^>]*>", page) if "maxlength" in box] == []
        assert "At most 600 characters." in page
        assert "at most 2,000 characters." in page
        long = {"department": "Medicine", "summary": "First. " * 90 + "The end.", "note": "Dear Dana, " * 200 + "Samuel"}
        response = client.post(address(kind, application), {**typed, **long})
        errors = response.context["form"].errors
        assert errors == {
            "summary": ["Please shorten this to 600 characters; it has 638."],
            "note": ["Please shorten this to 2,000 characters; it has 2,206."],
        }
        assert all(f">\n{long[name]}</textarea>" in response.content.decode() for name in ("summary", "note"))

    def test_another_programmes_system_is_no_choice(self, client, application, typed, other_program):
        foreign = HealthSystemFactory(program=other_program, name="Canary System")
        page = client.post(address("sponsor", application), {**typed, "health_system": foreign.pk}).content.decode()
        assert "Please choose one of the list." in page
        assert "Canary System" not in page

    def test_nobody_is_asked_twice(self, client, application, typed):
        SponsorCommitmentFactory(call=application.call, applicant=application.applicant)
        assert client.post(address("sponsor", application), typed).status_code == 409
        assert SponsorCommitment.objects.count() == 1

    @pytest.mark.both
    @pytest.mark.parametrize("kind", ["sponsor", "mentor"])
    def test_the_second_of_two_windows_hears_that_nobody_else_was_asked(self, client, application, typed, kind, outbox):
        client.post(address(kind, application), typed)
        other = {**typed, "name": "Lee Castellano", "email": "lee@county.example", "note": "Dear Lee, as we said."}
        response = client.post(address(kind, application), other)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Dana Whitfield has been asked already, so nobody else was. Please end that request first." in page
        assert 'value="lee@county.example"' in page
        assert "Dear Lee, as we said." in page
        assert [email.to for email in outbox()] == ["dana@county.example"]

    @pytest.mark.both
    def test_one_window_pressed_twice_asks_once_and_says_nothing_else(self, client, application, typed, outbox):
        responses = [client.post(address("sponsor", application), typed) for _ in range(2)]
        assert [response.url for response in responses] == [address("application", application)] * 2
        assert len(outbox()) == 1

    @pytest.mark.parametrize("name", ["Lee Castellano", ""])
    def test_what_was_typed_too_late_is_shown_once_more(self, client, application, typed, call, at, name):
        Call.objects.update(closes_at=at)
        response = client.post(address("sponsor", application), {**typed, "name": name, "note": "Dear Lee, as we said."})
        page = response.content.decode()
        assert response.status_code == 409
        assert "Nobody was asked. The call closed on" in page
        assert "What you wrote, not sent" in page
        for words in ("Dear Lee, as we said.", "dana@county.example", "We will titrate by telephone.", "County General", name):
            assert words in page
        assert "Ask this person" not in page
        assert not SponsorCommitment.objects.exists()
        assert "What you wrote, not sent" not in client.get(address("sponsor", application)).content.decode()

    def test_after_a_refusal_somebody_else_is_named(self, client, application, typed):
        SponsorCommitmentFactory(call=application.call, applicant=application.applicant, declined=True)
        assert "Ask this person" in client.get(address("sponsor", application)).content.decode()
        assert client.post(address("sponsor", application), typed).status_code == 302
        assert SponsorCommitment.objects.standing().get().name == "Dana Whitfield"

    def test_without_a_title_the_page_asks_for_it(self, client, application, typed):
        Application.objects.update(title="")
        assert "Your project needs a title first" in client.get(address("mentor", application)).content.decode()
        refused = client.post(address("mentor", application), typed)
        assert (refused.status_code, "Your beds empty sooner." in refused.content.decode()) == (409, True)


class TestDocuments:
    @pytest.fixture
    def url(self, application):
        return address("document", application, application.call.document_requests.get().pk)

    @pytest.fixture
    def attach(self, client, url):
        def posted(content, name="Biosketch.pdf"):
            return client.post(url, {"file": SimpleUploadedFile(name, content, content_type="application/pdf"), "state": "awarded"})

        return posted

    def test_a_pdf_is_attached_shown_and_removed(self, client, application, attach, pdf, url):
        assert attach(pdf(3), name="Lebenslauf Müller.pdf").url == address("application", application)
        page = client.get(address("application", application)).content.decode()
        assert "Lebenslauf Müller.pdf" in page
        assert "3 of 5 pages" in page
        assert "Attach in its place" in client.get(url).content.decode()
        wanted = application.call.document_requests.get()
        client.post(address("document_remove", application, wanted.pk))
        assert not Document.objects.exists()

    @pytest.mark.parametrize(
        ("make", "sentence"),
        [
            (lambda pdf: b"<!DOCTYPE html><script>alert(1)</script>", "This is not a PDF."),
            (lambda pdf: b"", "The file is empty."),
            (lambda pdf: pdf(1, password="secret"), "protected by a password"),
            (lambda pdf: pdf(6), "has 6 pages; Biosketch takes at most 5"),
            (lambda pdf: b"%PDF-1.4 broken", "damaged"),
            (lambda pdf: b"x" * 900 + pdf(1), "This is not a PDF."),
        ],
    )
    def test_a_bad_one_is_said_beside_the_field_and_the_old_one_stays(self, client, attach, pdf, make, sentence):
        attach(pdf(2), name="good.pdf")
        response = attach(make(pdf))
        assert sentence in str(response.context["form"].errors["file"])
        assert sentence in response.content.decode()
        assert Document.objects.get().name == "good.pdf"

    def test_nothing_chosen_and_too_large(self, client, url, attach, pdf, settings):
        assert "Please choose a PDF file." in client.post(url).content.decode()
        settings.DOCUMENT_MAX_BYTES = 100
        assert "The file is larger than" in attach(pdf(1)).content.decode()
        assert not Document.objects.exists()

    def test_after_the_deadline(self, attach, pdf, call, at):
        call.closes_at = at - timedelta(seconds=1)
        call.save()
        response = attach(pdf(1))
        assert response.status_code == 409
        assert "The call closed on" in response.content.decode()
        assert not Document.objects.exists()

    def test_of_another_call_does_not_exist(self, client, application, other_call, pdf):
        foreign = other_call.document_requests.get().pk
        assert client.get(address("document", application, foreign)).status_code == 404
        assert client.post(address("document_remove", application, foreign)).status_code == 404
