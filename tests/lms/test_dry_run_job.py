"""The dry run as a job of the worker: its report stays with the draft."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from courses.errors import Refusal
from courses.policy.queries import version_of
from courses.policy.services import begin_draft, change_draft, version_at
from courses.progression.policy import HOUSE
from lms import jobs
from lms.tasks import DRY_RUN, TASKS, Work, ask_for_dry_run
from tests.browsing import installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person


def asked(app: Flask) -> UUID:
    """Ask for the dry run of a draft without rules, with one person enrolled; return the draft."""
    with installation(app).database.transaction() as session:
        make_enrolment(session, make_person(session), make_cohort(session, make_course(session, level=2)))
        draft = begin_draft(session, None, NOW)
        change_draft(session, draft.id, replace(HOUSE, rules=()), "")
        ask_for_dry_run(session, draft.id)
        assert set(draft.report or {}) == {"asked_at"}
        assert len(jobs.waiting(session, 5)) == 1
        return draft.id


def work(app: Flask, draft_id: UUID) -> Work:
    def step(_name: str, function: Callable[[], object]) -> object:
        return function()

    return Work(installation(app), {"version": str(draft_id)}, step)  # type: ignore[arg-type]


def report_of(app: Flask, draft_id: UUID) -> dict[str, object]:
    with installation(app).database.reading() as session:
        return dict(version_of(session, draft_id).report or {})


def test_the_report_stays_with_the_draft(app: Flask) -> None:
    draft_id = asked(app)
    TASKS[DRY_RUN].run(work(app, draft_id))
    report = report_of(app, draft_id)
    assert (report["people"], len(report["changes"])) == (1, 1)  # type: ignore[arg-type]


def test_a_run_that_failed_says_so_and_a_version_in_force_is_not_tried(app: Flask) -> None:
    draft_id = asked(app)
    TASKS[DRY_RUN].fail(installation(app), {"version": str(draft_id)}, "0badcafe")
    assert report_of(app, draft_id) == {"error_id": "0badcafe"}
    with installation(app).database.transaction() as session:
        first = version_at(session, NOW)
        with pytest.raises(Refusal, match="policy_not_draft"):
            ask_for_dry_run(session, first.id)
