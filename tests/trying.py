"""A trial as tests drive it, without a browser: its page of the player, and the calls that it reports."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from courses.attempts.calls import Call, keep_calls, read_batch
from courses.attempts.commits import Answer
from courses.attempts.services import Opening, exchange
from courses.attempts.trials import launch_trial
from courses.people.models import Language, Person, Role, SignIn
from tests.builders import make_person
from tests.paging import SECRET, Page
from tests.playing import Played


def make_administrator(session: Session) -> Person:
    """Add somebody who imports packages."""
    return make_person(session, given_name="Ada", roles=[Role.ADMINISTRATOR])


def open_trial(session: Session, played: Played, person: Person, now: datetime) -> Page:
    """Launch a version for a trial by a sign-in of the person, and open the player."""
    sign_in = SignIn(person_id=person.id, token_hash=secrets.token_hex(32), created_at=now, seen_at=now)
    session.add(sign_in)
    session.flush()
    return opened(session, launch_trial(session, person, played.version.id, sign_in.id, Language.EN, now), now)


def opened(session: Session, code: str, now: datetime) -> Page:
    """Open the player by a code."""
    opening = exchange(session, code, (), SECRET, now)
    assert isinstance(opening, Opening)
    return Page(session, opening.body | {"trial": opening.trial_id}, now)


def row(name: str, *arguments: str, **more: Any) -> list[Any]:
    """Return a call as a page reports it."""
    facts = {"at": 1_800_000_000_000, "activity": "one", "result": "true", "code": "0", "times": 1} | more
    return [facts["at"], facts["activity"], name, list(arguments), facts["result"], facts["code"], facts["times"]]


def call(name: str, *arguments: str, **more: Any) -> Call:
    """Return a call as it is read again."""
    return read_batch({"seq": 1, "calls": [row(name, *arguments, **more)]}).calls[0]


def report(page: Page, seq: int, *rows: list[Any], now: datetime | None = None) -> Answer:
    """Let a page report calls."""
    return keep_calls(page.session, page.token, read_batch({"seq": seq, "calls": list(rows)}), now or page.now)
