"""Any exit is a good exit: what the next launch finds after every `cmi.exit` and status, however a page ended."""

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.silence import close_silent
from courses.enrolment.models import Enrolment, Outcome
from tests.paging import STATUS, Page, open_page
from tests.paging2004 import COMPLETION, EXIT, SCALED, SUCCESS, played_2004
from tests.playing import Played, make_played, package_of, sco

DATA = "cmi.suspend_data"
EXIT12 = "cmi.core.exit"
Change = tuple[str, str]


class End(StrEnum):
    """How a page ended."""

    FINISHED = "the SCO has ended, the learner leaves"
    FINISHED_AND_CLOSED = "the SCO has ended, the tab is closed"
    LEFT = "the learner leaves a SCO that says no end"
    CLOSED = "the tab is closed"
    SILENT = "the tab is closed, and five minutes have passed"


HAS_FINISHED = (End.FINISHED, End.FINISHED_AND_CLOSED)


def end(page: Page, way: End, changes: list[Change], way_out: str) -> None:
    """Say something, and end the page in a way."""
    if way in HAS_FINISHED:
        page.commit("one", *changes, request={"kind": "terminate"})
    else:
        page.commit("one", *changes)
    if way in (End.FINISHED, End.LEFT):
        page.commit("one", request={"kind": way_out})
    if way is End.SILENT:
        assert close_silent(page.session, page.now + timedelta(minutes=6)) >= 1


def found(session: Session, played: Played, now: datetime) -> dict[str, Any]:
    """Return what the SCO finds at the next launch, ten minutes later."""
    values = open_page(session, played, now + timedelta(minutes=10)).opening["deliver"]["values"]
    assert isinstance(values, dict)
    return values


def row_of(session: Session, played: Played) -> Any:
    return session.execute(select(Enrolment.__table__).where(Enrolment.id == played.enrolment.id)).one()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # values and moves, nothing of the database
class TestWhatTheNextLaunchFinds:
    @pytest.mark.parametrize("way_out", [None, "", "suspend", "logout", "time-out"])
    @pytest.mark.parametrize("status", ["passed", "completed", "failed", "incomplete", "browsed"])
    def test_in_1_2(self, session: Session, now: datetime, status: str, way_out: str | None) -> None:
        for way in End:
            played = make_played(session, package_of([sco("one")]))
            changes = [(DATA, "seven"), (STATUS, status), *([] if way_out is None else [(EXIT12, way_out)])]
            end(open_page(session, played, now), way, changes, "exit")
            row = row_of(session, played)
            is_awaited = status == "completed" and way is End.CLOSED  # a score may still come
            is_done = status in ("passed", "completed") and not is_awaited
            assert (row.outcome, row.is_completed) == (
                Outcome.PASSED if is_done else Outcome.ACTIVE,
                status in ("passed", "completed", "failed"),
            ), way
            values = found(session, played, now)
            assert (values[DATA], values[STATUS]) == ("seven", status), way
            is_resumed = way_out == "suspend" or way not in HAS_FINISHED
            assert values["cmi.core.entry"] == ("resume" if is_resumed else ""), way

    @pytest.mark.parametrize("way_out", [None, "", "suspend", "logout", "normal", "time-out"])
    @pytest.mark.parametrize("completion", ["completed", "incomplete", "not attempted", "unknown"])
    @pytest.mark.parametrize("success", ["passed", "failed", "unknown"])
    def test_in_2004(self, session: Session, now: datetime, completion: str, success: str, way_out: str | None) -> None:
        for way in (End.FINISHED_AND_CLOSED, End.LEFT, End.SILENT):
            played = played_2004(session, sco("one"))
            said = [(DATA, "seven"), (COMPLETION, completion), (SUCCESS, success)]
            end(
                open_page(session, played, now), way, [*said, *([] if way_out is None else [(EXIT, way_out)])],
                "suspendAll",
            )  # fmt: skip
            assert (row_of(session, played).outcome is Outcome.PASSED) == (success == "passed") or success == "unknown"
            values = found(session, played, now)
            if way_out == "time-out" and way in HAS_FINISHED:  # the book ends the attempt on the course (RTE 4.2.8)
                assert (values["cmi.entry"], values.get(DATA)) == ("ab-initio", None), way
            else:
                assert (values["cmi.entry"], values[DATA]) == ("resume", "seven"), way
                assert (values[COMPLETION], values[SUCCESS]) == (completion, success), way


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestInEveryOrder:
    @pytest.mark.parametrize("is_one_post", [True, False])
    def test_status_score_time_and_end_come_to_the_same_in_1_2(
        self, session: Session, now: datetime, is_one_post: bool
    ) -> None:
        changes = [(STATUS, "passed"), ("cmi.core.score.raw", "85"), ("cmi.core.session_time", "0000:01:00")]
        results = set()
        for order in permutations(changes):
            played = make_played(session, package_of([sco("one", mastery_score=60)]))
            results.add(result_after(open_page(session, played, now), played, order, is_one_post=is_one_post))
        assert results == {(Outcome.PASSED, 0.85, True, 6000)}

    @pytest.mark.parametrize("is_one_post", [True, False])
    def test_status_score_and_completion_come_to_the_same_in_2004(
        self, session: Session, now: datetime, is_one_post: bool
    ) -> None:
        changes = [(SUCCESS, "passed"), (SCALED, "0.85"), (COMPLETION, "completed"), ("cmi.session_time", "PT1M")]
        results = set()
        for order in permutations(changes):
            played = played_2004(session, sco("one"))
            results.add(result_after(open_page(session, played, now), played, order, is_one_post=is_one_post))
        assert results == {(Outcome.PASSED, 0.85, True, 6000)}


def result_after(page: Page, played: Played, changes: tuple[Change, ...], *, is_one_post: bool) -> tuple[Any, ...]:
    """Return what an enrolment comes to after changes in one post, or in one each, and the end of the SCO."""
    for part in [changes] if is_one_post else [(change,) for change in changes]:
        page.commit("one", *part)
    page.commit("one", request={"kind": "terminate"})
    row = row_of(page.session, played)
    return row.outcome, row.mark, row.is_completed, row.reported_cs
