"""A whole portal that loses Redis, its queue, its mail server and its worker, one after the other, and nothing else.

One portal lives through all of it, because starting one takes longer than any of its faults.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

import pytest
import redis

from tests.faults.hand import Hand
from tests.journeys.portal import WITHOUT_MIGRATIONS, Portal, Post, free_port, link_in

KIND = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
LEASE_SECONDS = 3


class RedisServer:
    """A private Redis that keeps nothing, on one port, started and stopped as often as the test likes."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.program = subprocess.Popen(
            [*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert eventually(self.answers, 10)

    def stop(self):
        self.program.kill()
        self.program.wait()

    def hang(self):
        self.program.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.program.send_signal(signal.SIGCONT)

    def answers(self):
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return client.ping()
        except redis.RedisError:
            return False

    def forget_everything(self):
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


class HangingPost(Post):
    """Keeps every e-mail; while `hangs` is set it then never answers, like a server whose cable was cut after DATA."""

    hangs = False

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        while self.hangs:
            await asyncio.sleep(0.05)
        return answer

    def subjects(self, name):
        return [str(message["Subject"]) for message in self.to(f"{name}@example.org")]


class Browser:
    """As little of a browser as the test needs: cookies, pages, and forms with their hidden fields."""

    def __init__(self, portal):
        self.url, self.cookies = portal.url, {}

    def ask(self, path, **fields):
        """Return status, seconds and text of a page; fields make it a POST."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Referer": self.url}
        body = urllib.parse.urlencode(fields).encode() if fields else None
        started = time.monotonic()
        try:
            with _no_redirects.open(urllib.request.Request(self.url + path, body, headers), timeout=20) as answer:
                status, found, text = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                status, found, text = refusal.code, refusal.headers, refusal.read().decode()
        for cookie in found.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return status, time.monotonic() - started, text

    def send(self, path, **fields):
        """Fill in the form of a page and send it; return status, seconds and text of the answer."""
        status, _, page = self.ask(path)
        assert status == 200, page
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        assert "csrfmiddlewaretoken" in hidden, page
        return self.ask(path, **hidden, **fields)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


_no_redirects = urllib.request.build_opener(_Stay)


def eventually(fact, seconds):
    """Return the fact once it is true, or what it was at last; asked ten times a second."""
    until = time.monotonic() + seconds
    while not (found := fact()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


@pytest.mark.broker
@pytest.mark.redis
@pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed, so no Redis can be stopped")
def test_a_portal_loses_redis_its_queue_its_mail_server_and_its_worker_but_no_award_and_no_e_mail(tmp_path):
    server = RedisServer(tmp_path)
    server.start()
    quick = {"MAIL_LEASE_SECONDS": str(LEASE_SECONDS), "MAIL_FIRST_PAUSE_SECONDS": "0.5"}
    portal = Portal(tmp_path, KIND, set_up=WITHOUT_MIGRATIONS, REDIS_URL=server.url, KEY_PREFIX="faults", **quick)
    portal.post = portal.mail_server.handler = HangingPost()
    try:
        with portal, Hand(portal, "tests.faults.scene") as hand:
            scene = hand("set_up")
            director = Browser(portal)
            redis_is_down_during_an_award(portal, server, hand, director, scene)
            redis_is_emptied_in_mid_queue(portal, server, hand)
            redis_hangs_while_the_worker_works(portal, server, hand)
            the_mail_server_is_down(portal, hand, director)
            the_worker_is_killed_in_mid_delivery(portal, hand)
    finally:
        server.stop()


def redis_is_down_during_an_award(portal, server, hand, director, scene):
    """F3: people sign in, the release answers at once and is kept; letter and e-mail follow when Redis is back."""
    server.stop()
    status, _, page = director.send("/accounts/login/?next=/calls/", login=scene["email"], password=scene["password"])
    assert (status, "sessionid" in director.cookies) == (302, True), page
    call = f"/scholars/calls/{scene['call']}"
    pages = ["/calls/", "/desk/", "/programs/harbor-leap/", "/applications/", f"/calls/{scene['call']}/decide/", "/scholars/"]
    for path in [*pages, f"{call}/release/"]:
        status, seconds, page = director.ask(path)
        assert (status, seconds < 3) == (200, True), (path, seconds, page)
    status, seconds, page = director.send(f"{call}/release/")
    assert (status, seconds < 3) == (302, True), (seconds, page)
    assert hand("awards") == {"awards": 1, "letters": ["queued"]}
    status, seconds, page = director.ask(f"{call}/awards/")
    assert (status, seconds < 3, "Samuel Ng" in page) == (200, True, True), (seconds, page)
    assert portal.post.messages == []

    server.start()
    offer = portal.post.wait_for("samuel@example.org", "has been decided", seconds=60)
    assert "/scholars/awards/" in link_in(offer)
    assert hand("awards") == {"awards": 1, "letters": ["done"]}


def redis_is_emptied_in_mid_queue(portal, server, hand):
    """F4: what Redis forgot is found by the next sweep, each e-mail once.

    The worker is killed, not asked to end: after a lost broker its pool may wait half a minute for a receipt that never comes.
    """
    portal.kill("worker")
    hand("queue", name="flushed", seconds=[0] * 10)
    server.forget_everything()
    portal.start_worker()
    assert eventually(lambda: len(portal.post.subjects("flushed")) >= 10, 30), hand("emails", name="flushed")
    assert Counter(portal.post.subjects("flushed")) == Counter(f"flushed {number}" for number in range(10))
    assert eventually(lambda: states(hand, "flushed") == Counter(done=10), 5), hand("emails", name="flushed")


def redis_hangs_while_the_worker_works(portal, server, hand):
    """F3 again: a Redis that is there but says nothing; nobody waits long for it, and the worker takes work afterwards."""
    portal.post.hangs = True
    hand("queue", name="in-hand", seconds=[0])
    assert eventually(lambda: portal.post.subjects("in-hand"), 15)
    server.hang()
    started = time.monotonic()
    hand("queue", name="meanwhile", seconds=[0])
    hand("queue", name="meanwhile-too", seconds=[0])
    assert time.monotonic() - started < 3
    portal.post.hangs = False
    log = portal.folder / "worker.log"
    assert eventually(lambda: "Couldn't ack" in log.read_text(), 10), log.read_text()
    server.go_on()
    for name in ("meanwhile", "meanwhile-too", "in-hand"):
        assert eventually(lambda name=name: states(hand, name) == Counter(done=1), 20), hand("emails", name=name)
        assert len(portal.post.subjects(name)) == 1
    hand("queue", name="afterwards", seconds=[0])
    assert eventually(lambda: states(hand, "afterwards") == Counter(done=1), 15), hand("emails", name="afterwards")


def the_mail_server_is_down(portal, hand, director):
    """F5: the queue says why it waits and holds up nobody; then everything leaves once, in the order in which it was due."""
    portal.stop_mail()
    hand("queue", name="waiting", seconds=[-10, -40, 1, -20, -30, 2, -50])
    hand("expire", key="waiting 4", seconds=3)
    assert eventually(lambda: reasons(hand, "waiting") == 7, 15), hand("emails", name="waiting")
    status, seconds, page = director.ask("/calls/")
    assert (status, seconds < 2) == (200, True), (seconds, page)
    assert states(hand, "waiting") == Counter(queued=7)
    time.sleep(1)

    portal.start_mail()
    assert eventually(lambda: states(hand, "waiting") == Counter(done=6, expired=1), 20), hand("emails", name="waiting")
    assert portal.post.subjects("waiting") == [f"waiting {number}" for number in (6, 1, 3, 0, 2, 5)]
    rows = hand("emails", name="waiting")
    late = rows.pop("waiting 4")
    assert (late["state"], late["error"], late["attempts"]) == ("expired", "Its time passed before it could be sent.", 1)
    assert {(row["error"], row["attempts"], row["twice"]) for row in rows.values()} == {("", 1, False)}


def the_worker_is_killed_in_mid_delivery(portal, hand):
    """F2: a worker that dies between sending and noting it costs one second copy with the same Message-ID, and the row says so."""
    portal.post.hangs = True
    hand("queue", name="killed", seconds=[0])
    assert eventually(lambda: portal.post.subjects("killed"), 15)
    portal.kill("worker")
    assert states(hand, "killed") == Counter(working=1)
    portal.post.hangs = False

    portal.start_worker()
    assert eventually(lambda: states(hand, "killed") == Counter(done=1), 20), hand("emails", name="killed")
    copies = portal.post.to("killed@example.org")
    assert [str(copy["Message-ID"]) for copy in copies] == [str(copies[0]["Message-ID"])] * 2
    assert hand("emails", name="killed")["killed 0"] == {"state": "done", "error": "", "attempts": 2, "twice": True}


def states(hand, name):
    return Counter(row["state"] for row in hand("emails", name=name).values())


def reasons(hand, name):
    """Return how many e-mails say that nobody listens on the mail server's port."""
    return sum("ConnectionRefusedError" in row["error"] for row in hand("emails", name=name).values())
