"""What a beneficiary's coordinator does: nominate, endorse in rank order, refuse; of the own beneficiary only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications.applying import language_in
from courses.applications.cases import Case, Cause, begun, check_goes_on, checked_reason, move, note, open_case
from courses.applications.examining import examine, find_eligible
from courses.applications.models import Application, ApplicationChange, State
from courses.applications.passing import Asking, EnrolmentRefused, pass_on
from courses.applications.rights import endorsable_case, nameable_people
from courses.applications.states import Action
from courses.applications.telling import tell
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering, OfferingState
from courses.offerings.services import locked as locked_offering
from courses.people.models import Person
from courses.policy.models import Purpose
from courses.progression.decision import Reason

HIGHEST_RANK = 999
ENDORSABLE = frozenset({State.SUBMITTED, State.ENDORSED, State.ELIGIBLE, State.INELIGIBLE, State.DECLINED})


@dataclass(frozen=True, slots=True)
class Nominated:
    """What became of a nomination: the application or, where the gate refused, every reason."""

    person: Person
    application: Application | None
    reasons: tuple[Reason, ...] = ()


def nominate(
    session: Session, coordinator: Person, offering_id: UUID, person_id: UUID, now: datetime, rank: int | None = None
) -> Application:
    """Name a person for an activity, whether the person has applied or not: with that the person is endorsed.

    Who is endorsed already stays so; a rank is changed.

    Raises:
        NotFound: there is no such activity, or the person is of another beneficiary.
        Refusal: nominations are over, the activity does not go on, or the institute has declined the person.
        EnrolmentRefused: a condition is not met; nobody was nominated.
    """
    offering = _nominating(session, offering_id, now)
    person = nameable_people(session, coordinator, [person_id]).get(person_id)
    if person is None:
        raise NotFound("person")
    case = open_case(session, offering, person_id)
    is_new = case is None
    case = case or _begin(session, coordinator, offering, person, now)
    if case.application.state not in ENDORSABLE | {State.DRAFT}:
        return case.application  # selected already, or further
    if case.application.state in {State.ENDORSED, State.ELIGIBLE}:
        return _endorse(session, coordinator, case, rank, now)
    _check_reopens(session, case)
    named = (case.application.nominated_by_id, case.application.nominated_at)
    case.application.nominated_by_id, case.application.nominated_at = coordinator.id, named[1] or now
    session.flush()
    try:
        stored = pass_on(session, case, _asking(Purpose.NOMINATION, "nomination", coordinator), now)
    except EnrolmentRefused:
        case.application.nominated_by_id, case.application.nominated_at = named
        if is_new:  # nobody was nominated; the decision of the gate stays
            session.delete(case.application)
        session.flush()
        raise
    _name(session, coordinator, case, rank, now)
    find_eligible(session, case, stored, Cause(now=now, actor_id=coordinator.id))
    return case.application


def nominate_all(
    session: Session, coordinator: Person, offering_id: UUID, ranks: Mapping[UUID, int | None], now: datetime
) -> list[Nominated]:
    """Name people for an activity, each with a rank or none; who is refused keeps nobody else back.

    Raises:
        NotFound: there is no such activity, or one of the people is of another beneficiary.
        Refusal: nominations are over, or the activity does not go on.
    """
    people = nameable_people(session, coordinator, ranks)
    if len(people) < len(ranks):
        raise NotFound("person")
    done: list[Nominated] = []
    for person_id, rank in ranks.items():
        try:
            application = nominate(session, coordinator, offering_id, person_id, now, rank)
        except EnrolmentRefused as error:
            done.append(Nominated(people[person_id], None, error.decision.reasons))
        except Refusal as error:
            if error.code != "application_declined":
                raise
            done.append(Nominated(people[person_id], None, (Reason(error.code),)))
        else:
            done.append(Nominated(people[person_id], application))
    return done


def endorse(
    session: Session, coordinator: Person, application_id: UUID, now: datetime, rank: int | None = None
) -> Application:
    """Endorse an application, with its rank among those of the beneficiary; then the gate is asked.

    It is eligible or ineligible after it, and says why. One that is endorsed already stays so; a rank is changed.

    Raises:
        NotFound: there is no such application of the beneficiary.
        Refusal: endorsements are over, the activity does not go on, or the institute has declined the person.
    """
    case = endorsable_case(session, coordinator, application_id)
    _check_open(case.offering, now)
    if case.application.state not in ENDORSABLE:
        return case.application
    return _endorse(session, coordinator, case, rank, now)


def refuse(session: Session, coordinator: Person, application_id: UUID, reason: str, now: datetime) -> Application:
    """Say that the beneficiary does not endorse an application, with a reason; one refused already stays so.

    A nomination is taken back with it; the history keeps it.

    Raises:
        NotFound: there is no such application of the beneficiary.
        IllegalTransition: the person was selected already, or waits for a seat.
        Refusal: no reason is given, endorsements are over, or the activity does not go on.
    """
    case = endorsable_case(session, coordinator, application_id)
    if case.application.state == State.DECLINED:
        return case.application
    _check_open(case.offering, now)
    cause = Cause(now=now, actor_id=coordinator.id, reason=checked_reason(reason))
    change = move(session, case, Action.REFUSE, cause)
    case.application.endorsed_at = case.application.endorsed_by_id = case.application.endorsement_rank = None
    case.application.nominated_at = case.application.nominated_by_id = None
    session.flush()
    tell(session, case, change)
    return case.application


def _nominating(session: Session, offering_id: UUID, now: datetime) -> Offering:
    offering = locked_offering(session, offering_id)
    if offering.state == OfferingState.DRAFT:
        raise NotFound("offering")
    _check_open(offering, now)
    is_closed = offering.applies_until is not None and offering.applies_until < now
    if is_closed and offering.endorses_until is None:
        raise Refusal("applications_closed")
    return offering


def _check_open(offering: Offering, now: datetime) -> None:
    """Refuse where a beneficiary cannot speak any more.

    LMS choice: where no deadline is set for endorsements, they end when the activity begins.
    """
    check_goes_on(offering)
    if offering.endorses_until is not None and offering.endorses_until < now:
        raise Refusal("endorsement_over", until=offering.endorses_until.isoformat())
    if begun(offering, now):
        raise Refusal("activity_begun")


def _begin(session: Session, coordinator: Person, offering: Offering, person: Person, now: datetime) -> Case:
    application = Application(
        person_id=person.id, offering_id=offering.id, state=State.SUBMITTED,
        language=language_in(offering, None, person.language), institution=person.institution,
        created_at=now, submitted_at=now,
    )  # fmt: skip
    application.person = person
    session.add(application)
    session.flush()
    note(session, application, (None, Action.APPLY), Cause(now=now, actor_id=coordinator.id))
    return Case(application, offering)


def _name(session: Session, coordinator: Person, case: Case, rank: int | None, now: datetime) -> None:
    """Write the nomination down, and the endorsement that it is."""
    application = case.application
    application.submitted_at = application.submitted_at or now
    cause = Cause(now=now, actor_id=coordinator.id, facts=_ranked(rank))
    if application.state in {State.DRAFT, State.SUBMITTED}:
        tell(session, case, move(session, case, Action.NOMINATE, cause), {"by": coordinator.name})
    _sign(coordinator, application, rank, now)
    move(session, case, Action.ENDORSE, cause)


def _endorse(session: Session, coordinator: Person, case: Case, rank: int | None, now: datetime) -> Application:
    application = case.application
    cause = Cause(now=now, actor_id=coordinator.id, facts=_ranked(rank))
    is_signed = application.endorsed_at is not None
    if application.state in {State.ENDORSED, State.ELIGIBLE} and is_signed:
        if rank is not None and rank != application.endorsement_rank:
            application.endorsement_rank = _checked(rank)
            move(session, case, Action.ENDORSE, cause)
        return application
    _check_reopens(session, case)
    if not (application.state == State.INELIGIBLE and is_signed):
        _sign(coordinator, application, rank, now)
        tell(session, case, move(session, case, Action.ENDORSE, cause), {"by": coordinator.name})
    examine(session, case, _asking(Purpose.ENDORSEMENT, "web", coordinator), now)
    return application


def _sign(coordinator: Person, application: Application, rank: int | None, now: datetime) -> None:
    application.endorsed_by_id, application.endorsed_at = coordinator.id, now
    application.endorsement_rank = _checked(rank) if rank is not None else application.endorsement_rank


def _check_reopens(session: Session, case: Case) -> None:
    """Refuse to endorse whom the institute has declined: a coordinator takes back the own refusal only."""
    if case.application.state != State.DECLINED:
        return
    last = (
        select(ApplicationChange.action)
        .where(ApplicationChange.application_id == case.application.id)
        .order_by(ApplicationChange.changed_at.desc(), ApplicationChange.id.desc())
        .limit(1)
    )
    if session.scalar(last) != Action.REFUSE:
        raise Refusal("application_declined")


def _asking(purpose: Purpose, route: str, coordinator: Person) -> Asking:
    return Asking(purpose=purpose, route=route, actor=coordinator)


def _checked(rank: int) -> int:
    if not 1 <= rank <= HIGHEST_RANK:
        raise Refusal("rank_out_of_range", most=str(HIGHEST_RANK))
    return rank


def _ranked(rank: int | None) -> dict[str, object]:
    return {} if rank is None else {"rank": rank}


def can_endorse(offering: Offering, now: datetime) -> bool:
    """Tell whether a beneficiary can still speak about applications to an activity."""
    try:
        _check_open(offering, now)
    except Refusal:
        return False
    return True


def can_nominate(offering: Offering, now: datetime) -> bool:
    """Tell whether a beneficiary can still name people for an activity."""
    is_closed = offering.applies_until is not None and offering.applies_until < now
    return can_endorse(offering, now) and not (is_closed and offering.endorses_until is None)
