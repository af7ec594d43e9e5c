"""Guidelines: what a person must master at the end of a step, in versions; each is in force from a day on.

What was in force stays as it was: a guideline is never changed, a new version takes its place.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.events import Event, record
from courses.people.models import Person
from courses.progression.steps import Step
from courses.records.faults import Fault, check
from courses.records.models import Guideline

LONGEST_CODE = 20
LONGEST_OUTCOME = 1000
MOST_OUTCOMES = 60
LANGUAGES = ("en", "fr", "es")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that a person must master, in the three languages; `code` is what modules and tests name it by."""

    code: str
    en: str
    fr: str
    es: str

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was written."""
        return not any((self.code, self.en, self.fr, self.es))

    def text(self, language: str) -> str:
        """Return the words in one of the three languages, in English for any other."""
        return {"fr": self.fr, "es": self.es}.get(language, self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineFacts:
    """A version as somebody has written it, from the version `based_on` (0: there was none)."""

    step: Step
    outcomes: tuple[Outcome, ...]
    in_force_from: date | None
    based_on: int


@dataclass(frozen=True, slots=True)
class Written:
    """A version with the name of who wrote it; empty when that account is gone."""

    guideline: Guideline
    author: str


def outcomes_of(guideline: Guideline) -> tuple[Outcome, ...]:
    """Return the outcomes of a version."""
    return tuple(Outcome(*(str(one.get(name, "")) for name in ("code", *LANGUAGES))) for one in guideline.outcomes)


def faults_in_guideline(facts: GuidelineFacts, today: date) -> list[Fault]:
    """Return what is wrong with a version.

    LMS choice: the first version of a step may be in force since long ago; a later one from today at the earliest.
    """
    faults = [] if facts.outcomes else [Fault("outcomes", "guideline_empty")]
    for number, one in enumerate(facts.outcomes, start=1):
        row = (("row", str(number)),)
        if not all((one.code, one.en, one.fr, one.es)):
            faults.append(Fault("outcomes", "guideline_incomplete", row))
        if len(one.code) > LONGEST_CODE or max(map(len, (one.en, one.fr, one.es))) > LONGEST_OUTCOME:
            faults.append(Fault("outcomes", "guideline_too_long", row))
    twice = [code for code, count in Counter(one.code.casefold() for one in facts.outcomes).items() if count > 1]
    faults += [Fault("outcomes", "guideline_code_twice", (("code", code),)) for code in twice if code]
    if facts.in_force_from is None:
        faults.append(Fault("in_force_from", "guideline_date_missing"))
    elif facts.based_on and facts.in_force_from < today:
        faults.append(Fault("in_force_from", "guideline_date_past"))
    return faults


def add_version(session: Session, author: Person | None, facts: GuidelineFacts, now: datetime) -> bool:
    """Add a version of a guideline; return whether it is new: the same form sent twice adds one.

    Raises:
        FaultyEntry: it is not whole.
        Refusal: `guideline_newer`, somebody has written one meanwhile.
    """
    check(faults_in_guideline(facts, now.date()))
    assert facts.in_force_from is not None  # checked
    newest = newest_version(session, facts.step)
    outcomes = [{"code": one.code, "en": one.en, "fr": one.fr, "es": one.es} for one in facts.outcomes]
    if newest is not None and newest.version != facts.based_on:
        is_same = (newest.outcomes, newest.in_force_from) == (outcomes, facts.in_force_from)
        if is_same and newest.version == facts.based_on + 1:
            return False
        raise Refusal("guideline_newer")
    row = Guideline(
        step=str(facts.step), level=facts.step.level, track=facts.step.track, topic=facts.step.topic,
        version=facts.based_on + 1, outcomes=outcomes, in_force_from=facts.in_force_from, created_at=now,
        created_by_id=author.id if author else None,
    )  # fmt: skip
    try:
        with session.begin_nested():  # somebody may have added this version between the question and the answer
            session.add(row)
    except IntegrityError as error:
        raise Refusal("guideline_newer") from error
    record(session, Event("guideline.written", row.id, (("step", row.step), ("version", str(row.version)))))
    return True


def newest_version(session: Session, step: Step) -> Guideline | None:
    """Return the last version of a step's guideline, whether in force yet or not."""
    query = select(Guideline).where(Guideline.step == str(step)).order_by(Guideline.version.desc()).limit(1)
    return session.scalars(query).one_or_none()


def in_force(session: Session, steps: Collection[Step], on: date) -> Mapping[Step, Guideline]:
    """Return the guideline of each step that is in force on a day, where there is one; one query."""
    wanted = {str(step): step for step in steps}
    ranked = (
        select(Guideline.id, func.max(Guideline.version).over(partition_by=Guideline.step).label("newest"))
        .where(Guideline.in_force_from <= on, Guideline.step.in_(wanted))
        .subquery()
    )
    query = select(Guideline).join(ranked, ranked.c.id == Guideline.id).where(Guideline.version == ranked.c.newest)
    return {wanted[row.step]: row for row in session.scalars(query)}


def history(session: Session, step: Step) -> Sequence[Written]:
    """Return every version of a step's guideline, the newest first."""
    query = (
        select(Guideline, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == Guideline.created_by_id)
        .where(Guideline.step == str(step))
        .order_by(Guideline.version.desc())
    )
    return [Written(row, f"{given or ''} {family or ''}".strip()) for row, given, family in session.execute(query)]


def latest_of_all(session: Session) -> Mapping[str, tuple[int, date]]:
    """Return, for each step that has a guideline, the number of its last version and from when it is in force."""
    ranked = select(
        Guideline.step, Guideline.version, Guideline.in_force_from,
        func.max(Guideline.version).over(partition_by=Guideline.step).label("newest"),
    ).subquery()  # fmt: skip
    rows = session.execute(select(ranked).where(ranked.c.version == ranked.c.newest))
    return {row.step: (row.version, row.in_force_from) for row in rows}
