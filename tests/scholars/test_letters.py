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
                 "accept_by", "sponsor_name", "sponsor_system", "mentor_name", "chair_name", "signatory_name"):  # fmt: skip
        assert FACTS[name] in text
    assert letters.faults(letters.DEFAULT_TEMPLATE) == []
    assert "{" not in text


def test_a_letter_begins_with_date_and_address_and_ends_with_the_signature():
    assert letters.parts(merge("Dear {awardee_salutation},\n\nwelcome.")) == {
        "date": "15 May 2027",
        "address": ADDRESS,
        "body": ["Dear Priya Raman,", "welcome."],
        "closing": "Sincerely,",
        "signature": "Rosa Alvarez, MD, MPH\nProgramme Director",
    }


def test_what_stands_above_the_date_and_below_the_signature_stays_there_and_nothing_is_doubled():
    text = merge(f"Our reference: K12-2027\n\n{letters.DEFAULT_TEMPLATE}\n\ncc: Dean of Medicine\n\nEnclosure: terms")
    assert text.count("15 May 2027") == 1
    assert text.count("Sincerely,") == 1
    found = letters.parts(text)
    assert found["date"] == "Our reference: K12-2027\n15 May 2027"
    assert found["address"] == ADDRESS
    assert found["closing"] == "Sincerely,"
    signature = str(found["signature"]).split("\n")
    assert signature[:2] == ["Rosa Alvarez, MD, MPH", "Programme Director"]
    assert signature[-2:] == ["cc: Dean of Medicine", "Enclosure: terms"]
    assert "Dear Priya Raman," in found["body"]


@pytest.mark.parametrize("salutation", ["Hello {awardee_salutation},", "My dear {awardee_salutation},", "Congratulations,"])
@pytest.mark.parametrize(
    "closing", ["With kind regards", "Sincerely,", "With our best wishes for your success with us and in all that follows"]
)
@pytest.mark.parametrize(
    "signature",
    [
        "{signatory_name}", "Dr. {signatory_name}\n{signatory_title}", "{signatory_name}, MD\n\n{signatory_title}",
        "{signatory_name}\n\ncc: Dean of Medicine", "{signatory_name}\n\nCopies to:\n\nThe Dean,\n\nThe Chair",
        "{signatory_name}\n\na\n\nb\n\nc\n\nd\n\ne",
    ],
)  # fmt: skip
def test_salutation_and_signature_keep_their_places(salutation, closing, signature):
    said = ["we are glad to offer you a place, on terms that follow.", "Please answer by then."]
    text = merge("\n\n".join(["{today}", salutation, *said, closing, signature]))
    found = letters.parts(text)
    written = [salutation.replace("{awardee_salutation}", "Priya Raman"), *said]
    assert [*found["body"], *filter(None, [found["closing"]])] == [*written, closing]
    assert bool(found["closing"]) == (len(closing) <= letters.SHORT)
    expected = signature.replace("{signatory_name}", "Rosa Alvarez, MD, MPH").replace("{signatory_title}", "Programme Director")
    assert found["signature"] == expected.replace("\n\n", "\n")
    assert text.count("Rosa Alvarez") == 1


@pytest.mark.parametrize(
    "named",
    ["I, {signatory_name}, offer you a place.", "{signatory_name} will be your contact.", "Ask {signatory_name}."],
)
def test_a_signatory_who_is_named_in_the_letter_signs_it_too(named):
    found = letters.parts(merge(f"{{today}}\n\nDear {{awardee_salutation}},\n\n{named}\n\nPlease answer."))
    assert found["body"] == ["Dear Priya Raman,", named.replace("{signatory_name}", "Rosa Alvarez, MD, MPH"), "Please answer."]
    assert found["closing"] == "Sincerely,"
    assert found["signature"] == "Rosa Alvarez, MD, MPH\nProgramme Director"


