"""Reads the settings' values from the environment, and keeps one sentence for each that cannot be used or is not safe."""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.http.request import validate_host

YES, NO = {"1", "true", "on", "yes"}, {"0", "false", "off", "no", ""}
POSTGRESQL = {"postgres", "postgresql", "psql", "pgsql"}
SMTP = {"smtp", "smtps", "smtp+tls", "smtp+ssl"}
ELSEWHERE = {"consolemail", "dummymail", "filemail", "memorymail"}
DATABASE_FORM = "postgres://user:password@host:5432/name"
EMAIL_FORM = "smtp+tls://user:password@mail.example.org:587"
REDIS_FORM = "redis://host:6379/0"
NOWHERE = "portal.invalid"
KEY_LENGTH, KEY_SIGNS = 50, 10
LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
ITSELF = {"localhost", "127.0.0.1", "::1"}


class Values:
    """The environment of one start; `faults` holds a sentence for each value that cannot be used."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return a value as it stands, the default when it is not set or empty."""
        return os.environ.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return whether a value says yes; what says neither yes nor no is a fault."""
        said = self.text(name, "1" if default else "0").lower()
        if said not in YES | NO:
            self.faults.append(f"{name} must be 1 or 0 (it is {said}).")
        return said in YES

    def number(self, name: str, default: float, *, positive: bool = False) -> Any:
        """Return a number of the default's kind that is not below 0; with `positive` not 0 either."""
        said = self.text(name, str(default))
        try:
            number = type(default)(said)
        except ValueError:
            number = -1
        if not 0 <= number < float("inf"):
            self.faults.append(f"{name} must be a number that is not below 0 (it is {said}).")
            return default
        if positive and not number:
            self.faults.append(f"{name} must be a number above 0.")
            return default
        return number

    def level(self, name: str, default: str) -> str:
        """Return how much is logged, by the name that Python has for it."""
        said = self.text(name, default).upper()
        if said not in LEVELS:
            self.faults.append(f"{name} must be one of {', '.join(LEVELS)} (it is {said}).")
            return default
        return said

    def together(self, first: str, *others: str) -> list[str]:
        """Return the values of settings that mean something only together, or nothing when the first is not set."""
        if not self.text(first):
            return []
        missing = [name for name in others if not self.text(name)]
        self.faults += [f"{name} must be set, because {first} is." for name in missing]
        return [] if missing else [self.text(name) for name in (first, *others)]

    def site(self) -> SplitResult:
        """Return the address of the portal; it has a host and nothing behind it."""
        said = self.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
        try:
            site = urlsplit(said)
            usable = site.scheme in ("http", "https") and site.hostname and site.port != 0
        except ValueError:
            usable = False
        if not usable or site.path or site.query or site.fragment or site.username:
            self.faults.append(f"SITE_URL must be an address such as https://portal.example.org, without a path (it is {said}).")
            return urlsplit(f"https://{NOWHERE}")
        return site

    def database(self, default: str) -> dict[str, Any]:
        """Return Django's settings of the database: PostgreSQL, or a SQLite file."""
        said = self.text("DATABASE_URL", default)
        scheme = said.partition("://")[0]
        try:
            found: dict[str, Any] = environ.Env.db_url_config(said) if scheme in POSTGRESQL | {"sqlite"} else {}
        except ValueError:
            found = {}
        if not found.get("NAME"):
            self.faults.append(f"DATABASE_URL must be {DATABASE_FORM}.")
            return environ.Env.db_url_config(default)
        return found

    def email(self) -> dict[str, Any]:
        """Return Django's settings of the mail server."""
        said = self.text("EMAIL_URL", "smtp://127.0.0.1:25")
        scheme = said.partition("://")[0]
        try:
            found: dict[str, Any] = environ.Env.email_url_config(said) if scheme in SMTP | ELSEWHERE else {}
        except ValueError:
            found = {}
        if not found or (scheme in SMTP and not found.get("EMAIL_HOST")):
            self.faults.append(f"EMAIL_URL must be an address such as {EMAIL_FORM}.")
            return environ.Env.email_url_config("smtp://127.0.0.1:25")
        return found

    def redis(self) -> str:
        """Return the address of Redis, or nothing when it is not set."""
        said = self.text("REDIS_URL")
        try:
            parts = urlsplit(said)
            number = parts.path.strip("/")
            usable = parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0 and (not number or number.isdigit())
        except ValueError:
            usable = False
        if said and not usable:
            self.faults.append(f"REDIS_URL must be {REDIS_FORM}, or rediss:// with TLS.")
            return ""
        return said


