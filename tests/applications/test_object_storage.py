"""Files on S3-style storage: kept there and nowhere else, given out by the portal alone."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer

from applications import tasks, workflow
from applications.models import Document, Submission
from scholars import workflow as scholars
from scholars.models import AwardLetter
from tests.factories.applications import ApplicationFactory
from tests.factories.scholars import AwardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOT = Path(__file__).resolve().parents[2]
TELL = "import json; from django.conf import settings; print(json.dumps(settings.STORAGES['default']))"


@pytest.fixture(scope="module")
def environment():
    """An S3 server of this process, and the environment of a portal that keeps its files there."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield {
        "S3_BUCKET": "portal", "S3_ENDPOINT_URL": f"http://127.0.0.1:{port}", "S3_REGION": "eu-central-1",
        "S3_ACCESS_KEY": "portal", "S3_SECRET_KEY": "only-for-the-tests", "DJANGO_SETTINGS_MODULE": "lhs_k12.settings",
    }  # fmt: skip
    server.stop()


@pytest.fixture(scope="module")
def run(environment):
    """Run a program of the deployment with that environment; returns what it said."""

    def program(*words, **more):
        env = {**os.environ, **environment, **more}
        return subprocess.check_output([sys.executable, *words], cwd=ROOT, env=env, text=True, timeout=60)

    return program


@pytest.fixture(scope="module")
def storage(run):
    """The bucket is there; returns the setting of the storage that the environment makes."""
    run("bin/bucket")
    return json.loads(run("-c", TELL))


@pytest.fixture
def bucket(environment, storage, settings):
    """The portal's bucket, which this test's portal uses."""
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    kept = boto3.resource(
        "s3", endpoint_url=environment["S3_ENDPOINT_URL"], region_name=environment["S3_REGION"],
        aws_access_key_id=environment["S3_ACCESS_KEY"], aws_secret_access_key=environment["S3_SECRET_KEY"],
    ).Bucket("portal")  # fmt: skip
    yield kept
    kept.objects.all().delete()


def content_of(bucket, file):
    return bucket.Object(file.name).get()["Body"].read()


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_bucket_is_made_once(region, run):
    names = {"S3_BUCKET": f"of-{region}", "S3_REGION": region}
    assert [run("bin/bucket", **names) for _ in range(2)] == [f"The bucket of-{region} was made.\n", ""]


def test_what_an_applicant_attaches_lies_there_and_is_read_through_the_portal(
    bucket, client_of, application, applicant, pdf, at, settings
):
    request = application.call.document_requests.get()
    first, second = pdf(1), pdf(2)
    workflow.attach(application, request, name="CV.pdf", content=first, by=applicant, at=at)
    workflow.attach(application, request, name="CV.pdf", content=second, by=applicant, at=at)
    kept = Document.objects.get()
    assert content_of(bucket, kept.file) == second
    response = client_of(applicant).get(reverse("applications:document_file", args=[application.pk, kept.pk]))
    assert (response.status_code, b"".join(response.streaming_content)) == (200, second)
    assert not settings.MEDIA_ROOT.exists()


def test_a_file_that_was_replaced_goes_from_there_once_it_has_stayed_long_enough(bucket, application, applicant, pdf, at, capsys):
    request = application.call.document_requests.get()
    for pages in (1, 2):
        workflow.attach(application, request, name="CV.pdf", content=pdf(pages), by=applicant, at=at - timedelta(days=30))
    assert len(list(bucket.objects.all())) == 2
    assert tasks.sweep_files() == 1
    assert [kept.key for kept in bucket.objects.all()] == [Document.objects.get().file.name]
    call_command("check_files")
    assert capsys.readouterr().out == "All 1 files are there.\n"
    bucket.objects.all().delete()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_files")


def test_a_packet_is_made_from_there_and_lies_there(bucket, client_of, whole, applicant, at):
    workflow.submit(whole.pk, key=uuid.uuid4(), by=applicant, at=at)
    assert tasks.sweep_packets() == 1
    submission = Submission.objects.get()
    packet = content_of(bucket, submission.packet)
    assert hashlib.sha256(packet).hexdigest() == submission.packet_sha256
    response = client_of(applicant).get(reverse("applications:packet", args=[whole.pk]))
    assert b"".join(response.streaming_content) == packet


@pytest.fixture
def letter(call, director):
    award = AwardFactory(application=ApplicationFactory(call=call, state="awarded"), offered_by=director)
    return AwardLetter.objects.create(award=award, text=scholars.merged(award, at=timezone.now()), due_at=timezone.now())


@pytest.mark.parametrize("left_behind", [b"", b"%PDF-half"])
def test_a_letter_lies_there_once_and_whole_whatever_a_killed_worker_left(bucket, letter, left_behind):
    assert scholars.build_letter(letter.pk, at=timezone.now())
    letter.refresh_from_db()
    if left_behind:
        bucket.Object(letter.file.name).put(Body=left_behind)
    AwardLetter.objects.update(state="queued")
    assert scholars.build_letter(letter.pk, at=timezone.now())
    assert [kept.key for kept in bucket.objects.all()] == [letter.file.name]
    assert hashlib.sha256(content_of(bucket, letter.file)).hexdigest() == letter.sha256
