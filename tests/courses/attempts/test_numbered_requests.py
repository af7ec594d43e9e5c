"""Requests of a journal: in their place among the changes, carried out once, whatever comes twice."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.commits import Verdict, post_of
from courses.attempts.journal import Recovery, recover
from courses.attempts.messages import MessageError
from courses.attempts.models import ActivityState, Attempt
from tests.paging import SECRET, STATUS, Page, open_page
from tests.paging2004 import COMPLETION, PLACE, opened
from tests.playing import make_played, package_of, sco

LOCATION = "cmi.core.lesson_location"


@pytest.fixture
def page(session: Session, now: datetime) -> Page:
    return open_page(session, make_played(session, package_of([sco("one"), sco("two"), sco("three")])), now)


def entry(activity: str, number: int, kind: str, *changes: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a journal's entry: changes that end just before the number of its request."""
    base = number - len(changes)
    request = {"kind": kind, "number": number, **more}
    return {"activity": activity, "base": base, "changes": [list(one) for one in changes], "request": request}


def recovered(page: Page, *entries: dict[str, Any]) -> Recovery:
    posts = [post_of(page.token, one, b"{}", is_journal=True) for one in entries]
    attempt_id = page.session.scalars(select(Attempt.id)).one()
    return recover(page.session, attempt_id, posts, SECRET, page.now)


def place(session: Session) -> str | None:
    return session.scalar(select(Attempt.activity_id))


def values(session: Session, activity: str) -> dict[str, str]:
    return dict(session.scalars(select(ActivityState.values).where(ActivityState.activity_id == activity)).one())


class TestOnce:
    def test_a_journal_that_comes_twice_goes_on_once(self, session: Session, page: Page) -> None:
        journal = [entry("one", 1, "continue", (LOCATION, "p1")), entry("two", 3, "continue", (LOCATION, "p2"))]
        first = recovered(page, *journal)
        assert place(session) == "three"
        assert list(first.acknowledged.values()) == [4]
        assert recovered(page, *journal).acknowledged == first.acknowledged
        assert place(session) == "three"
        assert values(session, "two")[LOCATION] == "p2"

    def test_the_same_request_in_a_post_and_in_the_journal_is_one(self, session: Session, page: Page) -> None:
        answer = page.commit("one", (LOCATION, "p1"), request={"kind": "continue", "number": 1})
        assert answer.body["acknowledged"] == 2
        recovered(page, entry("one", 1, "continue", (LOCATION, "p1")))
        assert place(session) == "two"

    def test_a_post_may_be_a_request_alone(self, session: Session, page: Page) -> None:
        recovered(page, entry("one", 0, "continue"), entry("two", 1, "continue"))
        assert place(session) == "three"

    @pytest.mark.parametrize("number", [0, "1", -1, True, 2.5])
    def test_a_number_that_is_none_or_stands_before_the_changes_is_refused(self, page: Page, number: Any) -> None:
        document = page.document("one", (LOCATION, "p1"), request={"kind": "continue", "number": number})
        with pytest.raises(MessageError):
            post_of(page.token, document, b"{}")


class TestOpenedAgain:
    def test_in_1_2_the_session_before_counts_as_suspended(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.core.session_time", "00:01:00"), (STATUS, "incomplete"))
        journal = [
            entry("one", 2, "open"),
            entry("one", 4, "suspendAll", ("cmi.core.session_time", "00:02:00")),
        ]
        recovered(page, *journal)
        assert values(session, "one")["cmi.core.total_time"] == "0000:03:00.00"

    def test_in_2004_what_was_left_by_its_end_begins_anew(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"))
        page.commit("one", (PLACE, "p1"), (COMPLETION, "incomplete"))
        recovered(page, entry("one", 2, "exitAll"), entry("", 3, "open"), entry("one", 5, "suspendAll", (PLACE, "p9")))
        assert place(session) == "one"
        assert values(session, "one")[PLACE] == "p9"

    def test_what_was_said_before_a_learner_abandons_counts_in_the_same_post_too(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"))
        recovered(page, entry("one", 2, "abandonAll", (COMPLETION, "completed"), (PLACE, "p1")))
        assert session.scalars(select(ActivityState.is_completed)).one() is True
        assert values(session, "one") == {}

    def test_an_open_course_is_told_where_it_stands(self, page: Page) -> None:
        answer = page.commit("one", (LOCATION, "p1"), request={"kind": "open"})
        assert answer.verdict is Verdict.SAVED
        assert answer.body["deliver"]["activity"] == "one"
        assert answer.body["deliver"]["values"]["cmi.core.entry"] == "resume"
