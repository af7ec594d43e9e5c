"""What people decide about applications: select, put on the waiting list, decline; one by one, or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from courses.applications.cases import Case, Cause, Place, case_of, cases_in, check_goes_on, checked_reason, move
from courses.applications.examining import examine, find_eligible, reject
from courses.applications.models import Application, State
from courses.applications.passing import Asking, EnrolmentRefused, pass_on
from courses.applications.rights import check_administers
from courses.applications.seats import close_ranks, free_seats, next_waiting, take_seat
from courses.applications.states import CHOOSABLE, SEATED, Action
from courses.applications.telling import tell
from courses.applications.waiting import offer_in, seated
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering
from courses.offerings.openness import is_over
from courses.offerings.services import locked as locked_offering
from courses.people.models import Person
from courses.policy.models import Purpose
from courses.progression.decision import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How somebody decides: why, with which reason the gate is overridden, and what the proposal had said.

    `rank_facts` are kept with the application.
    """

    reason: str = ""
    override_reason: str = ""
    rank_facts: dict[str, Any] = field(default_factory=dict)


PLAIN = Choice()


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one application in a decision about many; `reasons` where the gate refused."""

    application: Application
    reasons: tuple[Reason, ...] = ()


def select(
    session: Session, administrator: Person, application_id: UUID, now: datetime, choice: Choice = PLAIN
) -> Application:
    """Select a person: the lowest free seat is held from now on, and the person is asked to confirm.

    Who holds a seat already keeps it.

    Raises:
        NotFound: there is no such application, or the person does not select.
        Refusal: no seat is left, the application is not endorsed, or the activity does not go on.
        EnrolmentRefused: a condition is not met, and is not overridden.
    """
    check_administers(session, administrator)
    case = case_of(session, application_id)
    _select(session, administrator, case, now, choice)
    return case.application


def waitlist(
    session: Session, administrator: Person, application_id: UUID, now: datetime, choice: Choice = PLAIN
) -> Application:
    """Put a person at the end of the waiting list; who waits already keeps the place.

    Raises:
        NotFound: there is no such application, or the person does not select.
        IllegalTransition: the person has a seat.
        Refusal: the application is not endorsed, or the activity does not go on.
        EnrolmentRefused: a condition is not met, and is not overridden.
    """
    check_administers(session, administrator)
    case = case_of(session, application_id)
    _wait(session, administrator, case, now, choice)
    return case.application


def decline(
    session: Session, administrator: Person, application_id: UUID, now: datetime, choice: Choice = PLAIN
) -> Application:
    """Decline an application; a seat that it held goes to the waiting list. One declined already stays so.

    Raises:
        NotFound: there is no such application, or the person does not select.
        Refusal: a seat is taken back without a reason.
    """
    check_administers(session, administrator)
    case = case_of(session, application_id)
    _decline(session, administrator, case, now, choice)
    return case.application


def reconsider(
    session: Session, administrator: Person, application_id: UUID, now: datetime, choice: Choice = PLAIN
) -> Application:
    """Ask the gate again about an application without a seat, also one that was declined: eligible, or not.

    Raises:
        NotFound: there is no such application, or the person does not select.
        IllegalTransition: the person has a seat, or waits for one.
        Refusal: the application is not endorsed, or the activity does not go on.
    """
    check_administers(session, administrator)
    case = case_of(session, application_id)
    check_goes_on(case.offering)
    _check_endorsed(case, choice)
    examine(session, case, _asking(Purpose.ENDORSEMENT, administrator, choice), now)
    return case.application


def decide_many(
    session: Session,
    administrator: Person,
    offering_id: UUID,
    chosen: Sequence[tuple[UUID, Action, Choice]],
    now: datetime,
) -> list[Decided]:
    """Decide about many applications to an activity, in this order and in one transaction.

    Seats are counted before anybody gets one. Whom the gate refuses becomes ineligible, with every reason, and keeps
    nobody else back.

    Raises:
        NotFound: there is no such activity or application, or the person does not select.
        IllegalTransition: an application has no such move.
        Refusal: `seats_too_few`, or as of one.
    """
    check_administers(session, administrator)
    offering = locked_offering(session, offering_id)
    cases = cases_in(session, offering, tuple(one for one, _, _ in chosen))
    if len(cases) < len({one for one, _, _ in chosen}):
        raise NotFound("application")
    by_id = {case.application.id: case for case in cases}
    wanted = [by_id[one] for one, action, _ in chosen if action == Action.SELECT]
    _check_seats(session, offering, [case for case in wanted if case.application.state not in SEATED])
    return [_decide(session, administrator, by_id[one], (action, choice), now) for one, action, choice in chosen]


def _decide(
    session: Session, administrator: Person, case: Case, decision: tuple[Action, Choice], now: datetime
) -> Decided:
    action, choice = decision
    if action == Action.DECLINE:
        _decline(session, administrator, case, now, choice)
        return Decided(case.application)
    put = _select if action == Action.SELECT else _wait
    try:
        put(session, administrator, case, now, choice)
    except EnrolmentRefused as error:
        if case.application.state in CHOOSABLE:
            reject(session, case, error, Cause(now=now, actor_id=administrator.id, reason=choice.reason))
        return Decided(case.application, error.decision.reasons)
    return Decided(case.application)


def _select(session: Session, administrator: Person, case: Case, now: datetime, choice: Choice) -> None:
    if case.application.state in SEATED:
        return
    _forward(session, administrator, case, now, choice)
    seat = take_seat(session, case.offering)
    seated(session, case, Action.SELECT, _cause(administrator, choice, now), seat)
    close_ranks(session, case.offering)


def _wait(session: Session, administrator: Person, case: Case, now: datetime, choice: Choice) -> None:
    if case.application.state == State.WAITLISTED:
        return
    if case.application.state not in SEATED:
        _forward(session, administrator, case, now, choice)
    number = next_waiting(session, case.offering)
    change = move(session, case, Action.WAIT, _cause(administrator, choice, now), Place(waiting=number))
    tell(session, case, change)


def _decline(session: Session, administrator: Person, case: Case, now: datetime, choice: Choice) -> None:
    if case.application.state == State.DECLINED:
        return
    had_seat, waited = case.application.state in SEATED, case.application.state == State.WAITLISTED
    if had_seat:
        checked_reason(choice.reason)
    case.application.rank_facts = choice.rank_facts or case.application.rank_facts
    tell(session, case, move(session, case, Action.DECLINE, _cause(administrator, choice, now)))
    if waited:
        close_ranks(session, case.offering)
    if had_seat:
        offer_in(session, case.offering, now)


def _forward(session: Session, administrator: Person, case: Case, now: datetime, choice: Choice) -> None:
    """Bring an application to where it can be selected: endorsed, through the gate, and so eligible."""
    check_goes_on(case.offering)
    if is_over(case.offering, now):
        raise Refusal("activity_over")
    _check_endorsed(case, choice)
    asking = _asking(Purpose.SELECTION, administrator, choice)
    stored = pass_on(session, case, asking, now)
    case.application.rank_facts = choice.rank_facts or case.application.rank_facts
    if case.application.state not in {State.ELIGIBLE, State.WAITLISTED}:
        find_eligible(session, case, stored, _cause(administrator, choice, now))


def _check_endorsed(case: Case, choice: Choice) -> None:
    """Refuse to go on without the beneficiary's endorsement, where it is asked for and nobody overrides that."""
    application = case.application
    if case.offering.needs_endorsement and application.endorsed_at is None and not choice.override_reason.strip():
        raise Refusal("not_endorsed", person=case.person.name)


def _check_seats(session: Session, offering: Offering, cases: Sequence[Case]) -> None:
    free = free_seats(session, offering)
    if free is not None and len(cases) > len(free):
        raise Refusal("seats_too_few", chosen=str(len(cases)), free=str(len(free)))


def _asking(purpose: Purpose, administrator: Person, choice: Choice) -> Asking:
    return Asking(
        purpose=purpose, route="administrator", actor=administrator, override_reason=choice.override_reason.strip()
    )  # fmt: skip


def _cause(administrator: Person, choice: Choice, now: datetime) -> Cause:
    facts: dict[str, object] = {"proposal": choice.rank_facts.get("verdict")} if choice.rank_facts else {}
    if choice.override_reason.strip():
        facts["override"] = choice.override_reason.strip()
    return Cause(now=now, actor_id=administrator.id, reason=choice.reason or choice.override_reason, facts=facts)
