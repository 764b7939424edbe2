"""The benchmark from an empty database to a table: pages at scale against a bare Django view, letters against WeasyPrint alone.

`N` applications (10,000), `LETTERS` (1,000; 0 leaves them out), `SECONDS` a page (6), `KEEP=1` keeps the database and uses it
again, `PROFILE=name` prints where one page's time goes instead, `PAGES=list,form` measures only these.
"""

import itertools
import json
import os
import platform
import queue
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench import servers
from bench.load import Connection, Measured, Unexpected, drive, request_bytes, same
from bench.pages import PAGES, Page, Row
from bench.report import report, table

RESULTS = servers.ROOT / "bench" / "results" / "latest.md"
MEMORY_TARGET = 110  # megabytes a worker
LETTERS_TARGET = 0.90
CSV_TARGET = 3.0  # seconds
WIDE = 4  # connections for the percentiles
ROUNDS = 7  # page and bare view take turns, so that whatever else the machine does slows both


class Bench:
    """One run: its servers, its plan, what it found."""

    def __init__(self, stack: ExitStack) -> None:
        self.count = int(os.environ.get("N", "10000"))
        self.load_before = os.getloadavg()[0]
        self.letters = 0 if os.environ.get("PAGES") else int(os.environ.get("LETTERS", "1000"))
        self.seconds = float(os.environ.get("SECONDS", "6"))
        self.keep = os.environ.get("KEEP") == "1"
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lhs-k12-bench-")))
        address, self.database_words = servers.find_postgresql(stack)
        self.database, self.redis = servers.Database(address), servers.find_redis(stack)
        self.env = servers.environment(self.database.url, self.redis, self.folder)
        stack.callback(servers.forget_keys, self.redis)
        if not self.keep:
            stack.callback(self.database.drop)
        self.stack = stack
        self.versions: dict[int, int] = {}

    def fill(self) -> None:
        """Make the database with its rows, or use the one that was kept."""
        if self.keep and self.database.exists():
            say("The database that was kept is used again")
        else:
            self.database.make()
            timed("Tables", lambda: self.manage("migrate", "--verbosity", "0"))
            title = f"{self.count:,} applications with three reviews each"
            timed(title, lambda: self.manage("seed_demo", "--scale", str(self.count)))
        self.plan = json.loads(timed("Sessions, drafts, assignments", lambda: self.python("-m", "bench.inside", "prepare")))
        self.drafts: queue.SimpleQueue[tuple[str, dict[str, str]]] = queue.SimpleQueue()
        for url, jar in self.plan["submit"][:-100]:
            self.drafts.put((url, jar))
        self.plan_file = self.folder / "plan.json"
        self.plan_file.write_text(json.dumps({**self.plan, "submit": self.plan["submit"][-100:]}))

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=servers.ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise servers.Missing(f"{' '.join(arguments)} failed.")
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def start(self) -> None:
        self.bare = servers.Gunicorn("bench.bare:application", self.env)
        self.stack.callback(self.bare.stop)
        self.portal = servers.Gunicorn("lhs_k12.wsgi:application", self.env)
        self.stack.callback(self.portal.stop)

    def chosen(self) -> list[Page]:
        """Return the pages that exist and were asked for."""
        names = [name for name in os.environ.get("PAGES", "").split(",") if name]
        asked = [page for page in PAGES if not names or page.name in names]
        for page in asked:
            if not self.exists(page):
                say(f"{page.title}: there is no such page yet")
        return [page for page in asked if self.exists(page)]

    def exists(self, page: Page) -> bool:
        if page.name == "save":
            return bool(self.plan["save"]["forms"][0][0])
        return bool(self.plan["submit"][0][0]) if page.name == "submit" else bool(self.plan["pages"][page.name])

    def source(self, page: Page) -> Callable[[int], Iterator[bytes]]:
        """Return the source of a page's requests."""
        if page.name == "save":
            return self.saves
        if page.name == "submit":
            return lambda number: self.submissions()
        return same(request_bytes(self.plan["pages"][page.name], cookies=self.plan["cookies"][page.who]))

    def saves(self, number: int) -> Iterator[bytes]:
        """Give one connection's own reviews, each save with the version the one before it made."""
        mine, ids = self.plan["save"]["forms"][number:-4:WIDE], self.plan["save"]["criteria"]
        text = "The question comes from the system itself and the answer would change what it does next month. " * 8
        for url, pk in itertools.cycle(mine):
            turn = self.versions.get(pk, 0)
            self.versions[pk] = turn + 1
            scores = {f"score_{criterion}": 1 + (criterion + turn) % 9 for criterion in ids}
            fields = {**scores, "overall_impact": 3, "strengths": text, "weaknesses": text[:400], "summary": text[:700]}
            form = urlencode({**fields, "version": turn, "act": "save"}).encode()
            yield request_bytes(url, cookies=self.plan["cookies"]["reviewer"], form=form, token=self.plan["token"])

    def submissions(self) -> Iterator[bytes]:
        """Give drafts that were not submitted yet, each once."""
        while True:
            try:
                url, jar = self.drafts.get_nowait()
            except queue.Empty:
                return
            form = urlencode({"key": str(uuid.uuid4()), "confirm": "on"}).encode()
            yield request_bytes(url, cookies=jar, form=form, token=self.plan["token"])

    def bare_speed(self) -> float:
        return drive(self.bare.port, same(request_bytes("/")), expect=200, seconds=self.seconds / 2 / ROUNDS).per_second

    def measure(self, page: Page, counts: dict[str, Any]) -> Row:
        """Warm the page, then ask for it and for the bare view in turns over one connection, then over four.

        The cost is the median of the rounds, each a page against the bare view right before and after it.
        """
        source = self.source(page)
        limits = {"submit": (20, 250, 300)}.get(page.name, (30, 4000, 4000))
        drive(self.portal.port, source, expect=page.expect, seconds=10, most=limits[0], connections=2)
        one, bare, costs = Measured(), [self.bare_speed()], []
        for _ in range(ROUNDS):
            part = drive(self.portal.port, source, expect=page.expect, seconds=self.seconds / ROUNDS, most=limits[1] // ROUNDS)
            bare.append(self.bare_speed())
            costs.append((bare[-2] + bare[-1]) / 2 / part.per_second)
            one.latencies += part.latencies
            one.wall += part.wall
            one.size = part.size
        wide = drive(self.portal.port, source, expect=page.expect, seconds=self.seconds, most=limits[2], connections=WIDE)
        found = counts.get(page.name, {"sql": 0, "savepoints": 0})
        return Row(page, one, wide, median(bare), median(costs), found["sql"], found["savepoints"])

    def export(self) -> tuple[float, int]:
        """Return the seconds to the last byte of the export, the second time it is asked for, and its bytes."""
        jar = self.plan["cookies"]["director"]
        request = request_bytes(self.plan["pages"]["csv"], cookies=jar, form=b"", token=self.plan["token"])
        answers = [Connection(self.portal.port).ask(request) for _ in range(2)]
        if answers[-1].status != 200:
            raise Unexpected(f"the export answered {answers[-1].status}")
        return answers[-1].seconds, answers[-1].size


def say(text: str) -> None:
    print(text, flush=True)


def timed(title: str, act: Callable[[], str]) -> str:
    started = time.monotonic()
    result = act()
    say(f"{title}: {time.monotonic() - started:.1f} s")
    return result


def setting(bench: Bench) -> str:
    """Return the machine, the versions and the load before the start, in words."""
    names = ["django", "gunicorn", "psycopg2-binary", "weasyprint"]
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}, "
        f"PostgreSQL {bench.database.version()} ({bench.database_words}), {packages}. "
        "Gunicorn with 2 sync workers of one thread, debugging off, sessions in the database, cache and broker in Redis; "
        f"{bench.count:,} applications, {3 * bench.count:,} reviews. Client, servers and database share the cores; "
        f"load average before the start {bench.load_before:.1f}."
    )


