"""A window of the browser, in which axe is at hand."""

import pytest
from axe_playwright_python.sync_playwright import Axe


@pytest.fixture
def window(browser, live_server, settings):
    """A page of a person's own: what one test leaves in the browser, no other finds."""
    settings.SITE_URL = live_server.url
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    own = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    own.add_init_script(Axe().axe_script)
    return own.new_page()
