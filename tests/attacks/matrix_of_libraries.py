"""The access matrix of what libraries bring: allauth's sign-in, the admin with a row for each of its windows, the demo's doors.

Nobody of the cast has typed a password within the last minutes, so what asks for it once more leads there (302). The director
has an app for codes.
"""

from typing import Any

from django.contrib import admin
from django.urls import get_resolver

from accounts.admin import SuperuserAdmin
from tests.attacks.matrix import NEVER, PUBLIC, SIGNED_IN_NEVER, Row, codes

VISITORS = codes(302, anonymous=200)  # who is signed in already is led to the own desk
LEADS_ON = codes(302)
OWN = codes(200)
NOT_THERE = codes(404, anonymous=404)
NOTHING_YET = codes(404)  # nobody of the cast has recovery codes

SIGN_IN: dict[str, Row] = {
    "account_login": Row(get=VISITORS, post=VISITORS),
    "account_signup": Row(get=VISITORS, post=VISITORS),
    "account_request_login_code": Row(get=VISITORS, post=VISITORS),
    "account_confirm_login_code": Row(get=LEADS_ON, post=LEADS_ON),
    "account_logout": Row(get=OWN, post=LEADS_ON),
    "account_inactive": Row(get=PUBLIC, post=NEVER),
    "account_reset_password": Row(get=PUBLIC, post=PUBLIC),
    "account_reset_password_done": Row(get=PUBLIC, post=NEVER),
    "account_reset_password_from_key": Row(get=PUBLIC, post=PUBLIC, args=lambda w: ["3f", "x-0123"]),  # says that it is no link
    "account_reset_password_from_key_done": Row(get=PUBLIC, post=NEVER),
    "account_reauthenticate": Row(get=OWN, post=OWN),
    "account_email": Row(get=OWN, post=LEADS_ON),
    "account_email_verification_sent": Row(get=LEADS_ON, post=LEADS_ON),
    "account_change_password": Row(get=OWN, post=OWN),
    "account_set_password": Row(get=LEADS_ON, post=LEADS_ON),
    "usersessions_list": Row(get=OWN, post=LEADS_ON),
    # second factors
    "mfa_index": Row(get=OWN, post=SIGNED_IN_NEVER),
    "mfa_authenticate": Row(get=LEADS_ON, post=LEADS_ON),
    "mfa_reauthenticate": Row(get=codes(302, director=200), post=codes(302, director=200)),
    "mfa_activate_totp": Row(get=LEADS_ON, post=LEADS_ON),
    "mfa_deactivate_totp": Row(get=codes(404, director=302), post=codes(404, director=302)),
    "mfa_view_recovery_codes": Row(get=NOTHING_YET, post=SIGNED_IN_NEVER),
    "mfa_generate_recovery_codes": Row(get=LEADS_ON, post=LEADS_ON),
    "mfa_download_recovery_codes": Row(get=NOTHING_YET, post=NOTHING_YET),
    "mfa_list_webauthn": Row(get=OWN, post=SIGNED_IN_NEVER),
    "mfa_add_webauthn": Row(get=LEADS_ON, post=LEADS_ON),
    "mfa_edit_webauthn": Row(get=LEADS_ON, post=LEADS_ON, args=lambda w: [w.factor.pk]),
    "mfa_remove_webauthn": Row(get=LEADS_ON, post=LEADS_ON, args=lambda w: [w.factor.pk]),
    "mfa_login_webauthn": Row(get=LEADS_ON, post=LEADS_ON),
    "mfa_reauthenticate_webauthn": Row(get=LEADS_ON, post=LEADS_ON),
    # other services; none is switched on
    "socialaccount_login_cancelled": Row(get=PUBLIC, post=NEVER),
    "socialaccount_login_error": Row(get=codes(401), post=SIGNED_IN_NEVER),
    "socialaccount_signup": Row(get=LEADS_ON, post=LEADS_ON),
    "socialaccount_connections": Row(get=OWN, post=OWN),
    "orcid_login": Row(get=NOT_THERE, post=NOT_THERE),
    "orcid_callback": Row(get=NOT_THERE, post=NOT_THERE),
    "openid_connect_login": Row(get=NOT_THERE, post=NOT_THERE, args=lambda w: ["institution"]),
    "openid_connect_callback": Row(get=NOT_THERE, post=NOT_THERE, args=lambda w: ["institution"]),
    # where they were in earlier versions of allauth
    "?/accounts/social/login/cancelled/": Row(get=codes(301), post=codes(301), path="/accounts/social/login/cancelled/"),
    "?/accounts/social/login/error/": Row(get=codes(301), post=codes(301), path="/accounts/social/login/error/"),
    "?/accounts/social/signup/": Row(get=codes(301), post=codes(301), path="/accounts/social/signup/"),
    "?/accounts/social/connections/": Row(get=codes(301), post=codes(301), path="/accounts/social/connections/"),
}


