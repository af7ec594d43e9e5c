"""What the learner of the demonstration has done so far, told through the services that the player uses."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from courses.attempts.commits import accept, post_of
from courses.attempts.services import beat, exchange, launch
from courses.enrolment.services import request_enrolment
from courses.people.models import Language, Person
from lms.demo.catalogue import LIMITED
from lms.demo.publishing import Published
from lms.demo.texts import Quiz, text_of

LANGUAGE = Language.EN
PASSED, RUNNING, FAILED, WAITING = "INTRO", "TBT", LIMITED, "SERVICES"
ENROLLED = {PASSED: 150, RUNNING: 20, FAILED: 12, WAITING: 2}
"""Days ago."""
CORE = "cmi.core."
LETTERS = "abcdef"
Changes = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit of a course: what each part, in order, reported; minutes for each part."""

    enrolment_id: UUID
    begins_at: datetime
    parts: tuple[tuple[str, Changes], ...]
    minutes: int = 24


@dataclass(frozen=True, slots=True)
class Teller:
    """Whose story, told into which transaction; `secret` is the installation's."""

    session: Session
    learner: Person
    secret: str

    def play(self, visit: Visit) -> None:
        """Launch the course and commit part after part; the last one is left by the way out of the course."""
        at = visit.begins_at
        code = launch(self.session, self.learner, visit.enrolment_id, None, LANGUAGE, at)
        opening = exchange(self.session, code, [], self.secret, at)
        assert opening is not None
        token = opening.body["token"]
        base = 0
        for seq, (activity, changes) in enumerate(visit.parts, 1):
            at = self._stay(token, at, visit.minutes)
            document = {
                "seq": seq, "base": base, "activity": activity, "changes": changes, "client_time": at.isoformat(),
                "request": {"kind": "suspendAll" if seq == len(visit.parts) else "continue", "finished": True},
            }  # fmt: skip
            post = post_of(token, document, json.dumps(document).encode())
            accept(self.session, post, self.secret, at)
            base += len(changes)

    def _stay(self, token: str, at: datetime, minutes: int) -> datetime:
        """Let the page be seen for so many minutes, so that the server measures them; return the moment after."""
        for _ in range(minutes):
            at += timedelta(minutes=1)
            beat(self.session, token, at)
        return at


def tell(teller: Teller, published: Published, now: datetime) -> None:
    """Let the learner pass a course with distinction, stop in another, fail the test of a third, enrol in a fourth."""
    enrolled: dict[str, tuple[UUID, datetime]] = {}
    for code, days in ENROLLED.items():
        at = now - timedelta(days=days, hours=2)
        enrolment = request_enrolment(teller.session, teller.learner, published.courses[code], LANGUAGE, at)
        enrolled[code] = enrolment.id, at
        for visit in _visits(code, enrolment.id, at, now):
            teller.play(visit)


def _visits(code: str, enrolment_id: UUID, at: datetime, now: datetime) -> Iterable[Visit]:
    quiz = text_of(code, LANGUAGE, "", "").quiz
    if code == PASSED and quiz is not None:
        first = (("part_1", _read_through(2)), ("part_2", _read_through(4)))
        yield Visit(enrolment_id=enrolment_id, begins_at=at + timedelta(days=1), parts=first)
        second = (("part_3", _read_through(4)), ("test", _test_of(quiz)))
        yield Visit(enrolment_id=enrolment_id, begins_at=at + timedelta(days=9), parts=second)
    if code == RUNNING:
        first = (("part_1", _read_through(2)), ("part_2", _stopped_at(2)))
        yield Visit(enrolment_id=enrolment_id, begins_at=at + timedelta(days=1), parts=first)
        second = (("part_2", _read_through(3)), ("part_3", _stopped_at(2)))
        yield Visit(enrolment_id=enrolment_id, begins_at=now - timedelta(days=1, hours=3), parts=second, minutes=17)
    if code == FAILED and quiz is not None:
        parts = tuple((f"part_{number}", _read_through(pages)) for number, pages in enumerate((2, 4, 4), 1))
        test = ("test", _test_of(quiz, wrong=len(quiz.questions) // 2 + 1))
        yield Visit(
            enrolment_id=enrolment_id, begins_at=now - timedelta(days=3, hours=5), parts=(*parts, test), minutes=14
        )


def _read_through(pages: int) -> Changes:
    """Return what a part reports whose pages were all read."""
    return [
        [CORE + "lesson_location", f"page-{pages}"], [CORE + "lesson_status", "completed"],
        ["cmi.suspend_data", _seen(pages)], [CORE + "session_time", "0000:21:30.00"], [CORE + "exit", ""],
    ]  # fmt: skip


def _stopped_at(page: int) -> Changes:
    """Return what a part reports that was left in the middle."""
    return [
        [CORE + "lesson_status", "incomplete"], [CORE + "lesson_location", f"page-{page}"],
        ["cmi.suspend_data", _seen(page)], [CORE + "session_time", "0000:09:45.00"], [CORE + "exit", "suspend"],
    ]  # fmt: skip


def _test_of(quiz: Quiz, wrong: int = 0) -> Changes:
    """Return what the test reports when the first answers are wrong, as many as that, and the others right."""
    answers = [
        (question.right + (number < wrong)) % len(question.choices) for number, question in enumerate(quiz.questions)
    ]
    changes: Changes = []
    for number, (question, answer) in enumerate(zip(quiz.questions, answers, strict=True)):
        name = f"cmi.interactions.{number}."
        changes += [
            [name + "id", f"question-{number + 1}"], [name + "type", "choice"],
            [name + "correct_responses.0.pattern", LETTERS[question.right]],
            [name + "student_response", LETTERS[answer]],
            [name + "result", "correct" if answer == question.right else "wrong"],
        ]  # fmt: skip
    mark = round(100 * (len(answers) - wrong) / len(answers))
    return [
        *changes, [CORE + "score.min", "0"], [CORE + "score.max", "100"], [CORE + "score.raw", str(mark)],
        [CORE + "lesson_status", "failed" if wrong else "passed"],
        ["cmi.suspend_data", json.dumps({"answers": answers, "isChecked": True})],
        [CORE + "session_time", "0000:12:10.00"], [CORE + "exit", ""],
    ]  # fmt: skip


def _seen(pages: int) -> str:
    return json.dumps({"seen": [f"page-{number}" for number in range(1, pages + 1)]})
