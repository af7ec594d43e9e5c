"""A line between a browser and the server that fails on demand: a proxy of its own on a free port."""

import http.client
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext

Answer = tuple[int, list[tuple[str, str]], bytes]
"""A status, headers and a body."""

Fault = Callable[[Callable[[], Answer]], Answer | None]
"""What becomes of a request: it may call the server, once, twice or never; None: the line breaks without an answer."""

_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "date", "server"}


def page(status: int, **headers: str) -> Fault:
    """Return what a proxy says in its own page, instead of the server."""
    return says(status, b"<h1>Something in between", "text/html", **headers)


def says(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Fault:
    """Return what something in between says, instead of the server."""
    told = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return lambda _server: (status, told, body)


def cut(_server: Callable[[], Answer]) -> None:
    """Let nothing through."""


def lost(server: Callable[[], Answer]) -> None:
    """Let the request through, and no answer back."""
    server()


def twice(server: Callable[[], Answer]) -> Answer:
    """Send the request twice, as some proxies do when they are unsure."""
    server()
    return server()


def truncated(server: Callable[[], Answer]) -> Answer:
    """Let half of the answer through."""
    status, headers, body = server()
    return status, headers, body[: len(body) // 2]


class Held:
    """A fault that holds the first request until it is let go; what comes after it overtakes it."""

    def __init__(self) -> None:
        self.is_going = threading.Event()
        self.is_here, self.is_done = threading.Event(), threading.Event()

    def __call__(self, server: Callable[[], Answer]) -> Answer:
        """Hold the first request, let the others through."""
        if self.is_here.is_set():
            return server()
        self.is_here.set()
        self.is_going.wait(60)
        answer = server()
        self.is_done.set()
        return answer


class Line:
    """A proxy to a server on this machine: `faults` has what becomes of requests, by how their names end."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.faults: dict[str, Fault] = {}
        self.seen: list[str] = []
        self.proxy = _Proxy(("127.0.0.1", 0), _Handler)
        self.proxy.daemon_threads = True
        self.proxy.line = self
        threading.Thread(target=self.proxy.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Return the address that a browser is given."""
        return f"http://127.0.0.1:{self.proxy.server_address[1]}"

    def fail(self, fault: Fault, path: str = "POST /commit") -> None:
        """Let requests fail whose method and path end so; each of them, where it is empty."""
        self.faults[path] = fault

    def mend(self) -> None:
        """Let everything through again."""
        self.faults = {}

    def close(self) -> None:
        """End the proxy."""
        self.proxy.shutdown()
        self.proxy.server_close()

    def fault_of(self, name: str) -> Fault | None:
        """Return what is to become of a request, by its method and path, and note that it came."""
        self.seen.append(name)
        return next((fault for end, fault in self.faults.items() if name.endswith(end)), None)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask the server."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=60)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP]
            return answer.status, kept, answer.read()
        finally:
            connection.close()


def behind(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    """Yield a device behind a line."""
    found = browser.new_context(proxy={"server": line.address})
    yield found
    found.close()


class _Proxy(ThreadingHTTPServer):
    line: Line


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def _pass_on(self) -> None:
        line, path = self.server.line, "/" + self.path.partition("://")[2].partition("/")[2]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}

        def server() -> Answer:
            return line.ask(self.command, path, headers, body)

        fault = line.fault_of(f"{self.command} {path.partition('?')[0]}")
        try:
            answer = fault(server) if fault else server()
        except (OSError, http.client.HTTPException):  # there is no server
            answer = None
        self.close_connection = True
        if answer is not None:
            self._tell(*answer)

    def _tell(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = _pass_on  # noqa: N815  # the names that the base class looks for

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
