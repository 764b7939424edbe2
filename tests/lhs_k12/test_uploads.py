"""What is kept of files while a request is read, before anybody knows who sends them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryUploadedFile
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch):
    """The bytes that reached a file on the disk, one number a file."""
    sizes = []
    close = TemporaryUploadedFile.close

    def closed(file):
        if not file.closed:
            sizes.append(file.file.seek(0, 2))
        return close(file)

    monkeypatch.setattr(TemporaryUploadedFile, "close", closed)
    return sizes


def test_a_stranger_does_not_fill_the_disk(settings, written):
    settings.DOCUMENT_MAX_BYTES = 300_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    browser = Client(enforce_csrf_checks=True)
    browser.get(reverse("account_login"))  # with the cookie, so that the body is read to look for the token
    files = {f"file{number}": SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 1_000_000) for number in range(3)}
    assert browser.post(reverse("account_login"), files).status_code == 403
    assert 0 < sum(written) <= 300_001


def test_a_file_that_is_too_large_is_still_refused_beside_its_field(settings, client_of, application, applicant):
    settings.DOCUMENT_MAX_BYTES = 2 * 1024 * 1024
    request = application.call.document_requests.get()
    file = SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * 5_000_000)
    page = client_of(applicant).post(reverse("applications:document", args=[application.pk, request.pk]), {"file": file})
    assert "The file is larger than 2 MB. Please choose a smaller one." in page.content.decode()


def test_a_file_within_the_limit_arrives_whole(settings, rf):
    settings.DOCUMENT_MAX_BYTES = 1_000_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    content = bytes(range(256)) * 3900
    received = rf.post("/", {"file": SimpleUploadedFile("a.pdf", content)})
    assert received.FILES["file"].read() == content
