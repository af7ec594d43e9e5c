"""The story of an attempt as tests read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.history import PageLoad
from courses.attempts.history_page import AttemptPage, attempt_page
from courses.attempts.history_posts import Note, Noted, Told
from courses.attempts.models import Attempt
from courses.cohorts.models import Cohort
from tests.playing import Played


def story(session: Session, played: Played, now: datetime) -> AttemptPage:
    attempt_id = session.scalars(select(Attempt.id).where(Attempt.enrolment_id == played.enrolment.id)).one()
    cohort = played.enrolment.cohort_id
    return attempt_page(session, session.get_one(Cohort, cohort), played.enrolment.id, attempt_id, now)


def newest(session: Session, played: Played, now: datetime) -> PageLoad:
    return story(session, played, now).history.loads[0]


def said(load: PageLoad) -> list[tuple[Any, ...]]:
    return [
        (one.line.said, one.line.value, one.line.times) if isinstance(one, Told) else (one.noted, one.times)
        for one in load.entries
    ]


def noted(load: PageLoad, kind: Noted) -> list[Note]:
    return [one for one in load.entries if isinstance(one, Note) and one.noted is kind]


def stamp(moment: datetime) -> dict[str, Any]:
    return {"client_time": moment.isoformat()}
