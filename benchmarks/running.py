"""A server in a process of its own, and people who talk to it over real HTTP."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.installation import environment
from lms.config import Settings


def free_port() -> int:
    """Return a port that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Browser:
    """One kept connection to the server; it keeps the cookies of the platform."""

    settings: Settings
    connection: http.client.HTTPConnection = field(init=False)
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=60)
        self.connection.connect()
        assert self.connection.sock is not None
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(
        self, method: str, host: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request and return status, headers and body."""
        sent = {"Host": host, **(headers or {})}
        if self.cookies and host == self.settings.platform_host:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body=body, headers=sent)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, dict(answer.getheaders()), content

    def post_json(self, path: str, document: Any, token: str = "") -> dict[str, Any]:
        """Post JSON to the player's host and return what it answers; anything but 200 is an error."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        status, _, body = self.ask("POST", self.settings.shell_host, path, json.dumps(document).encode(), headers)
        assert status == 200, (status, body[:300])
        answer: dict[str, Any] = json.loads(body)
        return answer


@contextmanager
def served(settings: Settings) -> Iterator[psutil.Process]:
    """Yield the process of a server of the installation."""
    command = [sys.executable, "-m", "benchmarks.serving"]
    process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                Browser(settings).ask("GET", settings.platform_host, "/sign-in")
                break
            except OSError:
                assert time.monotonic() < until, "the server does not answer"
                assert process.poll() is None, "the server has ended"
                time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def cpu_of(process: psutil.Process) -> float:
    """Return the CPU seconds that the process itself has used, its children not counted."""
    times = process.cpu_times()
    return float(times.user + times.system)
