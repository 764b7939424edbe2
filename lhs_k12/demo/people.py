"""Who can sign in to the demo."""

import json
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
PASSWORD = "harbor-leap-demo"  # noqa: S105  the demo's people are fictional and so is their secret


@cache
def content(name: str) -> Any:
    """Return one content file of the demo programme."""
    return json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))


def demo_people() -> list[dict[str, str]]:
    """Return those who can sign in, each with role, name, e-mail and password."""
    people = {person["key"]: person for person in content("program")["people"]}
    for name in ("cohort_2019", "cohort_2022"):
        people |= {entry["key"]: entry["applicant"] for entry in content(name)["applications"]}
    people |= {entry["key"]: entry["applicant"] for entry in coming_applications()}
    people["ottoline_bergeron"] = content("program")["second_program"]["director"]
    return [
        {
            "role": persona["role"],
            "name": people[persona["key"]]["name"],
            "email": people[persona["key"]]["email"],
            "password": PASSWORD,
        }
        for persona in content("people_demo")
    ]


def coming_applications() -> list[dict[str, Any]]:
    """Return every application of the coming cohort's calls."""
    source = content("call_open")
    return [entry for name in ("call_open", "decided_call", "offer_call") for entry in source[name]["applications"]]
