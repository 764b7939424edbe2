"""Building letters: claimed once, printed outside of a transaction, kept and announced together, built again."""

import hashlib
import io
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection, transaction

from lhs_k12.demo.people import content
from mentors.models import MentorAgreement
from programs import mail
from programs.models import Program
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible
from scholars import letters, pdfs, workflow
from scholars.models import Award, AwardLetter
from scholars.workflow.letters import LEASE, MAX_ATTEMPTS, _store
from sponsors.models import SponsorCommitment
from tests.factories.programs import MembershipFactory
from tests.factories.scholars import accept
from tests.paper import pages_of, words_of

pytestmark = pytest.mark.django_db
REAL_LETTER = pdfs.letter


def kept(letter):
    letter.refresh_from_db()
    with letter.file.open() as file:
        return file.read()


def test_a_letter_is_built_kept_and_announced(award, build, at, outbox):
    assert outbox() == []
    assert build(at) == [True]
    letter = AwardLetter.objects.get()
    pdf = kept(letter)
    assert (letter.state, letter.version, letter.done_at) == ("done", 1, at)
    assert letter.sha256 == hashlib.sha256(pdf).hexdigest()
    (mail,) = outbox()
    assert (mail.to, mail.subject) == ("samuel@example.org", "Your application to Harbor LEAP K12 has been decided")
    assert mail.action_path == f"/scholars/awards/{award.pk}/"
    assert mail.text.split("\n\n")[1].startswith("please answer before ")
    assert "a place has become free" not in mail.text
    assert "$230,000 in all" in mail.text


def test_the_letter_says_what_is_offered(award, build, at):
    build(at)
    letter = AwardLetter.objects.get()
    found = words_of(kept(letter))
    for fact in (
        "Harbor LEAP K12", "1 Harbor Way", "Samuel Ng", "Harbor University", "Telehealth titration for heart failure",
        "Cohort 2027", "1 July 2027", "30 June 2029", "75%", "$90,000", "$25,000", "$230,000", "Dana Whitfield", "Maya Okafor",
        "Rosa Alvarez, MD, MPH", "Programme Director", "17:00 Pacific", "Page 1 of 1",
        f"Letter version 1 · Text fingerprint {letters.fingerprint(letter.text)[:16]}",
    ):  # fmt: skip
        assert fact in found


def test_the_letter_is_accessible_and_on_us_letter(award, build, at):
    build(at)
    with pikepdf.open(io.BytesIO(kept(AwardLetter.objects.get()))) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo.Title) == "Award letter for Samuel Ng, Harbor LEAP K12"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert [float(number) for number in pdf.pages[0].MediaBox] == [0, 0, 612, 792]
        fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
    assert any("Source" in name for name in fonts)


SEVEN_PARAGRAPHS = content("program")["letter_template"]
ADDRESS = "Maximiliana Featherstonehaugh, PharmD, PhD\nAssistant Professor of Industrial Engineering\nDivision of Safety\nHarbor"


@pytest.mark.parametrize(
    ("template", "pages"), [("", 1), (SEVEN_PARAGRAPHS, 1), (SEVEN_PARAGRAPHS.replace("\n\nWe", "\n\nWe " * 9), 2)]
)
def test_a_letter_of_usual_length_stands_on_one_page_and_a_longer_one_runs_on(program, template, pages):
    program.name = "Harbor LEAP K12: Learning Health System Early Career Acceleration Program"
    program.address = "Learning Health System Office, Harbor University\n1200 Quayside Avenue, Suite 410\nPort Marlow, CA 94000"
    text = letters.merge(
        template, {**letters.SAMPLE, "programme_name": program.name}, address=ADDRESS, short_name="Harbor LEAP K12"
    )
    found = pages_of(pdfs.letter(program, text=text, version=1, name="Maximiliana Featherstonehaugh"))
    assert len(found) == pages
    assert "Learning Health System Office, Harbor University · 1200 Quayside Avenue, Suite 410 · Port Marlow, CA 94000" in found[0]
    # Whoever signs stands below the closing, on whichever page that is.
    assert "Sincerely, Rosa Alvarez, MD, MPH Programme Director" in found[-1]


def test_what_stands_below_the_signature_is_printed_below_it(program):
    facts = {**letters.SAMPLE, "signatory_name": "Rosa Alvarez"}
    template = "Welcome.\n\nSincerely,\n\n{signatory_name}\n\nP.S. Bring a coat.\n\ncc: Dean\nChair"
    text = letters.merge(template, facts, address="Priya Raman")
    [page] = pages_of(pdfs.letter(program, text=text, version=1, name="Priya Raman"))
    places = [page.index(words) for words in ("Welcome.", "Sincerely,", "Rosa Alvarez", "P.S. Bring a coat.", "cc: Dean", "Chair")]
    assert places == sorted(places)


