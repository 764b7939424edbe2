"""What tests of mentors share: asking, and a browser that holds the sealed link."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentors import workflow
from programs import links
from programs.models import SealedLink


@pytest.fixture
def ask(call, applicant):
    """Ask a mentor; every fact can be changed."""

    def asking(**changes):
        facts = {
            "call": call, "applicant": applicant, "name": "Maya Okafor", "email": "maya@harbor.example",
            "title": "Professor of Medicine", "institution": "Harbor University", "project_title": "Telehealth titration",
            "note": "Dear Maya, as discussed.", "by": applicant, "at": timezone.now(),
        }  # fmt: skip
        return workflow.ask(**{**facts, **changes})

    return asking


@pytest.fixture
def asked(ask):
    return ask()


@pytest.fixture
def link(asked):
    return SealedLink.objects.about(asked).get()


@pytest.fixture
def holder(link):
    """A browser without an account that has followed the link; returns (client, address of the page)."""
    client = Client()
    client.get(urlsplit(links.mint(link, at=timezone.now())).path)
    return client, reverse("mentors:answer", args=[link.public_id])
