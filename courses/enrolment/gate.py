"""The gate before every course and every activity: one service for all routes (DOMAIN: levels).

A service that lets somebody in, or on, asks `pass_gate()` in its own transaction. What it decides is stored there, with
the policy and the facts. A refusal is raised with its stored row in the session: where the caller goes on, it is kept;
where the transaction is rolled back, `keep_refusal()` writes it again in the next one, so that who was refused can
always be told why.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.standing import record_of
from courses.enrolment.terms import House, house_at, language_for, languages_of, terms_of_course
from courses.errors import Refusal
from courses.offerings.models import Offering
from courses.offerings.terms import terms_of_offering
from courses.people.models import Language, Person, Role
from courses.people.queries import roles_of
from courses.policy.decisions import Taken, store, store_once
from courses.policy.models import PolicyVersion, Purpose, StoredDecision
from courses.policy.services import version_at
from courses.progression.decision import Decision
from courses.progression.engine import decide
from courses.progression.narrowing import narrowed
from courses.progression.policy import policy_of
from courses.progression.record import Record
from courses.progression.rules import gate_of
from courses.progression.terms import Terms

LONGEST_REASON = 255
Subject: TypeAlias = Course | Offering


class Route(StrEnum):
    """By which way somebody comes to the gate."""

    WEB = "web"
    API = "api"
    BULK = "bulk"
    NOMINATION = "nomination"
    WAITING_LIST = "waiting_list"
    COMMAND_LINE = "command_line"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who is to pass the gate, into what, for which purpose, by which route, and who asks (None: a rule).

    `language` is that of a course. An administrator may give an `override_reason`; that of an earlier decision counts
    as well, where the caller finds that it is still `standing`, whoever has left since. `nominated_for` are the codes
    of the activities for which the beneficiary has named the person.
    """

    person: Person
    subject: Subject
    purpose: Purpose
    route: Route | str
    actor: Person | None = None
    override_reason: str = ""
    language: Language | None = None
    nominated_for: frozenset[str] = frozenset()
    standing: StoredDecision | None = None


class EnrolmentRefused(Refusal):
    """Raised when somebody may not enter; its own code is that of the first reason, `decision` has them all."""

    def __init__(self, decision: Decision, stored: StoredDecision | None = None, taken: Taken | None = None) -> None:
        first = decision.reasons[0]
        super().__init__(first.code, **dict(first.parameters))
        self.decision = decision
        self.stored = stored
        self.taken = taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """The answers of the gate about many courses and activities, by their identifiers."""

    courses: dict[UUID, Decision]
    offerings: dict[UUID, Decision]


def gate_for_course(session: Session, person: Person, course: Course, language: Language, now: datetime) -> Decision:
    """Decide whether a person may enrol in a course in a language; nothing is stored."""
    house = house_at(session, now)
    terms = house.told(terms_of_course(course, languages_of(session, [course.id])[course.id], language))
    return decide(house.policy, terms, record_of(session, person, now), house.topics, house.on)


def gate_for_offering(  # a nomination is the caller's to say
    session: Session,
    person: Person,
    offering: Offering,
    now: datetime,
    purpose: Purpose = Purpose.APPLICATION,
    *,
    nominated_for: Collection[str] = frozenset(),
) -> Decision:
    """Decide whether a person may enter an activity, or go on in it, for a purpose; nothing is stored."""
    record = record_of(session, person, now, nominated_for)
    return answer_about(offering, record, house_at(session, now), now, purpose)


def answer_about(
    offering: Offering, record: Record, house: House, now: datetime, purpose: Purpose = Purpose.APPLICATION
) -> Decision:
    """Decide about an activity where record and house are read already; nothing is stored."""
    terms = house.told(terms_of_offering(offering, purpose, now))
    return decide(house.policy, terms, record, house.topics, house.on)