def test_the_same_letter_is_the_same_file(award, build, at):
    build(at)
    letter = AwardLetter.objects.get()
    again = pdfs.letter(award.cohort.program, text=letter.text, version=1, name=award.awardee.styled_name)
    assert hashlib.sha256(again).hexdigest() == letter.sha256


def test_one_worker_has_a_letter_until_its_lease_ends(award, at):
    pk = AwardLetter.objects.get().pk
    assert AwardLetter.objects.claim(pk, at, LEASE)
    assert not AwardLetter.objects.claim(pk, at + LEASE, LEASE)
    assert AwardLetter.objects.claim(pk, at + LEASE + timedelta(seconds=1), LEASE)


def test_a_worker_that_lost_its_lease_writes_nothing(award, at, monkeypatch, outbox):
    pk = AwardLetter.objects.get().pk

    def slow(*args, **kwargs):
        AwardLetter.objects.filter(pk=pk).update(lease_until=at + timedelta(hours=1))
        return REAL_LETTER(*args, **kwargs)

    monkeypatch.setattr(pdfs, "letter", slow)
    assert workflow.build_letter(pk, at=at) is False
    letter = AwardLetter.objects.get()
    assert (letter.state, letter.file.name, outbox()) == ("working", "", [])


@pytest.mark.django_db(transaction=True)
def test_the_press_runs_outside_of_any_transaction(award, at, monkeypatch):
    seen = []
    monkeypatch.setattr(
        pdfs, "letter", lambda *args, **kwargs: seen.append(connection.in_atomic_block) or REAL_LETTER(*args, **kwargs)
    )
    assert workflow.build_letter(AwardLetter.objects.get().pk, at=at)
    assert seen == [False]


def test_a_letter_that_cannot_be_printed_is_tried_three_times_and_then_told(award, build, at, monkeypatch, outbox):
    def broken(*args, **kwargs):
        raise ValueError("no such font")

    monkeypatch.setattr(pdfs, "letter", broken)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert build(at) == [False]
        letter = AwardLetter.objects.get()
        assert (letter.attempts, letter.last_error) == (attempt, "ValueError: no such font")
        assert build(at) == []
        at = letter.due_at
    assert letter.state == "failed"
    (mail,) = outbox()
    assert (mail.to, mail.subject) == ("office@example.org", "[Action required] A letter could not be made")


class Killed(BaseException):
    """What a worker meets that has no memory left: nothing of it is caught."""


def test_a_letter_that_ends_every_worker_is_not_tried_for_ever(award, at, monkeypatch, outbox):
    """F26: the fourth worker leaves it alone and the office is told."""
    ends = []

    def end(*_, **__):
        ends.append(1)
        raise Killed

    monkeypatch.setattr(pdfs, "letter", end)
    now = at
    for _ in range(5):
        with suppress(Killed):
            workflow.build_letter(AwardLetter.objects.get().pk, at=now)
        now += LEASE + timedelta(seconds=1)
    letter = AwardLetter.objects.get()
    assert (letter.state, letter.last_error, len(ends)) == ("failed", "RuntimeError: no worker finished it", 3)
    assert [mail.kind for mail in outbox()] == ["letter failed"]


def test_a_second_version_after_a_failure_brings_the_offer(award, coordinator, build, at, outbox):
    AwardLetter.objects.update(state="failed")
    letter = workflow.build_again(award, by=coordinator, at=at)
    assert (letter.version, letter.state) == (2, "queued")
    build(at)
    assert [mail.kind for mail in outbox()] == ["award offered"]
    assert "Letter version 2" in words_of(kept(letter))


def test_a_second_version_takes_todays_words_and_is_announced_as_such(award, coordinator, director, program, build, at, outbox):
    build(at)
    workflow.word_letter(program, template="Dear {awardee_salutation},\n\nnew words.", by=director, at=at)
    award.refresh_from_db()
    letter = workflow.build_again(award, by=coordinator, at=at)
    build(at)
    assert "new words." in words_of(kept(letter))
    assert [mail.kind for mail in outbox()] == ["award offered", "letter renewed"]
    assert "version 2 of your award letter" in outbox()[1].text
    first = AwardLetter.objects.get(version=1)
    assert "new words." not in words_of(kept(first))


