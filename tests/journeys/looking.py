"""What is wrong with a page that is open in a real browser, as axe and a telephone see it."""

from django.core.cache import cache

from tests.attacks import world as worlds
from tests.attacks.asking import ask, signed_in
from tests.attacks.matrix import ROWS
from tests.attacks.matrix_of_libraries import LIBRARY_ROWS, WINDOWS

SERIOUS = ("serious", "critical")
# The windows of the admin are of one make: one of each page, and of the two in which something can be done.
OF_A_WINDOW = {
    "admin:programs_email_changelist",
    "admin:programs_email_change",
    "admin:programs_email_history",
    "admin:accounts_user_change",
    "admin:mfa_authenticator_delete",
}
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that see colours, and so all that the dark can change


def readers(world):
    """Return (who, name, path, its templates) for every page of the matrix: of an address that has several, one reader of each."""
    found, clients = [], {member: signed_in(world, member) for member in worlds.CAST}
    for name, row in {**ROWS, **LIBRARY_ROWS}.items():
        if name in WINDOWS and name not in OF_A_WINDOW:
            continue
        path, seen = row.address(name, world), set()
        for member in reversed(worlds.CAST):
            if row.get[member] != 200:
                continue
            answer, _ = ask(clients[member], "get", path, row.query)
            page = answer.templates[0].name if answer.templates else ""
            if page not in seen and b"<html" in getattr(answer, "content", b""):
                found.append((member, name, path, {template.name for template in answer.templates}))
            seen.add(page)
    cache.clear()
    return found


def faults_of(window, what, *, dark=None):
    """Return what axe finds serious on the page that is open, in the light and in the dark (`dark`: in one of them), and whether
    it scrolls sideways."""
    window.emulate_media(color_scheme="dark" if dark else "light")
    found = [f"{what}: {one}" for one in serious(window)]
    if dark is None:
        window.emulate_media(color_scheme="dark")
        found += [f"{what} in the dark: {one}" for one in serious(window, COLOURS)]
    window.set_viewport_size({"width": 390, "height": 844})
    if window.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{what} scrolls sideways at 390 px")
    if window.evaluate("[...document.querySelectorAll('.places, .sub-places')].some(row => row.scrollWidth > row.clientWidth)"):
        found.append(f"{what} hides places at 390 px")
    window.set_viewport_size({"width": 1280, "height": 900})
    return found


def serious(window, rules=None):
    """Return the serious and critical violations of the page that is open, of these rules or of all."""
    # The rest of what axe has to say of a page, all that it passed, is long and would be carried through three processes.
    ask = "rules => axe.run({resultTypes: ['violations'], ...(rules && {runOnly: rules})}).then(all => all.violations)"
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in window.evaluate(ask, rules) if one["impact"] in SERIOUS]
