"""The packet as PDF, and the worker that makes it once."""

import hashlib
import io
import uuid
from contextlib import suppress
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from applications import pdfs, snapshot, tasks, workflow
from applications.models import Application, PacketPreview, Submission
from applications.workflow.packets import LEASE
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment
from tests.paper import pages_of, words_of


@pytest.fixture
def sent(whole, at):
    return workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)


def test_the_packet_holds_cover_sections_and_documents(sent, whole):
    packet = pdfs.packet(sent.snapshot)
    with pikepdf.open(io.BytesIO(packet)) as made:
        assert len(made.pages) == 2 + 2  # cover, sections, and the two blank pages of the biosketch
    text = words_of(packet)
    whole.refresh_from_db()
    for fact in (
        "Telehealth titration for heart failure", whole.tracking_number, "Samuel Ng", "Dana Whitfield", "Maya Okafor", "Call 2027",
        "Specific aims", "Half of the patients reach target doses", "Biosketch",
    ):  # fmt: skip
        assert fact in text
    with pikepdf.open(io.BytesIO(packet)) as made:
        assert (str(made.Root.Lang), str(made.docinfo.Title)) == ("en", "Telehealth titration for heart failure")
        with made.open_outline() as outline:
            assert [str(item.title) for item in outline.root][-1] == "Biosketch"
        with made.open_metadata() as known:
            assert not [name for name in known if "pdfua" in name]
    assert "Draft, not submitted" not in text
    assert "Draft, not submitted" in words_of(pdfs.packet(snapshot.of(whole), draft=True))


def test_every_page_says_whose_it_is_and_which_of_how_many_also_the_attached_ones(sent, whole):
    whole.refresh_from_db()
    foot = f"{whole.applicant.styled_name} · {whole.tracking_number} · page"
    pages = pages_of(pdfs.packet(sent.snapshot))
    assert [page.endswith(f"{foot} {number} of 4") for number, page in enumerate(pages, 1)] == [True] * 4
    draft = pages_of(pdfs.packet(snapshot.of(whole), draft=True))
    assert draft[-1] == f"{whole.applicant.styled_name} · draft, not submitted · page 4 of 4"


def test_a_long_name_leaves_the_number_its_place(sent):
    applicant = {**sent.snapshot["applicant"], "styled_name": "Maximiliana " * 12 + "MD"}
    [last] = pages_of(pdfs.packet({**sent.snapshot, "applicant": applicant}))[-1:]
    assert "…" in last
    assert last.endswith(f"· {sent.snapshot['tracking_number']} · page 4 of 4")


def test_a_long_word_is_broken_and_loses_nothing(sent):
    """An address in a section, a title in one word, a name without spaces: no letter ends beyond the edge of the paper."""
    url = "https://example.org/report?" + "&".join(f"part{number}=value{number}" for number in range(40))
    name, title = "N" * 115 + "end", "T" * 190 + "end"
    [first, *others] = sent.snapshot["sections"]
    changed = {
        **sent.snapshot, "title": title, "applicant": {**sent.snapshot["applicant"], "styled_name": name, "division": "D" * 160},
        "sponsor": {**sent.snapshot["sponsor"], "name": name, "health_system": "H" * 120},
        "sections": [{**first, "title": "S" * 120, "text": f"See {url} for more."}, *others],
    }  # fmt: skip
    packet = pdfs.packet(changed)
    text = "".join(words_of(packet).split())
    for word in (url, name, title, "D" * 160, "H" * 120, "S" * 120):
        assert word in text
    with pypdfium2.PdfDocument(packet) as document:
        for number in range(2):
            page = document[number].get_textpage()
            boxes = [page.get_charbox(place) for place in range(page.count_chars())]
            edges = [right for _, low, right, _ in boxes if low > 72]  # the foot may stand in the white
            assert max(edges) <= 612 - 68  # points: one inch of white, less what a letter and its space overhang


