"""The compose file, its proxy and the page about deployment tell the same of the settings."""

import json
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


def service(name):
    """Return what the compose file says of one service."""
    services = (ROOT / "docker-compose.yml").read_text().split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    return re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", services, re.MULTILINE)[1]


def caddy():
    """Return the words of the Caddyfile without its comments, by directive."""
    lines = (line.split() for line in (ROOT / "Caddyfile").read_text().splitlines() if not line.strip().startswith("#"))
    return {words[0]: words[1:] for words in lines if words and words[0] != "}"}


def test_the_proxy_reads_the_caddyfile_that_lies_beside():
    proxy = service("proxy")
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in proxy
    assert "SITE_URL: ${SITE_URL:?" in proxy
    assert "command:" not in proxy
    assert caddy()["{$SITE_URL}"] == ["{"]
    assert caddy()["reverse_proxy"] == ["web:8000", "{"]
    assert 'expose: ["8000"]' in service("web")


def test_no_slow_sender_holds_a_thread():
    """The proxy takes in a request whole, also the longest it accepts, for a limited time."""
    told, longest = caddy(), int(caddy()["max_size"][0].removesuffix("MB"))
    assert int(told["request_buffers"][0].removesuffix("MB")) > longest
    assert all(told[step] for step in ("read_header", "read_body", "idle"))


def test_the_largest_document_passes_the_proxy():
    [longest] = caddy()["max_size"]
    page = (ROOT / "docs/deployment.md").read_text()
    assert int(longest.removesuffix("MB")) * 1_000_000 > settings.DOCUMENT_MAX_BYTES + 1_000_000
    assert f"accept bodies of {longest.replace('MB', ' MB')}," in page
    assert f"client_max_body_size {longest.replace('MB', 'm')};" in page
    assert "proxy_request_buffering on;" in page


def test_the_portal_may_have_a_key_that_is_not_the_owner_of_the_storage():
    """Both are told apart in .env; without a word there, the portal uses the owner's account."""
    text, page = (ROOT / "docker-compose.yml").read_text(), (ROOT / "docs/deployment.md").read_text()
    assert "S3_ACCESS_KEY: ${S3_ACCESS_KEY:-portal}" in text
    assert "MINIO_ROOT_PASSWORD: ${MINIO_ROOT_PASSWORD:-${S3_SECRET_KEY}}" in service("minio")
    [policy] = re.findall(r"<<'END'\n(.*?)\nEND\n", page, re.DOTALL)
    granted = {(action, *each["Resource"]) for each in json.loads(policy)["Statement"] for action in each["Action"]}
    bucket = f"arn:aws:s3:::{re.search(r'S3_BUCKET: (.+)', text)[1]}"
    assert {place for _, place in granted} == {bucket, f"{bucket}/*"}
    assert {action for action, _ in granted} == {
        "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload",
    }  # fmt: skip
