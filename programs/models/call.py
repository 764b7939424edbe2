"""Cohorts and the calls that fill them: dates, parts of an application, rubric."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from programs.appointments import add_months, cost
from programs.models.program import Program
from programs.queries import CallQuerySet, CohortQuerySet

LONGEST_GRACE = timedelta(days=60)


class Cohort(models.Model):
    """The scholars who start together; places and money of a whole award are fixed here (LEAP: 4 × 2 years)."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="cohorts", verbose_name="programme")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    months = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(1), MaxValueValidator(72)])
    places = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(100)])
    salary_per_year = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal("90000"), validators=[MinValueValidator(Decimal(0))]
    )
    research_per_year = models.DecimalField(
        max_digits=10, decimal_places=2, default=Decimal("25000"), validators=[MinValueValidator(Decimal(0))]
    )
    effort_percent = models.PositiveSmallIntegerField(default=75, validators=[MinValueValidator(1), MaxValueValidator(100)])
    budget = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
        help_text="What all awards of the cohort together may cost over their whole time.",
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="cohort_name_once_a_programme"),
            models.CheckConstraint(condition=Q(places__gte=1), name="cohort_has_a_place"),
            models.CheckConstraint(condition=Q(effort_percent__gte=1, effort_percent__lte=100), name="cohort_effort_is_percent"),
            models.CheckConstraint(
                condition=Q(salary_per_year__gte=0, research_per_year__gte=0, budget__gte=0), name="cohort_money_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ends_on(self) -> date:
        """The last day of the award: the day before the start, `months` later."""
        return add_months(self.starts_on, self.months) - timedelta(days=1)

    @property
    def award_cost(self) -> Decimal:
        """What one award costs over its whole time, in dollars (LEAP: 2 × 115,000 = 230,000)."""
        return cost(self.starts_on, self.ends_on, salary=self.salary_per_year, research=self.research_per_year)


class Call(models.Model):
    """An invitation to apply for one cohort, with its deadline in UTC and the zone it is announced in."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="calls")
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80)
    guidance = models.TextField(blank=True, help_text="What a visitor reads: aims, who may apply, what is needed.")
    time_zone = models.CharField(max_length=64, help_text="IANA zone in which the dates are announced.")
    opens_at = models.DateTimeField()
    letter_of_intent_due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField()
    letters_grace_hours = models.PositiveSmallIntegerField(
        default=72,
        validators=[MaxValueValidator(LONGEST_GRACE // timedelta(hours=1))],
        help_text="Sponsors and mentors may still answer this many hours after the deadline.",
    )
    review_due_at = models.DateTimeField()
    decision_on = models.DateField()
    accept_days = models.PositiveSmallIntegerField(default=14, validators=[MinValueValidator(1), MaxValueValidator(90)])
    asks_chair = models.BooleanField("asks for the department chair’s commitment", default=False)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "slug"], name="call_slug_once_a_cohort"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(review_due_at__gt=F("closes_at")), name="call_reviews_after_the_deadline"),
        ]
        indexes = [models.Index(fields=["closes_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def program(self) -> Program:
        return self.cohort.program

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def letters_until(self) -> datetime:
        """The last moment at which a sponsor, mentor or chair may answer (UTC)."""
        return self.closes_at + timedelta(hours=self.letters_grace_hours)

    def is_published(self, at: datetime) -> bool:
        """Whether a visitor may read the call."""
        return self.published_at is not None and self.published_at <= at

    def has_opened(self, at: datetime) -> bool:
        """Whether people were able to apply once, so that what was announced binds the programme."""
        return self.is_published(at) and self.opens_at <= at

    def is_open(self, at: datetime) -> bool:
        """Whether applications are taken at `at`: from the opening, up to but not including the deadline."""
        return self.is_published(at) and self.opens_at <= at < self.closes_at

    def takes_answers(self, at: datetime) -> bool:
        """Whether sponsors, mentors and chairs may still answer."""
        return self.is_published(at) and at < self.letters_until


class Part(models.Model):
    """A part of the application that the call asks for."""

    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    help = models.TextField(blank=True)
    required = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Section(Part):
    """A text the applicant writes, with a limit in words."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="sections")
    word_limit = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(20000)])

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["call", "title"], name="section_title_once_a_call")]


class DocumentRequest(Part):
    """A PDF the applicant attaches, with a limit in pages."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="document_requests")
    page_limit = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["call", "title"], name="document_title_once_a_call")]


class Criterion(models.Model):
    """One line of the rubric, scored 1 (best) to 9 in whole numbers (NIH scale)."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    help = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=["call", "title"], name="criterion_title_once_a_call")]

    def __str__(self) -> str:
        return self.title
