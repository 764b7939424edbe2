"""The pytest plugin of bin/test: counts what ran, chooses what a second database can change, and spreads the long tests."""

import gc
import json
from collections import Counter
from pathlib import Path

import pytest

COUNTED_MARKERS = ("browser", "redis")
LONG = ("browser", "broker", "processes", "long")
# Tests make many objects that live short; looking for circles among all of them every 700 is time lost.
SELDOM = (50_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--counts", default="", help="write passed, failed and skipped as JSON to this file")
    parser.addoption("--must-run", default="", help="markers, separated by commas: a skipped test with one of them has failed")
    parser.addoption("--second-database", action="store_true", help="leave out tests of which another database changes nothing")


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(*SELDOM)
    target = config.getoption("--counts")
    # The workers of xdist report to the first process, which alone knows the whole.
    if target and not hasattr(config, "workerinput"):
        must_run = [marker for marker in config.getoption("--must-run").split(",") if marker]
        config.pluginmanager.register(Counts(Path(target), must_run))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--second-database"):
        chosen = without_repeats([item for item in items if may_differ(item)])
        left_out = set(items) - set(chosen)
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = chosen
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = spread(items, workers)


def pytest_collection_finish() -> None:
    from lhs_k12.collector import relax  # noqa: PLC0415 (Django is not set up when this file is read)

    relax(SELDOM)


def is_long(item: pytest.Item) -> bool:
    """Whether the test runs processes of its own (a browser, a whole portal, a broker) or says that it takes long."""
    return any(item.get_closest_marker(marker) for marker in LONG)


def may_differ(item: pytest.Item) -> bool:
    """Whether another database may change what the test sees (docs/decisions/0012).

    Whole stories yes, one page's script or an embedded portal no. Of the pages those marked `both`: the attacks read every page
    and send every form on both databases anyway. An attack that is marked so runs on both whatever it looks at.
    """
    if item.get_closest_marker("both"):
        return True
    if item.get_closest_marker("browser"):
        return (item.path.parent.name, item.path.stem) == ("journeys", "test_story")
    if item.get_closest_marker("processes") or item.get_closest_marker("once"):
        return False
    if item.path.parent.name == "views":
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool({"db", "transactional_db"} & fixtures or item.get_closest_marker("django_db")) or is_long(item)


def without_repeats(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items without those that repeat a test with other parameters: its statements are the same ones.

    All are kept of what is marked `both`, of attacks and faults, and of two at once, which commit for real.
    """
    chosen: dict[str, pytest.Item] = {}
    for item in items:
        whole = item.get_closest_marker("both") or {"attacks", "faults"} & set(item.path.parts) or commits(item)
        chosen.setdefault(item.nodeid if whole else item.nodeid.split("[")[0], item)
    return list(chosen.values())


def commits(item: pytest.Item) -> bool:
    """Whether the test's rows are seen by other connections."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


def spread(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the items so that each of `workers` equal shares begins with its part of the long tests, a file's tests together.

    A long test that comes last would be waited for by everybody; xdist gives each worker a share of what is in order. Tests of
    one file share what took long to start.
    """
    files: dict[object, list[pytest.Item]] = {}
    for item in filter(is_long, items):
        files.setdefault(item.path, []).append(item)
    mine: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for together in sorted(files.values(), key=len, reverse=True):
        min(mine, key=len).extend(together)
    short = [item for item in items if not is_long(item)]
    share = -(-len(items) // workers)
    order: list[pytest.Item] = []
    for long in mine:
        rest = max(share - len(long), 0)
        order += long + short[:rest]
        short = short[rest:]
    return order + short


class Counts:
    """Counts every test once, as failed if any of its phases failed or if it was skipped and must run."""

    def __init__(self, target: Path, must_run: list[str]) -> None:
        self.target, self.must_run = target, must_run
        self.outcomes: dict[str, str] = {}
        self.marked: Counter[str] = Counter()
        self.not_run: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "setup":
            self.marked.update(marker for marker in COUNTED_MARKERS if marker in report.keywords and not report.skipped)
        if report.skipped and any(marker in report.keywords for marker in self.must_run):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.not_run[report.nodeid] = reason.removeprefix("Skipped: ")
        if report.failed or report.nodeid in self.not_run:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped or report.when == "call":
            self.outcomes.setdefault(report.nodeid, report.outcome)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = "failed"

    def pytest_sessionfinish(self) -> None:
        counts = Counter(self.outcomes.values())
        written: dict[str, object] = {name: counts[name] for name in ("passed", "failed", "skipped")}
        written |= {marker: self.marked[marker] for marker in COUNTED_MARKERS} | {"not_run": self.not_run}
        self.target.write_text(json.dumps(written))
