"""Forged hosts and headers: S10, S22, S23, S25, S27; redirects (S11) are in tests/accounts/test_redirects.py."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from programs import mail
from programs.models import Email

PASSWORD = "correct-horse-battery-9"


@pytest.fixture
def member(stranger):
    from allauth.account.models import EmailAddress  # noqa: PLC0415

    stranger.set_password(PASSWORD)
    stranger.save()
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    return stranger


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_reaches_no_email(client, member, header):
    answer = client.post("/accounts/password/reset/", {"email": member.email}, **{header: "evil.example"})
    texts = [email.text for email in Email.objects.all()]
    assert not any("evil.example" in text for text in texts)
    if header == "HTTP_HOST":
        assert answer.status_code == 400
        assert texts == []
    else:
        assert len(texts) == 1


def test_a_known_and_an_unknown_address_get_the_same_answers(client, member):
    def answers(email):
        reset = client.post("/accounts/password/reset/", {"email": email})
        wrong = client.post("/accounts/login/", {"login": email, "password": "wrong-password-1"})
        text = wrong.content.decode().replace(email, "…")
        return reset.status_code, reset["Location"], wrong.status_code, "do not know" in text, text.count("invalid-feedback")

    assert answers(member.email) == answers("nobody@example.org")


def test_sign_in_changes_the_session_and_sign_out_ends_it(client, member):
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    during = client.session.session_key
    assert during != before
    client.post("/accounts/logout/")
    assert client.get("/desk/").status_code == 302


def test_guessing_passwords_ends_in_429(client, member, settings):
    answers = [
        client.post("/accounts/login/", {"login": member.email, "password": f"wrong-password-{n}"}).status_code for n in range(20)
    ]
    page = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert 429 in answers or b"That was a lot in a short time. Please wait a few minutes, then try again." in page.content
    assert "_auth_user_id" not in client.session


def test_the_admin_has_no_sign_in_of_its_own(client, member):
    answer = client.post("/admin/login/", {"username": member.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith(str(settings.LOGIN_URL)) or "/accounts/login/" in answer["Location"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address",
    ["a@example.org\nBcc: evil@example.org", "a@example.org, b@example.org", "a@example.org;b@example.org", "not an address", ""],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address):
    with pytest.raises(ValidationError):
        mail.check_address(address)


def test_a_subject_with_line_breaks_becomes_one_header(db, mailoutbox):
    at = timezone.now()
    mail.enqueue_text(kind="test", to="a@example.org", subject="Hello\r\nBcc: evil@example.org", text="Text", at=at)
    assert mail.deliver(Email.objects.get().pk, at=at)
    [message] = mailoutbox
    assert message.recipients() == ["a@example.org"]
    assert message.message()["Subject"] == "Hello Bcc: evil@example.org"
    assert message.message()["Bcc"] is None


def test_every_page_carries_the_strict_headers(client, db):
    headers = client.get("/accounts/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
