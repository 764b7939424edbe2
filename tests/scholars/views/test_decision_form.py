"""The page that stages one decision: who may, what is refused beside which field, nobody told."""

import pytest
from django.urls import reverse

from mentors.models import MentorAgreement
from scholars.models import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(application):
    return reverse("scholars:stage", args=[application.pk])


def errors_of(response):
    return response.context["form"].errors


def test_a_director_stages_an_award(url, application, director, client_of, outbox):
    client = client_of(director)
    page = client.get(url)
    assert b"Telehealth titration for heart failure" in page.content
    assert b"4 places: 0 awarded, 0 staged, 4 left" in page.content
    assert b"$920,000: $0 awarded, $0 staged, $920,000 left" in page.content
    assert b"checked" not in page.content
    response = client.post(url, {"outcome": "award", "alternate_order": ""})
    assert response["Location"] == reverse("reports:decide", args=[application.call_id])
    assert Decision.objects.get().outcome == "award"
    assert outbox() == []


def test_the_page_shows_what_is_staged(url, application, staged, director, client_of):
    staged(application, "alternate", 3)
    page = client_of(director).get(url)
    assert page.context["form"].initial == {"outcome": "alternate", "alternate_order": 3}
    assert b"Take the staged decision back" in page.content


def test_what_is_staged_counts_as_the_release_counts_it(url, application, call, reviewed, staged, award, director, client_of):
    first, second, alternate, withdrawn, closed = reviewed(5)
    for row in (first, second, withdrawn, closed):
        staged(row)
    staged(alternate, "alternate", 1)
    # Neither is released with the others: one was taken back, of the other the director must not know what is staged.
    type(application).objects.filter(pk=withdrawn.pk).update(state="withdrawn")
    type(application).objects.filter(pk=closed.pk).update(applicant=director)
    page = client_of(director).get(reverse("scholars:stage", args=[alternate.pk])).content.decode()
    assert "4 places: 1 awarded, 2 staged, 1 left" in page
    assert "$920,000: $230,000 awarded, $460,000 staged, $230,000 left" in page


def test_why_is_kept_in_the_history_and_the_applicant_reads_the_number_alone(url, application, director, client_of):
    client_of(director).post(url, {"outcome": "alternate", "alternate_order": "2", "why": "Two awards went to surgery already."})
    page = reverse("applications:application", args=[application.pk])
    text = " ".join(client_of(director).get(page).content.decode().split())
    assert '<span class="history-what">Decision staged</span>' in text
    assert "Two awards" not in text
    text = " ".join(client_of(director).get(url).content.decode().split())
    assert '<span class="history-what">Staged <span class="history-state">Alternate</span></span>' in text
    assert '<span class="history-why">Alternate number 2. Two awards went to surgery already.</span>' in text
    decision = Decision.objects.get()
    release = reverse("scholars:release", args=[application.call_id])
    seen = client_of(director).get(release).context["seen"]
    client_of(director).post(release, {"seen": seen, "lacking_read": "on"})
    decision.refresh_from_db()
    assert decision.released_at
    text = client_of(application.applicant).get(page).content.decode()
    assert "You are an alternate: if a place becomes free, the office writes to you. Alternate number 2." in text
    assert "surgery" not in text


def test_what_was_staged_and_taken_back_stands_on_the_page(url, application, director, client_of):
    client = client_of(director)
    client.post(url, {"outcome": "award", "why": "The best of them."})
    client.post(reverse("scholars:unstage", args=[application.pk]))
    rows = client.get(url).context["history"]
    assert [(row.verb, row.to_state, row.reason) for row in rows] == [
        ("Taken back", "Award", ""), ("Staged", "Award", "The best of them."),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "director2"])
@pytest.mark.parametrize("outcome", ["award", "alternate", "not_awarded"])
def test_nobody_who_stands_aside_reads_what_is_staged_or_why(url, application, director, client_of, who, outcome, request):
    person = request.getfixturevalue(who)
    MentorAgreement.objects.update(email=person.email)
    client_of(director).post(url, {"outcome": outcome, "alternate_order": "2", "why": "CANARY-WHY"})
    assert client_of(person).get(url).status_code == 403
    page = client_of(person).get(reverse("applications:application", args=[application.pk])).content.decode()
    assert "Decision staged" in page
    row = page[page.index("Decision staged") :].split("</li>")[0]
    assert "CANARY-WHY" not in page
    assert "history-state" not in row
    assert "history-why" not in row


def test_too_long_a_reason_is_refused_and_kept(url, director, client_of):
    words = "word " * 500
    response = client_of(director).post(url, {"outcome": "award", "why": words})
    assert "why" in errors_of(response)
    assert words.strip() in response.content.decode()
    assert Decision.objects.count() == 0


def test_an_empty_form_says_what_to_choose(url, director, client_of):
    response = client_of(director).post(url, {})
    assert errors_of(response) == {"outcome": ["Please choose a decision."]}
    assert b"data-error-summary" in response.content
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ("", "Please give the alternate’s order: 1 is the first to be offered a place."),
        ("0", "The order starts at 1."),
        ("-1", "The order starts at 1."),
        ("1.5", "Please give the order as a whole number, for example 1."),
        ("first", "Please give the order as a whole number, for example 1."),
        ("100", "The order is at most 99."),
    ],
)
def test_an_alternate_needs_a_whole_order(order, sentence, url, director, client_of):
    response = client_of(director).post(url, {"outcome": "alternate", "alternate_order": order})
    assert errors_of(response) == {"alternate_order": [sentence]}


@pytest.mark.both
def test_a_duplicate_order_is_said_beside_the_order(url, reviewed, staged, director, client_of):
    staged(reviewed(1)[0], "alternate", 1)
    response = client_of(director).post(url, {"outcome": "alternate", "alternate_order": "1"})
    assert errors_of(response) == {"alternate_order": ["Applicant 1 is alternate 1 already."]}
    assert b'value="1"' in response.content


