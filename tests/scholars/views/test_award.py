"""The award's page: what the awardee reads and answers, what the office follows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Email
from scholars import letters, workflow
from scholars.models import Award, AwardLetter, Scholar
from tests.factories.scholars import AwardFactory, accept, built

pytestmark = pytest.mark.django_db
SIGNED = {"answer": "accept", "signed_name": "Samuel Ng"}


def signed(award):
    return {**SIGNED, "letter": built(award).pk}


@pytest.fixture
def url(award):
    return reverse("scholars:award", args=[award.pk])


def test_the_awardee_reads_the_offer(url, award, applicant, build, at, client_of):
    build(at)
    page = client_of(applicant).get(url)
    text = " ".join(page.content.decode().split())
    for fact in ("You are offered an award", "1 July 2027 to 30 June 2029", "75% of full-time", "$90,000", "$25,000", "$115,000",
                 "$230,000", "17:00 Pacific", "in 1", "If you decline,", "If you do not answer"):  # fmt: skip
        assert fact in text
    assert reverse("scholars:letter", args=[AwardLetter.objects.get().pk]) in text
    assert "checked" not in text


def test_until_the_letter_is_there_the_page_asks_again(url, award, applicant, build, at, client_of):
    client, progress = client_of(applicant), reverse("scholars:award_progress", args=[award.pk])
    assert f'hx-get="{progress}"'.encode() in client.get(url).content
    assert b"The letter is being built" in client.get(progress).content
    build(at)
    piece = client.get(progress).content
    assert b"hx-get" not in piece
    assert b"Read the award letter" in piece
    assert b"<html" not in piece


def test_accepting_by_the_form(url, award, applicant, client_of):
    response = client_of(applicant).post(url, signed(award), follow=True)
    assert b"You have accepted the award. Welcome to Cohort 2027." in response.content
    assert b"Signed as Samuel Ng" in response.content
    assert reverse("scholars:scholar", args=[Scholar.objects.get().pk]).encode() in response.content
    assert b"Send my answer" not in response.content


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"answer": ["Please choose whether you accept or decline."]}),
        ({"answer": "accept"}, {"signed_name": ["Please type your full name to sign the award."]}),
        ({"answer": "accept", "signed_name": "   "}, {"signed_name": ["Please type your full name to sign the award."]}),
        ({"answer": "accept", "signed_name": "x"}, {"signed_name": ["Please type your full name to sign the award."]}),
        (
            {"answer": "perhaps", "signed_name": "S"},
            {"answer": ["Select a valid choice. perhaps is not one of the available choices."]},
        ),
    ],
)
def test_an_answer_needs_a_choice_and_a_name(sent, errors, url, applicant, client_of):
    response = client_of(applicant).post(url, sent)
    assert response.context["form"].errors == errors
    assert Award.objects.get().state == "offered"


def test_until_the_letter_is_there_nothing_can_be_signed_but_all_can_be_declined(url, award, applicant, build, at, client_of):
    client = client_of(applicant)
    page = client.get(url).content.decode()
    assert "You can accept as soon as your letter is there" in page
    assert "Send my answer" not in page
    assert reverse("scholars:decline", args=[award.pk]) in page
    answer = client.post(url, SIGNED)
    assert answer.status_code == 409
    assert "Your letter is still being built." in answer.content.decode()
    progress = reverse("scholars:award_progress", args=[award.pk])
    assert "HX-Refresh" not in client.get(progress).headers
    build(at)
    assert client.get(progress).headers["HX-Refresh"] == "true"  # for the form
    page = client.get(url)
    assert "Send my answer" in page.content.decode()
    assert page.context["form"]["letter"].value() == AwardLetter.objects.get().pk
    assert 'type="hidden" name="letter"' in page.content.decode()


def test_a_version_that_came_meanwhile_is_read_first_and_the_name_stays(url, award, applicant, coordinator, client_of, at):
    client, first = client_of(applicant), signed(award)
    workflow.build_again(award, by=coordinator, at=at)
    second = built(award)
    answer = client.post(url, first)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "another version of your letter since you opened this page" in page
    assert "version 2" in page
    assert 'value="Samuel Ng"' in page
    assert answer.context["form"]["letter"].value() == str(second.pk)
    assert Award.objects.get().state == "offered"
    assert client.post(url, {**SIGNED, "letter": second.pk}).status_code == 302
    assert Award.objects.get().letter == second


def test_without_a_name_the_letter_that_was_read_stays_the_one_to_sign(url, award, applicant, coordinator, client_of, at):
    client, first = client_of(applicant), signed(award)
    workflow.build_again(award, by=coordinator, at=at)
    built(award)
    answer = client.post(url, {**first, "signed_name": ""})
    assert answer.context["form"]["letter"].value() == str(first["letter"])
    answer = client.post(url, first)
    assert "another version of your letter" in answer.content.decode()
    assert Award.objects.get().state == "offered"


def test_the_page_shows_the_version_that_was_signed(url, award, applicant, director, client_of, at):
    client_of(applicant).post(url, signed(award))
    AwardLetter.objects.create(
        award=award, version=2, text="other", due_at=at, state="done", file="x.pdf", sha256="1" * 64, done_at=at
    )
    for person in (applicant, director):
        page = client_of(person).get(url).content.decode()
        assert "version 1" in page
        assert "1" * 64 not in page


def test_a_director_gives_more_time(url, award, applicant, director, coordinator, client_of, at):
    built(award)
    Award.objects.update(accept_by=at + timedelta(days=1))
    give = reverse("scholars:give_time", args=[award.pk])
    assert give in client_of(director).get(url).content.decode()
    for person in (coordinator, applicant):
        assert give not in client_of(person).get(url).content.decode()
        assert client_of(person).post(give).status_code == 403
    page = client_of(director).post(give, follow=True).content.decode()
    assert "A new letter that says so is being built." in page
    assert give not in page
    assert Award.objects.get().accept_by > at + timedelta(days=12)
    assert "The offer stands as long already" in client_of(director).post(give, follow=True).content.decode()


def test_declining_says_first_what_it_means(url, award, applicant, client_of):
    client, decline = client_of(applicant), reverse("scholars:decline", args=[award.pk])
    assert client.post(url, {"answer": "decline"})["Location"] == decline
    assert Award.objects.get().state == "offered"
    assert b"Declining cannot be taken back." in client.get(decline).content
    response = client.post(decline, {"reason": "A position elsewhere."}, follow=True)
    assert b"You have declined the award." in response.content
    assert b"You have declined this award" in response.content
    assert Award.objects.get().reason == "A position elsewhere."
    assert client.get(decline)["Location"] == url


def test_a_reason_of_a_hundred_thousand_words_is_kept_and_refused(award, applicant, client_of):
    words = "word " * 100_000
    response = client_of(applicant).post(reverse("scholars:decline", args=[award.pk]), {"reason": words})
    assert "Please shorten this to 2,000 characters; it has 499,999." in response.content.decode()
    assert words.strip() in response.content.decode()
    assert Award.objects.get().state == "offered"


def test_after_the_date_there_is_no_form_and_no_answer(url, award, applicant, client_of):
    Award.objects.update(accept_by=timezone.now() - timedelta(seconds=1))
    client = client_of(applicant)
    page = client.get(url)
    assert b"This offer has ended" in page.content
    assert b"office@example.org" in page.content
    assert b"Send my answer" not in page.content
    response = client.post(url, SIGNED, follow=True)
    assert b"The date to answer this offer has passed." in response.content
    assert client.post(reverse("scholars:decline", args=[award.pk]), {}).status_code == 409
    assert Scholar.objects.count() == 0


def test_a_stale_tab_that_would_decline_is_told_that_it_cannot(url, award, applicant, client_of):
    client = client_of(applicant)
    client.post(url, signed(award))
    page = client.get(reverse("scholars:decline", args=[award.pk]), follow=True)
    assert b"This offer cannot be declined any more." in page.content
    assert b"You have accepted this award" in page.content


@pytest.mark.parametrize("who", ["director", "coordinator", "finance"])
def test_the_office_and_finance_read_but_do_not_answer(who, url, award, build, at, client_of, request):
    build(at)
    client = client_of(request.getfixturevalue(who))
    page = client.get(url)
    assert b"Award to Samuel Ng" in page.content
    assert b"$230,000" in page.content
    assert b"Send my answer" not in page.content
    assert client.post(url, SIGNED).status_code == 403
    assert client.get(reverse("scholars:decline", args=[award.pk])).status_code == 403
    assert Award.objects.get().state == "offered"


@pytest.mark.parametrize("who", ["committee", "reviewer", "mentor_person", "sponsor_person", "stranger", "other_director"])
def test_nobody_else_sees_an_award_or_its_letter(who, url, award, build, at, client_of, request):
    build(at)
    client, letter = client_of(request.getfixturevalue(who)), AwardLetter.objects.get()
    for address in (
        url, reverse("scholars:decline", args=[award.pk]), reverse("scholars:award_progress", args=[award.pk]),
        reverse("scholars:letter", args=[letter.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert client.post(url, SIGNED).status_code == 404
    assert client.post(reverse("scholars:build_again", args=[award.pk])).status_code == 404


def test_a_failed_letter_shows_why_and_is_built_again(award, coordinator, client_of):
    AwardLetter.objects.update(state="failed", last_error="OSError: disk full", attempts=3)
    client, again = client_of(coordinator), reverse("scholars:build_again", args=[award.pk])
    for page in (reverse("scholars:awards", args=[award.application.call_id]), reverse("scholars:award", args=[award.pk])):
        content = client.get(page).content
        assert b"OSError: disk full" in content
        assert again.encode() in content
    response = client.post(again, follow=True)
    assert b"Version 2 of the letter for Samuel Ng is being built." in response.content
    assert b"The letter is being built. Please wait" in client.post(again, follow=True).content


def test_finance_cannot_build_again(award, finance, build, at, client_of):
    build(at)
    page = client_of(finance).get(reverse("scholars:award", args=[award.pk]))
    assert b"Build the letter again" not in page.content
    assert client_of(finance).post(reverse("scholars:build_again", args=[award.pk])).status_code == 403


def test_the_list_says_who_was_offered_and_who_answered(award, applicant, coordinator, call, build, at, client_of):
    url = reverse("scholars:awards", args=[call.pk])
    page = client_of(coordinator).get(url)
    assert "1 of 4 places of Cohort 2027 is taken, $230,000 of $920,000." in page.content.decode()
    assert b"Waiting" in page.content
    build(at)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    page = client_of(coordinator).get(url)
    assert b"Accepted" in page.content
    assert b"hx-get" not in page.content
    piece = client_of(coordinator).get(reverse("scholars:awards_progress", args=[call.pk])).content
    assert b"Version 1" in piece
    assert b"<html" not in piece


@pytest.mark.parametrize(("who", "status"), [("finance", 200), ("committee", 404), ("applicant", 404), ("other_director", 404)])
def test_who_sees_the_awards_of_a_call(who, status, award, call, client_of, request):
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("scholars:awards", args=[call.pk])).status_code == status
    assert client.get(reverse("scholars:awards_progress", args=[call.pk])).status_code == status


def test_the_list_asks_the_same_number_of_queries_for_1_and_30(
    award, call, reviewed, director, client_of, at, django_assert_num_queries
):
    client, url = client_of(director), reverse("scholars:awards", args=[call.pk])
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
    for application in reviewed(30):
        found = AwardFactory(application=application, offered_by=director)
        AwardLetter.objects.create(award=found, text="x", due_at=at)
    with django_assert_num_queries(9):
        assert len(client.get(url).context["rows"]) == 31


def test_a_call_without_awards_says_when_they_appear(call, coordinator, client_of):
    page = client_of(coordinator).get(reverse("scholars:awards", args=[call.pk]))
    assert b"No award has been offered in this call" in page.content


def test_no_subject_says_what_was_decided(award, applicant, build, at):
    build(at)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    for subject in Email.objects.values_list("subject", flat=True):
        assert not any(word in subject.lower() for word in ("award", "accept", "declin", "alternate", "scholar"))


def test_an_offer_that_lapsed_is_not_told_as_a_refusal(award, applicant, client_of):
    built(award)
    workflow.lapse(award, at=award.accept_by)
    page = " ".join(
        client_of(applicant).get(reverse("applications:application", args=[award.application_id])).content.decode().split()
    )
    assert "An award was offered to you; the time to answer passed, so the offer has ended." in page
    assert "Offer ended, not answered" in page
    assert "declined" not in page.lower()


def test_a_refusal_is_told_as_one(award, applicant, client_of, at):
    workflow.decline(award, reason="A position elsewhere.", by=applicant, at=at)
    page = client_of(applicant).get(reverse("applications:application", args=[award.application_id])).content.decode()
    assert "The award was declined." in page
    assert "Offer ended" not in page


@pytest.mark.parametrize("who", ["applicant", "director"])
def test_both_fingerprints_stand_by_their_names(who, url, award, build, at, client_of, request):
    build(at)
    letter = AwardLetter.objects.get()
    page = " ".join(client_of(request.getfixturevalue(who)).get(url).content.decode().split())
    of_text = letters.fingerprint(letter.text)
    assert f"<dt>Text fingerprint (SHA-256)</dt> <dd>{of_text}" in page
    assert f"its first digits: <strong>{of_text[:16]}</strong>" in page
    assert f"<dt>File fingerprint (SHA-256)</dt> <dd>{letter.sha256}</dd>" in page


def test_one_award_is_counted_in_the_singular(award, director, client_of):
    page = client_of(director).get(reverse("scholars:awards", args=[award.application.call_id])).content.decode()
    assert "1 award\n" in page
    assert "1–1" not in page


def test_the_page_that_decides_leads_to_the_critiques(application, director, client_of):
    page = client_of(director).get(reverse("scholars:stage", args=[application.pk])).content.decode()
    assert f'href="{reverse("reviews:assign", args=[application.pk])}"' in page
