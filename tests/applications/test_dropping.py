"""A file whose row is gone stays until a backup that was taken before has its copy; then it is deleted, and no other is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from applications import tasks, workflow
from applications.models import Document, DroppedFile, PacketPreview
from applications.workflow.dropping import drop_files

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MONTH = timedelta(days=30)


@pytest.fixture
def attach(application, applicant, pdf):
    """Attach a document of so many pages; returns the name of its file."""
    request = application.call.document_requests.get()

    def kept(pages, *, at):
        return workflow.attach(application, request, name="a.pdf", content=pdf(pages), by=applicant, at=at).file.name

    return kept


def names(at):
    return [dropped.name for dropped in workflow.due_to_go(at)]


def test_what_takes_the_place_of_a_document_leaves_its_file_for_thirty_days(attach, at):
    old, new = attach(1, at=at), attach(2, at=at)
    assert names(at + MONTH - SECOND) == []
    assert names(at + MONTH) == [old]
    assert default_storage.exists(old)
    assert default_storage.exists(new)


def test_a_document_that_is_taken_away_leaves_its_file_too_however_old_it_is(attach, application, applicant, at):
    """The thirty days are counted from when it went: a file that was attached long ago stands in yesterday's backup as well."""
    old = attach(1, at=at - timedelta(days=7))
    workflow.remove_document(application, application.call.document_requests.get(), by=applicant, at=at)
    assert not Document.objects.exists()
    assert names(at + MONTH - SECOND) == []
    assert names(at + MONTH) == [old]


def test_the_clock_deletes_what_has_stayed_long_enough_and_nothing_else(attach, at):
    long_ago, lately, kept = (attach(pages, at=at) for pages in (1, 2, 3))
    DroppedFile.objects.filter(name=long_ago).update(due_at=at - SECOND)
    assert tasks.sweep_files() == 1
    assert [default_storage.exists(name) for name in (long_ago, lately, kept)] == [False, True, True]
    assert DroppedFile.objects.get().name == lately
    assert tasks.sweep_files() == 0


def test_a_file_whose_row_somebody_has_put_back_stays(attach, at):
    old = attach(1, at=at)
    attach(2, at=at)
    Document.objects.update(file=old)
    assert names(at + MONTH) == []


def test_one_that_cannot_be_deleted_holds_up_no_other_and_is_tried_again(at, caplog):
    drop_files(["documents/9", "documents/9/b.pdf"], at=at - 2 * MONTH)
    DroppedFile.objects.filter(name="documents/9").update(due_at=at - 2 * MONTH)
    folder = Path(default_storage.path("documents/9"))
    folder.mkdir(parents=True)
    (folder / "b.pdf").write_bytes(b"%PDF-")
    assert tasks.sweep_files() == 1
    assert "the file documents/9 was not deleted" in caplog.text
    assert tasks.sweep_files() == 1
    assert not DroppedFile.objects.exists()


def test_one_that_is_gone_already_is_forgotten(at):
    drop_files(["documents/1/gone.pdf"], at=at - MONTH)
    assert tasks.sweep_files() == 1
    assert not DroppedFile.objects.exists()


def test_a_file_is_dropped_once_by_two_workers(at):
    drop_files(["previews/1/a.pdf"], at=at)
    drop_files(["previews/1/a.pdf", "previews/1/b.pdf"], at=at + SECOND)
    assert names(at + MONTH) == ["previews/1/a.pdf"]
    assert DroppedFile.objects.count() == 2


def test_a_preview_leaves_its_file_for_two_days(whole, at):
    for title in ("One title", "Another title"):
        workflow.set_title(whole, title=title, by=whole.applicant, at=at)
        workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert tasks.sweep_packets() == 1
    [old] = DroppedFile.objects.values_list("name", flat=True)
    assert default_storage.exists(old)
    assert old != PacketPreview.objects.get().file.name
    assert names(timezone.now() + timedelta(days=1, hours=23)) == []
    assert names(timezone.now() + timedelta(days=2)) == [old]


def test_a_clock_that_stops_early_goes_on_the_next_time(at, monkeypatch):
    drop_files([f"documents/1/{number}.pdf" for number in range(3)], at=at - MONTH)
    monkeypatch.setattr(tasks, "SWEEP_BUDGET_SECONDS", 0.0)
    assert tasks.sweep_files() == 0
    monkeypatch.setattr(tasks, "SWEEP_BUDGET_SECONDS", 18.0)
    assert tasks.sweep_files() == 3