def test_the_contents_of_a_large_packet_stay_on_its_cover(sent):
    part = {**sent.snapshot["sections"][0], "text": "Short."}
    document = sent.snapshot["documents"][0]
    person = {**sent.snapshot["sponsor"], "title": "Vice President for Ambulatory Care", "department": "Department of Medicine"}
    changed = {
        **sent.snapshot, "title": "Three lines of a title that says in full what the project does " * 3, "chair": person,
        "sections": [{**part, "title": f"Section {number}"} for number in range(1, 8)],
        "documents": [{**document, "title": f"Document {number}"} for number in range(1, 5)],
    }  # fmt: skip
    cover, following = pages_of(pdfs.packet(changed))[:2]
    assert "Document 4, attached after the sections" in cover
    assert "Section 1 Short." in following


def test_a_place_that_the_title_names_stands_once(sent):
    sponsor = {**sent.snapshot["sponsor"], "title": "Vice President, County General", "health_system": "County General"}
    text = words_of(pdfs.packet({**sent.snapshot, "sponsor": sponsor, "mentor": None}))
    assert "Sponsor Dana Whitfield, Vice President, County General Not answered yet when this was submitted" in text
    assert "Primary mentor Not named yet" in text


def test_markup_and_addresses_in_a_section_are_words(whole, at):
    """S21: nothing an applicant writes is fetched or drawn."""
    section = whole.call.sections.first()
    evil = '<img src="http://127.0.0.1:9/x"><link rel=attachment href="file:///etc/passwd"> & plain'
    workflow.save_section(whole, section, text=evil, version=1, by=whole.applicant, at=at)
    packet = pdfs.packet(snapshot.of(whole))
    with pikepdf.open(io.BytesIO(packet)) as made:
        assert len(made.attachments) == 0
    assert b"root:" not in packet


def test_a_changed_file_stops_the_press(sent, whole):
    name = whole.documents.get().file.name
    default_storage.delete(name)
    with pytest.raises(pdfs.DocumentMissing, match="Biosketch: the file is gone"):
        pdfs.packet(sent.snapshot)
    default_storage.save(name, io.BytesIO(b"%PDF-another"))
    with pytest.raises(pdfs.DocumentMissing, match="not the one that was attached"):
        pdfs.packet(sent.snapshot)


def test_the_sweep_makes_each_packet_once(sent):
    assert tasks.sweep_packets() == 1
    assert tasks.sweep_packets() == 0
    made = Submission.objects.get()
    assert (made.state, made.packet_pages, made.attempts, made.lease_until) == ("done", 4, 1, None)
    assert hashlib.sha256(made.packet.read()).hexdigest() == made.packet_sha256


def test_a_claimed_packet_is_left_to_its_worker_until_the_lease_ends(sent):
    at = timezone.now()
    assert Submission.objects.claim(sent.pk, at, LEASE)
    assert not workflow.make_packet(sent, at=at + timedelta(seconds=59))
    assert workflow.make_packet(sent, at=at + timedelta(seconds=61))
    assert Submission.objects.get().attempts == 2


def test_three_faults_make_it_failed_and_the_office_may_try_again(sent, whole, coordinator, at):
    name = whole.documents.get().file.name
    content = default_storage.open(name).read()
    default_storage.delete(name)
    for turn in range(3):
        assert not workflow.make_packet(sent, at=timezone.now() + timedelta(minutes=10 * turn))
    failed = Submission.objects.get()
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert "the file is gone" in failed.last_error
    default_storage.save(name, io.BytesIO(content))
    workflow.make_packet_again(failed, by=coordinator, at=timezone.now())
    assert tasks.sweep_packets() == 1
    with pytest.raises(NotPossible):
        workflow.make_packet_again(failed, by=coordinator, at=at)


class Killed(BaseException):
    """What a worker meets that has no memory left: nothing of it is caught."""