@pytest.mark.parametrize("how", ["accepted", "declined", "lapsed"])
def test_an_offer_that_was_answered_or_has_ended_is_not_sent_again(award, applicant, build, at, outbox, how):
    build(at)
    [offer] = [email for email in outbox() if email.kind == "award offered"]
    assert mail.again(offer, at=at).to == applicant.email
    if how == "accepted":
        accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    elif how == "declined":
        workflow.decline(award, reason="", by=applicant, at=at)
    else:
        workflow.lapse_overdue(award.accept_by)
    with pytest.raises(
        NotPossible,
        match=r"^The offer was answered, has ended, or .* since\. Sending it again would help nobody",
    ):
        mail.again(offer, at=at)


def test_an_offer_is_not_sent_again_once_a_newer_letter_was_announced(award, coordinator, build, at, outbox):
    build(at)
    [offer] = [email for email in outbox() if email.kind == "award offered"]
    workflow.build_again(award, by=coordinator, at=at)
    build(at)
    [renewed] = [email for email in outbox() if email.kind == "letter renewed"]
    assert mail.overtaken(offer, at) == ""  # the newer one has not left yet: without the first nobody would understand it
    type(renewed).objects.filter(pk=renewed.pk).update(state="done", done_at=at)
    with pytest.raises(NotPossible, match="a newer letter was announced since"):
        mail.again(offer, at=at)
    assert mail.again(renewed, at=at).subject == renewed.subject


def test_nobody_builds_the_own_letter_again(award, applicant, program, director, at):
    MembershipFactory(program=program, user=applicant, role="coordinator")
    with pytest.raises(PermissionDenied):
        workflow.build_again(award, by=applicant, at=at)
    assert AwardLetter.objects.count() == 1


@pytest.mark.both
@pytest.mark.parametrize(("before", "given"), [(timedelta(hours=1), True), (timedelta(days=1), False)])
def test_a_letter_that_comes_on_the_last_day_leaves_a_day_to_answer(award, coordinator, build, at, before, given):
    build(at)
    last, until = award.accept_by - before, award.accept_by
    workflow.build_again(award, by=coordinator, at=last)
    with pytest.raises(NotPossible, match="The letter is not there"):
        workflow.lapse(award, at=until)
    assert build(last) == [True]
    award.refresh_from_db()
    assert (award.accept_by > until) == given
    if given:
        assert timedelta(days=1) <= award.accept_by - last <= timedelta(days=2)
        newest = AwardLetter.objects.get(version=2)
        assert in_zone(award.accept_by, award.application.call.time_zone) in newest.text
        assert workflow.lapse_overdue(until) == 0


def test_a_letter_that_was_accepted_stays(award, coordinator, applicant, build, at):
    """What somebody has signed must not give way to other words; one that could not be built is built nevertheless."""
    build(at)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    with pytest.raises(NotPossible, match="What was signed stays"):
        workflow.build_again(award, by=coordinator, at=at)
    # Accepted before anybody noted by which letter.
    AwardLetter.objects.update(state="failed")
    Award.objects.update(letter=None)
    award.refresh_from_db()
    assert workflow.build_again(award, by=coordinator, at=at).version == 2


def test_a_letter_is_not_built_again_while_one_is_on_its_way(award, coordinator, at):
    with pytest.raises(NotPossible, match="The letter is being built"):
        workflow.build_again(award, by=coordinator, at=at)


def test_a_letter_is_not_built_again_for_an_award_that_ended(award, coordinator, applicant, build, at, outbox):
    workflow.decline(award, reason="", by=applicant, at=at)
    told = len(outbox())
    assert build(at) == [True]
    assert len(outbox()) == told
    with pytest.raises(NotPossible, match="This one does not any more"):
        workflow.build_again(award, by=coordinator, at=at)


@pytest.mark.parametrize("who", ["finance", "reviewer", "applicant", "other_director"])
def test_only_the_office_builds_again(who, award, build, at, request):
    build(at)
    with pytest.raises(PermissionDenied):
        workflow.build_again(award, by=request.getfixturevalue(who), at=at)


def test_half_a_file_of_a_killed_worker_is_written_anew(award):
    letter = AwardLetter.objects.get()
    letter.sha256 = hashlib.sha256(b"the whole letter").hexdigest()
    name = _store(letter, b"the whole letter")
    assert _store(letter, b"the whole letter") == name
    Path(default_storage.path(name)).write_bytes(b"the wh")
    assert _store(letter, b"the whole letter") == name
    assert Path(default_storage.path(name)).read_bytes() == b"the whole letter"
    assert len(list(Path(default_storage.path(name)).parent.iterdir())) == 1


