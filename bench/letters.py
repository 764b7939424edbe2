"""Award letters with two processes: once by the way a worker builds them, once by WeasyPrint alone with the same pages.

Both kinds take turns in small blocks, so that whatever else the machine does slows both alike. Prints JSON.
"""

import gc
import json
import multiprocessing
import os
import sys
import time
from decimal import Decimal
from statistics import median
from typing import Any

PROCESSES = 2
BLOCK = 20  # as many as a sweep reads at once
WARM = 3  # letters of each process that are not counted


def prepare(count: int) -> list[int]:
    """Keep `count` awards with a letter that is due, for applications of the scale; return the letters' ids."""
    from django.utils import timezone  # noqa: PLC0415  after Django was set up

    from applications.models import Application  # noqa: PLC0415
    from programs.models import Call, Membership  # noqa: PLC0415
    from scholars.models import Award, AwardLetter  # noqa: PLC0415
    from scholars.workflow import merged  # noqa: PLC0415

    at = timezone.now()
    call = Call.objects.select_related("cohort__program").get(slug="benchmark")
    cohort, director = call.cohort, Membership.objects.get(program=call.program, role="director").user
    free = Application.objects.filter(call=call, state="under_review").exclude(pk__in=Award.objects.values("application"))
    rows = free.select_related("applicant").order_by("pk")
    terms = {
        "cohort": cohort, "salary_per_year": cohort.salary_per_year, "research_per_year": cohort.research_per_year,
        "effort_percent": cohort.effort_percent, "starts_on": cohort.starts_on, "ends_on": cohort.ends_on,
        "total": Decimal(230000), "offered_at": at, "offered_by": director, "accept_by": call.review_due_at,
    }  # fmt: skip
    awards = Award.objects.bulk_create([Award(application=row, awardee=row.applicant, **terms) for row in rows[:count]])
    for award in awards:
        award.application.call = call
    letters = [AwardLetter(award=award, text=merged(award, at=at), due_at=at) for award in awards]
    return [letter.pk for letter in AwardLetter.objects.bulk_create(letters)]


def work(ids: list[int], start: Any, end: Any, found: Any) -> None:
    """Build and print the same letters block by block; put the seconds of each kind into `found`."""
    import django  # noqa: PLC0415

    django.setup()
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    from lhs_k12 import collector  # noqa: PLC0415
    from programs import mail, printing  # noqa: PLC0415
    from scholars import pdfs  # noqa: PLC0415
    from scholars.models import AwardLetter  # noqa: PLC0415
    from scholars.workflow import batches, build_letters  # noqa: PLC0415

    fonts, fetcher, images = FontConfiguration(), printing._fetcher(), {}
    css = CSS(url=printing.STATIC_BASE + "css/print-pdf.css", url_fetcher=fetcher, font_config=fonts)
    press = printing.press

    def page_of(letter: Any) -> str:
        printing.press = render_to_string
        try:
            award = letter.award
            return pdfs.letter(award.cohort.program, text=letter.text, version=letter.version, name=award.awardee.styled_name)
        finally:
            printing.press = press

    def sweep(block: list[int]) -> int:
        """Build the letters of a block as scholars.tasks.sweep_letters builds those that are due."""
        with mail.one_wake():
            read = list(AwardLetter.objects.for_build().filter(pk__in=block).order_by("pk"))
            return sum(build_letters(together, at=timezone.now()) for together in batches(read))

    def alone(html: str) -> int:
        document = HTML(string=html, base_url=printing.STATIC_BASE, url_fetcher=fetcher)
        return len(document.write_pdf(pdf_variant="pdf/ua-1", font_config=fonts, stylesheets=[css], cache=images))

    seconds: dict[str, list[float]] = {"ours": [], "alone": []}
    failed = 0
    rows = AwardLetter.objects.for_build().in_bulk(ids)
    warm, ids = ids[:WARM], ids[WARM:]
    for pk in warm:  # a worker lives long: imports, connections, fonts and templates are there before its next letter
        alone(page_of(rows[pk]))
    sweep(warm)
    usual = gc.get_threshold()
    collector.relax(collector.PRESS)
    for place, first in enumerate(range(0, len(ids), BLOCK)):
        block = ids[first : first + BLOCK]
        pages = [page_of(rows[pk]) for pk in block]
        for kind in ("ours", "alone") if place % 2 else ("alone", "ours"):
            # A worker of the portal sets its collector; a script that has only WeasyPrint takes Python's own setting.
            gc.set_threshold(*(usual if kind == "alone" else collector.PRESS))
            start.wait()
            began = time.perf_counter()
            if kind == "alone":
                for page in pages:
                    alone(page)
            else:
                failed += len(block) - sweep(block)
            end.wait()
            seconds[kind].append(time.perf_counter() - began)
    found.put({**seconds, "letters": len(ids), "failed": failed})


def main(count: int) -> dict[str, Any]:
    """Return letters a second of both kinds and their ratio: the median of the blocks, each built both ways in turn."""
    import django  # noqa: PLC0415

    django.setup()
    ids = prepare(count + PROCESSES * WARM)
    if len(ids) <= PROCESSES * WARM:
        sys.exit("There are too few applications for letters.")
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    even = ids[: len(ids) // PROCESSES * PROCESSES]
    context = multiprocessing.get_context("spawn")
    start, end, found = context.Barrier(PROCESSES), context.Barrier(PROCESSES), context.Queue()
    workers = [context.Process(target=work, args=(even[n::PROCESSES], start, end, found)) for n in range(PROCESSES)]
    for worker in workers:
        worker.start()
    results = [found.get(timeout=3600) for _ in workers]
    for worker in workers:
        worker.join()
    total = sum(result["letters"] for result in results)
    # Both processes begin and end a block together, so the clock of one is that of both.
    seconds = {kind: [max(pair) for pair in zip(*(result[kind] for result in results), strict=True)] for kind in ("ours", "alone")}
    ours, alone = (total / sum(seconds[kind]) for kind in ("ours", "alone"))
    ratio = median(apart / built for built, apart in zip(seconds["ours"], seconds["alone"], strict=True))
    return {"letters": total, "failed": sum(r["failed"] for r in results), "ours": ours, "alone": alone, "ratio": ratio}


if __name__ == "__main__":
    print(json.dumps(main(int(os.environ.get("LETTERS", "1000")))))
