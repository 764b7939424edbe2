"""What an applicant attaches in the demo: a biosketch, a budget and works, put together from the person and the project."""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from programs.templatetags.portal import money

Choice = TypeVar("Choice")

COLLEGES = (
    "Northmere College",
    "University of Esk Valley",
    "Tallgrass State University",
    "St Brannoc College",
    "Pine Hill College",
)
SCHOOLS = (
    "Northmere University",
    "Tallgrass State University",
    "University of the Sound",
    "Larkfield University",
    "Esk University",
)
HONOURS = (
    "Teaching award of the residents, Harbor University", "Young investigator's travel grant, Society for Delivery Research",
    "Commendation of the nursing council, County General", "Best abstract, Western Regional Meeting on Health Systems",
    "Dean's fellowship in health services research", "Quality award of the medical staff, Bay VA",
)  # fmt: skip
SUPPORT = (
    "Departmental seed grant, $18,000: pilot work for the present proposal.",
    "Harbor Foundation small grant, $25,000: data cleaning and two focus groups.",
    "Quality improvement fund of the health system, $12,500: a part-time analyst for six months.",
    "Division fund, 10 per cent effort: methods training and a summer student.",
)
SURNAMES = (
    "Abernathy", "Brask", "Castellane", "Drummond-Oke", "Eastlake", "Fenwick", "Garza-Hill", "Holloway", "Ivarsson", "Jessup",
    "Kettering", "Lomax", "Mbeki-Ross", "Norquist", "Oduya", "Pemberton", "Quiroga", "Rasmussen", "Salcedo", "Thistlewood",
)  # fmt: skip
WORKS = (
    "Who decides in a learning health system? A study of forty service lines",
    "Few clusters, honest intervals: small-sample corrections in delivery trials",
    "What frontline staff call evidence: an ethnography of three clinics",
    "Costs that fall on patients: a neglected outcome of pragmatic trials",
    "Adaptation and fidelity as two accounts of one event",
    "When the sponsor leaves: succession in embedded research",
    "Interrupted time series in the presence of a pandemic",
    "Paying advisers who are patients: practice in sixteen centres",
    "Reach and its denominator: who is eligible in routine records",
    "Interpreter use and outcomes after discharge: a cohort study",
    "Default orders and the persistence of low-value care",
    "The second year of an improvement: decay, drift and repair",
    "Measuring acceptability with staff who have no time",
    "From dashboard to decision: eleven months in a quality office",
    "Equity by design: sampling for those whom records miss",
    "A rapid framework for interviews in operational projects",
)
JOURNALS = ("J Deliv Sci", "Learn Health Pract", "Ann Embed Res", "Implement Rep", "West J Health Syst")


def paper(title: str, application: Any) -> list[str]:
    """Return the paragraphs of the document of this title, or what the project says of itself for any other one."""
    makers = {"Biosketch": _biosketch, "Budget justification": _budget, "References cited": _works}
    return makers.get(title, _other)(application)


def _pick(application: Any, about: str, choices: Sequence[Choice], count: int = 1) -> list[Choice]:
    """Return some of the choices, always the same for one person."""
    ranked = sorted(choices, key=lambda choice: hashlib.sha256(f"{application.applicant.email}{about}{choice}".encode()).digest())
    return ranked[:count]


