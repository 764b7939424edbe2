"""The pytest plugin that counts what ran, by outcome and marker, for bin/test to add up over its runs."""

import json
from collections import Counter
from pathlib import Path

import pytest

COUNTED_MARKERS = ("browser",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--counts", default="", help="write passed, failed and skipped as JSON to this file")


def pytest_configure(config: pytest.Config) -> None:
    target = config.getoption("--counts")
    # The workers of xdist report to the first process, which alone knows the whole.
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Counts(Path(target)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the stories in the browser: they take longest, and a long test that comes last is waited for."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


class Counts:
    """Counts every test once, as failed if any of its phases failed."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.outcomes: dict[str, str] = {}
        self.marked: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "setup":
            self.marked.update(marker for marker in COUNTED_MARKERS if marker in report.keywords and not report.skipped)
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped or report.when == "call":
            self.outcomes.setdefault(report.nodeid, report.outcome)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = "failed"

    def pytest_sessionfinish(self) -> None:
        counts = Counter(self.outcomes.values())
        written = {name: counts[name] for name in ("passed", "failed", "skipped")}
        self.target.write_text(json.dumps(written | {marker: self.marked[marker] for marker in COUNTED_MARKERS}))
