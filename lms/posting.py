"""The round that sends notices: takes some up, sends them without holding the database, notes how each one went.

Two workers never have the same notice (`courses.notices.services.due`). A worker that dies between sending one and
noting it sends that one again after the lease, under the same Message-ID.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from courses.catalogue.names import Names, all_names
from courses.notices import services
from courses.notices.kinds import Failure
from courses.notices.services import Due
from lms import clock
from lms.cli.speaking import speaking
from lms.errors import new_error_id
from lms.letters import is_past, letter_of
from lms.mail import MailServerAway, NotTaken, Send, message_of, opened_mail
from lms.notice_calendars import enclosed_with
from lms.site import Site

AT_ONCE = 20

log = structlog.get_logger(__name__)


def send_notices(site: Site, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send every notice that is due, a few over each connection; return how many were sent.

    Where the mail server is away, the rest waits for the next round.
    """
    sent = 0
    while not is_stopping():
        with site.database.transaction() as session:
            batch = services.due(session, clock.now(), AT_ONCE)
        if not batch:
            break
        count, left = _send_batch(site, batch, is_stopping)
        sent += count
        if left:
            break
    if sent:
        log.info("notices_sent", notices=sent)
    return sent


def _send_batch(site: Site, batch: Sequence[Due], is_stopping: Callable[[], bool]) -> tuple[int, int]:
    """Send a batch over one connection; return how many were sent, and how many are left to the next round."""
    begun_at, sent, left = clock.now(), 0, list(batch)
    try:
        with speaking("en"), opened_mail(site.settings) as send:
            names = _names(site)
            # Nobody else may take them up while they are still being sent here.
            while left and not is_stopping() and clock.now() - begun_at < services.LEASE / 2:
                sent += _send_one(site, left[0], names, send)
                left.pop(0)
    except MailServerAway as error:
        _note_failure(site, left.pop(0), _logged(str(error)))
    with site.database.transaction() as session:
        services.put_back(session, [due.notice_id for due in left], clock.now())
    return sent, len(left)


def _names(site: Site) -> Names:
    with site.database.reading() as session:
        return all_names(session)


def _send_one(site: Site, due: Due, names: Names, send: Send) -> bool:
    """Send one notice and note how it went; tell whether it was sent."""
    now = clock.now()
    if _is_pointless(site, due, now):
        with site.database.transaction() as session:
            services.record_pointless(session, due.notice_id, now)
        return False
    try:
        with site.database.reading() as session:
            enclosed = enclosed_with(session, due, site.settings, now)
        message = message_of(letter_of(due, site.settings, names, enclosed), site.settings, now)
        send(message)
    except MailServerAway:
        raise
    except NotTaken as error:
        _note_failure(site, due, _logged(str(error)), error.failure)
        return False
    except Exception as error:  # the border: a letter that cannot be written must not keep the others back
        error_id = new_error_id()
        log.error("letter_not_written", notice=str(due.notice_id), kind=due.kind, error_id=error_id, exc_info=error)
        _note_failure(site, due, error_id)
        return False
    with site.database.transaction() as session:
        services.record_sent(session, due.notice_id, clock.now())
    return True


def _is_pointless(site: Site, due: Due, now: datetime) -> bool:
    """Tell whether a notice need not be sent: too late, to a closed account, or to an invented person."""
    is_invented = due.person.is_demonstration and bool(site.settings.mail_url)
    return is_invented or not due.person.is_active or is_past(due, now)


def _logged(reason: str) -> str:
    """Log why a letter was not taken; return the identifier under which."""
    error_id = new_error_id()
    log.warning("letter_not_taken", reason=reason, error_id=error_id)
    return error_id


def _note_failure(site: Site, due: Due, error_id: str, failure: Failure | None = None) -> None:
    with site.database.transaction() as session:
        services.record_failed(session, due.notice_id, error_id, clock.now(), failure)
