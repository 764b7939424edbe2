"""Django's forms in our words, where no form of ours says it itself."""

from django.core.validators import (
    DecimalValidator,
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from django.forms import DateField, DateTimeField, DecimalField, Field, IntegerField, TimeField


def speak() -> None:
    """Say in one place, for every form, what is missing, is of the wrong kind, too much or too little."""
    Field.default_error_messages["required"] = "Please fill this in."
    IntegerField.default_error_messages["invalid"] = "Please give a whole number."
    DecimalField.default_error_messages["invalid"] = "Please give a number."
    DateField.default_error_messages["invalid"] = "Please give a date, such as 2027-07-01."
    TimeField.default_error_messages["invalid"] = "Please give a time of day, such as 17:00."
    DateTimeField.default_error_messages["invalid"] = "Please give a date and a time, such as 2027-07-01 17:00."
    EmailValidator.domain_allowlist = []  # nobody reads what is sent to "localhost"
    EmailValidator.message = "This is not an e-mail address. It looks like name@hospital.org."
    MinValueValidator.message = "Please give %(limit_value)s or more."
    MaxValueValidator.message = "Please give %(limit_value)s or less."
    MaxLengthValidator.message = "Please shorten this to %(limit_value)d characters; it has %(show_value)d."
    DecimalValidator.messages["max_decimal_places"] = "Please give at most %(max)s digits after the point."
    DecimalValidator.messages["max_digits"] = "This number is too long; it may have %(max)s digits."
    DecimalValidator.messages["max_whole_digits"] = "This number is too large; it may have %(max)s digits before the point."
    ProhibitNullCharactersValidator.message = "This holds a sign that cannot be kept (a null character). Please type it anew."
