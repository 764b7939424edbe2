"""What tests of promises share: all kinds of them, asking, and a browser that holds the sealed link."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentors import tasks as mentor_tasks
from mentors import workflow as mentoring
from mentors.emails import CHAIR_WORDS as chair_words
from mentors.emails import WORDS as mentor_words
from mentors.models import ChairCommitment, MentorAgreement
from mentors.workflow import chair as chairing
from programs import links
from programs.models import Call, SealedLink
from sponsors import tasks as sponsor_tasks
from sponsors import workflow as sponsoring
from sponsors.emails import WORDS as sponsor_words
from sponsors.models import SponsorCommitment


@pytest.fixture(params=["sponsor", "mentor", "chair"])
def kind(request, health_system, call):
    """One kind of promise: its app, its rows, its verbs, the person who is asked, and what only this kind needs and says."""
    if request.param == "sponsor":
        return SimpleNamespace(
            words=sponsor_words, noun="sponsor", door="sponsors:{}", other="mentors:answer", model=SponsorCommitment,
            workflow=sponsoring, remind=sponsor_tasks.remind, duties=SponsorCommitment.DUTIES, another="another sponsor",
            name="Dana Whitfield", email="dana@county.example", masked="d•••@county.example",
            signed={"signed_name": "Dana Whitfield", "signed_title": "Chief"}, own={"health_system": health_system},
            asks="Samuel Ng asks you to sponsor a project", question="Will you sponsor this project?",
            role="to be the Clinical Operations Sponsor", of="County General", yes="has committed to sponsor your project",
            no="has declined to sponsor your project",
        )  # fmt: skip
    if request.param == "chair":
        Call.objects.update(asks_chair=True)
        call.refresh_from_db()
        return SimpleNamespace(
            words=chair_words, noun="chair", door="mentors:chair_{}", other="sponsors:answer", model=ChairCommitment,
            workflow=chairing, remind=mentor_tasks.remind_chairs, another="another chair’s commitment",
            name="Grace Lindqvist", email="grace@harbor.example", masked="g•••@harbor.example",
            duties=(
                "Accept the award’s funds for the department, on the terms of the programme.",
                "Protect 75 per cent of the applicant’s full-time professional effort for the programme.",
                "List the duties that remain beside it, and add none to them while the award runs.",
                "Pay the part of the salary that the award’s contribution of up to $90,000 a year does not cover.",
            ),
            signed={"signed_name": "Grace Lindqvist", "signed_title": "Chair"}, own={"department": "Department of Medicine"},
            asks="Samuel Ng asks for your commitment as department chair",
            question="Will your department stand behind Samuel Ng?", role="to commit as department chair (Department of Medicine)",
            of="75 per cent", yes="has committed as the chair of your department",
            no="has declined to commit as the chair of your department",
        )  # fmt: skip
    return SimpleNamespace(
        words=mentor_words, noun="mentor", door="mentors:{}", other="mentors:chair_answer", model=MentorAgreement,
        workflow=mentoring, remind=mentor_tasks.remind, duties=MentorAgreement.DUTIES, another="another mentor",
        name="Maya Okafor", email="maya@harbor.example", masked="m•••@harbor.example",
        signed={"signed_name": "Maya Okafor", "signed_title": "Professor"}, own={"institution": "Harbor University"},
        asks="Samuel Ng asks you to be a mentor", question="Will you mentor Samuel Ng?",
        role="to be the primary mentor", of="75 per cent", yes="has committed to be your mentor",
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
    return client, reverse(kind.door.format("answer"), args=[link.public_id])


@pytest.fixture
def yes(kind):
    """What a browser posts to commit."""
    ticked = {f"duty_{place}": "on" for place in range(len(kind.duties))}
    listed = {"note": "Two half-days of clinic a week."} if kind.noun == "chair" else {}
    return {"choice": "commit", **ticked, **listed, **kind.signed}


@pytest.fixture
def no(kind):
    """What a browser posts to decline."""
    return {"choice": "decline", "reason": "No capacity.", **kind.signed}
