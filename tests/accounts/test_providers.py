"""An institution's sign-in and ORCID are switched on by settings alone (docs/deployment.md); without them no button exists."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount

ROOT = Path(__file__).resolve().parent.parent.parent
OIDC = {
    "OIDC_CLIENT_ID": "portal",
    "OIDC_SECRET": "secret",
    "OIDC_SERVER_URL": "https://login.example.org/realms/harbor",
    "OIDC_NAME": "Harbor University",
}
ORCID = {"ORCID_CLIENT_ID": "APP-1", "ORCID_SECRET": "secret"}
# A process of its own, because the settings are read from the environment once.
ASK = """
import json
from django.conf import settings
print(json.dumps([settings.SOCIALACCOUNT_PROVIDERS, settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"][1:]]))
"""


def read_from(environment, tmp_path):
    """Return what the portal reads from an environment: its providers, and where a form may lead beside the portal."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OIDC_", "ORCID_"))}
    plain |= {"DJANGO_SETTINGS_MODULE": "lhs_k12.settings", "DATA_DIR": str(tmp_path), **environment}
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def buttons(page):
    return sorted(re.findall(r'href="(/accounts/(?:oidc|orcid)/[^"?]*)', page))


@pytest.mark.parametrize(
    ("environment", "expected", "hosts"),
    [
        ({}, [], []),
        (
            {**OIDC, **ORCID},
            ["/accounts/oidc/institution/login/", "/accounts/orcid/login/"],
            ["https://login.example.org", "https://orcid.org"],
        ),
        ({**ORCID, "ORCID_BASE_DOMAIN": "sandbox.orcid.org"}, ["/accounts/orcid/login/"], ["https://sandbox.orcid.org"]),
    ],
    ids=["none", "both", "sandbox"],
)
def test_the_buttons_are_there_by_settings_alone(environment, expected, hosts, tmp_path, settings, client, db):
    providers, targets = read_from(environment, tmp_path)
    assert targets == hosts
    settings.SOCIALACCOUNT_PROVIDERS = providers
    for address in ("/accounts/login/", "/accounts/signup/"):
        page = client.get(address).content.decode()
        assert buttons(page) == expected
        assert ("Harbor University" in page) == ("OIDC_NAME" in environment)
    for button in expected:
        assert client.get(button).status_code == 200  # says where it leads; only a POST goes there


def test_an_account_that_was_connected_once_is_no_fault_when_its_service_is_switched_off(client, stranger):
    SocialAccount.objects.create(user=stranger, provider="orcid", uid="0000-0002-1825-0097")
    client.force_login(stranger)
    assert client.get("/accounts/3rdparty/").status_code == 200
    for door in ("/accounts/orcid/login/", "/accounts/orcid/login/callback/"):
        assert client.get(door).status_code == 404