def staff(staff: int, superuser: int) -> dict[str, int]:
    """Return the status of whoever may come into the admin; everybody else is led to its sign-in, which refuses them (403)."""
    return codes(302, staff=staff, superuser=superuser)


ADMIN: dict[str, Row] = {
    "admin:index": Row(get=staff(200, 200), post=staff(200, 200)),
    "admin:login": Row(
        get=codes(403, anonymous=302, staff=302, superuser=302), post=codes(403, anonymous=302, staff=200, superuser=200)
    ),
    "admin:logout": Row(get=staff(405, 405), post=LEADS_ON),
    "admin:password_change": Row(get=staff(200, 200), post=staff(200, 200)),
    "admin:password_change_done": Row(get=staff(200, 200), post=staff(405, 405)),
    "admin:autocomplete": Row(get=staff(403, 403), post=staff(405, 405)),
    "admin:jsi18n": Row(get=staff(200, 200), post=staff(405, 405)),
    "admin:view_on_site": Row(get=staff(404, 404), post=staff(404, 404), args=lambda w: [1, 1]),
    "admin:app_list": Row(get=staff(404, 200), post=staff(404, 200), args=lambda w: ["programs"]),
    "?/admin/(?P<url>.*)$": Row(get=staff(404, 404), post=staff(404, 404), path="/admin/somewhere/"),
}


def window(model: Any, kind: type) -> dict[str, Row]:
    """Return the rows of one window: it shows to a superuser, here nothing to staff without a role, and adds and changes nothing.

    Whoever has a role is held against the rows of each window in test_admin.py.
    """
    where, name = f"{model._meta.app_label}/{model._meta.model_name}", f"admin:{model._meta.app_label}_{model._meta.model_name}"
    its = lambda w: [model._default_manager.earliest("pk").pk]  # noqa: E731
    # A superuser switches accounts off and takes a lost second factor away; see docs/operations.md.
    changes = 302 if model._meta.label == "accounts.User" else 403
    deletes = 200 if model._meta.label == "mfa.Authenticator" else 403
    history = 403 if issubclass(kind, SuperuserAdmin) else 302
    return {
        f"{name}_changelist": Row(get=staff(403, 200), post=staff(403, 200)),
        f"{name}_add": Row(get=staff(403, 403), post=staff(403, 403)),
        f"{name}_history": Row(get=staff(history, 200), post=staff(history, 200), args=its),
        f"{name}_delete": Row(get=staff(403, deletes), post=staff(403, deletes), args=its),
        f"{name}_change": Row(get=staff(403, 200), post=staff(403, changes), args=its),
        f"?/admin/{where}/<path:object_id>/": Row(get=LEADS_ON, post=LEADS_ON, args=its, path=f"/admin/{where}/{{}}/"),
    }


get_resolver().url_patterns  # noqa: B018 (what the roof registers and unregisters, it does with its addresses)
WINDOWS = {name: row for model, its in admin.site._registry.items() for name, row in window(model, type(its)).items()}

LIBRARY_ROWS = {**SIGN_IN, **ADMIN, **WINDOWS}

# Only in the demo; outside it none of them exists (tests/lhs_k12/test_demo.py).
DEMO_ROWS: dict[str, Row] = {
    "demo:mailbox": Row(get=PUBLIC, post=NEVER),
    "demo:mail": Row(get=PUBLIC, post=NEVER, args=lambda w: [w.arrived]),
    "demo:mail_page": Row(get=PUBLIC, post=NEVER, args=lambda w: [w.arrived]),
    "demo:sign_in": Row(get=NEVER, post=NOT_THERE, form=lambda w: {"email": "nobody@example.org"}),
}
