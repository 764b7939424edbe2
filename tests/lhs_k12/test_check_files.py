"""After a restore: which rows name a file that is not there."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import FileField

from applications.models import Document, Submission
from lhs_k12.management.commands.check_files import named
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(application, at):
    """A document of a draft, with its file."""
    request = application.call.document_requests.get()
    kept = Document(application=application, request=request, name="CV.pdf", pages=1, size=5, sha256="0" * 64, attached_at=at)
    kept.file.save("document.pdf", ContentFile(b"%PDF-"))
    return kept


def test_nothing_is_missing(document, capsys):
    call_command("check_files")
    assert capsys.readouterr().out == "All 1 files are there.\n"


def test_a_row_whose_file_is_missing_is_named_and_the_command_fails(document, capsys):
    default_storage.delete(document.file.name)
    with pytest.raises(CommandError, match=r"^1 of 1 files are missing\.$") as failed:
        call_command("check_files")
    assert failed.value.returncode == 1
    assert capsys.readouterr().out == f"applications.Document {document.pk}: {document.file.name}\n"


def test_what_a_submission_was_made_of_is_looked_for_though_its_document_was_replaced(call, capsys):
    submission = Submission.objects.get(application=ApplicationFactory(call=call, state="returned"))
    submission.snapshot["documents"] = [{"title": "Biosketch", "file": "documents/1/replaced.pdf"}]
    submission.save()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_files")
    assert f"applications.Submission {submission.pk}, Biosketch: documents/1/replaced.pdf" in capsys.readouterr().out


def test_every_column_of_files_is_looked_at(document):
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    }
    of_applications = {f"applications.{column}" for column in ("Document.file", "Submission.packet", "PacketPreview.file")}
    assert columns == {*of_applications, "scholars.AwardLetter.file"}
    assert [name for _, name, _ in named()] == [document.file.name]
