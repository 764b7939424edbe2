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
]
NEEDED = [pytest.mark.browser, pytest.mark.skipif(not os.path.exists(CHROMIUM), reason="no Chromium")]


@contextmanager
def chromium():
    """Give a running Chromium; close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
