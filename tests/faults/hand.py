"""A hand inside a portal: a program with the portal's settings that does what a test asks, one line at a time."""

import contextlib
import json
import subprocess
import sys

from tests.journeys.portal import ROOT


class Hand:
    """Starts once, because starting Django takes a second; `hand(verb, **facts)` calls a function of the scene module."""

    def __init__(self, portal, scene):
        self.portal, self.scene = portal, scene

    def __enter__(self):
        log = (self.portal.folder / "hand.log").open("a")
        self.program = subprocess.Popen(
            [sys.executable, "-m", self.scene], cwd=ROOT, env={**self.portal.env, "DJANGO_SETTINGS_MODULE": "lhs_k12.settings"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
        )  # fmt: skip
        log.close()
        return self

    def __exit__(self, *problem):
        self.program.stdin.close()
        self.program.wait(10)
        self.program.stdout.close()

    def __call__(self, verb, **facts):
        self.program.stdin.write(json.dumps([verb, facts]) + "\n")
        self.program.stdin.flush()
        answer = self.program.stdout.readline()
        assert answer, (self.portal.folder / "hand.log").read_text()
        return json.loads(answer)


def obey(verbs):
    """Do what the lines of the standard input say and print each answer; whatever else prints goes to the log."""
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            verb, facts = json.loads(line)
            answers.write(json.dumps(verbs[verb](**facts), default=str) + "\n")
            answers.flush()