@pytest.mark.parametrize(
    ("template", "date", "first"),
    [
        ("San Francisco, {today}\n\nDear you,\n\nwelcome.", "San Francisco, 15 May 2027", "Dear you,"),
        ("Ref. 7\nFile 8\n\n{today}\n\nDear you,\n\nwelcome.", "Ref. 7\nFile 8\n15 May 2027", "Dear you,"),
        ("Dear you,\n\nwelcome.\n\n{today}\n\nmore.", "15 May 2027", "Dear you,"),
        ("Dear you,\n\nyour time begins on {today}.", "15 May 2027", "Dear you,"),
    ],
)
def test_a_date_heads_the_letter_only_from_its_top(template, date, first):
    found = letters.parts(merge(template))
    assert found["date"] == date
    assert found["address"] == ADDRESS
    assert found["body"][0] == first


def test_date_and_closing_of_the_template_are_not_doubled():
    text = merge("{today}\r\n\r\nWelcome.\r\n\r\nWith kind regards,\r\n\r\n{signatory_name}")
    assert text.count("15 May 2027") == 1
    assert text.count("Rosa Alvarez") == 1
    assert letters.parts(text)["closing"] == "With kind regards,"


def test_a_letter_of_one_line_is_still_a_letter():
    assert letters.parts(merge("{signatory_name}")) == {
        "date": "15 May 2027", "address": ADDRESS, "body": [], "closing": "", "signature": "Rosa Alvarez, MD, MPH",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("template", "unmade", "kept"),
    [
        ("Your sponsor, {sponsor_name}, helps. We greet you.", ["sponsor_name"], "We greet {awardee_name}."),
        ("Dr. {mentor_name} guides you. {total_amount} is yours.", ["mentor_name"], "$230,000 is yours."),
        ("We thank A. Prof. {mentor_name} and Dr. {sponsor_name}. Money: {total_amount}.", ["sponsor_name"], "Money: $230,000."),
        ("{sponsor_name} helps. {mentor_name} guides. They promised.", ["sponsor_name"], "Maya Okafor guides. They promised."),
        ("{sponsor_name} helps. {mentor_name} guides. They promised.", ["sponsor_name", "mentor_name"], ""),
        ("Welcome. {sponsor_name} helps. So it is promised. {total_amount}.", ["sponsor_name"], "Welcome. $230,000."),
        ("“{sponsor_system}” hosts you!", ["sponsor_system"], ""),
    ],
)
def test_a_sentence_that_names_a_promise_nobody_made_is_left_out(template, unmade, kept):
    template = template.replace("We greet you.", "We greet {awardee_name}.")
    kept = kept.replace("{awardee_name}", FACTS["awardee_name"])
    text = letters.merge(f"Before.\n\n{template}\n\nAfter.", {**FACTS, **dict.fromkeys(unmade, "")}, address=ADDRESS)
    assert letters.parts(text)["body"] == ["Before.", *filter(None, [kept]), "After."]


def test_a_letter_of_nothing_but_promises_is_still_a_letter():
    text = letters.merge("{sponsor_name} helps.", {**FACTS, "sponsor_name": ""}, address=ADDRESS)
    assert letters.parts(text)["body"] == []
    assert letters.parts(text)["signature"] == "Rosa Alvarez, MD, MPH\nProgramme Director"


def test_the_programme_is_called_by_its_short_name_after_the_first_mention():
    facts = {**FACTS, "programme_name": "Harbor Learning Programme"}
    template = "{programme_name} greets you.\n\nCome to {programme_name}, yes, {programme_name}.\n\nYours,\n\n{signatory_name}"
    text = letters.merge(template, facts, address=ADDRESS, short_name="Harbor")
    assert letters.parts(text)["body"] == ["Harbor Learning Programme greets you.", "Come to Harbor, yes, Harbor."]
    assert "Come to Harbor Learning Programme" in letters.merge(template, facts, address=ADDRESS)


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


def test_the_default_letter_speaks_of_a_chair_only_where_one_committed():
    there = letters.merge("", FACTS, address=ADDRESS)
    assert "Your department chair, Grace Lindqvist, has promised to protect this time" in there
    without = letters.merge("", {**FACTS, "chair_name": "", "chair_department": ""}, address=ADDRESS)
    assert "chair" not in without
    assert "has promised to guide your research and your career. What is promised to you in writing is part" in without
