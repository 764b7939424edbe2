"""How gunicorn serves the portal: processes for the cores, threads that wait, no sealed link in the access log."""

import os

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response

from lhs_k12 import collector
from lhs_k12.logs import HideTokens, without_secrets


class TokenlessLogger(Logger):  # type: ignore[misc]
    """Writes addresses without the part that would let a reader of the log act for somebody."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.addFilter(HideTokens())

    def atoms(self, resp: Response, req: Request, environ: dict[str, object], request_time: object) -> dict[str, object]:
        found: dict[str, object] = super().atoms(resp, req, environ, request_time)
        return {name: without_secrets(text) if isinstance(text, str) else text for name, text in found.items()}


bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# A page waits for the database most of its time; with one thread a slow download would hold up everybody else. A thread reads
# a body as slowly as it is sent, without a limit of time: the proxy in front has to hand over whole requests (see Caddyfile).
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 30
keepalive = 5
# A worker that lives for ever keeps whatever memory its largest page took.
max_requests = 5000
max_requests_jitter = 500
# New code arrives worker by worker at a reload (HUP) only when it was not loaded before the fork.
preload_app = False
# Signals steer the server; its control socket would lie in the home folder, shared by every portal of the account.
control_socket_disable = True
# A heartbeat file on a slow disk would make a busy worker look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = "-" if os.environ.get("ACCESS_LOG", "1") == "1" else None
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
logger_class = TokenlessLogger


def post_worker_init(worker: object) -> None:
    """Set the garbage collector once the worker has loaded the portal."""
    collector.relax(collector.PAGES)
