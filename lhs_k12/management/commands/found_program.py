"""Founds a programme with its first director: the first command of a new installation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.workflow import open_account
from accounts.zones import zones
from programs import mail
from programs.models import Membership, Program
from programs.transitions import record


class Command(BaseCommand):
    """Makes the programme and its director, who then signs in with a code sent by e-mail."""

    help = "Found a programme and name its first director."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help='for example "Harbor LEAP K12"')
        parser.add_argument("--director-email", required=True)
        parser.add_argument("--director-name", required=True)
        parser.add_argument("--reply-to", help="where answers to the portal's e-mails go; the director by default")
        parser.add_argument("--institution", default="")
        parser.add_argument("--time-zone", default="America/Los_Angeles")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["time_zone"] not in zones():
            raise CommandError(f"{options['time_zone']} is no IANA time zone of a place, such as America/Los_Angeles, nor UTC.")
        name, director_name = mail.one_line(options["name"]), mail.one_line(options["director_name"])
        slug = slugify(name)[:50]
        if not slug or Program.objects.filter(slug=slug).exists():
            raise CommandError("Please choose another name: this one is empty or taken.")
        try:
            email = mail.check_address(options["director_email"])
            reply_to = mail.check_address(options["reply_to"] or email)
            User(email=email, name=director_name).clean_fields(exclude=["password"])
            program = Program(
                name=name, short_name=name[:40], slug=slug, reply_to=reply_to, institution=mail.one_line(options["institution"]),
                time_zone=options["time_zone"], signatory_name=director_name, signatory_title="Programme Director",
            )  # fmt: skip
            program.clean_fields()
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        with transaction.atomic():
            director = open_account(email=email, name=director_name)
            program.save()
            Membership.objects.create(program=program, user=director, role="director")
            record(program, "found", at=timezone.now(), who="the command line")
        self.stdout.write(f"Founded {name}. {director.name} signs in with {email}; a sign-in code is sent on request.")
