"""Files whose rows are gone: kept for a while, because a backup takes the rows first and its files after them; then deleted."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from applications.models import Document, DroppedFile, PacketPreview

logger = logging.getLogger(__name__)
# So long may a copy of the rows be older than the files it is put back to.
STAYS = timedelta(days=30)
PREVIEW_STAYS = timedelta(days=2)


def drop_files(names: Iterable[str], *, at: datetime, stays: timedelta = STAYS) -> None:
    """Note that these files have no row any more; to be called in the transaction in which their rows go."""
    # Two workers may forget the same preview.
    DroppedFile.objects.bulk_create([DroppedFile(name=name, due_at=at + stays) for name in names], ignore_conflicts=True)


def due_to_go(at: datetime) -> list[DroppedFile]:
    """Return dropped files that have stayed long enough, the first due first; never one whose row somebody has put back."""
    named = DroppedFile.objects.filter(due_at__lte=at).order_by("due_at")
    for model in (Document, PacketPreview):
        named = named.exclude(name__in=model.objects.exclude(file="").values("file"))  # type: ignore[attr-defined]
    return list(named[:5000])


def delete_dropped(dropped: DroppedFile) -> bool:
    """Delete a dropped file; False, and a line in the log, when the storage refuses."""
    try:
        default_storage.delete(dropped.name)
    except Exception as fault:  # whatever is wrong with one file, the others must go
        logger.warning("the file %s was not deleted: %s", dropped.name, fault)
        return False
    dropped.delete()
    return True
