"""The pages that are measured, each with its targets, and what was found for one."""

from dataclasses import dataclass

from bench.load import Measured


@dataclass(frozen=True)
class Page:
    """One page to be measured, with its targets (None: informative)."""

    name: str
    title: str
    who: str
    cost: float | None = None
    sql: int | None = None
    p95: float | None = None
    expect: int = 200


PAGES = [
    Page("list", "office's list of applications (50 rows)", "office", 50, 8, 25),
    Page("application", "an application's page (office)", "office", 40, 12),
    Page("desk", "reviewer's desk (50 rows)", "reviewer", 40, 8),
    Page("form", "review form beside the packet", "reviewer", 40, 10),
    Page("save", "save a review (POST)", "reviewer", 30, 12, expect=302),
    Page("submit", "submit an application (POST)", "", 40, 12, expect=302),
    Page("my desk", "my desk (office)", "office"),
    Page("decide", "decide page", "director"),
]


@dataclass
class Row:
    """What was found for one page."""

    page: Page
    one: Measured
    wide: Measured
    bare: float
    cost: float
    sql: int
    savepoints: int

    def verdict(self) -> str:
        """Return "ok", what is over, or "" for a page without targets."""
        p95 = self.wide.percentile(95)
        checks = [("cost", self.cost, self.page.cost), ("SQL", self.sql, self.page.sql), ("p95", p95, self.page.p95)]
        over = [label for label, found, target in checks if target is not None and found > target]
        return ", ".join(f"{label} over" for label in over) or ("ok" if self.page.cost else "")
