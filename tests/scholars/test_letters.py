"""The words of a letter: placeholders, what is no placeholder, date, address, closing."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholars import letters

FACTS = letters.SAMPLE
ADDRESS = letters.SAMPLE_ADDRESS


def merge(template):
    return letters.merge(template, FACTS, address=ADDRESS)


def test_the_default_letter_names_every_placeholder_that_binds():
    text = merge("")
    for name in ("project_title", "starts_on", "ends_on", "effort_percent", "salary_per_year", "research_per_year", "total_amount",
                 "accept_by", "sponsor_name", "sponsor_system", "mentor_name", "signatory_name"):  # fmt: skip
        assert FACTS[name] in text
    assert letters.faults(letters.DEFAULT_TEMPLATE) == []
    assert "{" not in text


def test_a_letter_begins_with_date_and_address_and_ends_with_the_signature():
    assert letters.parts(merge("Dear {awardee_salutation},\n\nwelcome.")) == {
        "date": "15 May 2027",
        "address": ADDRESS,
        "body": ["Dear Dr Priya Raman,", "welcome."],
        "closing": "Sincerely,",
        "signature": "Rosa Alvarez, MD, MPH\nProgramme Director",
    }


def test_date_and_closing_of_the_template_are_not_doubled():
    text = merge("{today}\r\n\r\nWelcome.\r\n\r\nWith kind regards,\r\n\r\n{signatory_name}")
    assert text.count("15 May 2027") == 1
    assert text.count("Rosa Alvarez") == 1
    assert letters.parts(text)["closing"] == "With kind regards,"


def test_a_letter_of_one_line_is_still_a_letter():
    assert letters.parts(merge("{signatory_name}")) == {
        "date": "15 May 2027", "address": ADDRESS, "body": [], "closing": "", "signature": "Rosa Alvarez, MD, MPH",
    }  # fmt: skip


def test_braces_in_a_fact_are_not_read_again():
    facts = {**FACTS, "project_title": "Sets {awardee_name} and {{ x }}\n\nin two lines"}
    text = letters.merge("On {project_title}.", facts, address=ADDRESS)
    assert "On Sets {awardee_name} and {{ x }} in two lines." in text


@pytest.mark.parametrize(
    "piece", ["{{ settings.SECRET_KEY }}", "{% include 'base.html' %}", "{x.__class__}", "{0}", "{Project_Title}"]
)
def test_template_syntax_is_literal_and_refused_by_the_form(piece):
    assert piece in merge(f"Look: {piece}.")
    (sentence,) = letters.faults(f"Look: {piece}.")
    assert f"“{piece}” is not a placeholder" in sentence


def test_a_near_miss_is_pointed_out():
    assert letters.faults("{ project title }") == [
        "“{ project title }” is not a placeholder of letters. Did you mean {project_title}?"
    ]


def test_a_lonely_brace_is_named():
    assert letters.faults("a { b") == ["A brace “{” stands alone. Placeholders look like {project_title}."]


def test_each_fault_is_said_once_in_the_order_of_the_text():
    found = letters.faults("{b} {a} {b}")
    assert [sentence[:5] for sentence in found] == ["“{b}”", "“{a}”"]


def test_the_fingerprint_is_of_the_whole_text():
    text = merge("")
    assert letters.fingerprint(text) == hashlib.sha256(text.encode()).hexdigest()


@given(st.text(max_size=400))
def test_any_template_makes_a_letter_with_all_its_parts(template):
    found = letters.parts(merge(template))
    assert found["date"] == "15 May 2027"
    assert found["address"] == ADDRESS
    assert found["signature"]
