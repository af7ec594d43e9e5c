"""The people, cohorts and enrolments of the demonstration as rows, written in a few statements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses.attempts.models import ActivityState, Attempt, AttemptState
from courses.cohorts.models import Cohort, CohortTrainer
from courses.db import Base
from courses.enrolment.models import Enrolment, OutcomeChange
from courses.people.models import Language, Person, Role, RoleGrant, VerifiedHow
from courses.progression.record import Category
from lms.demo.histories import Change, History
from lms.demo.packages import is_steered, quarters_of
from lms.demo.people import DemoPerson
from lms.demo.publishing import Published
from lms.demo.randomness import Chance
from lms.demo.registry import INACTIVITY_DAYS, DemoCohort, DemoEnrolment

Row = dict[str, Any]
INSTITUTIONS = {
    Language.EN: "Ministry of Trade",
    Language.FR: "Ministère du commerce",
    Language.ES: "Ministerio de Comercio",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """What every row needs: the session, identifiers by chance, and where the catalogue stands."""

    session: Session
    chance: Chance
    published: Published

    def insert(self, table: type[Base], rows: Iterable[Row]) -> None:
        """Write rows of a table."""
        found = list(rows)
        if found:
            self.session.execute(insert(table), found)

    def people(self, since: Sequence[tuple[DemoPerson, datetime]], roles: Sequence[Role]) -> dict[str, UUID]:
        """Write verified people who came at these moments; return their identifiers by address."""
        rows = [person_row(person, self.chance.identifier(at), at) for person, at in since]
        self.insert(Person, rows)
        self.insert(RoleGrant, (grant_row(row["id"], role, row["created_at"]) for row in rows for role in roles))
        return {row["email"]: row["id"] for row in rows}

    def cohorts(self, cohorts: Sequence[DemoCohort], trainers: Sequence[UUID]) -> dict[str, UUID]:
        """Write cohorts with their trainers; return their identifiers by name."""
        rows: list[Row] = [
            {
                "id": self.chance.identifier(cohort.created_at), "course_id": self.published.courses[cohort.code],
                "name": cohort.name, "month": cohort.month, "opens_at": cohort.opens_at,
                "closes_at": cohort.closes_at, "inactivity_days": INACTIVITY_DAYS, "created_at": cohort.created_at,
            }
            for cohort in cohorts
        ]  # fmt: skip
        ids: dict[str, UUID] = {row["name"]: row["id"] for row in rows}
        self.insert(Cohort, rows)
        taught = ((ids[cohort.name], trainers[index]) for cohort in cohorts for index in cohort.trainers)
        self.insert(CohortTrainer, ({"cohort_id": cohort, "person_id": trainer} for cohort, trainer in taught))
        return ids

    def enrolments(
        self, enrolments: Sequence[DemoEnrolment], people: Mapping[str, UUID], cohorts: Mapping[str, UUID]
    ) -> None:
        """Write enrolments, what changed, and the attempts of those who started."""
        rows = [self._enrolment_row(one, people[one.person.email], cohorts[one.cohort.name]) for one in enrolments]
        self.insert(Enrolment, rows)
        pairs = list(zip(enrolments, rows, strict=True))
        self.insert(
            OutcomeChange,
            (self._change_row(change, one.history, row) for one, row in pairs for change in one.history.changes),
        )
        attempts = [(one, self._attempt_row(one, row)) for one, row in pairs if one.history.started_at is not None]
        self.insert(Attempt, (row for _, row in attempts))
        self.insert(ActivityState, (state for one, row in attempts for state in state_rows(one, row["id"])))

    def _enrolment_row(self, one: DemoEnrolment, person_id: UUID, cohort_id: UUID) -> Row:
        history = one.history
        return {
            "id": self.chance.identifier(one.enrolled_at), "person_id": person_id,
            "course_id": self.published.courses[one.cohort.code], "cohort_id": cohort_id, "language": one.language,
            "outcome": history.outcome, "dropout_kind": history.changes[-1].dropout_kind,
            "is_completed": history.is_completed, "has_distinction": history.has_distinction,
            "has_sat_exam": history.mark is not None, "mark": history.mark, "progress": history.progress,
            "reported_cs": history.reported_cs, "measured_cs": history.measured_cs, "enrolled_at": one.enrolled_at,
            "started_at": history.started_at, "seen_at": history.seen_at, "completed_at": history.completed_at,
            "closed_at": history.closed_at,
        }  # fmt: skip

    def _change_row(self, change: Change, history: History, enrolment: Row) -> Row:
        is_own = change.reason in {"enrolled", "started", "withdrew"}
        is_last = change is history.changes[-1]
        return {
            "id": self.chance.identifier(change.at), "enrolment_id": enrolment["id"], "changed_at": change.at,
            "actor_id": enrolment["person_id"] if is_own else None, "before": change.before, "after": change.after,
            "reason": str(change.reason), "dropout_kind": change.dropout_kind,
            "facts": {
                "mark": history.mark if is_last else None, "progress": history.progress if is_last else 0.0,
            },
        }  # fmt: skip

    def _attempt_row(self, one: DemoEnrolment, enrolment: Row) -> Row:
        history = one.history
        started_at = history.started_at
        assert started_at is not None
        opened = [state["activity_id"] for state in state_rows(one, enrolment["id"])]
        return {
            "id": self.chance.identifier(started_at), "enrolment_id": enrolment["id"],
            "version_id": self.published.versions[one.cohort.code, one.language], "number": 1,
            "state": AttemptState.OPEN, "activity_id": opened[-1], "is_completed": history.is_completed,
            "is_passed": is_passed(history), "score": history.mark, "progress": history.progress,
            "reported_cs": history.reported_cs, "measured_cs": history.measured_cs, "started_at": started_at,
            "seen_at": history.seen_at,
        }  # fmt: skip


def person_row(person: DemoPerson, identifier: UUID, at: datetime, password_hash: str | None = None) -> Row:
    """Return somebody verified whom the demonstration invented; without a password nobody signs in."""
    return {
        "id": identifier, "email": person.email, "given_name": person.given_name, "family_name": person.family_name,
        "language": person.language, "password_hash": password_hash, "is_active": True,
        "gender": person.gender, "country": person.country,
        "category": Category.OFFICIAL, "institution": INSTITUTIONS[person.language], "speaks": [],
        "verified_at": at + timedelta(hours=5), "verified_how": VerifiedHow.COORDINATOR, "is_demonstration": True,
        "created_at": at,
    }  # fmt: skip


def grant_row(person_id: UUID, role: Role, at: datetime) -> Row:
    """Return the grant of a role."""
    return {"person_id": person_id, "role": role, "granted_at": at}


def is_passed(history: History) -> bool | None:
    """Tell whether the exam was passed; None while it was not sat."""
    return None if history.mark is None else history.outcome == "passed"


def state_rows(one: DemoEnrolment, attempt_id: UUID) -> Iterator[Row]:
    """Yield the items that an attempt has opened: those of the quarters that are done, and the one that comes next."""
    history, quarters = one.history, quarters_of(one.cohort.code)
    done = round(history.progress * len(quarters))
    finished = [name for quarter in quarters[:done] for name in quarter]
    opened = finished + [name for quarter in quarters[done:] for name in quarter][:1]
    for name in opened:
        is_done = name in finished
        success = is_passed(history) if name == "test" else None
        word = {True: "passed", False: "failed"}.get(success, "completed") if is_done else "incomplete"  # type: ignore[arg-type]  # None is no key, and meant
        yield {
            "attempt_id": attempt_id, "activity_id": name, "values": _values(one.cohort.code, word, history, success),
            "suspend_data": "", "is_open": False, "visits": 1, "status": word, "is_completed": is_done,
            "is_passed": success, "score": history.mark if name == "test" else None,
            "reported_cs": history.reported_cs // len(opened), "measured_cs": history.measured_cs // len(opened),
        }  # fmt: skip


def _values(code: str, word: str, history: History, success: bool | None) -> dict[str, str]:
    """Return what a SCO has said, in the words of its edition."""
    if not is_steered(code):
        return {"cmi.core.lesson_status": word}
    score = {} if success is None else {"cmi.score.scaled": f"{history.mark}"}
    return {"cmi.completion_status": "incomplete" if word == "incomplete" else "completed", **score}
