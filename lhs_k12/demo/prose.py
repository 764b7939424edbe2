"""The longer texts of the demo's applications: what an applicant wrote, carried on with sentences about the same project."""

import hashlib
from typing import Any

from lhs_k12.demo.people import content

CAPITALS = ("place", "people", "staff", "records", "harm", "decider")


def sections(entry: dict[str, Any]) -> dict[str, str]:
    """Return the texts of an application by section; a project of which more is known is told at length."""
    written: dict[str, str] = entry.get("sections") or {}
    if entry["key"] not in content("prose")["facts"]:
        return written
    known = _facts(entry)
    return {title: "\n\n".join([text, *_carried_on(entry["key"], title, known)]) for title, text in written.items() if text}


def _carried_on(key: str, title: str, known: dict[str, str]) -> list[str]:
    """Return the further paragraphs of one section, each in one of its wordings."""
    return [
        wordings[_number(f"{key}{title}{place}", len(wordings))].format_map(known)
        for place, wordings in enumerate(content("prose")["paragraphs"].get(title, []))
    ]


def _facts(entry: dict[str, Any]) -> dict[str, str]:
    key, known = entry["key"], dict(content("prose")["facts"][entry["key"]])
    known |= {f"{name}_cap": known[name][:1].upper() + known[name][1:] for name in CAPITALS}
    known["decision_noun"] = f"the question of {known['decision']}"
    for part in ("mentor", "sponsor"):
        known[part] = entry[part]["name"].split(",")[0]
    known["mentor_last"] = known["mentor"].split()[-1]
    # How many records were read, people took part in a pilot, and interviews are planned.
    return known | {
        "n": str(120 + _number(f"{key}n", 260)), "m": str(14 + _number(f"{key}m", 22)), "k": str(24 + _number(f"{key}k", 16)),
    }  # fmt: skip


def _number(key: str, below: int) -> int:
    """Return a number from 0 on, always the same for one key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % below
