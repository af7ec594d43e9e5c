"""Who is enrolled by somebody else is told, once; who enrols alone is not."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment import services
from courses.enrolment.gate import Route
from courses.enrolment.services import Way
from courses.notices.models import Notice
from courses.people.models import Language
from tests.builders import make_course, make_person


@pytest.mark.parametrize(
    ("who", "told"), [("herself", None), ("bob", "Bob Builder"), ("the command line", "")], ids=str
)
def test_who_is_enrolled_by_somebody_else_is_told_once(
    session: Session, now: datetime, who: str, told: str | None
) -> None:
    alice, course = make_person(session), make_course(session)
    bob = make_person(session, given_name="Bob", family_name="Builder")
    actor = {"herself": alice, "bob": bob}.get(who)
    way = Way(route=Route.BULK, actor=actor)
    for _ in range(2):
        services.request_enrolment(session, alice, course.id, Language.EN, now, way)
    notices = session.scalars(select(Notice)).all()
    assert [notice.facts["by"] or "" for notice in notices] == ([] if told is None else [told])
    assert all(notice.person_id == alice.id and notice.facts["course"] == course.code for notice in notices)
