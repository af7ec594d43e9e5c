"""A mail server for tests: takes messages over a real socket, and can refuse, be slow, or fall silent."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What a server has taken, and what it answers instead of agreeing: an answer to the start of a command."""

    answers: Mapping[str, str]
    port: int = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


SILENT = ""
"""The answer of a server that says nothing until the test is over."""
HANGS_UP = "hang up"


class Conversation(socketserver.StreamRequestHandler):
    """Talk with one client."""

    server: "Server"

    def say(self, text: str) -> None:
        """Answer in one line."""
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        """Answer until one of both has had enough."""
        self.server.post.connections += 1
        self.say("220 post.example.org")
        while (line := self.rfile.readline().decode().strip()) and self.answer(line):
            pass

    def answer(self, line: str) -> bool:
        """Answer a command; tell whether the conversation goes on."""
        post, command = self.server.post, line.upper()
        post.commands.append(line)
        given = next((text for start, text in post.answers.items() if command.startswith(start)), None)
        if given == SILENT:
            post.released.wait(30)
        elif given is not None and given != HANGS_UP:
            self.say(given)
        elif command == "DATA" and given is None:
            self.take()
        elif given is None:
            self.say("221 bye" if command == "QUIT" else "250 fine")
        return given not in {SILENT, HANGS_UP} and command != "QUIT"

    def take(self) -> None:
        """Take a message."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        self.server.post.messages.append(message)
        self.say("250 taken")


class Server(socketserver.ThreadingTCPServer):
    """A server with its post."""

    daemon_threads = True
    post: Post


@contextmanager
def mail_server(**answers: str) -> Iterator[Post]:
    """Yield a server on this machine; `RCPT_TO="550 no"` refuses, `MAIL=SILENT` waits, `DATA=HANGS_UP` goes away."""
    with Server(("127.0.0.1", 0), Conversation) as server:
        post = server.post = Post({name.replace("_", " "): answer for name, answer in answers.items()})
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield post
        finally:
            post.released.set()
            server.shutdown()
            thread.join()