def test_the_salutation_is_the_whole_name_whatever_the_degree(award, applicant, at):
    applicant.credentials = "Ph.D., RN"
    award.awardee = applicant
    assert "\n\nDear Samuel Ng,\n\n" in workflow.merged(award, at=at)


def test_an_alternate_is_told_that_a_place_is_free(application, staged, cohort, director, build, at, outbox):
    """The decision itself was told before, under the subject that every decision has."""
    staged(application, "alternate", 1)
    workflow.release(application.call, by=director, at=at)
    workflow.offer_next(application.call, by=director, at=at)
    build(at)
    decided, free = outbox()
    assert (decided.subject, free.subject) == (
        "Your application to Harbor LEAP K12 has been decided",
        "A place is free: Harbor LEAP K12 awaits your answer",
    )
    assert free.text.split("\n\n")[1].startswith("please answer before ")
    assert "a place has become free, and Harbor LEAP K12 offers you an award" in free.text


@pytest.mark.parametrize("state", ["asked", "declined"])
@pytest.mark.parametrize(("model", "name"), [(SponsorCommitment, "Dana Whitfield"), (MentorAgreement, "Maya Okafor")])
def test_only_a_promise_that_was_made_is_asserted(award, model, name, state, at):
    assert name in workflow.merged(award, at=at)
    model.objects.update(state=state, reason="No capacity.")
    text = workflow.merged(award, at=at)
    assert name not in text
    assert ("Maya Okafor, has promised" in text) == (name != "Maya Okafor")
    assert ("Dana Whitfield of " in text) == (name != "Dana Whitfield")
    assert "What is promised to you in writing is part of this offer." in text


def test_a_co_mentor_is_not_taken_for_the_primary_one(award, at):
    MentorAgreement.objects.update(role="co")
    assert "Your primary mentor" not in workflow.merged(award, at=at)


def test_without_sponsor_or_signatory_the_letter_still_reads_well(reviewed, staged, program, director, at):
    Program.objects.update(signatory_name="", signatory_title="")
    application = reviewed(1)[0]
    staged(application)
    workflow.release(application.call, by=director, at=at)
    text = AwardLetter.objects.get().text
    assert "promised" not in text
    assert "satisfactory progress.\n\nPlease accept or decline" in text
    assert text.endswith("Rosa Alvarez\nProgramme Director\nHarbor LEAP K12")


def test_words_that_are_no_placeholders_are_not_kept(program, director, at):
    with pytest.raises(NotPossible, match=r"“{awardee}” is not a placeholder"):
        workflow.word_letter(program, template="Dear {awardee}", by=director, at=at)
    program.refresh_from_db()
    assert program.letter_template == ""


WORKER = """
import os, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
from scholars import pdfs, workflow
settings.MEDIA_ROOT = sys.argv[2]
from django.utils import timezone
from tests.factories.scholars import accept
real = pdfs.letter
def sleeping(*args, **kwargs):
    found = real(*args, **kwargs)
    print("printed", flush=True)
    time.sleep(60)
    return found
pdfs.letter = sleeping
workflow.build_letter(int(sys.argv[1]), at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_letter_leaves_one_letter_and_one_row(award, at, settings, outbox):
    """F1: SIGKILL while the letter is being made; after the lease another worker makes it, once."""
    pk = AwardLetter.objects.get().pk
    transaction.get_connection().close()
    facts = settings.DATABASES["default"]
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else (
        f"postgres://{facts['USER']}:{facts.get('PASSWORD') or ''}@{facts['HOST']}:{facts['PORT']}/{name}"
    )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(pk), str(settings.MEDIA_ROOT)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lhs_k12.settings"}, cwd=settings.BASE_DIR,
    )  # fmt: skip
    assert worker.stdout.readline() == "printed\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    letter = AwardLetter.objects.get()
    assert (letter.state, letter.attempts) == ("working", 1)
    later = letter.lease_until + timedelta(seconds=1)
    assert timedelta(seconds=60) >= LEASE
    assert workflow.build_letter(pk, at=letter.lease_until - timedelta(seconds=1)) is False
    assert workflow.build_letter(pk, at=later) is True
    assert AwardLetter.objects.get().state == "done"
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path.name for path in files] == [f"1-{AwardLetter.objects.get().sha256}.pdf"]
    assert [mail.kind for mail in outbox()] == ["award offered"]