def more(bench: Bench, counts: dict[str, Any]) -> list[str]:
    """Measure the export, the workers' memory and the letters; return one line for each."""
    lines = []
    if bench.plan["pages"]["csv"] and not os.environ.get("PAGES"):
        seconds, size = bench.export()
        verdict = "ok" if seconds <= CSV_TARGET else "over"
        lines.append(
            f"- Export of the call as CSV: {seconds:.2f} s, {size:,} bytes, {counts['csv']['sql']} SQL; "
            f"target ≤ {CSV_TARGET:.0f} s: {verdict}."
        )
    memory = bench.portal.memory()
    if memory and memory[0][0]:
        peak = max(peak for peak, _ in memory)
        each = ", ".join(f"{peak:.0f} MB peak ({share:.0f} MB proportional now)" for peak, share in memory)
        verdict = "ok" if peak <= MEMORY_TARGET else "over"
        lines.append(f"- Web workers after all of this: {each}; target ≤ {MEMORY_TARGET} MB: {verdict}.")
    if bench.letters:
        found = json.loads(timed("Letters", lambda: bench.python("-m", "bench.letters")).splitlines()[-1])
        verdict = "ok" if found["ratio"] >= LETTERS_TARGET and not found["failed"] else "under"
        failed = f" {found['failed']} failed." if found["failed"] else ""
        lines.append(
            f"- Letters: {found['letters']:,} by two processes, {found['ours']:.1f} a second as a worker builds them "
            f"(template, press, file, rows, e-mail's row), {found['alone']:.1f} by WeasyPrint alone with the same pages: "
            f"{found['ratio']:.2f}, the median of blocks of twenty;{failed} target ≥ {LETTERS_TARGET:.2f}: {verdict}."
        )
    return lines


def main() -> int:
    """Run everything; return 0 when every target is reached, 1 when one is not, 2 when it could not run."""
    try:
        with ExitStack() as stack:
            bench = Bench(stack)
            if bench.load_before > 0.5:
                say(f"This machine is busy (load average {bench.load_before:.1f}): every figure will be worse than it is.")
            bench.fill()
            if name := os.environ.get("PROFILE"):
                say(bench.python("-m", "bench.inside", "profile", str(bench.plan_file), name))
                return 0
            inside = ("-m", "bench.inside")
            counts = json.loads(timed("Queries", lambda: bench.python(*inside, "count", str(bench.plan_file))))
            if os.environ.get("STATEMENTS"):
                for name, found in counts.items():
                    say(f"--- {name}\n" + "\n".join(found["statements"]))
            bench.start()
            rows = []
            for page in bench.chosen():
                rows.append(bench.measure(page, counts))
                say(table(rows)[-1])
            extra = more(bench, counts)
            text = report(setting(bench), rows, extra, rounds=ROUNDS)
            say("\n" + "\n".join([*table(rows), "", *extra]))
            if not os.environ.get("PAGES"):
                RESULTS.parent.mkdir(exist_ok=True)
                RESULTS.write_text(text)
                say(f"Written to {RESULTS.relative_to(servers.ROOT)}")
            missed = any("over" in row.verdict() for row in rows) or any(line.endswith((": over.", ": under.")) for line in extra)
            return int(missed)
    except (servers.Missing, Unexpected) as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
