"""A small HTTP client that asks as fast as it is answered, over plain sockets, so that it costs the server's cores little."""

import itertools
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


class Unexpected(Exception):
    """A page answered otherwise than the benchmark expects; nothing it measures would mean anything."""


@dataclass
class Answer:
    """One answer: its status, its body, the seconds from before connecting to the last byte."""

    status: int
    body: bytes
    seconds: float
    size: int
    headers: dict[bytes, bytes]


@dataclass
class Measured:
    """What one drive found: every latency in seconds, the wall time, the size of the last answer in bytes."""

    latencies: list[float] = field(default_factory=list)
    wall: float = 0.0
    size: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.wall if self.wall else 0.0

    def percentile(self, part: int) -> float:
        """Return a percentile of the latencies in milliseconds."""
        if len(self.latencies) < 2:
            return 1000 * sum(self.latencies)
        return 1000 * statistics.quantiles(self.latencies, n=100, method="inclusive")[part - 1]


class Connection:
    """One connection that is kept when the server keeps it, and opened again when it does not (as gunicorn's sync workers do)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        started = time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        status, headers, body, size = self._read(self.socket)
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return Answer(status, body, time.perf_counter() - started, size, headers)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    @staticmethod
    def _read(stream: socket.socket) -> tuple[int, dict[bytes, bytes], bytes, int]:
        got = b""
        while b"\r\n\r\n" not in got:
            piece = stream.recv(65536)
            if not piece:
                raise Unexpected("the server hung up before it answered")
            got += piece
        head, body = got.split(b"\r\n\r\n", 1)
        first, *lines = head.split(b"\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        pieces, size = [body], len(body)
        if b"content-length" in headers:
            wanted = int(headers[b"content-length"])
            while size < wanted:
                pieces.append(stream.recv(262144))
                size += len(pieces[-1])
                if not pieces[-1]:
                    raise Unexpected("the answer was cut off")
        elif headers.get(b"transfer-encoding") == b"chunked":
            tail = b"\r\n" + body
            while not tail.endswith(b"\r\n0\r\n\r\n"):
                pieces.append(stream.recv(262144))
                size += len(pieces[-1])
                tail = tail[-7:] + pieces[-1]
                if not pieces[-1]:
                    raise Unexpected("the answer was cut off")
        return int(first.split(b" ", 2)[1]), headers, b"".join(pieces), size


def request_bytes(
    path: str, *, cookies: dict[str, str] | None = None, form: bytes | None = None, token: str = "", encoding: str = "identity"
) -> bytes:
    """Return a whole HTTP/1.1 request; `form` makes it a POST with a CSRF token in its header."""
    lines = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench"]
    lines.append(f"Accept-Encoding: {encoding}")
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}", f"X-CSRFToken: {token}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (form or b"")


def same(request: bytes) -> Callable[[int], Iterator[bytes]]:
    """Return a source that gives every connection the same request for ever."""
    return lambda number: itertools.repeat(request)


def drive(
    port: int,
    source: Callable[[int], Iterator[bytes]],
    *,
    expect: int,
    connections: int = 1,
    seconds: float = 5.0,
    most: int = 100_000,
) -> Measured:
    """Ask over `connections` at once until time is up, `most` requests are made, or the source is empty.

    `source(number)` gives the requests of one connection. Raises Unexpected at the first answer of another status.
    """
    found, faults, lock = Measured(), [], threading.Lock()
    until = time.perf_counter() + seconds

    def one(number: int) -> None:
        connection, mine, size = Connection(port), [], 0
        try:
            for request in itertools.islice(source(number), most // connections):
                answer = connection.ask(request)
                if answer.status != expect:
                    line = request.split(b"\r\n", 1)[0].decode()
                    raise Unexpected(f"{line}: {answer.status} instead of {expect}: {answer.body[:600].decode(errors='replace')}")
                mine.append(answer.seconds)
                size = answer.size
                if time.perf_counter() > until:
                    break
        except (Unexpected, OSError) as fault:
            faults.append(fault)
        finally:
            connection.close()
            with lock:
                found.latencies += mine
                found.size = size or found.size

    started = time.perf_counter()
    if connections == 1:
        one(0)
    else:
        threads = [threading.Thread(target=one, args=(number,)) for number in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found.wall = time.perf_counter() - started
    if faults:
        raise Unexpected(str(faults[0]))
    return found
