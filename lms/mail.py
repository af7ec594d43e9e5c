"""Mail on its way out: a letter becomes a message, and a message leaves by SMTP or as a file of a folder.

Both ends are opened once for a batch. Whatever stands in a letter, its headers are one line each: names and subjects
are flattened, addresses are checked, and the library refuses the rest.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from courses.notices.kinds import Failure
from lms.config import Settings
from lms.mail_settings import MailServer, mailbox, mailbox_of, one_line, server_of

FOLDER = "mail"
NO_SUCH_MAILBOX = frozenset({550, 551, 553})
NO_SMTPUTF8 = b"5.6.7"
LONGEST_SUBJECT = 200

Send = Callable[[EmailMessage], None]


class MailServerAway(Exception):
    """Raised when nothing can be sent at all: the server is away, slow, without TLS, or refuses us; try later."""


class NotTaken(Exception):
    """Raised when one message was not taken, while others may be; `failure` says why it never will be."""

    def __init__(self, reason: str, failure: Failure | None = None) -> None:
        super().__init__(reason)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A calendar file in a letter; `method` is that of iTIP."""

    name: str
    data: bytes
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent to one person; `number` names it in its Message-ID, the same at every try."""

    number: str
    to_name: str
    to_address: str
    language: str
    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...] = ()


def sender_of(settings: Settings) -> Address:
    """Return whose name letters bear: the setting, else a name of this platform that nobody reads."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    return mailbox_of(settings.mail_from or f"Palier <no-reply@{host}>")


def message_of(letter: Letter, settings: Settings, now: datetime) -> EmailMessage:
    """Return the message of a letter: text, HTML beside it, calendar files.

    Raises:
        NotTaken: the person's address cannot stand in a header.
    """
    try:
        to = mailbox(letter.to_name, letter.to_address)
    except ValueError as error:
        raise NotTaken(str(error), Failure.ADDRESS_UNUSABLE) from error
    message = EmailMessage(policy=SMTP if to.addr_spec.isascii() else SMTPUTF8)
    message["From"] = sender_of(settings)
    message["To"] = to
    if settings.mail_reply_to:
        message["Reply-To"] = mailbox_of(settings.mail_reply_to)
    message["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    message["Date"] = now
    message["Message-ID"] = f"<{letter.number}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for enclosure in letter.enclosures:
        message.add_attachment(
            enclosure.data.decode(), subtype="calendar", cte="base64", filename=enclosure.name,
            params={"method": enclosure.method},
        )  # fmt: skip
    message["Content-Language"] = letter.language  # after all parts, the first of which would take it along
    return message


def opened_mail(settings: Settings) -> AbstractContextManager[Send]:
    """Return the end by which mail leaves here: the server of the setting, else the folder.

    Raises:
        MailServerAway: on entering, when the server cannot be reached or refuses us.
    """
    if settings.mail_url:
        return _to_server(server_of(settings.mail_url), settings.mail_timeout)
    return _to_folder(folder_of(settings))


def folder_of(settings: Settings) -> Path:
    """Return where letters are kept when no server is set."""
    return settings.folder / FOLDER


def where_to(settings: Settings) -> str:
    """Return where mail goes, for people who run the installation; never a password."""
    if not settings.mail_url:
        return f"{folder_of(settings)}/"
    server = server_of(settings.mail_url)
    return f"{server.host}:{server.port}"


@contextmanager
def _to_folder(folder: Path) -> Iterator[Send]:
    """Keep each message as a file, named by its moment and its Message-ID: a second try takes the place of the first.

    Files belong to this account alone: letters speak of people.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").split("@")[0]
        written = folder / f".{name}.{token_hex(4)}"
        try:
            written.touch(0o600)
            written.write_bytes(message.as_bytes())
            written.replace(folder / f"{name}.eml")
        except OSError as error:
            written.unlink(missing_ok=True)
            raise MailServerAway(str(error)) from error

    yield keep


@contextmanager
def _to_server(server: MailServer, timeout_s: float) -> Iterator[Send]:
    connection = _connected(server, timeout_s)
    try:
        yield lambda message: _send(connection, message)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _connected(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    try:
        if server.is_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=timeout_s, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway(_told(error)) from error
    try:
        if server.needs_tls and not server.is_tls:
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except (smtplib.SMTPException, OSError) as error:
        connection.close()
        raise MailServerAway(_told(error)) from error
    return connection


def _send(connection: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        is_gone = Failure.NO_MAILBOX if code in NO_SUCH_MAILBOX else None
        raise NotTaken(f"{code} {reason!r}", is_gone if _reads(reason) else Failure.LETTERS_BEYOND_ASCII) from error
    except smtplib.SMTPNotSupportedError as error:  # the server offers no SMTPUTF8
        raise NotTaken(str(error), Failure.LETTERS_BEYOND_ASCII) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        if not _reads(error.smtp_error):
            raise NotTaken(_told(error), Failure.LETTERS_BEYOND_ASCII) from error
        if isinstance(error, smtplib.SMTPSenderRefused):  # it is we who are refused
            raise MailServerAway(_told(error)) from error
        raise NotTaken(_told(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway(_told(error)) from error


def _reads(answer: bytes | str) -> bool:
    """Tell whether a refusal has another reason than an address that goes no further beyond ASCII [RFC 6531, 3.5]."""
    return NO_SMTPUTF8 not in (answer if isinstance(answer, bytes) else answer.encode()).split()


def _told(error: Exception) -> str:
    """Return what a server said, never what we said to it; where TLS is wanted and not offered smtplib says so."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {error.smtp_error!r}"
    return f"{type(error).__name__}: {error}"