def _biosketch(application: Any) -> list[str]:
    person, year = application.applicant, application.call.cohort.starts_on.year
    [ago] = _pick(application, "ago", (7, 8, 9, 10, 11))
    degrees = [degree.strip() for degree in (person.credentials or "PhD").split(",")]
    [college] = _pick(application, "college", COLLEGES)
    schools = _pick(application, "school", SCHOOLS, len(degrees))
    place = ", ".join(filter(None, [person.title or "Fellow", person.division, person.institution]))
    steps = [f"BA, {college}, {year - ago - 6}."]
    steps += [f"{degrees[n]}, {schools[n]}, {year - ago + 3 * n}." for n in range(len(degrees))]
    works = enumerate(_cited(application, "own", 4, own=True), 1)
    return [
        f"Name: {person.styled_name}. Position: {place}.",
        f"Education and training. {' '.join(steps)}",
        f"A. Personal statement. I apply with the project “{application.title}”. I have worked beside the people who would use "
        f"its result since {year - 3}, collected the figures with which the proposal begins, and led the small pilot that it "
        "builds on. What I have not yet done is to carry a study from its first question to a decision of a health system; the "
        "award is for that.",
        f"B. Positions. {year - 2} to present: {place}. {year - 5} to {year - 2}: trainee in the same department, with half a "
        f"day a week in its quality office. Honours: {'; '.join(_pick(application, 'honour', HONOURS, 2))}.",
        "C. Contributions to science. 1. I described how care in our field differs between sites of one system, with a measure "
        "that two services now use. 2. I took part in an evaluation that ended a practice which staff had thought helpful, and "
        "wrote the account of how the decision was made. 3. With two patients as co-authors I reported what people understand "
        "when care is changed around them.",
        f"Selected works. {' '.join(f'({number}) {work}' for number, work in works)}",
        f"D. Research support. {_pick(application, 'support', SUPPORT)[0]} No other mentored career award is pending.",
    ]  # fmt: skip


def _budget(application: Any) -> list[str]:
    person, cohort = application.applicant, application.call.cohort
    [base] = _pick(application, "base", (112_000, 118_000, 126_000, 134_000, 141_000, 152_000, 166_000))
    effort = base * cohort.effort_percent // 100
    charged = min(effort, int(cohort.salary_per_year))
    short = effort - charged
    research = int(cohort.research_per_year)
    shares = {"analyst": 38, "people": 22, "courses": 14, "travel": 12, "records": 14}
    part = {name: money(research * share // 100) for name, share in shares.items()}
    who_pays = f"The {person.division or 'department'} pays the shortfall of {money(short)}" if short else "There is no shortfall"
    return [
        f"Personnel. {person.styled_name}, {cohort.effort_percent} per cent effort for {cohort.months} months from "
        f"{cohort.starts_on.day} {cohort.starts_on:%B %Y}. Institutional base salary {money(base)}; the protected part is "
        f"{money(effort)} a year, of which {money(charged)} is charged to the award. {who_pays} in each year and has confirmed "
        "it in writing.",
        f"Research costs, {money(research)} a year. Analyst, eight hours a month, to extract and check records: {part['analyst']}.",
        f"Advisers who are patients, transcription, interpreters and gift cards: {part['people']}. The rates are those of the "
        "health system's own advisory councils.",
        f"Courses and books that the programme does not provide: {part['courses']}. Travel to one scientific meeting and to the "
        f"meeting of scholars: {part['travel']}. Record linkage, storage and licences: {part['records']}.",
        "Second year. As in the first, except that transcription falls when the interviews are done and the difference pays for "
        "open-access publication and for the brief that is owed to the sponsor.",
        "What the health system gives. Staff time for meetings, access to records under the agreement that exists, and space; none "
        "of it is charged to the award.",
    ]  # fmt: skip


def _works(application: Any) -> list[str]:
    return [f"{number}. {work}" for number, work in enumerate(_cited(application, "cited", 9), 1)]


def _cited(application: Any, about: str, count: int, *, own: bool = False) -> list[str]:
    """Return works, all of them as fictional as their authors."""
    year, found = application.call.cohort.starts_on.year, []
    for place, work in enumerate(_pick(application, about, WORKS, count)):
        first, second, third = _pick(application, f"{about}{place}", SURNAMES, 3)
        mine = application.applicant.name.split()[-1]
        authors = f"{mine}, {second}, {third}" if own and place % 2 == 0 else f"{first}, {mine if own else second}, {third}"
        [journal], volume = _pick(application, f"{about}j{place}", JOURNALS), 4 + place
        found.append(f"{authors}. {work}. {journal} {year - 2 - place % 5};{volume}:{11 + 17 * place}–{19 + 17 * place}.")
    return found


def _other(application: Any) -> list[str]:
    return [application.applicant.place, application.title]
