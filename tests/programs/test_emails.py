"""The office's e-mails: to whom, about what, which link."""

import pytest

from programs import emails
from tests.factories.programs import MembershipFactory

pytestmark = pytest.mark.django_db


def test_a_granted_and_an_ended_role(program, stranger, director):
    membership = MembershipFactory(program=program, user=stranger, role="finance", granted_by=director)
    granted, ended = emails.role_granted(membership), emails.role_ended(membership)
    assert (granted.to, granted.subject) == (stranger.email, "You are now finance officer of Harbor LEAP K12")
    assert granted.facts["granted_by"] == director
    assert (ended.to, ended.subject) == (stranger.email, "Your role as finance officer of Harbor LEAP K12 has ended")
