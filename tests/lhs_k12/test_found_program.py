"""The first command of a new installation: what it makes, and what it refuses."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from programs.models import HistoryEntry, Membership, Program

pytestmark = pytest.mark.django_db
DIRECTOR = ("--director-email", "rosa@harbor.example", "--director-name", "Rosa Alvarez")


def test_it_makes_the_programme_and_a_director_who_can_sign_in(capsys):
    call_command(
        "found_program", "Harbor LEAP K12", *DIRECTOR, "--institution", "Harbor University", "--time-zone", "America/Denver"
    )
    program = Program.objects.get()
    assert (program.slug, program.reply_to, program.time_zone) == ("harbor-leap-k12", "rosa@harbor.example", "America/Denver")
    assert (program.institution, program.signatory_name) == ("Harbor University", "Rosa Alvarez")
    director = Membership.objects.get(program=program, role="director").user
    assert (director.email, director.is_staff, director.is_superuser) == ("rosa@harbor.example", False, False)
    assert director.emailaddress_set.filter(email=director.email).exists()
    assert HistoryEntry.objects.get().who == "the command line"
    assert "Rosa Alvarez signs in with rosa@harbor.example" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Harbor", *DIRECTOR, "--time-zone", "EST"], "EST is no IANA time zone of a place, such as America/Los_Angeles, nor UTC."),
        (["Harbor", *DIRECTOR, "--time-zone", "Mars/Olympus"], "Mars/Olympus is no IANA time zone"),
        (["Harbor", "--director-email", "rosa", "--director-name", "Rosa"], "This is not an e-mail address."),
        (["Harbor", *DIRECTOR, "--reply-to", "a@b.example, c@d.example"], "This is not an e-mail address."),
        (["Harbor", "--director-email", "rosa@harbor.example", "--director-name", " "], "cannot be blank"),
        (["Harbor" * 30, *DIRECTOR], "Please shorten this to 120 characters; it has 180."),
        (["!!", *DIRECTOR], "Please choose another name: this one is empty or taken."),
    ],
)
def test_what_it_refuses_leaves_nothing(arguments, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("found_program", *arguments)
    assert (Program.objects.count(), User.objects.count()) == (0, 0)


def test_a_name_is_taken_once():
    call_command("found_program", "Harbor", *DIRECTOR)
    with pytest.raises(CommandError, match="empty or taken"):
        call_command("found_program", "harbor", *DIRECTOR)
    assert Program.objects.count() == 1
