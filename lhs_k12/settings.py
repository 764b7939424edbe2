"""The one settings file: everything that differs between machines is read from the environment.

With nothing set, the portal runs embedded: SQLite, a broker that is a SQLite file, e-mail to the database only
when `EMAIL_URL` is unset and `DEMO=1`, media in a private folder. A deployment sets `PRODUCTION=1`; the portal
then refuses to start with an unsafe value and names each one.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from lhs_k12.values import Values, bracketed, unsafe

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
values = Values()

PRODUCTION = values.flag("PRODUCTION", default=False)
DEMO = values.flag("DEMO", default=False)
DEBUG = values.flag("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))


def _embedded_secret() -> str:
    """Return the secret kept in the folder of an embedded portal, making it at the first start."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PRODUCTION else _embedded_secret())
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
_site = values.site()
SITE_URL = _site.geturl()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [bracketed(_site), *([] if PRODUCTION else ["localhost", "127.0.0.1"])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
USE_X_FORWARDED_HOST = False

# --- the house -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "lhs_k12",
    "reports",
    "reviews",
    "scholars",
    "applications",
    "sponsors",
    "mentors",
    "programs",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.orcid",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "lhs_k12.apps.PortalStaticFilesConfig",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lhs_k12.middleware.ReceivedAtMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lhs_k12.middleware.PendingSignInMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lhs_k12.middleware.PrivatePagesMiddleware",
    "lhs_k12.middleware.PlainRefusalMiddleware",
]

ROOT_URLCONF = "lhs_k12.urls"
WSGI_APPLICATION = "lhs_k12.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lhs_k12.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- where rows, messages and files are kept --------------------------------------------------------------------

_default_database = f"sqlite:///{quote(str(DATA_DIR / 'portal.sqlite3'))}"
DATABASES: dict[str, dict[str, Any]] = {"default": values.database(_default_database)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    # A deferred transaction that reads and then writes fails at once under load; an immediate one waits.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA busy_timeout=20000;",
    }
    # A file, because threads share it; one a process, because two test runs may happen at once.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = values.number("CONN_MAX_AGE", 60)
if DATABASES["default"]["ENGINE"].endswith("postgresql") and DATABASES["default"]["CONN_MAX_AGE"]:
    from lhs_k12.prepared import Connection

    # What a page asks all day is planned once a connection; behind a transaction pooler no connection is kept.
    DATABASES["default"].setdefault("OPTIONS", {})["connection_factory"] = Connection

REDIS_URL = values.redis()
KEY_PREFIX = env.str("KEY_PREFIX", default="lhs-k12")
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "lhs_k12.cache.PatientRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": KEY_PREFIX,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        },
        "meanwhile": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
else:
    # Shared between processes, as rate limits must be.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
# Never the cache: nobody is signed out when it is away, and a session that was ended while it was away stays ended.
SESSION_ENGINE = "lhs_k12.sessions"

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
S3_BUCKET = env.str("S3_BUCKET", default="")
_media_storage: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if S3_BUCKET:
    _media_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
            # No word about who may read: nobody but the key's owner may, and a bucket without ACLs refuses every such word.
            "default_acl": None,
            "file_overwrite": False,
        },
    }
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
_npm = BASE_DIR / "node_modules"
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static"]
STATICFILES_DIRS += [
    (prefix, folder)
    for prefix, folder in (
        ("bootstrap", _npm / "bootstrap" / "dist" / "css"),
        ("fonts/inter", _npm / "@fontsource" / "inter" / "files"),
        ("fonts/source-serif-4", _npm / "@fontsource" / "source-serif-4" / "files"),
    )
    if folder.exists()
]
STORAGES = {
    "default": _media_storage,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- uploads: files are attached to the draft one by one, so that submitting is a small request ----------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "lhs_k12.uploads.EnoughHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DOCUMENT_MAX_BYTES = values.number("DOCUMENT_MAX_BYTES", 20 * 1024 * 1024, positive=True)

# --- people -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = reverse_lazy("reports:desk")
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lhs_k12.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpDetails"
ACCOUNT_FORMS = {
    "login": "lhs_k12.sign_in.Login",
    "signup": "lhs_k12.sign_in.SignUp",
    "add_email": "lhs_k12.sign_in.AddEmail",
    "change_email": "lhs_k12.sign_in.ChangeEmail",
    "change_password": "lhs_k12.sign_in.ChangePassword",
    "set_password": "lhs_k12.sign_in.SetPassword",
    "reset_password": "lhs_k12.sign_in.ResetPassword",
    "reset_password_from_key": "lhs_k12.sign_in.ResetPasswordKey",
    "request_login_code": "lhs_k12.sign_in.RequestLoginCode",
    "confirm_email_verification_code": "lhs_k12.sign_in.ConfirmAddressCode",
    "confirm_login_code": "lhs_k12.sign_in.ConfirmLoginCode",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False  # a new address only could be changed: the page would tell which is new
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password, address or second factor is told to the person
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = values.number("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "lhs_k12.sign_in.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "lhs_k12.sign_in.AddKey",
    "edit_webauthn": "lhs_k12.sign_in.RenameKey",
    "login_webauthn": "lhs_k12.sign_in.LoginKey",
    "authenticate_webauthn": "lhs_k12.sign_in.SecondStepKey",
    "reauthenticate_webauthn": "lhs_k12.sign_in.ReauthenticateKey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # a key answers to https, or to localhost on the machine itself
# Typed at the end of its half minute, or by a clock that is a little off: the codes before and after count too (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "LHS K12 Portal"
SOCIALACCOUNT_ADAPTER = "lhs_k12.adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
IDENTITY_PROVIDERS: list[str] = []
OIDC = values.together("OIDC_CLIENT_ID", "OIDC_SECRET", "OIDC_SERVER_URL")
if OIDC:
    _client, _secret, _server = OIDC
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": env.str("OIDC_PROVIDER_ID", default="institution"),
                "name": env.str("OIDC_NAME", default="Your institution"),
                "client_id": _client,
                "secret": _secret,
                "settings": {"server_url": _server},
            }
        ]
    }
    _oidc = urlsplit(_server)
    IDENTITY_PROVIDERS.append(f"{_oidc.scheme}://{_oidc.netloc}")
