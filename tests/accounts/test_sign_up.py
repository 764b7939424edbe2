"""Signing up: from the public page of a call to its application, whatever goes wrong with the code on the way."""

import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from programs.models import Email
from tests.accounts.conftest import PASSWORD, is_in

NEW = "new@example.org"
WRONG = "AAAA-AAAA"


@pytest.fixture
def start(call):
    """The address to which the public page of the call leads."""
    return reverse("applications:start", args=[call.pk])


@pytest.fixture
def waiting(client, sign_up, start):
    """A browser that waits at the page for the code, on its way to the call."""
    answer = sign_up(client, NEW, following=start)
    assert answer["Location"] == to("/accounts/confirm-email/", start)
    return client


def to(address, following):
    """Return an address with where the person is going behind it, as the library writes it."""
    return f"{address}?next={quote(following, safe='')}"


def field(page, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', page.content.decode())


def test_the_call_is_not_lost_on_the_way_from_its_page_to_the_application(client, sign_up, code_for, call, start):
    page = client.get(reverse("programs:call", args=[call.program.slug, call.slug])).content.decode()
    [to_sign_up] = re.findall(r'href="(/accounts/signup/[^"]*)"', page)
    [to_sign_in] = re.findall(r'href="(/accounts/login/[^"]*next[^"]*)"', page)
    assert field(client.get(to_sign_in), "next")[0] == start
    [from_sign_in] = re.findall(r'href="(/accounts/signup/[^"]*)"', client.get(to_sign_in).content.decode())
    assert field(client.get(from_sign_in), "next") == [start]
    assert field(client.get(to_sign_up), "next") == [start]
    code_page = sign_up(client, NEW, following=start)["Location"]
    page = client.get(code_page)
    assert NEW in page.content.decode()
    assert field(page, "next")[0] == start
    answer = client.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": start})
    assert answer["Location"] == start
    assert client.get(start).status_code == 200
    assert User.objects.get(email=NEW).name == "Nadia Brown"


def test_a_wrong_code_is_said_beside_the_field_and_leaves_two_more(waiting, start, code_for):
    for _ in range(2):
        page = waiting.post("/accounts/confirm-email/", {"code": WRONG, "next": start})
        assert page.context["verify_form"].errors == {"code": ["This code is not the one we sent. Please check each character."]}
    assert waiting.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": start})["Location"] == start
    assert is_in(waiting)


def test_no_code_is_said_beside_the_field_and_is_no_attempt(waiting, start, code_for):
    for typed in ("", WRONG, "  ", WRONG, ""):
        page = waiting.post("/accounts/confirm-email/", {"code": typed, "next": start})
        assert page.context["verify_form"].has_error("code", "incorrect_code" if typed == WRONG else "required")
    assert page.context["verify_form"].errors == {"code": ["Please enter the code from the e-mail."]}
    assert "Please enter the code from the e-mail." in page.content.decode()
    assert waiting.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": start})["Location"] == start


def test_the_third_wrong_code_says_how_to_go_on_and_keeps_the_call(waiting, start, code_for):
    for _ in range(3):
        answer = waiting.post("/accounts/confirm-email/", {"code": WRONG, "next": start})
    assert answer["Location"] == to("/accounts/login/", start)
    page = waiting.get(answer["Location"])
    assert "sign in with your password, and we send you a new code" in page.content.decode()
    assert field(page, "next")[0] == start
    old, _ = code_for(NEW), cache.clear()
    answer = waiting.post("/accounts/login/", {"login": NEW, "password": PASSWORD, "next": start})
    assert answer["Location"] == to("/accounts/confirm-email/", start)
    assert code_for(NEW) != old
    assert waiting.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": start})["Location"] == start


def test_a_new_code_is_sent_and_the_old_one_is_no_longer_valid(waiting, start, code_for):
    page = waiting.get(to("/accounts/confirm-email/", start)).content.decode()
    assert "Send a new code" in page
    old, _ = code_for(NEW), cache.clear()
    answer = waiting.post("/accounts/confirm-email/", {"action": "resend", "next": start})
    assert answer["Location"] == to("/accounts/confirm-email/", start)
    assert code_for(NEW) != old
    assert waiting.post("/accounts/confirm-email/", {"code": old}).status_code == 200
    assert waiting.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": start})["Location"] == start


def test_whoever_mistyped_the_address_uses_another_one(waiting, sign_up, start, code_for):
    page = waiting.get(to("/accounts/confirm-email/", start)).content.decode()
    assert "Use a different e-mail address" in page
    again = to("/accounts/signup/", start)
    assert f'name="next" value="{again}"' in page
    assert waiting.post("/accounts/logout/", {"next": again})["Location"] == again
    assert field(waiting.get(again), "next") == [start]
    sign_up(waiting, "right@example.org", following=start)
    answer = waiting.post("/accounts/confirm-email/", {"code": code_for("right@example.org"), "next": start})
    assert answer["Location"] == start
    assert is_in(waiting)
    assert waiting.get("/accounts/profile/").context["form"].instance.email == "right@example.org"


def test_an_address_with_an_account_gets_the_same_pages_and_another_mail(client, browser, sign_up, member, start):
    other = browser()
    known = sign_up(client, member.email, following=start)
    new = sign_up(other, NEW, following=start)
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])

    def body(page, address):
        return re.sub(r'csrf\w*" value="\w+"', "", page.content.decode()).replace(address, "…")

    both = ((client, member.email), (other, NEW))
    pages = [body(browser.get(known["Location"]), address) for browser, address in both]
    assert "Send a new code" in pages[0]
    assert pages[0] == pages[1]
    changed = [body(b.post(known["Location"], {"action": "change", "email": "third@example.org"}), a) for b, a in both]
    assert changed[0] == changed[1]
    cache.clear()
    sent = [b.post(known["Location"], {"action": "resend", "next": start}) for b, _ in both]
    assert (sent[0].status_code, sent[0]["Location"]) == (sent[1].status_code, sent[1]["Location"])
    pages = [body(browser.get(known["Location"]), address) for browser, address in both]
    assert pages[0] == pages[1]
    thirds = [[b.post("/accounts/confirm-email/", {"code": WRONG, "next": start}) for _ in range(3)][-1] for b in (client, other)]
    assert thirds[0]["Location"] == thirds[1]["Location"] == to("/accounts/login/", start)
    kinds = [mail.kind for mail in Email.objects.order_by("pk")]
    assert kinds == ["account_already_exists", "email_confirmation_signup", "email_confirmation_signup"]
    for address in (member.email, "fourth@example.org"):
        another = type(client)()
        sign_up(another, address)
        left = another.post("/accounts/logout/", {"next": "/accounts/signup/"})
        assert (left["Location"], another.get("/accounts/signup/").status_code) == ("/accounts/signup/", 200)