def test_what_ends_every_worker_is_not_tried_for_ever(sent, monkeypatch):
    """F26: the fourth worker leaves it alone, and the office finds it failed."""
    ends = []

    def end(*_, **__):
        ends.append(1)
        raise Killed

    monkeypatch.setattr(pdfs, "packet", end)
    now = timezone.now()
    for _ in range(5):
        with suppress(Killed):
            workflow.make_packet(Submission.objects.get(), at=now)
        now += LEASE + timedelta(seconds=1)
    sent.refresh_from_db()
    assert (sent.state, sent.last_error, len(ends)) == ("failed", "RuntimeError: no worker finished it", 3)


def test_a_worker_whose_lease_ran_out_leaves_the_packet_to_the_next(sent, monkeypatch):
    now, press = timezone.now(), pdfs.packet

    def overtaken(*facts, **more):
        monkeypatch.setattr(pdfs, "packet", press)
        assert Submission.objects.claim(sent.pk, now + LEASE + timedelta(seconds=1), LEASE)
        return press(*facts, **more)

    monkeypatch.setattr(pdfs, "packet", overtaken)
    assert not workflow.make_packet(sent, at=now)
    sent.refresh_from_db()
    assert (sent.state, sent.attempts, bool(sent.packet)) == ("working", 2, False)


class TestPreview:
    def test_is_made_once_for_what_is_saved(self, whole, at):
        first = workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert workflow.ask_for_preview(whole, by=whole.applicant, at=at) == first
        assert tasks.sweep_packets() == 1
        made = PacketPreview.objects.get()
        assert (made.state, made.pages, made.sha256) == ("done", 4, snapshot.fingerprint(snapshot.of(whole)))
        assert workflow.ask_for_preview(whole, by=whole.applicant, at=at) == made

    def test_a_change_makes_a_new_one_and_forgets_the_old(self, whole, at):
        workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        tasks.sweep_packets()
        old = PacketPreview.objects.get().file.name
        workflow.set_title(whole, title="Another title", by=whole.applicant, at=at + timedelta(seconds=1))
        workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert tasks.sweep_packets() == 1
        made = PacketPreview.objects.get()
        assert made.file.name != old
        assert default_storage.exists(old)  # for a backup that was begun before (test_dropping.py)

    def test_one_that_no_worker_has_taken_will_do_however_often_the_draft_changes(self, whole, at):
        for change in range(6):
            workflow.set_title(whole, title=f"Title {change}", by=whole.applicant, at=at + timedelta(seconds=change))
            asked = workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert PacketPreview.objects.get() == asked
        assert tasks.sweep_packets() == 1
        whole.refresh_from_db()
        made = PacketPreview.objects.get()
        assert (made.state, made.sha256) == ("done", snapshot.fingerprint(snapshot.of(whole)))
        with made.file.open() as file:
            assert "Title 5" in words_of(file.read())

    def test_one_that_a_worker_has_taken_does_not_stand_for_a_later_change(self, whole, at):
        first = workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert PacketPreview.objects.claim(first.pk, at, LEASE)
        workflow.set_title(whole, title="Another title", by=whole.applicant, at=at + timedelta(seconds=1))
        second = workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        assert second != first
        assert not PacketPreview.objects.ask_anew(first, sha256="0" * 64, at=at)

    def test_an_answer_of_the_sponsor_makes_it_stale(self, whole, at):
        first = workflow.ask_for_preview(whole, by=whole.applicant, at=at)
        tasks.sweep_packets()
        SponsorCommitment.objects.update(state="committed", answered_at=at, signed_name="Dana Whitfield", signed_title="Chief")
        assert workflow.ask_for_preview(whole, by=whole.applicant, at=at) != first
        assert tasks.sweep_packets() == 1
        with PacketPreview.objects.get().file.open() as file:
            assert "Committed" in words_of(file.read())

    def test_of_an_empty_draft_is_possible(self, application, at):
        Application.objects.update(title="")
        workflow.ask_for_preview(application, by=application.applicant, at=at)
        assert tasks.sweep_packets() == 1
        assert PacketPreview.objects.get().pages == 2