ORCID = values.together("ORCID_CLIENT_ID", "ORCID_SECRET")
if ORCID:
    IDENTITY_PROVIDERS.append(f"https://{env.str('ORCID_BASE_DOMAIN', default='orcid.org')}")
    SOCIALACCOUNT_PROVIDERS["orcid"] = {
        "BASE_DOMAIN": env.str("ORCID_BASE_DOMAIN", default="orcid.org"),
        "APPS": [{"client_id": ORCID[0], "secret": ORCID[1]}],
    }

# --- mail -------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_CONFIG = values.email()
EMAIL_BACKEND = "lhs_k12.demo.mailbox.Backend" if DEMO and not EMAIL_URL else EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"LHS K12 Portal <portal@{_site.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_LEASE = timedelta(seconds=values.number("MAIL_LEASE_SECONDS", 45.0, positive=True))
MAIL_FIRST_PAUSE_SECONDS = values.number("MAIL_FIRST_PAUSE_SECONDS", 30.0)
MAIL_MAX_ATTEMPTS = 12

# --- worker and clock -------------------------------------------------------------------------------------------

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Measured: a task of a killed worker comes back after 45 s; without the throttle it takes 100 s.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 45,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "global_keyprefix": f"{KEY_PREFIX}:",
        "socket_connect_timeout": 1,
        "socket_timeout": 2,  # a page waits for it once when Redis hangs
        "max_retries": 0,  # and not at all when Redis takes no connection: kombu would wait 2 s for a second try
    }
else:
    CELERY_BROKER_TRANSPORT = "lhs_k12.broker:Transport"
    CELERY_BROKER_URL = f"sqlite:///{quote(str(DATA_DIR / 'queue.sqlite3'))}"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60}
    CELERY_WORKER_POOL = "solo"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 40
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long the broker is away
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = values.number("SWEEP_SECONDS", 10.0, positive=True)
REMIND_SECONDS = values.number("REMIND_SECONDS", 300.0, positive=True)
CELERY_BEAT_SCHEDULE = {
    "deliver what is due": {"task": "programs.tasks.sweep_emails", "schedule": SWEEP_SECONDS, "options": {"expires": 60}},
    "make the packets that are due": {
        "task": "applications.tasks.sweep_packets",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 60},
    },
    "make the letters that are due": {
        "task": "scholars.tasks.sweep_letters",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 60},
    },
    "remind applicants": {"task": "applications.tasks.remind", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "remind sponsors": {"task": "sponsors.tasks.remind", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "remind mentors": {"task": "mentors.tasks.remind", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "remind chairs": {"task": "mentors.tasks.remind_chairs", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "remind reviewers": {"task": "reviews.tasks.remind", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "remind awardees": {"task": "scholars.tasks.remind", "schedule": REMIND_SECONDS, "options": {"expires": 600}},
    "lapse offers that were not answered": {
        "task": "scholars.tasks.lapse",
        "schedule": REMIND_SECONDS,
        "options": {"expires": 600},
    },
    "delete files that were dropped": {"task": "applications.tasks.sweep_files", "schedule": 3600.0, "options": {"expires": 600}},
    "show that the queue works": {"task": "programs.tasks.beat", "schedule": 30.0, "options": {"expires": 60}},
    # At an hour (UTC), not after so many seconds: a clock that is started every day would never come to it.
    "forget sessions that are over": {
        "task": "accounts.tasks.forget_sessions",
        "schedule": crontab(hour=9, minute=10),
        "options": {"expires": 3600},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- browser security -------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Chromium holds the redirect that follows a form to the same list, so identity providers stand on it.
        "form-action": [SELF, *IDENTITY_PROVIDERS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
if PRODUCTION:
    SECURE_SSL_REDIRECT = values.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
    SECURE_HSTS_SECONDS = values.number("SECURE_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- words and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "lhs_k12.logs.HideTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["no_tokens"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": values.level("LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}


_problems = values.faults
if PRODUCTION:
    _problems += unsafe(
        site=_site, hosts=ALLOWED_HOSTS, secret=SECRET_KEY, former=SECRET_KEY_FALLBACKS, debug=DEBUG, demo=DEMO,
        engine=DATABASES["default"]["ENGINE"], redis=REDIS_URL, email_url=EMAIL_URL, email=EMAIL_CONFIG, hsts=SECURE_HSTS_SECONDS,
        oidc_url=OIDC[2] if OIDC else "",
    )  # fmt: skip
if _problems:
    # Of two sentences about one setting the first is enough: the second judges what was put in its place.
    _first = {sentence.split(" ", 1)[0]: sentence for sentence in reversed(_problems)}
    raise ImproperlyConfigured("The portal does not start with these settings:\n- " + "\n- ".join(reversed(_first.values())))
