"""Which of several attempts gives the mark: a table, then as commits bring it about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.counting import counted_mark
from courses.attempts.policy import LaunchWish
from courses.attempts.services import exchange, launch
from courses.catalogue.models import CountingRule, Course
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Language
from tests.paging import SECRET, STATUS, Page
from tests.playing import Played, make_played, package_of, sco

HOUR = timedelta(hours=1)
RAW, TIME = "cmi.core.score.raw", "cmi.core.session_time"
BEST, LAST, FIRST, MEAN = CountingRule.BEST, CountingRule.LAST, CountingRule.FIRST, CountingRule.MEAN


@pytest.fixture(autouse=True)
def _forget_events(session: Session) -> Iterator[None]:
    yield
    events.take(session)


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("quiz")]))


def count_by(session: Session, played: Played, rule: CountingRule) -> None:
    session.execute(update(Course).where(Course.id == played.course.id).values(counting=rule))


def attempt(session: Session, played: Played, now: datetime, *changes: tuple[str, str]) -> Page:
    """Begin an attempt and report something."""
    code = launch(session, played.person, played.enrolment.id, None, Language.EN, now, wish=LaunchWish.AGAIN)
    opening = exchange(session, code, (), SECRET, now)
    assert opening is not None
    page = Page(session, opening.body, now)
    page.commit("quiz", *changes)
    return page


def standing(session: Session) -> Any:
    columns = (Enrolment.outcome, Enrolment.mark, Enrolment.is_completed, Enrolment.progress, Enrolment.reported_cs)
    return session.execute(select(*columns)).one()


@pytest.mark.parametrize(
    ("rule", "marks", "mark"),
    [
        (BEST, [], None), (LAST, [], None), (FIRST, [], None), (MEAN, [], None),
        (BEST, [0.4], 0.4), (LAST, [0.4], 0.4), (FIRST, [0.4], 0.4), (MEAN, [0.4], 0.4),
        (BEST, [0.4, 0.9, 0.5], 0.9), (LAST, [0.4, 0.9, 0.5], 0.5), (FIRST, [0.4, 0.9, 0.5], 0.4),
        (MEAN, [0.4, 0.9, 0.5], 0.6),
    ],
)  # fmt: skip
def test_the_rule_of_the_course_says_which_mark_counts(
    rule: CountingRule, marks: list[float], mark: float | None
) -> None:
    assert counted_mark(rule, marks) == mark


@pytest.mark.parametrize(("rule", "mark"), [(BEST, 0.8), (LAST, 0.4), (FIRST, 0.8), (MEAN, 0.6)])
def test_two_attempts_give_the_mark_and_a_pass_is_never_taken_away(
    session: Session, played: Played, now: datetime, rule: CountingRule, mark: float
) -> None:
    count_by(session, played, rule)
    attempt(session, played, now, (STATUS, "passed"), (RAW, "80"))
    attempt(session, played, now + HOUR, (STATUS, "failed"), (RAW, "40"))
    assert standing(session)[:4] == (Outcome.PASSED, mark, True, 1.0)


@pytest.mark.parametrize(("rule", "mark"), [(BEST, 0.9), (LAST, 0.9), (FIRST, 0.3), (MEAN, 0.6)])
def test_a_better_second_attempt_counts_by_the_rule(
    session: Session, played: Played, now: datetime, rule: CountingRule, mark: float
) -> None:
    count_by(session, played, rule)
    attempt(session, played, now, (STATUS, "failed"), (RAW, "30"))
    attempt(session, played, now + HOUR, (STATUS, "passed"), (RAW, "90"))
    assert standing(session)[:2] == (Outcome.PASSED, mark)


@pytest.mark.parametrize("rule", list(CountingRule))
def test_an_attempt_that_has_no_mark_yet_takes_nothing_away(
    session: Session, played: Played, now: datetime, rule: CountingRule
) -> None:
    count_by(session, played, rule)
    attempt(session, played, now, (STATUS, "failed"), (RAW, "30"))
    attempt(session, played, now + HOUR, (STATUS, "incomplete"))
    assert standing(session).mark == 0.3


def test_late_work_of_the_first_attempt_does_not_become_the_last(
    session: Session, played: Played, now: datetime
) -> None:
    count_by(session, played, LAST)
    first = attempt(session, played, now, (STATUS, "incomplete"), (RAW, "10"))
    attempt(session, played, now + HOUR, (STATUS, "incomplete"), (RAW, "40"))
    first.now += 2 * HOUR
    first.commit("quiz", (RAW, "95"))
    assert standing(session).mark == 0.4


def test_times_of_attempts_add_up(session: Session, played: Played, now: datetime) -> None:
    for hours in range(2):
        page = attempt(session, played, now + hours * HOUR, (STATUS, "incomplete"))
        page.commit("quiz", (TIME, "00:10:00"), request={"kind": "exit"})
    assert standing(session).reported_cs == 2 * 10 * 6000


@pytest.mark.parametrize("rule", [BEST, MEAN, LAST])
def test_the_rule_costs_a_statement_only_where_the_others_have_to_be_looked_at(
    session: Session, played: Played, now: datetime, rule: CountingRule
) -> None:
    counts = []
    count_by(session, played, rule)
    for number in range(3):
        page = attempt(session, played, now + number * HOUR, (STATUS, "incomplete"), (RAW, "10"))
        statements: list[str] = []

        def note(
            _connection: object, _cursor: object, statement: str, *_: object, heard: list[str] = statements
        ) -> None:
            heard.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", note)
        page.commit("quiz", (RAW, f"{20 + number}"))
        event.remove(session.get_bind(), "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


def test_a_rule_that_is_changed_to_the_best_finds_the_best_of_all_attempts(
    session: Session, played: Played, now: datetime
) -> None:
    count_by(session, played, LAST)
    for mark in ("90", "50"):
        attempt(session, played, now, (RAW, mark), (STATUS, "failed"))
    count_by(session, played, BEST)
    attempt(session, played, now + HOUR, (RAW, "20"), (STATUS, "failed"))
    assert standing(session).mark == 0.9


def test_the_best_mark_never_falls_below_the_one_with_which_somebody_was_transferred(
    session: Session, played: Played, now: datetime
) -> None:
    session.execute(update(Enrolment).values(mark=0.95))
    for mark in ("40", "50"):
        attempt(session, played, now, (RAW, mark), (STATUS, "failed"))
    assert standing(session).mark == 0.95
