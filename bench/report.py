"""The report of a run, in Markdown."""

import time

from bench.pages import Row


def table(rows: list[Row]) -> list[str]:
    """Return the table of pages in Markdown."""
    lines = [
        "| page | requests/s | p50 ms | p95 ms | p50 / p95 ms, 4 connections | SQL | bytes | cost | target | |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|---|",
    ]
    for row in rows:
        page, one, wide = row.page, row.one, row.wide
        target = f"≤ {page.cost:.0f}×, ≤ {page.sql} SQL" + (f", p95 ≤ {page.p95:.0f} ms" if page.p95 else "") if page.cost else "–"
        marks = f" + {row.savepoints} savepoints" if row.savepoints else ""
        lines.append(
            f"| {page.title} | {one.per_second:.1f} | {one.percentile(50):.1f} | {one.percentile(95):.1f} "
            f"| {wide.percentile(50):.1f} / {wide.percentile(95):.1f} | {row.sql}{marks} | {one.size:,} | {row.cost:.1f}× "
            f"| {target} | {row.verdict() or '–'} |"
        )
    return lines


def report(setting: str, rows: list[Row], extra: list[str], *, rounds: int) -> str:
    """Return the whole report in Markdown; `setting` is the machine and how it was loaded, `extra` what is no page."""
    bare = sum(row.bare for row in rows) / len(rows) if rows else 0
    return "\n".join(
        [
            "# Benchmark: the latest run",
            "",
            f"Made by `make bench` on {time.strftime('%d %B %Y')}. " + setting,
            "",
            "`cost` is how many times slower a page is than a bare Django view (no database, no middleware, the same gunicorn "
            f"flags), asked in turns with each page: the median of {rounds} rounds. It answered {bare:,.0f} requests/s over one "
            "connection. It is the figure that travels between machines. Requests/s, p50 and p95 are over one connection, which "
            "sync workers close after each answer.",
            "",
            *table(rows),
            "",
            *extra,
            "",
        ]
    )
