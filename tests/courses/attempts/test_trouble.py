"""Technical trouble: saves and launches that failed, counted for the trainer; a hitch of the line is none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.services import launch
from courses.cohorts.models import Cohort
from courses.cohorts.risk import RiskCode
from courses.enrolment.models import Trouble
from courses.enrolment.register import Search, register_of
from courses.enrolment.trouble import record_trouble
from courses.people.models import Language
from tests.paging import STATUS, Page, open_page
from tests.playing import Played, make_played, package_of, sco
from tests.trying import make_administrator, open_trial

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one")]))


@pytest.fixture
def page(session: Session, played: Played, now: datetime) -> Page:
    return open_page(session, played, now)


def counted(session: Session) -> int:
    return session.scalar(select(Trouble.times)) or 0


def failed(now: datetime, minutes: float, times: int = 3) -> dict[str, Any]:
    since = now - minutes * MINUTE
    return {"client_time": now.isoformat(), "failed": {"times": times, "since": since.isoformat(), "why": "offline"}}


class TestASaveThatFailed:
    @pytest.mark.parametrize(("minutes", "expected"), [(0.9, 0), (1, 1), (600, 1)])
    def test_counts_once_however_often_it_was_tried_when_it_lasted_a_minute(
        self, session: Session, page: Page, now: datetime, minutes: float, expected: int
    ) -> None:
        page.commit("one", (STATUS, "incomplete"), **failed(now, minutes, times=30))
        assert counted(session) == expected

    @pytest.mark.parametrize(("times", "expected"), [(4, 0), (5, 1)])
    def test_counts_where_no_clock_tells_when_it_was_tried_often(
        self, session: Session, page: Page, times: int, expected: int
    ) -> None:
        page.commit("one", (STATUS, "incomplete"), failed={"times": times})
        assert counted(session) == expected

    def test_counts_once_when_its_post_comes_twice(self, session: Session, page: Page, now: datetime) -> None:
        document = page.document("one", (STATUS, "incomplete"), **failed(now, 5))
        page.post(document)
        page.post(document)
        assert counted(session) == 1

    def test_of_a_trial_counts_for_nobody(self, session: Session, played: Played, now: datetime) -> None:
        page = open_trial(session, played, make_administrator(session), now)
        page.commit("one", (STATUS, "incomplete"), **failed(now, 5))
        assert counted(session) == 0


class TestALaunchThatFailed:
    def click(self, session: Session, played: Played, now: datetime) -> None:
        launch(session, played.person, played.enrolment.id, None, Language.EN, now)

    def test_is_one_whose_page_never_came(self, session: Session, played: Played, now: datetime) -> None:
        for minutes in range(0, 8, 2):
            self.click(session, played, now + minutes * MINUTE)
        assert counted(session) == 3

    def test_is_none_that_may_still_come(self, session: Session, played: Played, now: datetime) -> None:
        self.click(session, played, now)
        self.click(session, played, now + MINUTE / 2)
        assert counted(session) == 0

    def test_is_none_of_somebody_who_clicked_twice(self, session: Session, played: Played, now: datetime) -> None:
        self.click(session, played, now)
        open_page(session, played, now)
        self.click(session, played, now + 5 * MINUTE)
        assert counted(session) == 0


class TestTheRisk:
    def risks(self, session: Session, played: Played, now: datetime, **search: Any) -> list[str]:
        cohort = session.get_one(Cohort, played.enrolment.cohort_id)
        entries = register_of(session, cohort, Search(**search), now).entries
        return [f"{risk.code}:{risk.figure}" for entry in entries for risk in entry.risks]

    def test_applies_from_the_third_failure_on(self, session: Session, played: Played, now: datetime) -> None:
        record_trouble(session, played.enrolment.id, 2, now)
        assert self.risks(session, played, now, only_at_risk=True) == []
        record_trouble(session, played.enrolment.id, 1, now)
        assert self.risks(session, played, now, only_at_risk=True) == [f"{RiskCode.TECHNICAL}:3"]

    def test_is_over_after_two_weeks_without_any(self, session: Session, played: Played, now: datetime) -> None:
        record_trouble(session, played.enrolment.id, 3, now)
        for days, expected in ((13, [f"{RiskCode.TECHNICAL}:3"]), (14, [])):
            found = self.risks(session, played, now + days * DAY)
            assert [risk for risk in found if risk.startswith(RiskCode.TECHNICAL)] == expected

    def test_begins_anew_after_two_weeks_without_any(self, session: Session, played: Played, now: datetime) -> None:
        record_trouble(session, played.enrolment.id, 3, now)
        record_trouble(session, played.enrolment.id, 1, now + 14 * DAY)
        assert counted(session) == 1
