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
        "notes": [],
    }


def test_what_stands_above_the_date_and_below_the_signature_stays_there_and_nothing_is_doubled():
    text = merge(f"Our reference: K12-2027\n\n{letters.DEFAULT_TEMPLATE}\n\ncc: Dean of Medicine\n\nEnclosure: terms")
    assert text.count("15 May 2027") == 1
    assert text.count("Sincerely,") == 1
    found = letters.parts(text)
    assert found["date"] == "Our reference: K12-2027\n15 May 2027"
    assert found["address"] == ADDRESS
    assert found["closing"] == "Sincerely,"
    assert str(found["signature"]).split("\n")[:2] == ["Rosa Alvarez, MD, MPH", "Programme Director"]
    assert found["notes"] == ["cc: Dean of Medicine", "Enclosure: terms"]
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
    assert [found["signature"], *found["notes"]] == expected.split("\n\n")
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
    "line",
    [
        "{signatory_name}, {signatory_title}", "{signatory_name}, Ph.D.\n{signatory_title}", "{signatory_name}, M.D.",
        "{signatory_name}, MD, MPH, FACP, FAHA", "Associate Professor {signatory_name}", "______\n{signatory_name}",
        "Jane Doe, PhD\n{signatory_name}",
    ],
)  # fmt: skip
def test_a_letter_is_signed_once_whatever_stands_beside_the_name(line):
    found = letters.parts(merge(f"{{today}}\n\nDear you,\n\nwelcome to all.\n\nSincerely,\n\n{line}\n\ncc: Dean"))
    assert (found["body"], found["closing"]) == (["Dear you,", "welcome to all."], "Sincerely,")
    assert str(found["signature"]).count("Rosa Alvarez") == 1
    assert found["notes"] == ["cc: Dean"]


@pytest.mark.parametrize(
    "end",
    [
        "Sincerely,\n{signatory_name}\n{signatory_title}", "Sincerely,\n{signatory_name}\n\ncc: Dean", "Best,\n\n{signatory_name}",
        "Sincerely,\n\n__________\n\n{signatory_name}\n\ncc: Dean", "With regards\n \u00a0\n{signatory_name}\n\u3000\ncc: Dean",
        "Yours,\n\n{signatory_name}\n\nP.S. Call {signatory_name}.", "A last line that is no closing\n\n{signatory_name}",
    ],
)  # fmt: skip
def test_a_signature_needs_no_second(end):
    text = merge(f"Dear you,\n\nwelcome to all.\n\n{end}")
    assert text.count("Rosa Alvarez") == end.count("{signatory_name}")
    assert letters.parts(text)["body"][:2] == ["Dear you,", "welcome to all."]
    assert letters.parts(text)["closing"] == end.partition("\n")[0]


N = "{signatory_name}\n{signatory_title}"


@pytest.mark.parametrize(
    "end",
    [
        *(f"{closing}\n\n{N}\n\ncc: Dean" for closing in (
            "Thank you,", "With thanks,", "With sincere appreciation,", "With gratitude,", "Congratulations again!", "Cheers,",
            "Looking forward to working with you,", "On behalf of the program,", "Sincerely:", "Warm regards.", "Best,",
            "With best wishes on behalf of {programme_name},", "Please answer soon.",
        )),
        *(f"Sincerely,\n\n{N}\n\n{below}" for below in (
            "Respectfully accepted,\n\n____\n{awardee_name}\n\nDate: ____", "Sincerely,\n\nJane Doe\nDean",
            "I accept this award.\n\nSincerely,\n\n______\n\nDate ____", "P.S. We send you our best wishes!\n\ncc: Dean",
            "Please sign and return; a copy is yours to keep\n\nAccepted: ____",
            "Attachment A: What the sponsor wishes\n\n1. Effort.", "P.S. {mentor_name} sends you best wishes too!\n\ncc: Dean",
        )),
        f"We look forward to it.\nSincerely,\n\n{N}\n\ncc: Dean", f"Sincerely yours,\nOn behalf of us\n\n{N}\n\ncc: Dean",
        "Sincerely, {signatory_name}\n\ncc: Dean", f"We look forward to it.\nSincerely,\n{N}\n\ncc: Dean",
        "Signed by {signatory_name}\n\ncc: Dean", "Yours,\n\nSigned: {signatory_name}\n\ncc: Dean",
        "Yours,\n\n{signatory_name} (Director)\n\ncc: Dean",
    ],
)  # fmt: skip
def test_a_letter_with_its_own_closing_is_signed_once(end):
    text = merge(f"{{today}}\n\nDear you,\n\nWe offer.\n\n{end}")
    assert text.count("Rosa Alvarez") == 1
    found = letters.parts(text, FACTS["signatory_name"])
    assert "Rosa Alvarez" in str(found["signature"])
    assert found["body"][:2] == ["Dear you,", "We offer."]


