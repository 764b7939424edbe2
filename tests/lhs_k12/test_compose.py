"""The compose file and the page about deployment tell the same of the settings."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# What the compose file settles by itself, and what only a process without it needs.
SETTLED = {"DATA_DIR", "STATIC_ROOT", "MEDIA_ROOT", "BIND", "DEMO", "DEBUG"}


def test_every_setting_that_is_documented_reaches_the_containers():
    table = (ROOT / "docs/deployment.md").read_text().split("## Settings")[1].split("### Sign-in")[0]
    documented = {
        name for line in table.splitlines() if line.startswith("| `") for name in re.findall(r"`([A-Z_0-9]+)`", line.split("|")[1])
    }
    environment = (ROOT / "docker-compose.yml").read_text().split("environment:")[1].split("depends_on:")[0]
    passed = set(re.findall(r"^    ([A-Z_0-9]+):", environment, re.M))
    assert len(documented) > 25
    assert documented - SETTLED - passed == set()
    assert passed - documented == set()
