"""The demo's programs stop together, whatever stops the one that started them, and what it refuses is one sentence."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from lhs_k12.management.commands import demo
from tests.journeys.portal import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
# Two programs: one names itself and a child of its own; the other does the same, hears nothing, or ends when it is told to.
STARTER = """
import os, sys
from lhs_k12.demo.processes import Processes
sleeper = "import os, subprocess, time; c = subprocess.Popen(['sleep', '60']); print('pids', os.getpid(), c.pid); time.sleep(60)"
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
told = "import os, signal, sys; signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3)); "
ending = told + "print('waits', os.getpid()); signal.pause()"
other = {"deaf": stubborn, "ending": ending}.get(sys.argv[1], sleeper)
run = Processes(sys.stdout, patience=0.3).run
sys.exit(run({"one": [sys.executable, "-uc", sleeper], "two": [sys.executable, "-uc", other]}, env=dict(os.environ)))
"""


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def eventually(fact, seconds=10.0):
    until = time.monotonic() + seconds
    while not (found := fact()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def started(kind="sleeper"):
    """Start the programs; return the starter and the numbers of everything that runs below it."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, kind], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    lines = sorted(starter.stdout.readline().split("|", 1)[-1] for _ in range(2))
    assert all(lines), "the starter ended early"
    return starter, [int(number) for line in lines for number in re.findall(r"\d+", line)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_terminals_group_ends_every_program_and_its_children(number):
    starter, pids = started()
    assert len(pids) == 4
    assert all(map(alive, pids))
    os.killpg(starter.pid, number)
    assert starter.wait(10) == 128 + number
    assert eventually(lambda: not any(map(alive, pids)))


def test_a_killed_starter_takes_its_programs_with_it():
    starter, pids = started()
    starter.kill()
    starter.wait(10)
    assert eventually(lambda: not any(map(alive, pids)))


def test_a_program_that_does_not_listen_is_killed_when_patience_is_over():
    starter, pids = started("deaf")
    begun = time.monotonic()
    os.killpg(starter.pid, signal.SIGTERM)
    assert starter.wait(10) == 128 + signal.SIGTERM
    assert 0.3 <= time.monotonic() - begun < 5
    assert eventually(lambda: not any(map(alive, pids)))


def test_when_one_program_ends_the_others_do_and_its_code_is_returned():
    starter, pids = started("ending")
    os.kill(pids[-1], signal.SIGUSR1)
    assert starter.wait(10) == 3
    assert eventually(lambda: not any(map(alive, pids)))


@pytest.mark.parametrize("text", ["70000", "0", "-1", "eighty", "", "８０８０"])
def test_a_port_that_is_none_is_refused_in_one_sentence(text):
    with pytest.raises(CommandError, match=rf"^PORT takes a number from 1 to 65535, not {text or 'nothing'}\.$"):
        demo.port_number(text)


def test_a_busy_port_is_named_with_another_one_to_take():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = port + 1 if port < 65535 else port - 1
        with pytest.raises(CommandError, match=f"^Port {port} is busy.* make demo PORT={other}$"):
            demo.check_free("127.0.0.1", port)
    demo.check_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["256.1.1.1", "no-such-host.invalid", "192.0.2.1", "2001:db8::1"])
def test_a_host_that_is_not_this_machines_is_not_called_busy(host):
    with pytest.raises(CommandError, match=f"^HOST={host} is not an address of this machine; "):
        demo.check_free(host, free_port())


@pytest.mark.parametrize(
    ("host", "shown", "bound"),
    [
        ("127.0.0.1", "http://localhost:{}", "127.0.0.1:{}"),
        ("0.0.0.0", "http://localhost:{}", "0.0.0.0:{}"),
        ("::1", "http://[::1]:{}", "[::1]:{}"),
        ("::", "http://localhost:{}", "[::]:{}"),
        ("portal.example.org", "http://portal.example.org:{}", "portal.example.org:{}"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(host, shown, bound):
    port = free_port()
    assert demo.address(host, port) == shown.format(port)
    web = demo.commands(host, port)["web"]
    assert web[web.index("--bind") + 1] == bound.format(port)


def test_localhost_is_not_named_where_it_leads_to_somebody_else():
    with socket.socket(socket.AF_INET6) as somebody:
        try:
            somebody.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        somebody.listen()
        port = somebody.getsockname()[1]
        assert demo.address("127.0.0.1", port) == f"http://127.0.0.1:{port}"
    assert demo.address("127.0.0.1", port) == f"http://localhost:{port}"


def listen():
    """Hear the signals of a terminal, also where the suite itself was started with & or nohup and hears none."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Demo:
    """`manage.py demo` in a folder of its own, as the recipe of `make demo` starts it."""

    def __init__(self, folder, port, host="127.0.0.1"):
        env = {**os.environ, "DATA_DIR": str(folder), "DEMO": "", "DATABASE_URL": "", "REDIS_URL": "", "EMAIL_URL": ""}
        self.log = folder / "log"
        self.program = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--host", host, "--port", str(port)],
            cwd=ROOT, env=env, stdout=self.log.open("w"), stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=listen,  # noqa: PLW1509  signal() asks for no lock that another thread could hold
        )  # fmt: skip

    def says(self, words, seconds=60):
        assert eventually(lambda: words in self.log.read_text() or self.program.poll() is not None, seconds), self.log.read_text()
        return self.log.read_text()

    def stop(self, number):
        os.killpg(self.program.pid, number)
        return self.program.wait(20)


def processes_of(folder):
    """Return the numbers of the processes that were started with this folder for their data."""
    mine = f"DATA_DIR={folder}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += [path.parent.name] if mine in path.read_bytes() else []
        except OSError:
            continue
    return found


FOUND = """
from programs.models import Program
Program.objects.create(name="Harbor LEAP K12", short_name="Harbor", slug="harbor-leap", reply_to="a@example.org",
                       time_zone="America/Los_Angeles", signatory_name="R", signatory_title="D")
"""


@pytest.mark.processes
def test_the_demo_starts_is_well_stops_with_its_terminal_and_starts_again(tmp_path):
    port = free_port()
    first = Demo(tmp_path, port)
    # The tables are there, the story is being told.
    assert eventually(lambda: (tmp_path / "media").exists() or first.program.poll() is not None, 60), first.log.read_text()
    assert first.stop(signal.SIGINT) == 130
    assert "Stopped." in first.log.read_text()
    assert "Traceback" not in first.log.read_text()

    # From here on the demo's programme is there already, so that no story is told twice.
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", FOUND],
        cwd=ROOT, env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": "", "DEMO": "1"}, check=True,
    )  # fmt: skip
    second = Demo(tmp_path, port)
    try:
        said = second.says(f"Ready: http://localhost:{port}")
        assert "The demo programme is there already." in said
        for name in ("localhost", "127.0.0.1"):
            with urllib.request.urlopen(f"http://{name}:{port}/healthz/", timeout=5) as answer:
                assert (answer.status, answer.read()) == (200, b"ok\n")
        other = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT, env={**os.environ, "DATA_DIR": str(tmp_path), "DEMO": "1"}, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert other.returncode == 1
        assert re.fullmatch(rf"CommandError: Port {port} is busy\. .*\n", other.stderr), other.stderr
    finally:
        code = second.stop(signal.SIGHUP)
    assert code == 128 + signal.SIGHUP
    assert eventually(lambda: processes_of(tmp_path) == []), processes_of(tmp_path)
    assert "Traceback" not in second.log.read_text()
    demo.check_free("127.0.0.1", port)
