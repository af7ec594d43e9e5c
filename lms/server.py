"""The production server: waitress with our limits, and a worker process beside it."""

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from waitress import create_server

from lms.arriving import ROOM_FOR_FIELDS, Arrivals
from lms.channel import LONGEST_HEAD, channel_class
from lms.config import Settings
from lms.storage import Storage
from lms.uploads import admits_uploads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RESTART_AFTER_S = 0.5
STOP_WITHIN_S = 10.0

log = structlog.get_logger(__name__)


def serve_until_stopped(app: Flask, settings: Settings, listener: socket.socket) -> None:
    """Answer requests on a socket until SIGTERM or SIGINT; a worker runs beside it and ends with it."""
    # What arrives is kept where uploads go anyway: /tmp may be memory.
    (settings.folder / "staging").mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(settings.folder / "staging")
    server = create_server(
        with_request_id(app.wsgi_app),
        sockets=[listener],
        threads=settings.threads,
        url_scheme=settings.content_scheme,
        ident=None,
        connection_limit=1000,
        asyncore_use_poll=True,
        recv_bytes=256 * 1024,
        max_request_body_size=settings.max_upload + 2 * ROOM_FOR_FIELDS,
        max_request_header_size=LONGEST_HEAD,
        channel_timeout=120,
        clear_untrusted_proxy_headers=False,  # the application reads them, as far as the settings trust them
    )
    # A page asks for several files at once, more than there are threads: that they wait for a moment is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    arrivals = Arrivals(server.application, Storage(settings.folder), server.pull_trigger)
    server.channel_class = channel_class(server.adj, admits_uploads(app), arrivals)
    signal.signal(signal.SIGTERM, _leave)
    with WorkerProcess():
        server.run()


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def with_request_id(application: "WSGIApplication") -> "WSGIApplication":
    """Return the application whose log lines carry an identifier of the request."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=secrets.token_hex(6))
        return application(environ, start_response)

    return serve


class WorkerProcess:
    """A worker beside the server: started again when it dies, ended together with it."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep_alive, daemon=True)

    def __enter__(self) -> "WorkerProcess":
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._watch.join()
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", "from lms.cli import main; main()", "worker", "--parent", str(os.getpid())]
        return subprocess.Popen(command)  # noqa: S603  # our own interpreter on our own module

    def _keep_alive(self) -> None:
        while not self._stopping.wait(RESTART_AFTER_S):
            status: Any = self._process.poll()
            if status is not None:
                log.warning("worker_died", status=status)
                self._process = self._start()


def open_port(address: str, port: int) -> socket.socket:
    """Return a socket that holds the port from now on; who connects waits until the server is ready.

    Raises:
        OSError: the port is in use, or not ours to open.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