def gates_of(  # a nomination is the caller's to say
    session: Session,
    person: Person,
    courses: Sequence[Course],
    offerings: Sequence[Offering],
    now: datetime,
    *,
    nominated_for: Collection[str] = frozenset(),
) -> Gates:
    """Decide about many courses and activities for one person; the same few queries however many there are.

    Of a course in several languages the person's own counts, or the first that can be played.
    """
    house = house_at(session, now)
    record = record_of(session, person, now, nominated_for)

    def answer(terms: Terms) -> Decision:
        return decide(house.policy, house.told(terms), record, house.topics, house.on)

    return Gates(
        courses={one.id: answer(terms) for one, terms in _terms_of_all(session, courses, person.language)},
        offerings={one.id: answer(terms_of_offering(one, Purpose.APPLICATION, now)) for one in offerings},
    )


def pass_gate(session: Session, asked: Asked, now: datetime) -> StoredDecision:
    """Decide and store in the transaction at hand.

    Raises:
        EnrolmentRefused: a condition is not met, and nobody may or does override it; it carries every reason.
        Refusal: `override_not_allowed`: only an administrator overrides; `value_too_long`: the reason is.
    """
    override = _override(session, asked)
    version = version_at(session, now)
    house = house_at(session, now, policy_of(version.rules))
    terms = house.told(_terms_asked(session, asked, now))
    record = record_of(session, asked.person, now, asked.nominated_for)
    decision = decide(house.policy, terms, record, house.topics, house.on)
    is_overridden = override is not None and not decision.is_allowed and decision.may_be_overridden
    taken = Taken(
        person_id=asked.person.id, subject_id=asked.subject.id, policy_id=version.id, terms=terms,
        record=narrowed(record, gate_of(house.policy, terms, house.topics), terms.code),
        topics=house.topics, decision=decision, route=str(asked.route), decided_at=now,
        actor_id=asked.actor.id if asked.actor else None, override=override if is_overridden else None,
    )  # fmt: skip
    stored = store(session, taken)
    if not decision.is_allowed and not is_overridden:
        raise EnrolmentRefused(decision, stored, taken)
    return stored


def keep_refusal(session: Session, refused: EnrolmentRefused) -> StoredDecision | None:
    """Store the decision of a refusal whose transaction was rolled back; the same one again is stored once.

    LMS choice: who is refused again on the same terms with the same facts by the same policy gets the decision that is
    there, so that clicking does not fill the table.
    """
    if refused.taken is None:
        return None
    known = session.get(PolicyVersion, refused.taken.policy_id)
    version = known or version_at(session, refused.taken.decided_at)  # the first one went with the transaction
    return store_once(session, replace(refused.taken, policy_id=version.id))


def _override(session: Session, asked: Asked) -> tuple[UUID, str] | None:
    """Return who overrides and why, None where nobody does."""
    standing = asked.standing
    if standing is not None and standing.overridden_by_id is not None:
        return standing.overridden_by_id, standing.override_reason
    reason = " ".join(asked.override_reason.split())
    if not reason:
        return None
    if len(reason) > LONGEST_REASON:
        raise Refusal("value_too_long")
    if asked.actor is None or Role.ADMINISTRATOR not in roles_of(session, asked.actor.id):
        raise Refusal("override_not_allowed")
    return asked.actor.id, reason


def _terms_asked(session: Session, asked: Asked, now: datetime) -> Terms:
    subject = asked.subject
    if isinstance(subject, Offering):
        return terms_of_offering(subject, asked.purpose, now)
    languages = languages_of(session, [subject.id])[subject.id]
    return terms_of_course(subject, languages, asked.language or language_for(languages, asked.person.language))


def _terms_of_all(session: Session, courses: Sequence[Course], preferred: Language) -> list[tuple[Course, Terms]]:
    languages = languages_of(session, [course.id for course in courses])
    return [
        (course, terms_of_course(course, languages[course.id], language_for(languages[course.id], preferred)))
        for course in courses
    ]
