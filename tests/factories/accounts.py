"""People for tests."""

import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a verified look but no password: tests sign in by force."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    institution = "Harbor University"
    division = "General Medicine"
