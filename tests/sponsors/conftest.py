"""What tests of sponsors share: asking, and a browser that holds the sealed link."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs import links
from programs.models import SealedLink
from sponsors import workflow


@pytest.fixture
def ask(call, applicant, health_system):
    """Ask a sponsor; every fact can be changed."""

    def asking(**changes):
        facts = {
            "call": call, "applicant": applicant, "name": "Dana Whitfield", "email": "dana@county.example",
            "title": "Chief of Ambulatory Care", "health_system": health_system, "project_title": "Telehealth titration",
            "note": "Dear Dana, as discussed.", "by": applicant, "at": timezone.now(),
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
    return client, reverse("sponsors:answer", args=[link.public_id])
