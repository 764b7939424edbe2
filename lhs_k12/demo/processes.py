"""Several programs on one terminal, stopped together: by a signal, when one ends, or when the one that started them dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS = 8  # a worker asked to end finishes its letter first

# Reads the groups it guards and sleeps until the pipe closes: whoever held it has ended, by whatever means. The first
# argument is the patience. No signal of the terminal reaches it, because it leads a session of its own.
GUARD = """
import os, signal, sys, time
groups = [int(line) for line in sys.stdin]
def send(number):
    for group in groups:
        try:
            os.killpg(group, number)
        except OSError:
            pass
send(signal.SIGTERM)
time.sleep(float(sys.argv[1]))
send(signal.SIGKILL)
"""


class Processes:
    """Runs programs, each in a session of its own, and writes their lines under their names."""

    def __init__(self, out: IO[str], *, patience: float = PATIENCE_SECONDS) -> None:
        self.out, self.patience = out, patience
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.signals: list[int] = []
        self.readers: list[threading.Thread] = []

    def run(self, programs: Mapping[str, Sequence[str]], *, env: dict[str, str]) -> int:
        """Run these commands until one ends or a signal comes, end the others, and return the exit code."""
        # A terminal that was told to let go (nohup) may close.
        wanted = [number for number in STOP_SIGNALS if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN)]
        former = {number: signal.signal(number, self._note) for number in wanted}
        guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", GUARD, str(self.patience)], stdin=subprocess.PIPE, text=True, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            for name, command in programs.items():
                self._start(name, command, env)
                print(self.running[name].pid, file=guard.stdin, flush=True)
            while not self.signals and all(program.poll() is None for program in self.running.values()):
                time.sleep(0.1)
            first = next((program.returncode for program in self.running.values() if program.returncode is not None), 0)
        finally:
            self._stop()
            guard.kill()  # nothing is left to guard, and the numbers may soon be somebody else's
            guard.wait()
            for number, action in former.items():
                signal.signal(number, action)
        return 128 + self.signals[0] if self.signals else first

    def _start(self, name: str, command: Sequence[str], env: dict[str, str]) -> None:
        program = subprocess.Popen(  # noqa: S603
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", start_new_session=True,
        )  # fmt: skip
        self.running[name] = program
        self.readers.append(threading.Thread(target=self._read, args=(name, program.stdout), daemon=True))
        self.readers[-1].start()

    def _read(self, name: str, lines: IO[str]) -> None:
        for line in lines:
            try:
                self.out.write(f"{name:<7}| {line}")
                self.out.flush()
            except (OSError, ValueError):
                continue  # the terminal is closed; the program must not wait for somebody to read it

    def _note(self, number: int, frame: object) -> None:
        self.signals.append(number)

    def _stop(self) -> None:
        """Ask every program's whole group to end, and end it when patience is over or a second signal comes."""
        self._send(signal.SIGTERM)
        until = time.monotonic() + self.patience
        while any(program.poll() is None for program in self.running.values()):
            if time.monotonic() > until or len(self.signals) > 1:
                break
            time.sleep(0.05)
        self._send(signal.SIGKILL)
        for program in self.running.values():
            program.wait()
        for reader in self.readers:
            reader.join(1)

    def _send(self, number: int) -> None:
        for program in self.running.values():
            try:
                os.killpg(program.pid, number)
            except ProcessLookupError:
                continue
