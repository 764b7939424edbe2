"""The verbs of the programme office: who may, what is written, who is told."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from programs import links, workflow
from programs.models import Call, Cohort, Email, HistoryEntry, Membership, SealedLink, Section
from programs.revision import Overtaken, Refused, fingerprint
from programs.transitions import NotPossible, record
from sponsors import workflow as sponsoring
from tests.factories.programs import CohortFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def history(thing):
    return [(row.verb, row.who, row.to_state) for row in HistoryEntry.objects.about(thing).order_by("pk")]


class TestRoles:
    def test_a_director_grants_and_the_person_is_told(self, program, director, stranger, at, outbox):
        membership = workflow.grant(program, user=stranger, role="reviewer", reviewer_kind="external", by=director, at=at)
        assert Membership.objects.program_ids(User.objects.get(pk=stranger.pk), "reviewer") == {program.pk}
        assert history(membership) == [("grant", "Rosa Alvarez", "reviewer")]
        [email] = outbox()
        assert (email.to, email.subject) == (stranger.email, "You are now reviewer of Harbor LEAP K12")
        assert "Rosa Alvarez has made you reviewer" in email.text

    def test_nobody_else_grants(self, program, coordinator, other_director, reviewer, stranger, at):
        for by in (coordinator, other_director, reviewer, stranger):
            with pytest.raises(PermissionDenied):
                workflow.grant(program, user=stranger, role="director", by=by, at=at)
        assert not Membership.objects.filter(user=stranger).exists()

    def test_a_role_is_held_once(self, program, director, reviewer, at, outbox):
        with pytest.raises(NotPossible, match="holds this role already"):
            workflow.grant(program, user=reviewer, role="reviewer", by=director, at=at)
        assert outbox() == []

    def test_an_invitation_finds_the_account_or_makes_one(self, program, director, stranger, at):
        found = workflow.invite(program, email=stranger.email.upper(), name="X", role="finance", by=director, at=at)
        made = workflow.invite(program, email="New@Example.org", name="New Person", role="finance", by=director, at=at)
        assert found.user == stranger
        assert (made.user.email, made.user.name) == ("new@example.org", "New Person")
        assert not made.user.has_usable_password()

    def test_the_last_director_stays(self, program, director, director2, at):
        first, second = Membership.objects.filter(role="director").order_by("pk")
        workflow.end_role(first, by=director2, at=at)
        assert first.ended_by == director2
        with pytest.raises(NotPossible, match="needs a director"):
            workflow.end_role(second, by=director2, at=at)

    def test_a_role_ends_once_and_the_person_is_told(self, program, director, reviewer, at, outbox):
        membership = Membership.objects.get(user=reviewer)
        workflow.end_role(membership, by=director, at=at)
        with pytest.raises(NotPossible):
            workflow.end_role(membership, by=director, at=at)
        assert [email.to for email in outbox()] == [reviewer.email]

    def test_a_foreign_director_ends_nothing(self, program, reviewer, other_director, at):
        with pytest.raises(PermissionDenied):
            workflow.end_role(Membership.objects.get(user=reviewer), by=other_director, at=at)


class TestCallsAndCohorts:
    def test_a_director_keeps_a_cohort(self, program, director, coordinator, at):
        cohort = CohortFactory.build(program=program)
        with pytest.raises(PermissionDenied):
            workflow.keep_cohort(cohort, by=coordinator, at=at)
        workflow.keep_cohort(cohort, by=director, at=at)
        workflow.keep_cohort(cohort, by=director, at=at)
        assert [verb for verb, *_ in history(Cohort.objects.get())] == ["set up", "change"]

    def test_a_start_kept_before_the_rule_hinders_no_other_change(self, program, director, at):
        cohort = CohortFactory(program=program, starts_on=date(1900, 7, 1))
        cohort.places += 1
        workflow.keep_cohort(cohort, by=director, at=at)
        cohort.starts_on = date(1900, 7, 2)
        with pytest.raises(Refused, match="between 2000 and"):
            workflow.keep_cohort(cohort, by=director, at=at)
        cohort.starts_on = date(2039, 7, 1)
        workflow.keep_cohort(cohort, by=director, at=at.replace(year=2029))

    def test_a_new_call_gets_a_free_address_in_the_programme(self, call, director, at):
        other = CohortFactory(program=call.program)
        for cohort in (call.cohort, other):
            workflow.keep_call(a_call(cohort, title="2027"), by=director, at=at)
        slugs = Call.objects.order_by("pk").values_list("slug", flat=True)
        assert list(slugs) == ["2027", "2027-2", "2027-3"]

    def test_a_title_without_letters_has_an_address_too(self, cohort, director, at):
        assert workflow.keep_call(a_call(cohort, title="！？"), by=director, at=at).slug == "call"

    def test_parts_are_fixed_once_the_call_has_opened(self, call, director, at):
        aims, plan = call.sections.all()
        with pytest.raises(NotPossible, match="cannot be added or removed"):
            workflow.keep_call(call, by=director, at=at, sections=[plan], removed=[aims])
        with pytest.raises(NotPossible, match="cannot be added or removed"):
            workflow.keep_call(call, by=director, at=at, sections=[Section(position=9, title="New", word_limit=1)])
        aims.word_limit = 600
        workflow.keep_call(call, by=director, at=at, sections=[aims, plan])
        assert call.sections.get(title=aims.title).word_limit == 600

    def test_an_open_call_asks_no_more_than_was_announced(self, call, director, at):
        Section.objects.filter(call=call, position=2).update(required=False)
        aims, plan = call.sections.all()
        [biosketch] = call.document_requests.all()
        aims.word_limit, plan.required, biosketch.page_limit = 499, True, 4
        call.closes_at -= timedelta(seconds=1)
        call.letters_grace_hours, call.letter_of_intent_due_at = 71, call.closes_at - timedelta(days=1)
        with pytest.raises(Refused) as refused:
            workflow.keep_call(call, by=director, at=at, sections=[aims, plan], document_requests=[biosketch])
        assert [(refusal.part, refusal.field) for refusal in refused.value.refusals] == [
            (None, "closes_at"), (None, "letter_of_intent_due_at"), (None, "letters_grace_hours"),
            (aims, "word_limit"), (plan, "required"), (biosketch, "page_limit"),
        ]  # fmt: skip
        call.refresh_from_db()
        call.opens_at = at + timedelta(days=1)
        with pytest.raises(Refused, match="cannot open again later"):
            workflow.keep_call(call, by=director, at=at)

    @pytest.mark.parametrize(("opens_in", "published"), [(-30, True), (5, True), (5, False)])
    def test_a_chair_more_is_asked_for_only_before_people_read_the_call(self, call, director, at, opens_in, published):
        call.opens_at, call.published_at = at + timedelta(days=opens_in), at - timedelta(days=40) if published else None
        call.save()
        call.asks_chair = True
        if published:
            with pytest.raises(Refused) as refused:
                workflow.keep_call(call, by=director, at=at)
            assert [refusal.field for refusal in refused.value.refusals] == ["asks_chair"]
        else:
            workflow.keep_call(call, by=director, at=at)
        assert Call.objects.get().asks_chair == (not published)

    def test_a_chair_less_is_possible_until_the_deadline_of_submitted_applications(self, call, application, director, at):
        Call.objects.update(asks_chair=True)
        call.refresh_from_db()
        record(application, "submit", at=at, by=application.applicant, to_state="submitted")
        call.asks_chair, over = False, call.closes_at
        with pytest.raises(Refused, match="what people had to hand in stays as it was"):
            workflow.keep_call(call, by=director, at=over)
        workflow.keep_call(call, by=director, at=over - timedelta(seconds=1))
        assert not Call.objects.get().asks_chair

    def test_an_open_call_may_ask_less_in_other_words(self, call, director, at):
        aims, plan = call.sections.all()
        aims.word_limit, aims.required, aims.help = 501, False, "Two or three."
        call.closes_at, call.letters_grace_hours = call.closes_at + timedelta(days=1), 96
        workflow.keep_call(call, by=director, at=at, sections=[aims, plan])
        assert (call.sections.get(pk=aims.pk).word_limit, Call.objects.get().letters_grace_hours) == (501, 96)

    def test_after_the_deadline_nothing_moves_by_which_submitted_applications_are_judged(self, call, application, director, at):
        record(application, "submit", at=at, by=application.applicant, to_state="submitted")
        aims, plan = call.sections.all()
        aims.word_limit, aims.help, plan.required = 600, "Other words.", False
        over, before = call.closes_at, call.closes_at - timedelta(seconds=1)
        with pytest.raises(Refused) as refused:
            workflow.keep_call(call, by=director, at=over, sections=[aims, plan])
        assert [(refusal.part, refusal.field) for refusal in refused.value.refusals] == [(aims, "word_limit"), (plan, "required")]
        call.closes_at = over + timedelta(days=3)
        with pytest.raises(Refused, match="cannot reopen the call"):
            workflow.keep_call(call, by=director, at=over)
        workflow.keep_call(call, by=director, at=before, sections=[aims, plan])
        assert Call.objects.get().closes_at == over + timedelta(days=3)

    def test_a_closed_call_that_nobody_answered_may_be_reopened(self, call, application, director):
        call.closes_at, over = call.closes_at + timedelta(days=3), call.closes_at
        workflow.keep_call(call, by=director, at=over)
        assert Call.objects.get().is_open(over)

    def test_saving_a_call_leaves_what_the_form_does_not_show(self, call, director, at):
        Call.objects.update(published_at=None)
        stale = Call.objects.with_parts().get()
        workflow.publish(Call.objects.get(), by=director, at=at)
        stale.title = "Reworded"
        workflow.keep_call(stale, by=director, at=at)
        assert Call.objects.values_list("title", "published_at").get() == ("Reworded", at)

    def test_a_call_that_somebody_else_has_changed_is_not_overwritten(self, call, director, at):
        seen = fingerprint(call)
        Section.objects.filter(call=call, position=1).update(help="Other words.")
        with pytest.raises(Overtaken):
            workflow.keep_call(call, by=director, at=at, seen=seen)
        workflow.keep_call(call, by=director, at=at, seen=fingerprint(Call.objects.get()))

    def test_before_the_opening_parts_come_and_go(self, call, director):
        before = call.opens_at - timedelta(seconds=1)
        aims, _ = call.sections.all()
        workflow.keep_call(call, by=director, at=before, sections=[Section(position=3, title="New", word_limit=10)], removed=[aims])
        assert [section.title for section in call.sections.all()] == ["Research plan", "New"]

    @pytest.mark.parametrize("parts", ["sections", "criteria"])
    def test_a_published_call_keeps_a_section_and_a_criterion(self, call, director, parts):
        """Once it opens nobody could add one: the call would take applications that say nothing."""
        before = call.opens_at - timedelta(hours=1)
        gone = list(getattr(call, parts).all())
        with pytest.raises(NotPossible, match="The call is published: it needs at least one section and one criterion"):
            workflow.keep_call(call, by=director, at=before, removed=gone)
        assert getattr(call, parts).count() == len(gone)
        workflow.keep_call(call, by=director, at=before, removed=gone[1:])
        Call.objects.update(published_at=None)
        workflow.keep_call(Call.objects.get(pk=call.pk), by=director, at=before, removed=gone[:1])
        assert not getattr(call, parts).exists()

    def test_publishing_needs_parts_and_happens_once(self, call, director, coordinator, at):
        Call.objects.update(published_at=None)
        call.refresh_from_db()
        with pytest.raises(PermissionDenied):
            workflow.publish(call, by=coordinator, at=at)
        workflow.publish(call, by=director, at=at)
        assert call.published_at == at
        with pytest.raises(NotPossible, match="published already"):
            workflow.publish(call, by=director, at=at)
        call.criteria.all().delete()
        with pytest.raises(NotPossible, match="at least one section and one criterion"):
            workflow.publish(call, by=director, at=at)


class TestPost:
    def test_the_office_sends_again_with_the_same_text(self, asked, coordinator, at, outbox):
        [email] = outbox()
        with pytest.raises(NotPossible, match="still on its way"):
            workflow.send_again(email, by=coordinator, at=at)
        Email.objects.update(state="done", done_at=at)
        email.refresh_from_db()
        for _ in range(2):
            copy = workflow.send_again(email, by=coordinator, at=at)
            Email.objects.update(state="done", done_at=at)
            copy.refresh_from_db()
            copy = workflow.send_again(copy, by=coordinator, at=at)
            assert (copy.text, copy.link, copy.to) == (email.text, email.link, email.to)
            Email.objects.update(state="done", done_at=at)
        keys = Email.objects.order_by("pk").values_list("dedupe_key", flat=True)
        assert [key.removeprefix(email.dedupe_key) for key in keys] == ["", ":again:1", ":again:2", ":again:3", ":again:4"]

    def test_the_history_knows_who_sent_again_what_to_whom(self, asked, coordinator, at, outbox):
        [email] = outbox()
        with pytest.raises(NotPossible):
            workflow.send_again(email, by=coordinator, at=at)
        assert not HistoryEntry.objects.of_verbs("send an e-mail again").exists()
        Email.objects.update(state="done", done_at=at)
        workflow.send_again(email, by=coordinator, at=at)
        entry = HistoryEntry.objects.of_verbs("send an e-mail again").get()
        assert (entry.subject_row, entry.call, entry.applicant) == (asked, asked.call, asked.applicant)
        assert (entry.by, entry.at, entry.why, entry.office_only) == (
            coordinator, at, f"“{email.subject}”, to Dana Whitfield", True,
        )  # fmt: skip

    def test_an_e_mail_about_a_row_that_is_gone_has_a_history_of_its_own(self, program, coordinator, at):
        facts = {"kind": "test", "dedupe_key": "k", "to": "dana@county.example", "subject": "Hello", "text": "Text."}
        email = Email.objects.create(program=program, **facts, state="done", done_at=at, created_at=at, due_at=at)
        workflow.send_again(email, by=coordinator, at=at)
        entry = HistoryEntry.objects.get()
        assert (entry.subject_row, entry.program, entry.why) == (email, program, "“Hello”, to dana@county.example")

    def test_five_times_within_a_day_are_enough_and_what_failed_does_not_count(self, asked, coordinator, at, outbox):
        [copy] = outbox()
        for _ in range(workflow.SENT_A_DAY - 1):
            Email.objects.update(state="done", done_at=at)
            copy = workflow.send_again(copy, by=coordinator, at=at)
        Email.objects.filter(pk=copy.pk).update(state="failed")
        copy = workflow.send_again(copy, by=coordinator, at=at)
        Email.objects.filter(pk=copy.pk).update(state="done", done_at=at)
        almost = at + timedelta(days=1) - timedelta(seconds=1)
        with pytest.raises(NotPossible, match="left 5 times within a day, which is as often as we do"):
            workflow.send_again(copy, by=coordinator, at=almost)
        assert Email.objects.count() == workflow.SENT_A_DAY + 1
        workflow.send_again(copy, by=coordinator, at=at + timedelta(days=1))
        assert Email.objects.count() == workflow.SENT_A_DAY + 2

    def test_a_foreign_office_sends_nothing(self, asked, other_director, at, outbox):
        with pytest.raises(PermissionDenied):
            workflow.send_again(outbox()[0], by=other_director, at=at)


class TestRenewal:
    @pytest.fixture(autouse=True)
    def _expires_while_answers_are_taken(self, asked, at):
        """As after an extension: the link was sealed for the old deadline."""
        SealedLink.objects.update(expires_at=at + timedelta(days=2))

    def test_when_nothing_can_be_answered_any_more_no_link_is_renewed(self, asked, outbox, call):
        [email] = outbox()
        assert workflow.renew_link(email.link, at=call.letters_until - timedelta(seconds=1))
        link = SealedLink.objects.earliest("pk")
        for late in (call.letters_until, call.letters_until + timedelta(days=1000)):
            with pytest.raises(NotPossible, match=r"^The time to answer this request ended on .* and nothing was answered\."):
                workflow.renew_link(link, at=late)
        assert len(outbox()) == 2

    def test_who_answered_may_see_the_answer_at_any_time(self, asked, outbox, call, at):
        [email] = outbox()
        sponsoring.commit(asked, signed_name="Dana Whitfield", signed_title="Chief", note="", at=at, link=email.link)
        assert workflow.renew_link(email.link, at=call.letters_until + timedelta(days=300)).to == asked.email

    def test_a_new_link_is_mailed_to_the_address_of_the_expired_one(self, asked, outbox):
        [email] = outbox()
        late = email.link.expires_at
        copy = workflow.renew_link(email.link, at=late)
        assert (copy.to, copy.link.email, copy.link.subject) == (asked.email, asked.email, asked)
        assert copy.link.expires_at == late + timedelta(days=14)
        email.link.refresh_from_db()
        assert (email.link == copy.link, email.link.expires_at) == (False, late)

    def test_renewed_twice_there_is_one_new_link(self, asked, outbox):
        [email] = outbox()
        late = email.link.expires_at
        copies = [workflow.renew_link(email.link, at=late + timedelta(minutes=minute)) for minute in range(2)]
        assert copies[0].link == copies[1].link
        assert SealedLink.objects.count() == 2

    def test_the_office_sends_no_dead_link(self, asked, outbox, coordinator, at):
        [email] = outbox()
        Email.objects.update(state="done", done_at=at)
        email.refresh_from_db()
        late = email.link.expires_at
        copy = workflow.send_again(email, by=coordinator, at=late)
        assert copy.link.expires_at > late
        Email.objects.update(state="done", done_at=at)
        links.revoke(asked, at=at)
        with pytest.raises(NotPossible, match="was withdrawn"):
            workflow.send_again(copy, by=coordinator, at=late)

    def test_a_living_or_revoked_link_is_not_renewed(self, asked, outbox, at):
        [email] = outbox()
        with pytest.raises(NotPossible, match="has not expired"):
            workflow.renew_link(email.link, at=at)
        links.revoke(asked, at=at)
        email.link.refresh_from_db()
        with pytest.raises(NotPossible, match="withdrawn"):
            workflow.renew_link(email.link, at=email.link.expires_at)

    def test_three_times_an_hour_and_no_more(self, asked, outbox):
        [email] = outbox()
        late = email.link.expires_at
        for minute in range(3):
            workflow.renew_link(email.link, at=late + timedelta(minutes=minute))
        with pytest.raises(NotPossible, match="several times within an hour"):
            workflow.renew_link(email.link, at=late + timedelta(minutes=59))
        workflow.renew_link(email.link, at=late + timedelta(minutes=70))


def a_call(cohort, **facts):
    """A call that is not stored yet and has no address yet."""
    from tests.factories.programs import CallFactory  # noqa: PLC0415

    return CallFactory.build(cohort=cohort, slug="", parts=False, **facts)


def test_describing_is_for_directors(program, director, coordinator, at):
    program.about = "New words."
    with pytest.raises(PermissionDenied):
        workflow.describe_program(program, by=coordinator, at=at)
    workflow.describe_program(program, by=director, at=at)
    assert history(program) == [("describe", "Rosa Alvarez", "")]


def test_a_member_of_two_offices_sees_both(program, other_program, director):
    MembershipFactory(program=other_program, user=director, role="coordinator")
    fresh = User.objects.get(pk=director.pk)
    assert Membership.objects.program_ids(fresh, "director", "coordinator") == {program.pk, other_program.pk}
    assert Membership.objects.program_ids(fresh, "director") == {program.pk}


def test_the_last_director_who_can_sign_in_stays(program, director, director2, at):
    director2.is_active = False
    director2.save()
    ended = {user: Membership.objects.get(program=program, user=user) for user in (director, director2)}
    with pytest.raises(NotPossible, match="A programme needs a director"):
        workflow.end_role(ended[director], by=director, at=at)
    workflow.end_role(ended[director2], by=director, at=at)
    assert Membership.objects.current().get(program=program, role="director").user == director