@pytest.mark.both
def test_an_application_not_under_review_is_said_beside_the_decision(url, application, director, client_of):
    application.state = "submitted"
    application.save()
    response = client_of(director).post(url, {"outcome": "award"})
    assert errors_of(response) == {"outcome": ["The application is submitted, not under review."]}


@pytest.mark.both
def test_a_released_decision_has_no_form(url, application, award, director, client_of):
    page = client_of(director).get(url)
    assert b"It cannot be changed any more." in page.content
    assert b"<textarea" not in page.content
    response = client_of(director).post(url, {"outcome": "not_awarded"})
    assert errors_of(response) == {"outcome": ["The decision on this application is released. It cannot be changed any more."]}


def test_an_order_typed_for_an_award_is_dropped(url, director, client_of):
    client_of(director).post(url, {"outcome": "award", "alternate_order": "2"})
    assert Decision.objects.get().alternate_order is None


def test_a_staged_decision_is_taken_back(application, staged, director, client_of):
    staged(application)
    response = client_of(director).post(reverse("scholars:unstage", args=[application.pk]))
    assert response["Location"] == reverse("reports:decide", args=[application.call_id])
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 403), ("committee", 404), ("finance", 404), ("reviewer", 404), ("applicant", 404), ("other_director", 404)],
)
def test_nobody_else_stages(who, status, url, application, client_of, request):
    client = client_of(request.getfixturevalue(who))
    assert client.get(url).status_code == status
    assert client.post(url, {"outcome": "award"}).status_code == status
    assert client.post(reverse("scholars:unstage", args=[application.pk])).status_code == status
    assert Decision.objects.count() == 0


def test_the_line_is_staged_from_the_order_of_the_page(reviewed, call, director, client_of):
    ranked = reviewed(6)
    response = client_of(director).post(
        reverse("scholars:stage_line", args=[call.pk]), {"application": [row.pk for row in ranked]}, follow=True
    )
    assert list(Decision.objects.order_by("pk").values_list("application__title", "outcome", "alternate_order")) == [
        ("Project 1", "award", None), ("Project 2", "award", None), ("Project 3", "award", None), ("Project 4", "award", None),
        ("Project 5", "alternate", 1), ("Project 6", "alternate", 2),
    ]  # fmt: skip
    assert b"6 decisions are staged by the line, 4 of them awards." in response.content


def test_the_line_asks_before_it_changes_what_is_staged(reviewed, staged, call, director, client_of):
    ranked, client, url = reviewed(6), client_of(director), reverse("scholars:stage_line", args=[call.pk])
    staged(ranked[0], "award")  # as the line has it: no question
    staged(ranked[1], "alternate", 1)
    staged(ranked[5], "award")
    form = {"application": [row.pk for row in ranked[:5]]}
    asked = client.post(url, form)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert [(row.title, before, after) for row, before, after in asked.context["changes"]] == [
        ("Project 2", "Alternate 1", "Award"),
        ("Project 6", "Award", "nothing staged"),
    ]
    assert "2 decisions are staged otherwise already. Nothing has been changed yet." in page
    assert "Project 1" not in page
    assert list(Decision.objects.order_by("pk").values_list("outcome", "alternate_order")) == [
        ("award", None), ("alternate", 1), ("award", None),
    ]  # fmt: skip
    # Another director stages meanwhile: the answer was given to something else, so it is asked again.
    Decision.objects.filter(application=ranked[1]).update(alternate_order=2)
    form["replacing"] = asked.context["seen"]
    again = client.post(url, form)
    assert "Somebody staged other decisions meanwhile." in again.content.decode()
    assert Decision.objects.count() == 3
    form["replacing"] = again.context["seen"]
    done = client.post(url, form, follow=True)
    assert b"5 decisions are staged by the line, 4 of them awards." in done.content
    assert list(Decision.objects.order_by("pk").values_list("application__title", "outcome")) == [
        ("Project 1", "award"), ("Project 2", "award"), ("Project 3", "award"), ("Project 4", "award"), ("Project 5", "alternate"),
    ]  # fmt: skip


def test_the_line_asks_nothing_when_it_changes_nothing(reviewed, call, director, client_of):
    url, form = reverse("scholars:stage_line", args=[call.pk]), {"application": [row.pk for row in reviewed(3)]}
    for _ in range(2):
        assert client_of(director).post(url, form).status_code == 302
    assert Decision.objects.count() == 3


@pytest.mark.parametrize("ids", [[], ["x"], ["999999"], ["²"]])
def test_a_line_that_names_nothing_known_is_refused(ids, call, director, client_of):
    client_of(director).post(reverse("scholars:stage_line", args=[call.pk]), {"application": ids})
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("committee", 404), ("other_director", 404)])
def test_nobody_else_stages_the_line(who, status, call, reviewed, client_of, request):
    url = reverse("scholars:stage_line", args=[call.pk])
    assert client_of(request.getfixturevalue(who)).post(url, {"application": [reviewed(1)[0].pk]}).status_code == status
    assert client_of(request.getfixturevalue(who)).get(url).status_code == 405


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stage_line", "No application on the list is under review and undecided."),
        ("offer_next", "No alternate of this call is waiting."),
    ],
)
@pytest.mark.parametrize("typed", ["9" * 5000, "9" * 19, "٣", "-1", "x"])
def test_what_is_no_number_of_an_application_is_refused_in_words(name, said, typed, call, director, client_of):
    answer = client_of(director).post(reverse(f"scholars:{name}", args=[call.pk]), {"application": typed}, follow=True)
    assert said in answer.content.decode()
