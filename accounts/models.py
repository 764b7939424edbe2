"""The person: who signs in, what they are called and where they work."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.queries import PersonManager

ORCID_SHAPE = r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"


class User(AbstractBaseUser, PermissionsMixin):
    """One person, whatever roles they hold; the address is stored in lower case."""

    email = models.EmailField("e-mail address", unique=True, max_length=254)
    name = models.CharField("full name", max_length=120, help_text="As it should stand on letters and lists.")
    credentials = models.CharField(max_length=60, blank=True, help_text="For example MD, MPH.")
    title = models.CharField("position", max_length=120, blank=True)
    institution = models.CharField(max_length=160, blank=True)
    division = models.CharField(max_length=160, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    orcid = models.CharField(
        "ORCID iD",
        max_length=19,
        blank=True,
        validators=[RegexValidator(ORCID_SHAPE, "An ORCID iD looks like 0000-0002-1825-0097.")],
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def styled_name(self) -> str:
        """The name with credentials, as on a letter: `Rosa Alvarez, MD, MPH`."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    @property
    def place(self) -> str:
        """Position and institution in one line, whichever are known."""
        return ", ".join(part for part in (self.title, self.institution) if part)
