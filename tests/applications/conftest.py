"""A draft that may be submitted, PDFs good and bad, and a text as the press prints it."""

import hashlib
import io

import pikepdf
import pytest
from django.core.files.base import ContentFile

from applications.models import Document
from tests.factories.applications import ApplicationFactory, write_sections
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory


def pdf_of(pages=1, *, password=""):
    """Return a PDF of blank pages, protected when a password is given."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(612, 792))
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


@pytest.fixture
def pdf():
    return pdf_of


def keep_document(application, at):
    """Attach two blank pages without the child process that reads PDFs from outside, which costs half a second."""
    content = pdf_of(2)
    kept = Document(
        application=application,
        request=application.call.document_requests.get(),
        name="Biosketch Ng.pdf",
        pages=2,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        attached_at=at,
    )
    kept.file.save("document.pdf", ContentFile(content))
    return kept


@pytest.fixture
def whole(application, applicant, at):
    """The applicant's draft with every part: sections, document, sponsor and mentor asked."""
    write_sections(application)
    keep_document(application, at)
    SponsorCommitmentFactory(call=application.call, applicant=applicant)
    MentorAgreementFactory(call=application.call, applicant=applicant)
    application.refresh_from_db()
    return application


@pytest.fixture
def committed(whole, at):
    """The same, with both promises made."""
    from mentors.models import MentorAgreement  # noqa: PLC0415
    from sponsors.models import SponsorCommitment  # noqa: PLC0415

    for model, name in ((SponsorCommitment, "Dana Whitfield"), (MentorAgreement, "Maya Okafor")):
        model.objects.filter(call=whole.call).update(state="committed", answered_at=at, signed_name=name)
    return whole


@pytest.fixture
def submitted(call, applicant):
    """An application of the applicant that is submitted, its packet not made yet."""
    return ApplicationFactory(call=call, applicant=applicant, state="submitted", title="Telehealth titration for heart failure")
