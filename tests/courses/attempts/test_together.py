"""Several pages of one learner at once: one of them holds the attempt, and nobody waits for ever."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from courses.attempts.commits import Verdict
from courses.attempts.models import Attempt, Lease
from courses.attempts.services import exchange, launch
from courses.people.models import Language
from lms.db import Database
from tests.paging import SECRET, open_page
from tests.playing import Played, make_played, package_of, sco

ROUNDS = 40


@pytest.fixture
def played(database: Database) -> Played:
    with database.transaction() as session:
        return make_played(session, package_of([sco("one")]))


def new_code(session: Session, played: Played, now: datetime) -> str:
    return launch(session, played.person, played.enrolment.id, None, Language.EN, now)


def together(*works: Callable[[], None]) -> None:
    """Do several things at the same moment; the first failure is the test's."""
    failures: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  # raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_of_two_pages_that_open_at_once_the_later_one_holds_the_attempt(
    database: Database, played: Played, now: datetime
) -> None:
    with database.transaction() as session:
        codes = [new_code(session, played, now) for _ in range(2)]

    def open_other() -> None:
        with database.transaction() as session:
            assert exchange(session, codes[1], (), SECRET, now) is not None

    other = threading.Thread(target=open_other)
    with database.transaction() as session:
        assert exchange(session, codes[0], (), SECRET, now) is not None
        other.start()
        other.join(0.5)  # it has to wait; without the lock it would be through
        assert other.is_alive()
    other.join()
    with database.reading() as session:
        holding = select(func.count()).select_from(Lease).where(Lease.replaced_at.is_(None))
        assert session.scalar(holding) == 1


def test_the_database_itself_lets_one_page_hold_an_attempt(database: Database, played: Played, now: datetime) -> None:
    with database.transaction() as session:
        open_page(session, played, now)
        attempt_id = session.scalar(select(Attempt.id))
    row = {"id": uuid7(), "attempt_id": attempt_id, "token_hash": "f" * 64, "taken_at": now, "seen_at": now}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(Lease), [row])


def test_two_tabs_that_launch_and_one_that_commits_never_block_each_other(
    database: Database, played: Played, now: datetime
) -> None:
    with database.transaction() as session:
        page = open_page(session, played, now)

    def commit() -> None:
        for number in range(ROUNDS):
            with database.transaction() as session:
                page.session = session
                answer = page.commit("one", ("cmi.core.lesson_location", str(number)), ("cmi.core.score.raw", "5"))
                assert answer.verdict is Verdict.SAVED

    def relaunch() -> None:
        for _ in range(ROUNDS):
            with database.transaction() as session:
                new_code(session, played, now)

    together(commit, relaunch, relaunch)
