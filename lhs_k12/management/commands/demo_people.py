"""Lists who can sign in to the demo, as a table or as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lhs_k12.demo.people import demo_people


class Command(BaseCommand):
    """Prints role, name, e-mail and password of the demo's people."""

    help = "List who can sign in to the demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of objects with role, name, email, password")

    def handle(self, *args: Any, **options: Any) -> None:
        people = demo_people()
        if options["json"]:
            self.stdout.write(json.dumps(people, indent=1, ensure_ascii=False))
            return
        self.stdout.write(table(people))


def table(people: list[dict[str, str]]) -> str:
    """Return the people as a table in plain text."""
    columns = ["role", "name", "email", "password"]
    width = {column: max(len(column), *(len(person[column]) for person in people)) for column in columns}
    lines = ["  ".join(column.ljust(width[column]) for column in columns).rstrip()]
    lines += ["  ".join(person[column].ljust(width[column]) for column in columns).rstrip() for person in people]
    return "\n".join(lines)