@pytest.mark.parametrize(
    "named",
    [
        "If you have questions, please contact {signatory_name}.", "Ask {signatory_name}’s office", "Only the best!",
        "Questions about this letter go to {signatory_name}", "Please write to:\n\n{signatory_name}\n\nWe wait for it.",
        "Thanks to everyone.\n\nYour place is here\n\nPlease answer.",
        "Questions Of Any Kind About Money, Time, Travel, Rooms And Keys Go To {signatory_name}",
        "The place is truly yours!\n\nAsk {signatory_name}. Please answer.",
    ],
)  # fmt: skip
def test_a_letter_that_only_names_the_signatory_is_signed_below(named):
    text = merge(f"Dear you,\n\nWe offer.\n\n{named}")
    assert text.endswith("\n\nSincerely,\n\nRosa Alvarez, MD, MPH\nProgramme Director")
    assert letters.parts(text)["signature"] == "Rosa Alvarez, MD, MPH\nProgramme Director"


@pytest.mark.parametrize("end", ["Best regards,", "Sincerely,"])
def test_a_closing_without_a_name_gets_the_name_alone(end):
    text = merge(f"Dear you,\n\nWe offer.\n\n{end}")
    assert text.endswith(f"We offer.\n\n{end}\n\nRosa Alvarez, MD, MPH\nProgramme Director")


@pytest.mark.parametrize("block", ["Rosa Alvarez, MD\nProgram Director", "R. Alvarez\n{signatory_title}\n{programme_name}"])
def test_a_name_in_one_paragraph_with_its_closing_signs_too(block):
    text = merge(f"Dear you,\n\nWe offer.\n\nSincerely,\n{block}\n\ncc: Dean")
    found = letters.parts(text, FACTS["signatory_name"])
    assert (text.count("Sincerely"), text.count("Alvarez")) == (1, 1)
    assert (found["closing"], found["notes"]) == ("Sincerely,", ["cc: Dean"])


@pytest.mark.parametrize("block", ["Rosa Alvarez, MD\nProgram Director", "R. Alvarez\n{signatory_title}\n{programme_name}"])
def test_a_name_that_was_typed_signs_too(block):
    text = merge(f"Dear you,\n\nWe offer.\n\nSincerely,\n\n{block}\n\ncc: Dean")
    found = letters.parts(text, FACTS["signatory_name"])
    assert (text.count("Sincerely"), text.count("Alvarez")) == (1, 1)
    assert (found["closing"], found["notes"]) == ("Sincerely,", ["cc: Dean"])
    assert "Alvarez" in str(found["signature"])


@pytest.mark.parametrize(
    "line", ["Congratulations! A K12 place is yours!", "Thanks for your patience.", "Congratulations", "Only the best"]
)
def test_words_of_farewell_in_the_body_do_not_sign(line):
    found = letters.parts(merge(f"Dear you,\n\n{line}\n\nThe award begins soon.\n\nThank you,\n\n{N}"), "Rosa Alvarez, MD, MPH")
    assert found["body"] == ["Dear you,", line, "The award begins soon."]
    assert (found["closing"], found["notes"]) == ("Thank you,", [])


