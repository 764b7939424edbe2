"""The office's forms: dates in a zone, rows of a call, money of a cohort, roles."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from programs.forms import AnswerForm, CallForms, CohortForm, EmailFilter, GrantForm, ProgramForm
from programs.models import Call, Cohort

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def checked(posted, cohort, call=None):
    forms = CallForms(posted, call or Call(cohort=cohort), at=AT)
    return forms, forms.is_valid()


@pytest.mark.django_db
class TestCallForm:
    def test_local_times_become_moments(self, cohort, call_form):
        forms, valid = checked(call_form(), cohort)
        assert valid, forms.form.errors
        assert forms.form.instance.closes_at == datetime(2027, 2, 1, 22, tzinfo=UTC)
        assert [row.title for row in forms.sections.rows()] == ["Aims"]
        assert [row.position for row in forms.criteria.rows()] == [1]

    def test_a_deadline_in_the_gap_is_refused_beside_the_field(self, cohort, call_form):
        forms, valid = checked(call_form(closes_at="2027-03-14T02:30"), cohort)
        assert not valid
        assert forms.form.errors["closes_at"] == [
            "14 March 2027, 02:30 does not exist in America/New York: the clocks go forward over it. Please choose another time."
        ]
        assert forms.form["closes_at"].value() == "2027-03-14T02:30"

    def test_the_summary_names_errors_in_the_order_of_the_form(self, cohort, call_form):
        forms, _ = checked(call_form(title="", closes_at="2027-03-14T02:30", review_due_at=""), cohort)
        assert [label for _, label, _ in forms.errors()] == ["Title", "Closes", "Reviews due"]

    def test_a_deadline_in_the_fold_asks_which(self, cohort, call_form):
        twice = call_form(opens_at="2026-10-01T09:00", closes_at="2026-11-01T01:30", review_due_at="2026-12-01T17:00")
        forms, valid = checked(twice, cohort)
        assert not valid
        assert "happens twice in America/New York" in forms.form.errors["closes_at"][0]
        assert [label for _, label in forms.form.fields["closes_at_which"].choices] == [
            "The earlier one (EDT, UTC−04:00)", "The later one (EST, UTC−05:00)",
        ]  # fmt: skip
        for which, hour in (("earlier", 5), ("later", 6)):
            forms, valid = checked({**twice, "closes_at_which": which}, cohort)
            assert valid, forms.form.errors
            assert forms.form.instance.closes_at == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
        forms, valid = checked({**twice, "closes_at_which": "neither"}, cohort)
        assert not valid

    def test_an_unchanged_time_in_the_fold_is_not_asked_again(self, cohort, call_form):
        later = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
        call = Call(
            cohort=cohort, time_zone="America/New_York", opens_at=AT, closes_at=later, review_due_at=AT, decision_on=AT.date()
        )
        posted = call_form(opens_at="2026-10-01T09:00", closes_at="2026-11-01T01:30", review_due_at="2026-12-01T17:00")
        forms, valid = checked(posted, cohort, call)
        assert valid, forms.form.errors
        assert forms.form.instance.closes_at == later

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"closes_at": "2026-12-01T09:00"}, "closes_at", "must close after it opens"),
            ({"review_due_at": "2027-02-01T17:00"}, "review_due_at", "after the call closes"),
            ({"letter_of_intent_due_at": "2027-02-01T17:00"}, "letter_of_intent_due_at", "before it closes"),
            ({"decision_on": "2027-03-19"}, "decision_on", "after the reviews are due"),
            ({"decision_on": "2027-07-01"}, "decision_on", "before the cohort starts on 1 July 2027"),
            ({"time_zone": "Mars/Olympus"}, "time_zone", "Mars/Olympus"),
            ({"closes_at": "soon"}, "closes_at", "Please give a day and a time"),
            ({"title": ""}, "title", "Please fill this in."),
        ],
    )
    def test_dates_stand_in_order(self, cohort, call_form, changes, field, words):
        forms, valid = checked(call_form(**changes), cohort)
        assert not valid
        assert words in forms.form.errors[field][0]

    def test_an_empty_form_names_every_required_field(self, cohort):
        empty = {f"{prefix}-{name}_FORMS": "0" for prefix in ("sections", "documents", "criteria") for name in ("TOTAL", "INITIAL")}
        forms, valid = checked(empty, cohort)
        assert not valid
        assert {"title", "opens_at", "closes_at", "review_due_at", "time_zone", "decision_on"} <= set(forms.form.errors)

    def test_rows_keep_their_order_and_titles_are_given_once(self, cohort, call_form):
        forms, valid = checked(call_form(**{"sections-1-title": "Plan", "sections-1-word_limit": "900"}), cohort)
        assert valid
        assert [(row.position, row.title, row.word_limit) for row in forms.sections.rows()] == [(1, "Aims", 500), (2, "Plan", 900)]
        forms, valid = checked(call_form(**{"sections-1-title": " aims ", "sections-1-word_limit": "900"}), cohort)
        assert not valid
        assert "Another row has this title already." in forms.sections.forms[1].errors["title"]
        assert forms.errors()[0][0] == "id_sections-1-title"

    def test_a_limit_must_be_a_number_of_words(self, cohort, call_form):
        for limit in ("0", "-3", "2.5", "many", ""):
            _, valid = checked(call_form(**{"sections-0-word_limit": limit}), cohort)
            assert not valid

    def test_a_removed_row_is_not_kept(self, call, call_form):
        aims, plan = call.sections.all()
        posted = call_form(**{
            "sections-TOTAL_FORMS": "2", "sections-INITIAL_FORMS": "2", "sections-0-id": str(aims.pk), "sections-0-DELETE": "on",
            "sections-1-id": str(plan.pk), "sections-1-title": "Plan", "sections-1-word_limit": "900",
        })  # fmt: skip
        call.opens_at = datetime(2026, 12, 1, tzinfo=UTC)
        forms = CallForms(posted, call, at=datetime(2026, 11, 1, tzinfo=UTC))
        assert forms.is_valid(), forms.errors()
        assert forms.sections.removed() == [aims]
        assert [row.pk for row in forms.sections.rows()] == [plan.pk]

    def test_after_the_opening_rows_stay(self, call):
        forms = CallForms(None, call, at=call.opens_at)
        assert forms.form.has_opened
        assert all(row.extra == 0 and not row.can_delete for row in forms.lists)

    def test_a_new_call_comes_with_the_five_k_criteria_and_alignment(self, cohort):
        forms = CallForms(None, Call(cohort=cohort), at=AT)
        titles = [row["title"].value() for row in forms.criteria]
        assert titles[0] == "Candidate"
        assert titles[5] == "Health-system alignment and sponsor commitment"
        assert titles[6:] == [None, None] or titles[6:] == ["", ""]
        assert len(forms.sections.forms) == 7 + 2


@pytest.mark.django_db
class TestCohortForm:
    FACTS = {
        "name": "Cohort 2028", "starts_on": "2028-07-01", "months": "24", "places": "4", "salary_per_year": "90000",
        "research_per_year": "25000", "effort_percent": "75", "budget": "920000",
    }  # fmt: skip

    def form(self, program, **changes):
        return CohortForm({**self.FACTS, **changes}, instance=Cohort(program=program))

    def test_the_budget_holds_every_place(self, program):
        assert self.form(program).is_valid()

    def test_an_award_over_the_budget_is_refused_beside_the_field(self, program):
        form = self.form(program, budget="919999.99")
        assert not form.is_valid()
        assert form.errors["budget"] == [
            "4 places cost $920,000 ($230,000 each); the budget is $919,999.99. Please raise the budget, or lower the places or "
            "the amounts."
        ]

    def test_one_place_is_said_in_the_singular(self, program):
        form = self.form(program, places="1", budget="1")
        form.is_valid()
        assert form.errors["budget"][0].startswith("1 place costs $230,000")

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("places", "0", "Please give 1 or more."),
            ("months", "-3", "Please give 1 or more."),
            ("places", "four", "Please give a whole number."),
            ("effort_percent", "101", "Please give 100 or less."),
            ("salary_per_year", "a lot", "Please give a number."),
            ("salary_per_year", "0.001", "Please give at most 2 digits after the point."),
            ("salary_per_year", "12345678901", "This number is too long; it may have 10 digits."),
            ("starts_on", "soon", "Please give a date, such as 2027-07-01."),
            ("name", "a\x00b", "This holds a sign that cannot be kept (a null character). Please type it anew."),
            ("name", "x" * 81, "Please shorten this to 80 characters; it has 81."),
        ],
    )
    def test_what_cannot_be_is_said_in_a_plain_sentence(self, program, field, value, sentence):
        assert self.form(program, **{field: value}).errors[field] == [sentence]

    def test_a_name_is_given_once_a_programme(self, cohort, other_program):
        assert "name" in self.form(cohort.program, name="cohort 2027").errors
        assert self.form(other_program, name="Cohort 2027").is_valid()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("places", "0"), ("effort_percent", "101"), ("months", "0"), ("salary_per_year", "-1"), ("starts_on", "x")],
    )
    def test_numbers_have_limits(self, program, field, value):
        assert field in self.form(program, **{field: value}).errors

    def test_money_is_exact(self, program):
        form = self.form(program, months="18", salary_per_year="90000.01", budget="690000.08")
        assert form.is_valid(), form.errors
        assert form.instance.award_cost == Decimal("172500.02")


class TestGrantForm:
    FACTS = {"email": "New@Example.org", "name": "New\r\nPerson", "role": "reviewer", "reviewer_kind": "internal"}

    def test_address_and_name_are_one_line(self):
        form = GrantForm(self.FACTS)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["email"] == "new@example.org"
        assert form.cleaned_data["name"] == "New Person"

    @pytest.mark.parametrize("email", ["a@example.org,b@example.org", "a@example.org\r\nBcc: b@example.org", "nobody", ""])
    def test_more_than_one_address_is_refused(self, email):
        assert "email" in GrantForm({**self.FACTS, "email": email}).errors

    def test_a_reviewer_has_a_kind_and_nobody_else(self):
        assert "reviewer_kind" in GrantForm({**self.FACTS, "reviewer_kind": ""}).errors
        form = GrantForm({**self.FACTS, "role": "director"})
        assert form.is_valid()
        assert form.cleaned_data["reviewer_kind"] == ""

    def test_only_known_roles_exist(self):
        assert "role" in GrantForm({**self.FACTS, "role": "superuser"}).errors


def test_a_grant_ends_after_it_starts():
    form = ProgramForm({"grant_starts_on": "2026-01-02", "grant_ends_on": "2026-01-01", "no_cost_extension_ends_on": "2025-12-01"})
    assert "grant_ends_on" in form.errors
    assert "no_cost_extension_ends_on" in form.errors


def test_the_programme_form_cannot_move_the_programme():
    assert {"slug", "letter_template", "id"}.isdisjoint(ProgramForm().fields)


def test_an_unknown_state_shows_everything():
    form = EmailFilter({"state": "state__gt"}, counts={"done": 2})
    assert form.chosen == ""
    assert EmailFilter({"state": "done"}, counts={"done": 2}).chosen == "done"
    assert ("", "All (2)") in form.fields["state"].choices


class Promise3(AnswerForm):
    duties = ("One.", "Two.", "Three.")


class TestAnswerForm:
    YES = {
        "choice": "commit", "duty_0": "on", "duty_1": "on", "duty_2": "on", "signed_name": "Dana Whitfield",
        "signed_title": "Chief",
    }  # fmt: skip

    def test_nothing_is_chosen_beforehand(self):
        form = Promise3()
        assert form["choice"].value() is None
        assert [field.value() for field in form.duty_fields] == [None, None, None]
        assert form["signed_name"].value() is None

    def test_a_yes_takes_every_promise(self):
        assert Promise3(self.YES).is_valid()
        for place in range(3):
            form = Promise3({key: value for key, value in self.YES.items() if key != f"duty_{place}"})
            assert set(form.errors) == {f"duty_{place}"}

    def test_a_no_takes_a_reason_and_no_promise(self):
        no = {"choice": "decline", "signed_name": "Dana Whitfield", "signed_title": "Chief"}
        assert set(Promise3(no).errors) == {"reason"}
        form = Promise3({**no, "reason": "No capacity.", "note": "Ask Lee."})
        assert form.is_valid()
        assert form.words()["reason"] == "No capacity.\n\nAsk Lee."

    def test_choice_name_and_position_are_asked_for(self):
        assert {"choice", "signed_name", "signed_title"} <= set(Promise3({}).errors)
        assert "signed_name" in Promise3({**self.YES, "signed_name": " \n "}).errors

    def test_a_name_is_one_line(self):
        form = Promise3({**self.YES, "signed_name": "Dana\r\nBcc: all@example.org"})
        assert form.is_valid()
        assert form.cleaned_data["signed_name"] == "Dana Bcc: all@example.org"
