"""The Chromium that the tests drive: where it is, how it is started, and the marks of a test that needs it."""

import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Nothing but the page that is tested: no sandbox (root may not have one), no graphics card, no talk with its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The first two as Playwright has them, which this flag replaces. The third makes a new frame for every page, also on one site:
    # nobody here sees a difference, and a page is there a quarter sooner without it.
    "--disable-features=PaintHolding,HttpsUpgrades,RenderDocument",
    # Every page runs its scripts, and axe, anew: compiling them for speed costs more than it brings, a fifth of all on many pages.
    "--js-flags=--no-opt --no-maglev",
]
NEEDED = [pytest.mark.browser, pytest.mark.skipif(not os.path.exists(CHROMIUM), reason="no Chromium")]


@contextmanager
def chromium():
    """Give a running Chromium; close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def open_with_clock(context, path):
    """Open a page whose clock only the test moves on."""
    page = context.new_page()
    page.set_default_timeout(10000)
    page.clock.install()
    page.goto(path)
    return page
