"""The world of the attacks, made once for all tests of a file: each works with a copy, inside a savepoint of its own."""

import copy
import logging
import shutil

import pytest
from django.db import transaction
from django.test import override_settings

from tests.attacks import world as worlds


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Return the world and the folder of its files; a test's transaction is a savepoint in the one that takes the rows back."""
    folder = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            world = worlds.build()
        yield world, folder
        transaction.set_rollback(True)


@pytest.fixture
def quiet():
    """Thousands of refusals are what is asked for; none is written down. Faults are."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(made, db, settings):
    """One row of everything and the people; what a test does to its copy, its rows or its files, no other test finds."""
    world, folder = made
    shutil.copytree(folder, settings.MEDIA_ROOT)
    people, rows = copy.deepcopy((world.people, world.rows))
    return worlds.World(people, rows)
