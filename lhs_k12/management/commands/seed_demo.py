"""Loads the demo programme, or any number of applications for the benchmark, into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from lhs_k12.demo import scale, seed
from programs.models import Program


class Command(BaseCommand):
    """Writes the demo's rows; refuses a database that holds anything else."""

    help = "Load the demo programme into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the demo is there already")
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="N applications with three reviews each instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Program.objects.filter(slug=seed.SLUG).exists():
            self.stdout.write("The demo programme is there already.")
            return
        if User.objects.exists() or Program.objects.exists():
            raise CommandError("This database holds people or programmes already. The demo is only loaded into an empty one.")
        if options["scale"] < 0:
            raise CommandError("--scale takes a number of applications, 1 or more.")
        if options["scale"]:
            made = scale.load(options["scale"], at=timezone.now())
            self.stdout.write(f"Made {made} applications with three reviews each.")
            return
        seed.load(at=timezone.now())
        self.stdout.write("Loaded the demo programme.")
