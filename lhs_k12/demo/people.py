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
    coming = content("call_open")
    people |= {entry["key"]: entry["applicant"] for entry in all_applications(coming)}
    return [
        {
            "role": persona["role"],
            "name": people[persona["key"]]["name"],
            "email": people[persona["key"]]["email"],
            "password": PASSWORD,
        }
        for persona in content("people_demo")
    ]


def all_applications(coming: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every application of the coming cohort's calls."""
    rows: list[dict[str, Any]] = list(coming["applications"])
    for name in ("decided_call", "offer_call"):
        rows += coming[name]["applications"]
    return rows
