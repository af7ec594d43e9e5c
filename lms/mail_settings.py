"""Where mail goes and whose name it bears: the `LMS_MAIL_*` settings, read and checked."""

import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from email_validator import validate_email

PORTS = {"smtp": 587, "smtps": 465}
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
WITHOUT_TLS = "no"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A server that takes mail over SMTP: `smtps` speaks TLS from the start, `smtp` begins it (STARTTLS).

    Where `needs_tls` and the server offers none, nothing is sent: neither a password nor a letter goes out readable.
    """

    host: str
    port: int
    is_tls: bool
    needs_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(url: str) -> MailServer:
    """Return the server of `smtp://user:password@host:port` or `smtps://…`; `?tls=no` allows `smtp` without TLS.

    Raises:
        ValueError: it is no such address; the text says what is wrong, and never the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("write smtp://user:password@mail.example.org:587 or smtps://…")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("nothing but ?tls=no comes after the host and the port")
    asked = parse_qs(parts.query, keep_blank_values=True)
    if asked not in ({}, {"tls": [WITHOUT_TLS]}):
        raise ValueError("only ?tls=no is known")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError("the port is a number up to 65535") from None
    is_open = parts.hostname in LOCAL or bool(asked)
    if asked and (parts.username or parts.scheme == "smtps"):
        raise ValueError("?tls=no goes with smtp:// without a password alone")
    return MailServer(
        host=parts.hostname, port=port, is_tls=parts.scheme == "smtps", needs_tls=not is_open,
        user=unquote(parts.username or ""), password=unquote(parts.password or ""),
    )  # fmt: skip


def mailbox_of(text: str) -> Address:
    """Return the name and address of `Palier <no-reply@example.org>`, or of an address alone.

    Raises:
        ValueError: it is none, or one that some servers cannot read: letters from it would reach nobody there.
    """
    name, address = parseaddr(text)
    if not address.partition("@")[0].isascii():
        raise ValueError("write an address with letters of ASCII before the @, like name@example.org")
    return mailbox(name, address)


def mailbox(name: str, address: str) -> Address:
    """Return a mailbox that can stand in a header; blanks and line ends in a name count as one blank.

    A domain is written as all servers read it (IDNA). What stands before the @ has no such form: beyond ASCII it takes
    a server that knows such addresses (SMTPUTF8).

    Raises:
        ValueError: the address is none.
    """
    if CONTROL.search(address) or address.count("@") != 1 or not all(address.split("@")):
        raise ValueError("write an address like name@example.org")
    local, _, domain = address.partition("@")
    try:
        plain = Address(display_name=one_line(name), addr_spec=f"{_as_ascii(local)}@{_ascii_domain(domain)}")
    except (HeaderParseError, ValueError, IndexError):
        raise ValueError("write an address like name@example.org") from None
    return plain if local.isascii() else Address(plain.display_name, local, plain.domain)


def _as_ascii(local: str) -> str:
    """Return the part before the @ as far as the library checks it: each letter beyond ASCII counts as one within."""
    if not local.isprintable():
        raise ValueError(local)
    return "".join(sign if sign.isascii() else "x" for sign in local)


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    checked = validate_email(f"x@{domain}", check_deliverability=False, globally_deliverable=False)
    return checked.ascii_domain


def one_line(text: str) -> str:
    """Return a text for a header: in one line, without control characters."""
    return " ".join(CONTROL.sub(" ", text).split())
