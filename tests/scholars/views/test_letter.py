"""Wording the letter, previewing it with a sample or the real thing, reading it."""

import pytest
from django.urls import reverse

from scholars import letters
from scholars.models import AwardLetter
from tests.paper import words_of

pytestmark = pytest.mark.django_db
WORDS = "Dear {awardee_salutation},\n\nwelcome to {cohort_name}."


@pytest.fixture
def url(program):
    return reverse("scholars:letter_template", args=[program.slug])


def text_of(response):
    assert response["Content-Type"] == "application/pdf"
    content = b"".join(response) if response.streaming else response.content
    return words_of(content)


def test_the_page_begins_with_the_portals_letter_and_lists_the_placeholders(url, director, client_of):
    page = client_of(director).get(url)
    assert page.context["form"].initial["letter_template"] == letters.DEFAULT_TEMPLATE
    for name in letters.PLACEHOLDERS:
        assert f"<code>{{{name}}}</code>" in page.content.decode()


def test_a_director_words_the_letter(url, program, director, client_of):
    response = client_of(director).post(url, {"letter_template": WORDS.replace("\n", "\r\n")}, follow=True)
    assert b"The award letter is saved." in response.content
    program.refresh_from_db()
    assert program.letter_template == WORDS


@pytest.mark.both
def test_two_directors_who_word_it_at_once_see_both(url, program, director, director2, client_of):
    """F9: the second is shown what the first has saved; saving again is then a choice with open eyes."""
    seen = client_of(director).get(url).context["seen"]
    assert f'name="seen" value="{seen}"' in client_of(director).get(url).content.decode()
    assert client_of(director2).post(url, {"letter_template": WORDS, "seen": seen}).status_code == 302
    page = client_of(director).post(url, {"letter_template": "Dear {awardee_salutation}!", "seen": seen})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Somebody else has saved this since you opened it" in text
    assert "welcome to {cohort_name}." in text
    assert page.context["form"]["letter_template"].value() == "Dear {awardee_salutation}!"
    program.refresh_from_db()
    assert program.letter_template == WORDS
    again = {"letter_template": "Dear {awardee_salutation}!", "seen": page.context["seen"]}
    assert client_of(director).post(url, again).status_code == 302
    program.refresh_from_db()
    assert program.letter_template == "Dear {awardee_salutation}!"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dear {awardee}", "“{awardee}” is not a placeholder of letters. Please choose one"),
        ("{ project title }", "Did you mean {project_title}?"),
        ("{{ settings.SECRET_KEY }}", "“{{ settings.SECRET_KEY }}” is not a placeholder"),
        ("{% include 'x' %}", "is not a placeholder"),
        ("{today.__class__}", "“{today.__class__}” is not a placeholder"),
        ("{today", "A brace “{” stands alone."),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_what_is_no_placeholder_is_named_beside_the_field_and_kept(button, typed, sentence, url, program, director, client_of):
    response = client_of(director).post(url, {"letter_template": typed, button: "1"})
    assert any(sentence in error for error in response.context["form"].errors["letter_template"])
    assert response.context["form"]["letter_template"].value() == typed
    program.refresh_from_db()
    assert program.letter_template == ""


def test_an_empty_letter_goes_back_to_the_portals_own(url, program, director, client_of):
    program.letter_template = WORDS
    program.save()
    client_of(director).post(url, {"letter_template": "  "})
    program.refresh_from_db()
    assert program.letter_template == ""


def test_a_preview_shows_what_was_typed_and_keeps_nothing(url, program, director, client_of):
    response = client_of(director).post(url, {"letter_template": WORDS, "preview": "1"})
    text = text_of(response)
    assert "welcome to Cohort 2027." in text
    assert "Preview, not sent" in text
    assert "Priya Raman" in text
    program.refresh_from_db()
    assert program.letter_template == ""


def test_the_sample_shows_the_letter_in_use(program, director, client_of):
    program.letter_template = WORDS
    program.save()
    assert "welcome to Cohort 2027." in text_of(client_of(director).get(reverse("scholars:letter_sample", args=[program.slug])))


def test_a_director_previews_the_letter_of_a_staged_award(application, staged, director, client_of):
    decision = staged(application)
    text = text_of(client_of(director).get(reverse("scholars:letter_preview", args=[decision.pk])))
    for fact in ("Samuel Ng", "Telehealth titration for heart failure", "Dana Whitfield", "Maya Okafor", "Preview, not sent"):
        assert fact in text
    assert AwardLetter.objects.count() == 0


def test_only_a_staged_award_has_a_preview(application, staged, award, director, coordinator, client_of, reviewed):
    other = staged(reviewed(1)[0], "not_awarded")
    released = type(other).objects.get(application=application)
    for decision in (other, released):
        response = client_of(director).get(reverse("scholars:letter_preview", args=[decision.pk]))
        assert response.status_code == 409
        assert b"Only the letter of a staged award can be previewed." in response.content


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("committee", 403), ("finance", 404), ("reviewer", 404), ("applicant", 404), ("other_director", 404)],
)
def test_who_previews(who, status, application, staged, client_of, request):
    decision = staged(application)
    url = reverse("scholars:letter_preview", args=[decision.pk])
    assert client_of(request.getfixturevalue(who)).get(url).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 403), ("finance", 404), ("committee", 404), ("other_director", 404), ("applicant", 404)]
)
def test_nobody_else_words_the_letter(who, status, url, program, client_of, request):
    client = client_of(request.getfixturevalue(who))
    assert client.get(url).status_code == status
    assert client.post(url, {"letter_template": WORDS}).status_code == status
    assert client.get(reverse("scholars:letter_sample", args=[program.slug])).status_code == status
    program.refresh_from_db()
    assert program.letter_template == ""


def test_the_awardee_reads_the_letter_once_it_is_built(award, applicant, build, at, client_of):
    letter = AwardLetter.objects.get()
    url = reverse("scholars:letter", args=[letter.pk])
    early = client_of(applicant).get(url)
    assert early.status_code == 409
    assert b"The letter is being built." in early.content
    build(at)
    response = client_of(applicant).get(url)
    assert response["Content-Disposition"] == 'inline; filename="award-letter-1.pdf"'
    assert "Telehealth titration for heart failure" in text_of(response)
