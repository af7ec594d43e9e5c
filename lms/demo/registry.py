"""Who entered which course when, and how it went: cohorts and enrolments of the demonstration (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from courses.catalogue.models import Format
from courses.enrolment.models import Outcome
from courses.enrolment.outcomes import Presence
from courses.people.models import Language
from lms.demo.catalogue import DemoCourse
from lms.demo.histories import Fate, History, history_of, plan_of
from lms.demo.people import DemoPerson
from lms.demo.randomness import Chance

DOOR = "INTRO"
INACTIVITY_DAYS = 90
MONTHS = 18
SESSION = timedelta(weeks=13)
DOOR_SESSIONS = (460, 310, 175, 40)
"""Days ago on which the closed cohorts of the first course opened."""
FOLLOWED = ("AGREEMENTS", "SPS", "SERVICES", "TRIPS", "AGRI", "MARKET")
"""The courses above it that are given in closed cohorts, every `SESSION_EVERY`."""
SESSION_EVERY = timedelta(days=120)
IN_A_CLOSED_COHORT = 0.24
HEADING_ON = (0.47, 0.42, 0.35)
"""The share of those who passed that goes on: after the first course, after the second, after the third."""
FATES: Mapping[Fate, int] = {
    Fate.DISTINCTION: 343, Fate.PASS: 305, Fate.FAIL: 58, Fate.NO_EXAM: 30, Fate.LAPSE: 152, Fate.NEVER_START: 72,
    Fate.WITHDRAW: 40, Fate.CANCEL: 25,
}  # fmt: skip
"""In a thousand. Passes close sooner than silence does, so that more of the closed ones are passed than of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCohort:
    """A cohort; `month` where it is a monthly entry cohort. `trainers` are indexes."""

    code: str
    name: str
    month: str | None
    opens_at: datetime
    closes_at: datetime | None
    created_at: datetime
    trainers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEnrolment:
    """A person in a cohort, and how it went."""

    person: DemoPerson
    cohort: DemoCohort
    language: Language
    enrolled_at: datetime
    history: History


class Registry:
    """Fills cohorts: one for a course and month, or for a course and session."""

    def __init__(self, chance: Chance, courses: Sequence[DemoCourse], now: datetime) -> None:
        self._chance = chance
        self._courses = {course.code: course for course in courses}
        self._now = now
        self._fates = chance.deck(FATES)
        self._cohorts: dict[str, DemoCohort] = {}
        self._others = [
            course.code for course in courses
            if course.level == 2 and course.format is Format.SCORM and course.code not in FOLLOWED
        ]  # fmt: skip

    @property
    def cohorts(self) -> tuple[DemoCohort, ...]:
        """Return every cohort that somebody entered."""
        return tuple(self._cohorts.values())

    def follow(self, person: DemoPerson) -> Iterator[DemoEnrolment]:
        """Yield the way of a person through the courses, the first course first."""
        is_closed = self._chance.random.random() < IN_A_CLOSED_COHORT
        last = self._enter_session(person, DOOR) if is_closed else self._enter_month(person, DOOR, self._some_day())
        taken = {DOOR}
        for share in HEADING_ON:
            yield last
            if last.history.outcome is not Outcome.PASSED or self._chance.random.random() >= share:
                return
            following = self._go_on(person, last, taken)
            if following is None:
                return
            last = following
            taken.add(last.cohort.code)
        yield last

    def month_cohort(self, code: str, moment: datetime) -> DemoCohort:
        """Return the entry cohort of a course in the month of a moment."""
        month = moment.strftime("%Y-%m")
        opens_at = datetime(moment.year, moment.month, 1, tzinfo=UTC)
        return self._cohort(code, f"{code} {month}", opens_at, None, month)

    def _some_day(self) -> datetime:
        return self._now - self._chance.days(0.1, MONTHS * 30.4)

    def _enter_month(self, person: DemoPerson, code: str, enrolled_at: datetime) -> DemoEnrolment:
        return self._enrolment(person, self.month_cohort(code, enrolled_at), enrolled_at)

    def _enter_session(self, person: DemoPerson, code: str) -> DemoEnrolment:
        opened_at = _midnight(self._now - timedelta(days=self._chance.random.choice(DOOR_SESSIONS)))
        return self._enrolment(person, self._session_cohort(code, opened_at), opened_at - self._chance.days(1, 25))

    def _go_on(self, person: DemoPerson, last: DemoEnrolment, taken: set[str]) -> DemoEnrolment | None:
        """Return the next enrolment of somebody who passed, or None when it would lie in the future."""
        passed_at = last.history.closed_at
        assert passed_at is not None
        soon = passed_at + self._chance.days(1, 30)
        if soon > self._now - timedelta(days=100) and self._chance.random.random() < 0.3:
            code = self._chance.random.choice([code for code in self._others if code not in taken])
            return self._enter_month(person, code, soon) if soon <= self._now else None
        code = self._chance.random.choice([code for code in FOLLOWED if code not in taken])
        opens_at = self._next_session(code, soon)
        enrolled_at = max(soon, opens_at - self._chance.days(1, 25))
        if enrolled_at > self._now:
            return None
        return self._enrolment(person, self._session_cohort(code, opens_at), enrolled_at)

    def _next_session(self, code: str, after: datetime) -> datetime:
        shift = timedelta(days=19 * FOLLOWED.index(code) + 8)
        opens_at = _midnight(self._now + SESSION_EVERY - shift)
        while opens_at - SESSION_EVERY > after:
            opens_at -= SESSION_EVERY
        return opens_at

    def _session_cohort(self, code: str, opens_at: datetime) -> DemoCohort:
        closes_at = opens_at + SESSION
        return self._cohort(code, f"{code} {opens_at:%Y-%m} – {closes_at:%Y-%m}", opens_at, closes_at, None)

    def _cohort(
        self, code: str, name: str, opens_at: datetime, closes_at: datetime | None, month: str | None
    ) -> DemoCohort:
        if name not in self._cohorts:
            created_at = opens_at if month else opens_at - timedelta(days=30)
            self._cohorts[name] = DemoCohort(
                code=code, name=name, month=month, opens_at=opens_at, closes_at=closes_at, created_at=created_at,
                trainers=_trainers(code, closes_at is not None),
            )  # fmt: skip
        return self._cohorts[name]

    def _enrolment(self, person: DemoPerson, cohort: DemoCohort, enrolled_at: datetime) -> DemoEnrolment:
        course = self._courses[cohort.code]
        presence = Presence(
            enrolled_at=enrolled_at, seen_at=None, opens_at=cohort.opens_at, closes_at=cohort.closes_at,
            inactivity_days=INACTIVITY_DAYS,
        )  # fmt: skip
        plan = plan_of(self._chance, presence, next(self._fates), course.hours)
        language = person.language if person.language in course.languages else Language.EN
        history = history_of(plan, self._now)
        return DemoEnrolment(
            person=person, cohort=cohort, language=language, enrolled_at=enrolled_at, history=history
        )  # fmt: skip


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _trainers(code: str, is_closed: bool) -> tuple[int, ...]:
    """Return who teaches: the first of three most of the first course, the others the subjects above it."""
    if code == DOOR:
        return (0, 1) if is_closed else (0,)
    order = FOLLOWED.index(code) // 2 if code in FOLLOWED else 2
    return (order,)
