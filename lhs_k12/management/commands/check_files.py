"""Says which files are missing that rows name: after a restore, before the doors are opened."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db.models import FileField

from applications.models import Submission


def named() -> Iterator[tuple[str, str, Storage]]:
    """Yield every file that a row names, or a submission as it was frozen: of which row it is, its name, where it is kept."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) and not model._meta.proxy:
                rows = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
                for pk, name in rows.values_list("pk", field.name).iterator():
                    yield f"{model._meta.label} {pk}", name, field.storage
    for pk, documents in Submission.objects.order_by("pk").values_list("pk", "snapshot__documents").iterator():
        for document in documents or []:
            yield f"applications.Submission {pk}, {document['title']}", document["file"], default_storage


class Command(BaseCommand):
    """Looks for each file in its storage; one that several rows name is looked for once."""

    help = "List the rows whose file is missing; exits with 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        there: dict[str, bool] = {}
        for row, name, storage in named():
            if name not in there:
                there[name] = storage.exists(name)
            if not there[name]:
                self.stdout.write(f"{row}: {name}")
        if missing := list(there.values()).count(False):
            raise CommandError(f"{missing} of {len(there)} files are missing.")
        self.stdout.write(f"All {len(there)} files are there.")