@pytest.mark.parametrize("closing", ["Yours,", "On behalf of us all,"])
@pytest.mark.parametrize("below", ["", "Approved by Rosa Alvarez, MD, MPH"])
def test_a_contact_in_the_body_is_no_signature_above_the_closing(closing, below):
    contact = "Your contact\n{signatory_name}, 555-1234"
    text = merge(f"Dear you,\n\n{contact}\n\nPlease answer.\n\n{closing}\n\n{N}\n\n{below if closing == 'Yours,' else ''}")
    found = letters.parts(text, FACTS["signatory_name"])
    assert found["body"] == ["Dear you,", "Your contact\nRosa Alvarez, MD, MPH, 555-1234", "Please answer."]
    assert (found["closing"], found["signature"]) == (closing, "Rosa Alvarez, MD, MPH\nProgramme Director")


@pytest.mark.parametrize("line", ["Yours truly wrote this.", "{programme_name} sends regards", "Send your regards to:"])
def test_a_line_that_is_no_closing_leaves_the_letter_unsigned(line):
    text = merge(f"{line}\n\n{{signatory_name}} is there for you.\n\nPlease answer.")
    assert letters.parts(text)["body"][1:] == ["Rosa Alvarez, MD, MPH is there for you.", "Please answer."]
    assert letters.parts(text)["signature"] == "Rosa Alvarez, MD, MPH\nProgramme Director"


@pytest.mark.parametrize("named", ["Questions? {signatory_name}", "From: {signatory_name}", "Please write to:\n\n{signatory_name}"])
def test_where_a_signatory_is_only_named_nothing_is_swallowed(named):
    terms = "These are the terms of the offer, which are longer than a line of a signature would ever be."
    found = letters.parts(merge(f"{{today}}\n\nDear you,\n\n{named}\n\n{terms}\n\nSincerely,\n\n{{signatory_name}}"))
    assert found["body"][-1] == terms
    assert (found["closing"], found["signature"]) == ("Sincerely,", "Rosa Alvarez, MD, MPH")


@pytest.mark.parametrize(
    ("template", "date", "first"),
    [
        ("Harbor Health, Inc.\n\n{today}\n\nDear you,\n\nwelcome.", "Harbor Health, Inc.\n15 May 2027", "Dear you,"),
        ("Washington, D.C.,\n{today}\n\nDear you,\n\nwelcome.", "Washington, D.C.,\n15 May 2027", "Dear you,"),
        ("San Francisco, {today}\n\nDear you,", "San Francisco, 15 May 2027", "Dear you,"),
        ("Washington, D.C., {today}\n\nDear you,", "Washington, D.C., 15 May 2027", "Dear you,"),
        ("Port Marlow CA {today}\n\nDear you,", "Port Marlow CA 15 May 2027", "Dear you,"),
        ("Port Marlow – {today}\n\nDear you,", "Port Marlow – 15 May 2027", "Dear you,"),
        ("Date: {today}.\n\nDear you,", "Date: 15 May 2027.", "Dear you,"),
        ("{today}\nRe: Award\n\nDear you,", "15 May 2027", "Re: Award"),
        ("{today}\nDear you,\n\nwelcome.", "15 May 2027", "Dear you,"),
        ("TO: {cohort_name}\nFROM: us\nDATE: {today}\nRE: Award", "TO: Cohort 2027\nFROM: us\nDATE: 15 May 2027", "RE: Award"),
        ("{awardee_name}\n\n{today}\n\nDear you,", "Priya Raman, MD, MPH\n15 May 2027", "Dear you,"),
        ("A\n\nB\n\nC\n\n{today}\n\nDear you,", "A\nB\nC\n15 May 2027", "Dear you,"),
        ("Hello {awardee_salutation},\n{today}\n\nwelcome.", "15 May 2027", "Hello Priya Raman,\n15 May 2027"),
        ("{awardee_salutation}:\n\n{today}\n\nwelcome.", "15 May 2027", "Priya Raman:"),
        ("We wrote to you on {today}\n\nwelcome.", "15 May 2027", "We wrote to you on 15 May 2027"),
        ("Ref. 7\nFile 8\n\n{today}\n\nDear you,\n\nwelcome.", "Ref. 7\nFile 8\n15 May 2027", "Dear you,"),
        ("Dear you,\n\nwelcome.\n\n{today}\n\nmore.", "15 May 2027", "Dear you,"),
        ("Hello,\n\nwelcome.\n\nSigned on\n\n{today}\n\nmore.", "15 May 2027", "Hello,"),
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
        "notes": [],
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
