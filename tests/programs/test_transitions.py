"""The engine: it refuses in a sentence, or changes, stamps and records in one transaction."""

import pytest
from django.core.exceptions import PermissionDenied

from programs import promises
from programs.models import HistoryEntry
from programs.transitions import NotPossible, open_to, perform, whereabouts
from sponsors.models import SponsorCommitment

pytestmark = pytest.mark.django_db


def test_a_change_is_stamped_and_recorded(asked, applicant, at):
    perform(promises.REPLACE, asked, at=at, by=applicant, why="On leave.")
    asked.refresh_from_db()
    assert asked.state == "replaced"
    row = HistoryEntry.objects.about(asked).latest("pk")
    assert (row.verb, row.who, row.from_state, row.to_state, row.why) == ("replace", "Samuel Ng", "asked", "replaced", "On leave.")
    assert (row.program, row.call, row.applicant) == whereabouts(asked)


def test_who_may_not_is_refused_and_nothing_is_written(asked, stranger, other_director, at):
    rows = HistoryEntry.objects.count()
    for by in (stranger, other_director):
        with pytest.raises(PermissionDenied):
            perform(promises.REPLACE, asked, at=at, by=by)
        with pytest.raises(PermissionDenied):
            perform(promises.COMMIT, asked, at=at, by=by, signed_name="X")
    with pytest.raises(PermissionDenied):
        perform(promises.COMMIT, asked, at=at, signed_name="X")
    asked.refresh_from_db()
    assert (asked.state, HistoryEntry.objects.count()) == ("asked", rows)


def test_the_faster_one_wins_and_the_other_reads_how_things_stand(asked, applicant, at):
    stale = SponsorCommitment.objects.get(pk=asked.pk)
    perform(promises.REPLACE, asked, at=at, by=applicant)
    with pytest.raises(NotPossible, match="“Replace” is not possible any more: the sponsor commitment is replaced"):
        perform(promises.REPLACE, stale, at=at, by=applicant)
    assert HistoryEntry.objects.about(asked).filter(verb="replace").count() == 1


def test_nobody_acts_on_what_they_have_not_seen(asked, applicant, sponsor_person, at):
    stale = SponsorCommitment.objects.get(pk=asked.pk)
    sponsor_person.email = asked.email
    perform(promises.COMMIT, asked, at=at, by=sponsor_person, signed_name="Dana Whitfield")
    with pytest.raises(NotPossible, match="Somebody else was faster: the sponsor commitment is committed now"):
        perform(promises.REPLACE, stale, at=at, by=applicant)
    asked.refresh_from_db()
    assert asked.state == "committed"
    assert list(HistoryEntry.objects.about(asked).filter(verb="replace")) == []
    perform(promises.REPLACE, stale, at=at, by=applicant)  # it was read again: now it is a choice with open eyes
    last = HistoryEntry.objects.about(asked).latest("pk")
    assert (last.from_state, last.to_state) == ("committed", "replaced")


def test_the_page_draws_its_buttons_from_the_table(asked, applicant, sponsor_person, coordinator, stranger, at):
    def verbs(user):
        return [row.verb for row in open_to(promises.TABLE, user, asked, at)]

    sponsor_person.email = asked.email
    assert verbs(applicant) == ["replace"]
    assert verbs(coordinator) == ["replace"]
    assert verbs(sponsor_person) == ["commit", "decline"]
    assert verbs(stranger) == []
    assert [row.verb for row in open_to(promises.TABLE, sponsor_person, asked, asked.call.letters_until)] == []
