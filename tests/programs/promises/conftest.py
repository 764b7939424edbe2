"""What tests of promises share: both kinds of them, asking, and a browser that holds the sealed link."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentors import tasks as mentor_tasks
from mentors import workflow as mentoring
from mentors.emails import WORDS as mentor_words
from mentors.models import MentorAgreement
from programs import links
from programs.models import SealedLink
from sponsors import tasks as sponsor_tasks
from sponsors import workflow as sponsoring
from sponsors.emails import WORDS as sponsor_words
from sponsors.models import SponsorCommitment


@pytest.fixture(params=["sponsor", "mentor"])
def kind(request, health_system):
    """One kind of promise: its app, its rows, its verbs, the person who is asked, and what only this kind needs and says."""
    if request.param == "sponsor":
        return SimpleNamespace(
            words=sponsor_words, noun="sponsor", app="sponsors", other_app="mentors", model=SponsorCommitment, workflow=sponsoring,
            tasks=sponsor_tasks,
            name="Dana Whitfield", email="dana@county.example", masked="d•••@county.example",
            signed={"signed_name": "Dana Whitfield", "signed_title": "Chief"}, own={"health_system": health_system},
            asks="Samuel Ng asks you to sponsor a project", question="Will you sponsor this project?",
            role="the Clinical Operations Sponsor", of="County General", yes="has committed to sponsor your project",
            no="has declined to sponsor your project",
        )  # fmt: skip
    return SimpleNamespace(
        words=mentor_words, noun="mentor", app="mentors", other_app="sponsors", model=MentorAgreement, workflow=mentoring,
        tasks=mentor_tasks,
        name="Maya Okafor", email="maya@harbor.example", masked="m•••@harbor.example",
        signed={"signed_name": "Maya Okafor", "signed_title": "Professor"}, own={"institution": "Harbor University"},
        asks="Samuel Ng asks you to be a mentor", question="Will you mentor Samuel Ng?",
        role="the primary mentor", of="75 per cent", yes="has committed to be your mentor",
        no="has declined to be your mentor",
    )  # fmt: skip


@pytest.fixture
def ask(kind, call, applicant):
    """Ask for the promise; every fact can be changed."""

    def asking(**changes):
        facts = {
            "call": call, "applicant": applicant, "name": kind.name, "email": kind.email, "title": "Chief of Ambulatory Care",
            "project_title": "Telehealth titration", "note": "Dear colleague, as discussed.",
            "summary": "We will titrate by telephone. Your beds empty sooner.", "by": applicant,
            "at": timezone.now(), **kind.own,
        }  # fmt: skip
        return kind.workflow.ask(**{**facts, **changes})

    return asking


@pytest.fixture
def asked(ask):
    return ask()


@pytest.fixture
def link(asked):
    return SealedLink.objects.about(asked).get()


@pytest.fixture
def holder(kind, link):
    """A browser without an account that has followed the link; returns (client, address of the page)."""
    client = Client()
    client.get(urlsplit(links.mint(link, at=timezone.now())).path)
    return client, reverse(f"{kind.app}:answer", args=[link.public_id])


@pytest.fixture
def yes(kind):
    """What a browser posts to commit."""
    return {"choice": "commit", "duty_0": "on", "duty_1": "on", "duty_2": "on", **kind.signed}


@pytest.fixture
def no(kind):
    """What a browser posts to decline."""
    return {"choice": "decline", "reason": "No capacity.", **kind.signed}
