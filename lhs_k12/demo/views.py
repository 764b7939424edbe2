"""The two doors of the demo: read every e-mail, sign in as anybody."""

from allauth.account.utils import get_next_redirect_url, perform_login
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from lhs_k12.demo import mailbox as box
from lhs_k12.demo.people import demo_people

# An e-mail brings its own style sheet and must reach nothing else.
MAIL_POLICY = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"], "img-src": ["data:"]}
MAILS_A_PAGE = 50


@login_not_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the e-mails of the demo, the newest first, for one address when `to` is given."""
    _only_in_the_demo()
    to = request.GET.get("to", "")
    page = Paginator(box.names(to=to), MAILS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page_obj": page, "mails": box.read(page), "to": to})


@login_not_required
@require_GET
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one e-mail as it would arrive, as text and as a page."""
    _only_in_the_demo()
    return render(request, "demo/mail.html", {"mail": _one(name)})


@login_not_required
@require_GET
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """Return the HTML half of one e-mail, for the frame in which it is shown."""
    _only_in_the_demo()
    return HttpResponse(_one(name).html.replace("<a ", '<a target="_top" '))


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people, and only as one of them."""
    _only_in_the_demo()
    email = request.POST.get("email", "")
    if email not in {person["email"] for person in demo_people()}:
        raise Http404
    user = get_object_or_404(User, email=email)
    # allauth's way: the session is listed on the person's page, and `next` is followed within the portal only.
    return perform_login(request, user, email_verification="none", redirect_url=get_next_redirect_url(request))  # type: ignore[no-any-return]


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _one(name: str) -> box.Mail:
    found = box.one(name)
    if found is None:
        raise Http404
    return found
