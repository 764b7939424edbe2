"""Reads across the floors about promises: who has not answered, what awaits a person, how many are there."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value

from applications.models import Application
from mentors.models import ChairCommitment, MentorAgreement
from programs.models import Call, Email
from sponsors.models import SponsorCommitment

PROMISES: tuple[Any, ...] = (SponsorCommitment, MentorAgreement, ChairCommitment)
CALL = ("title", "time_zone", "published_at", "closes_at", "letters_grace_hours")
REQUEST = ("pk", "project_title", "applicant__name", *(f"call__{name}" for name in CALL))
MOST = 60  # requests on one desk; more than anybody answers
SILENT_AFTER = timedelta(days=3)
FRESH = timedelta(days=1)
ENDED = ["withdrawn", "ineligible"]


def silent(model: Any, program_ids: Iterable[int], at: datetime) -> QuerySet[Any]:
    """Return requests to sponsors, mentors or chairs that nobody answered for three days, the oldest first.

    Each has `application_id`, the application it was asked for; withdrawn and ineligible ones are left out, and drafts after
    the deadline.
    """
    here = Application.objects.filter(call=OuterRef("call"), applicant=OuterRef("applicant")).exclude(state__in=ENDED)
    rows = model.objects.awaiting(at).filter(call__cohort__program_id__in=list(program_ids), asked_at__lte=at - SILENT_AFTER)
    rows = rows.filter(Exists(here)).exclude(_came_to_nothing(at))
    found: QuerySet[Any] = rows.annotate(application_id=Subquery(here.values("pk")[:1])).order_by("asked_at", "pk")
    return found


def written_to(asked: Sequence[Any], at: datetime) -> set[tuple[type, int]]:
    """Return (model, id) of those of the requests whose link was mailed within the day before `at`, as a reminder too."""
    models = {ContentType.objects.get_for_model(one).pk: type(one) for one in asked}
    mails = _links_mailed(at).filter(call__in={one.call_id for one in asked}, content_type__in=models)
    found = mails.filter(object_id__in=[one.pk for one in asked]).values_list("content_type", "object_id")
    return {(models[kind], pk) for kind, pk in found}


def own_requests(model: Any, user: Any, at: datetime) -> QuerySet[Any]:
    """Return what the person asked of sponsors, mentors or chairs and has not replaced; `is_fresh`: mailed within a day."""
    kind = ContentType.objects.get_for_model(model)
    mails = _links_mailed(at).filter(call=OuterRef("call"), applicant=OuterRef("applicant"), content_type=kind)
    found: QuerySet[Any] = model.objects.standing().filter(applicant=user.pk)
    return found.annotate(is_fresh=Exists(mails.filter(object_id=OuterRef("pk"))))


def _links_mailed(at: datetime) -> Any:
    return Email.objects.exclude(link=None).filter(created_at__gt=at - FRESH)


def requests_to(user: Any, at: datetime) -> Iterator[tuple[Any, int, str, str, Call]]:
    """Yield (model, id, project, applicant's name, call) for each open request to the person's address, of all kinds in one query.

    Of the call there is what the desk asks: title, zone, and until when it takes answers. What was asked for a draft that was
    not submitted in time is left out.
    """
    dead = _came_to_nothing(at)
    rows = [
        model.objects.addressed_to(user).exclude(dead).order_by().annotate(kind=Value(kind)).values_list("kind", *REQUEST)
        for kind, model in enumerate(PROMISES)
    ]
    for kind, pk, project, name, *facts in rows[0].union(*rows[1:], all=True).order_by("-pk")[:MOST]:
        yield PROMISES[kind], pk, project, name, Call(**dict(zip(CALL, facts, strict=True)))


def _came_to_nothing(at: datetime) -> Q:
    """Requests for a draft that was not submitted by the deadline: nothing waits for the answer, unless that is extended."""
    drafts = Application.objects.filter(call=OuterRef("call"), applicant=OuterRef("applicant"), state="draft")
    return Q(call__closes_at__lte=at) & Q(Exists(drafts))


def promises_in(call: Call) -> int:
    """Return how many applications of a call have all their promises: sponsor, primary mentor, and chair where it asks for one."""
    made = {"call": call.pk, "state": "committed"}
    sponsored = SponsorCommitment.objects.filter(**made).values("applicant")
    mentored = MentorAgreement.objects.filter(**made, role="primary").values("applicant")
    rows = Application.objects.of_call(call.pk).exclude(state__in=ENDED).filter(applicant__in=sponsored)
    rows = rows.filter(applicant__in=mentored)
    if call.asks_chair:
        rows = rows.filter(applicant__in=ChairCommitment.objects.filter(**made).values("applicant"))
    return rows.count()
