"""What a trainer sees of the people of an activity: who was at which session, the marks, and what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.applications.cases import first_moment
from courses.applications.closing import check_can_close
from courses.applications.models import Application, Attendance, Outcome, Presence, State
from courses.applications.outcomes import Standing, has_weights, judged, marks_of, part_marks
from courses.applications.rights import held_by
from courses.applications.states import TAKING_PART, UNSETTLED
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering, OfferingPart, OfferingSession, OfferingState
from courses.offerings.zones import day_in
from courses.people.models import Person

MOST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """An activity, how many people take part in it, and how many of them have no outcome yet."""

    offering: Offering
    people: int
    awaited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldByTurn:
    """The activities of a trainer: what has begun and is not closed; what comes, the next first; and what is over."""

    to_note: Sequence[Held]
    coming: Sequence[Held]
    over: Sequence[Held]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who takes part: presence by session, mark by part, the mark of all, and what it comes to by now."""

    application: Application
    presences: Mapping[UUID, Presence]
    marks: Mapping[UUID, float]
    mark: float | None
    outcome: Outcome | None

    @property
    def person(self) -> Person:
        """Return who it is."""
        return self.application.person


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendancePage:
    """An activity for its trainers; `closed_by` is why it cannot be closed yet, None where it can.

    `unsettled` counts the applications without a confirmed place that closing the activity ends.
    """

    offering: Offering
    people: tuple[Participant, ...]
    taken: Mapping[UUID, int]
    closed_by: Refusal | None
    unsettled: int = 0

    @property
    def is_closed(self) -> bool:
        """Tell whether outcomes are written."""
        return any(one.application.state == State.OUTCOME for one in self.people)

    @property
    def is_awaited(self) -> bool:
        """Tell whether the activity is to be closed still, or closed once more for who has no outcome yet."""
        is_held = self.offering.state == OfferingState.HELD
        return not is_held or self.unsettled > 0 or any(one.application.state != State.OUTCOME for one in self.people)

    @property
    def is_noted_in_part(self) -> bool:
        """Tell whether somebody is not noted where others are, and so counts as absent."""
        return any(0 < self.taken.get(one.id, 0) < len(self.people) for one in self.offering.sessions)

    @property
    def has_part_marks(self) -> bool:
        """Tell whether the mark comes from the parts."""
        return has_weights(self.offering)

    @property
    def awards_mark(self) -> bool:
        """Tell whether there is any mark to note."""
        return self.offering.pass_mark is not None or self.has_part_marks

    def session(self, session_id: UUID) -> OfferingSession:
        """Return a session of the activity.

        Raises:
            NotFound: it has no such session.
        """
        found = next((one for one in self.offering.sessions if one.id == session_id), None)
        if found is None:
            raise NotFound("session")
        return found

    def part(self, part_id: UUID) -> OfferingPart:
        """Return a part of the activity for which a trainer notes marks.

        Raises:
            NotFound: it has no such part.
        """
        found = next((one for one in self.offering.parts if one.id == part_id and one.course_id is None), None)
        if found is None:
            raise NotFound("part")
        return found


def activities_held_by(session: Session, person: Person) -> Sequence[Held]:
    """Return the activities whose attendance a person takes, the latest first; three queries."""
    people, awaited = (
        select(func.count())
        .where(Application.offering_id == Offering.id, Application.state.in_(states))
        .correlate(Offering)
        .scalar_subquery()
        for states in (TAKING_PART, TAKING_PART - {State.OUTCOME})
    )
    query = (
        select(Offering, people, awaited)
        .where(held_by(person), Offering.state.not_in([OfferingState.DRAFT, OfferingState.CANCELLED]))
        .options(selectinload(Offering.days), selectinload(Offering.sessions))
        .order_by(Offering.starts_on.desc().nulls_last(), Offering.code)
        .limit(MOST)
    )
    return [Held(*found) for found in session.execute(query)]


def by_turn(held: Sequence[Held], now: datetime) -> HeldByTurn:
    """Return activities, the latest first, in the order in which a trainer turns to them."""
    over = [one for one in held if one.offering.state == OfferingState.HELD and not one.awaited]
    left = [one for one in held if one not in over]
    days = {one.offering.id: _first_day(one.offering) or date.max for one in left}
    begun = [one for one in left if days[one.offering.id] <= day_in(now, one.offering.time_zone)]
    coming = [one for one in left if one not in begun]
    return HeldByTurn(to_note=begun, coming=sorted(coming, key=lambda one: days[one.offering.id]), over=over)


def _first_day(offering: Offering) -> date | None:
    """Return the day on which an activity begins, at its place: that of its first session, else its own first.

    None while that is open: the dates of one that is postponed do not stand.
    """
    if offering.state == OfferingState.POSTPONED:
        return None
    start = first_moment(offering)
    return day_in(start, offering.time_zone) if start else offering.starts_on


def attendance_page(session: Session, person: Person, offering_id: UUID, now: datetime) -> AttendancePage:
    """Return an activity with the people who take part, by name.

    Raises:
        NotFound: the activity is not the person's.
    """
    query = (
        select(Offering)
        .where(Offering.id == offering_id, held_by(person), Offering.state != OfferingState.DRAFT)
        .options(selectinload(Offering.days), selectinload(Offering.sessions), selectinload(Offering.parts))
    )
    offering = session.scalars(query).one_or_none()
    if offering is None:
        raise NotFound("offering")
    people = _people(session, offering)
    noted = _presences(session, offering)
    taken: dict[UUID, int] = {}
    for session_id, _ in noted:
        taken[session_id] = taken.get(session_id, 0) + 1
    return AttendancePage(
        offering=offering, people=tuple(_participants(session, offering, people, noted)), taken=taken,
        closed_by=_why_not(offering, now), unsettled=_unsettled(session, offering),
    )  # fmt: skip


def _people(session: Session, offering: Offering) -> Sequence[Application]:
    query = (
        select(Application)
        .join(Person, Person.id == Application.person_id)
        .where(Application.offering_id == offering.id, Application.state.in_(TAKING_PART))
        .options(joinedload(Application.person))
        .order_by(Person.family_name, Person.given_name, Application.id)
    )
    return session.scalars(query).all()


def _unsettled(session: Session, offering: Offering) -> int:
    """Return how many applications are open still; drafts are nobody's business but their learners'."""
    states = UNSETTLED - {State.DRAFT}
    query = select(func.count()).where(Application.offering_id == offering.id, Application.state.in_(states))
    return session.scalar(query) or 0


def _presences(session: Session, offering: Offering) -> dict[tuple[UUID, UUID], Presence]:
    query = select(Attendance).where(Attendance.session_id.in_([one.id for one in offering.sessions]))
    return {(row.session_id, row.application_id): row.presence for row in session.scalars(query)}


def _participants(
    session: Session,
    offering: Offering,
    people: Sequence[Application],
    noted: Mapping[tuple[UUID, UUID], Presence],
) -> list[Participant]:
    marks, parts = marks_of(session, offering, people), part_marks(session, offering)
    return [
        Participant(
            application=one,
            presences={key[0]: presence for key, presence in noted.items() if key[1] == one.id},
            marks={key[1]: mark for key, mark in parts.items() if key[0] == one.id},
            mark=marks[one.id],
            outcome=one.outcome or judged(offering, Standing(one.attendance, marks[one.id])),
        )
        for one in people
    ]


def _why_not(offering: Offering, now: datetime) -> Refusal | None:
    try:
        check_can_close(offering, now)
    except Refusal as error:
        return error
    return None
