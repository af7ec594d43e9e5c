"""The sweep of the worker: enrolments close when they are due."""

import pytest
from flask import Flask

from courses.enrolment.models import Enrolment, Outcome
from lms import tasks
from tests.browsing import installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_all_enrolments_that_are_due_close_whatever_fits_into_a_transaction(
    app: Flask, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(tasks, "CLOSED_AT_ONCE", at_once)
    site = installation(app)
    with site.database.transaction() as session:
        over = make_cohort(
            session, make_course(session), opens_at=NOW.replace(year=2020), closes_at=NOW.replace(year=2021)
        )
        ids = [make_enrolment(session, make_person(session), over).id for _ in range(3)]
    assert tasks.close_enrolments(site) == 3
    assert tasks.close_enrolments(site) == 0
    with site.database.reading() as session:
        assert {session.get_one(Enrolment, one).outcome for one in ids} == {Outcome.DROPPED_OUT}
