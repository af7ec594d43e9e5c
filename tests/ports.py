"""Ports for servers that tests start: one that was chosen stays free until the server opens it, and after it died."""

import socket


def held_port() -> socket.socket:
    """Return a socket that holds a free port of this machine without listening.

    A server may open the port beside it, who connects before is refused, and nobody else is given the port meanwhile.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder


def number_of(holder: socket.socket) -> int:
    """Return the number of the port that is held."""
    number = holder.getsockname()[1]
    assert isinstance(number, int)
    return number
