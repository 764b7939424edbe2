"""The embedded broker: a Celery (kombu) transport that keeps its messages in one SQLite file, for installations without Redis.

Delivery is at least once. A message stays in its row until it is acknowledged. Taking one writes a claim that ends
`visibility_timeout` seconds later and that a living consumer keeps renewing; when a worker is killed, nobody renews, and the
next worker takes the message. Use a file of its own on a local disk: SQLite's locks do not hold on network file systems.

    CELERY_BROKER_TRANSPORT = "lhs_k12.broker:Transport"
    CELERY_BROKER_URL = "sqlite:////absolute/path/queue.sqlite3"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60, "polling_interval": 0.25}
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Sequence
from queue import Empty
from time import sleep, time
from typing import Any
from uuid import uuid4

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

LOCK_WAIT = 20.0  # seconds a statement waits for another writer
SCHEMA = """
    CREATE TABLE IF NOT EXISTS message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        payload TEXT NOT NULL,
        visible_at REAL NOT NULL DEFAULT 0,
        claimed_by TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX IF NOT EXISTS message_queue ON message (queue, id);
"""
# Each ends with the same rule. Its second half covers a clock that was set back: no claim reaches two timeouts ahead.
FIND = "SELECT id, payload FROM message WHERE queue = ? AND (visible_at <= ? OR visible_at > ?) ORDER BY id LIMIT 1"
COUNT = "SELECT count(*) FROM message WHERE queue = ? AND (visible_at <= ? OR visible_at > ?)"
PURGE = "DELETE FROM message WHERE queue = ? AND (visible_at <= ? OR visible_at > ?)"

logger = logging.getLogger(__name__)
_inherited: list[sqlite3.Connection] = []  # a forked child may neither use nor close its parent's connections


def connect(path: str) -> sqlite3.Connection:
    """Open the queue's file, creating its table; raises sqlite3.OperationalError when the folder is missing or not writable."""
    deadline = time() + LOCK_WAIT
    while True:
        connection = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None)
        try:
            # Several programs may meet on a new file; SQLite answers "locked" at once, without waiting, to a switch to WAL.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(SCHEMA)
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if "locked" not in str(error) or time() > deadline:
                raise
            sleep(0.02)


class Channel(virtual.Channel):
    """One conversation with the queue's file; the row's id is the delivery tag."""

    visibility_timeout: float = 60.0
    from_transport_options = (*virtual.Channel.from_transport_options, "visibility_timeout")

    def __init__(self, connection: "Transport", **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self._path = connection.client.virtual_host if connection.client else ""
        if self._path in ("", "/"):
            raise ValueError("The embedded broker's address needs a path: sqlite:////absolute/path/queue.sqlite3")
        self._name = uuid4().hex
        self._local = threading.local()
        self._closing = threading.Event()
        self._renewer: threading.Thread | None = None

    @property
    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection in this process: SQLite connections survive neither a fork nor a change of thread."""
        pid, connection = getattr(self._local, "opened", (None, None))
        if connection is not None and pid != os.getpid():
            _inherited.append(connection)
            connection = None
        if connection is None:
            connection = connect(self._path)
            self._local.opened = (os.getpid(), connection)
        return connection

    def _execute(self, statement: str, values: Sequence[str | float] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def _visible(self, queue: str) -> tuple[str, float, float]:
        now = time()
        return queue, now, now + 2 * self.visibility_timeout

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        """Store one message; it is durable against a crash when this returns."""
        self._execute("INSERT INTO message (queue, payload) VALUES (?, ?)", (queue, dumps(message)))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """Claim the oldest visible message of a queue; raises queue.Empty when there is none."""
        if self._execute(FIND, self._visible(queue)).fetchone() is None:  # an idle poll takes no write lock
            raise Empty
        self._execute("BEGIN IMMEDIATE")
        try:
            row = self._execute(FIND, self._visible(queue)).fetchone()
            if row is not None:
                self._execute(
                    "UPDATE message SET visible_at = ?, claimed_by = ? WHERE id = ?",
                    (time() + self.visibility_timeout, self._name, row[0]),
                )
            self._execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            raise
        if row is None:
            raise Empty
        message: dict[str, Any] = loads(row[1])
        message["properties"]["delivery_tag"] = str(row[0])
        return message

    def _size(self, queue: str) -> int:
        """Messages of a queue that wait for a worker."""
        found = self._execute(COUNT, self._visible(queue)).fetchone()
        return int(found[0])

    def _purge(self, queue: str) -> int:
        """Delete the waiting messages of a queue (not those in work); how many there were."""
        return self._execute(PURGE, self._visible(queue)).rowcount

    def _forget(self, delivery_tag: str | None) -> None:
        self._execute("DELETE FROM message WHERE id = ?", (int(delivery_tag or 0),))

    def _restore(self, message: virtual.Message) -> None:
        """Give one claimed message back at once, unless its claim has passed to somebody else."""
        self._execute(
            "UPDATE message SET visible_at = 0, claimed_by = '' WHERE id = ? AND claimed_by = ?",
            (int(message.delivery_tag or 0), self._name),
        )

    def _renew(self) -> None:
        """Keep this channel's claims alive, so that a task may take longer than the timeout without being given away."""
        while not self._closing.wait(self.visibility_timeout / 4):
            try:
                self._execute(
                    "UPDATE message SET visible_at = ? WHERE claimed_by = ?",
                    (time() + self.visibility_timeout, self._name),
                )
            except sqlite3.Error as error:
                logger.warning("The embedded broker could not renew its claims: %s", error)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """The work is done: delete the message."""
        self._forget(delivery_tag)
        super().basic_ack(delivery_tag, multiple=multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give the message back (`requeue`) or delete it."""
        if not requeue:
            self._forget(delivery_tag)
        super().basic_reject(delivery_tag, requeue=requeue)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> virtual.Message | None:
        """Take one message, or None; with `no_ack` it is deleted at once."""
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self._forget(message.delivery_tag)
        return message

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: Any, **kwargs: Any) -> Any:
        """Begin to take messages of a queue; with `no_ack` each is deleted on delivery."""

        def deliver(message: virtual.Message) -> Any:
            if no_ack:
                self._forget(message.delivery_tag)
            return callback(message)

        if self._renewer is None:
            self._renewer = threading.Thread(target=self._renew, name="broker-renewer", daemon=True)
            self._renewer.start()
        return super().basic_consume(queue, no_ack, deliver, consumer_tag, **kwargs)

    def close(self) -> None:
        """Give every unacknowledged message back and let go of the file."""
        super().close()
        self._closing.set()
        pid, connection = getattr(self._local, "opened", (None, None))
        if connection is not None and pid == os.getpid():
            del self._local.opened
            connection.close()


class Transport(virtual.Transport):
    """What kombu asks for: the channel, the poll interval and the errors after which a reconnect makes sense."""

    Channel = Channel
    driver_type = "sqlite"
    driver_name = "sqlite3"
    polling_interval = 0.25
    connection_errors = (*virtual.Transport.connection_errors, sqlite3.OperationalError)

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """Nothing to fill in: the address has no host and no port."""
        return {}

    def driver_version(self) -> str:
        """The version of the SQLite library in use."""
        return sqlite3.sqlite_version