def unsafe(
    *, site: SplitResult, hosts: Sequence[str], secret: str, former: Sequence[str], debug: bool, demo: bool, engine: str,
    redis: str, email: dict[str, Any], email_url: str, hsts: float, oidc_url: str,
) -> list[str]:  # fmt: skip
    """Return one sentence for each value that must not be used in production."""
    found = []
    if fault := _weakness(secret):
        found.append(f"SECRET_KEY must be set and {fault}.")
    if any(_weakness(key) for key in former):
        found.append(f"SECRET_KEY_FALLBACKS must hold former keys, each {next(filter(None, map(_weakness, former)))}.")
    if debug:
        found.append("DEBUG must be off.")
    if demo:
        found.append("DEMO must be off: it opens the sign-in of every demo person.")
    if site.scheme != "https":
        found.append(f"SITE_URL must start with https:// (it is {site.geturl()}).")
    if "*" in hosts:
        found.append("ALLOWED_HOSTS must name the hosts; * lets anyone forge links.")
    elif site.hostname != NOWHERE and not validate_host(bracketed(site), hosts):
        found.append(f"ALLOWED_HOSTS must name the host of SITE_URL, {site.hostname} (it is {', '.join(hosts)}).")
    if engine.endswith("sqlite3"):
        found.append("DATABASE_URL must name a PostgreSQL database.")
    if not redis:
        found.append("REDIS_URL must be set: workers and rate limits share it.")
    if not hsts:
        found.append("SECURE_HSTS_SECONDS must be above 0: browsers would not insist on https.")
    if oidc_url and not (oidc_url.startswith("https://") and urlsplit(oidc_url).hostname):
        found.append(f"OIDC_SERVER_URL must start with https:// (it is {oidc_url}).")
    return [*found, *filter(None, [_unsafe_post(email_url, email)])]


def _unsafe_post(email_url: str, email: dict[str, Any]) -> str:
    """Return what is wrong with how e-mail leaves, or nothing."""
    sealed = email.get("EMAIL_USE_TLS") or email.get("EMAIL_USE_SSL") or email.get("EMAIL_HOST") in ITSELF
    if not email_url:
        return f"EMAIL_URL must be set, for example {EMAIL_FORM}."
    if not email["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        return f"EMAIL_URL must name a mail server, for example {EMAIL_FORM}: nobody would get what is sent."
    if email.get("EMAIL_HOST_PASSWORD") and not sealed:
        return f"EMAIL_URL must begin with smtp+tls:// or smtp+ssl://, as {EMAIL_FORM}: its password could be read on the way."
    return ""


def bracketed(site: SplitResult) -> str:
    """Return the host of an address as a request names it: an IPv6 address stands in brackets."""
    host = site.hostname or ""
    return f"[{host}]" if ":" in host else host


def _weakness(key: str) -> str:
    """Return what a secret key lacks, or nothing."""
    if len(key) < KEY_LENGTH:
        return f"at least {KEY_LENGTH} characters long"
    if key.startswith("django-insecure-"):
        return "made for this portal, not by startproject (django-insecure-)"
    if len(set(key)) < KEY_SIGNS:
        return f"random: at least {KEY_SIGNS} different characters"
    return ""