@pytest.mark.parametrize("leave", ["/accounts/logout/", "/accounts/login/code/"])
def test_the_page_for_the_code_tells_nothing_once_it_was_left(browser, sign_up, member, leave):
    """Whoever cancels, or asks for another code, comes back to the same answers whether the address had an account or not."""
    seen = []
    for address in (member.email, NEW):
        client = browser()
        page = client.get(sign_up(client, address)["Location"]).content.decode()
        assert "If there is an account with this address already" in page
        client.post(leave, {"email": "third@example.org"})
        back = [client.get("/accounts/confirm-email/"), client.post("/accounts/confirm-email/", {"code": WRONG})]
        seen.append([(answer.status_code, answer.headers.get("Location")) for answer in back])
        cache.clear()
    assert seen[0] == seen[1]
    assert seen[0][0] == (302, "/accounts/login/")


def test_whoever_signs_in_before_confirming_reads_nothing_of_an_account_that_there_already_is(browser, sign_up):
    sign_up(browser(), NEW)
    cache.clear()
    again = browser()
    asked = again.post("/accounts/login/", {"login": NEW, "password": PASSWORD})
    page = again.get(asked["Location"]).content.decode()
    assert "We have sent a code to" in page
    assert "If there is an account with this address already" not in page


def test_a_foreign_next_is_not_followed(client, sign_up, code_for):
    assert sign_up(client, NEW, following="https://evil.example/")["Location"] == "/accounts/confirm-email/"
    answer = client.post("/accounts/confirm-email/", {"code": code_for(NEW), "next": "https://evil.example/"})
    assert answer["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("form", "name", "sentence"),
    [
        ({}, "name", "Please fill this in."),
        ({"email": "nobody"}, "email", "This is not an e-mail address. It looks like name@hospital.org."),
        ({"password1": "short"}, "password1", "This password is too short. It must contain at least 10 characters."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client, db, form, name, sentence):
    page = client.post("/accounts/signup/", form)
    assert sentence in page.context["form"].errors[name]
    assert sentence in page.content.decode()
    assert not User.objects.exists()
