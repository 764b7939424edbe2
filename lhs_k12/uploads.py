"""How much of what a browser sends is kept while a request is read."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class EnoughHandler(FileUploadHandler):
    """Lets the files of one request through to the handlers behind it until one byte more has come than a document may have.

    The rest is read and dropped: the form still says beside the field that the file is too large, and nobody, signed in or
    not, fills the disk, since a request is read before it is known who sends it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.left = settings.DOCUMENT_MAX_BYTES + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Return what is kept of the chunk for the handlers behind, or None when there is enough."""
        kept = raw_data[: self.left]
        self.left -= len(kept)
        return kept or None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
