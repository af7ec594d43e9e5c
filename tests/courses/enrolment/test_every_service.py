"""Every service that lets somebody into a course or an activity, or on in it, asks the gate: found by reading the code.

A service that is new stands in no table here, and fails the test until it does.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from courses.applications import board, changing, entering, examining, passing, services, waiting
from courses.applications.board import Chosen
from courses.applications.cases import case_of
from courses.applications.models import State
from courses.applications.passing import Asking
from courses.applications.selecting import Choice
from courses.applications.states import Action
from courses.enrolment import gate
from courses.enrolment.gate import Asked, Route
from courses.enrolment.services import Way, request_enrolment
from courses.offerings import services as services_of_activities
from courses.offerings.services import Ask
from courses.people.models import Language
from courses.policy.models import Purpose
from tests.call_graph import graph
from tests.call_graph import services as public
from tests.every_way import WHY, At, Try, clear, has_come_on, holder_of, reasons_given, set_stage, somebody
from tests.offerings_builders import facts_of_activity

GATE = "courses.enrolment.gate.pass_gate"
ROWS = {"courses.enrolment.models.Enrolment", "courses.applications.models.Application"}
FORWARD = {
    f"Action.{name}" for name in ("SUBMIT", "NOMINATE", "ENDORSE", "FIND_ELIGIBLE", "SELECT", "OFFER", "CONFIRM")
}
NO_WAY_IN = {
    "courses.enrolment.services.transfer": "moves an enrolment to another cohort of its own course",
    "courses.applications.examining.find_eligible": "is handed the decision of the gate",
}
"""What makes a row, or moves one on, and needs no decision of its own."""


def freed(act: Callable[[At], object]) -> Try:
    """Return the try of what frees a seat while somebody waits who may not have it."""
    return Try(State.WAITLISTED, act)


def select_by_board(at: At) -> object:
    chosen = Chosen(action=Action.SELECT, ids=(at.id,), reason="wanted")
    return board.choose(at.session, at.administrator, at.offering.id, chosen, at.now)


def accept_as_shown(at: At) -> object:
    mark = board.board_of(at.session, at.offering, at.now).mark
    return board.accept_proposal(at.session, at.administrator, at.offering.id, mark, at.now)


def select_among_many(at: At) -> object:
    chosen = [(at.id, Action.SELECT, Choice())]
    return services.decide_many(at.session, at.administrator, at.offering.id, chosen, at.now)


def leave_a_seat(at: At) -> object:
    holder = holder_of(at)
    return services.withdraw(at.session, holder.person, holder.id, at.now)


def lose_a_seat(at: At) -> object:
    return services.decline(at.session, at.administrator, holder_of(at).id, at.now, Choice(reason="ill"))


def ask_for_a_course(at: At) -> object:
    asked = Asked(person=at.person, subject=at.course, purpose=Purpose.ENROLMENT, route=Route.WEB)
    return gate.pass_gate(at.session, asked, at.now)


def enter_by_a_sheet(at: At) -> object:
    way = Way(route=Route.BULK, actor=at.administrator)
    return entering.enter(at.session, entering.Entry(person=at.person, code="ABOVE"), way, at.now)


def enrol(at: At) -> object:
    return request_enrolment(at.session, at.person, at.course.id, Language.EN, at.now)


def apply(at: At) -> object:
    return services.apply(at.session, at.person, at.offering.id, services.Wish(language=Language.EN), at.now)


def name_one(at: At) -> object:
    return services.nominate(at.session, at.coordinator, at.offering.id, at.person.id, at.now)


def name_many(at: At) -> object:
    return services.nominate_all(at.session, at.coordinator, at.offering.id, {at.person.id: 1}, at.now)


def add_a_seat(at: At) -> object:
    facts = facts_of_activity(code="SEMINAR", mode=at.offering.mode, level=2, needs_endorsement=False, seats=2)
    return changing.change_activity(at.session, at.offering.id, facts, Ask(at.administrator.id), at.now)


def go_on(at: At) -> object:
    """Let the activity go on after it was postponed; a seat was freed meanwhile."""
    services_of_activities.postpone(at.session, at.offering.id, Ask(None, "No rooms."), at.now)
    return changing.publish_activity(at.session, at.offering.id, Ask(None), at.now)


def offer_what_is_free(at: At, offer: Callable[[], object]) -> object:
    at.session.delete(holder_of(at))
    at.session.flush()
    return offer()


SELECTION = Asking(purpose=Purpose.SELECTION, route=Route.ADMINISTRATOR)
S = State
TRIES: dict[str, Try] = {
    "courses.enrolment.gate.pass_gate": Try(None, ask_for_a_course),
    "courses.enrolment.services.request_enrolment": Try(None, enrol),
    "courses.applications.entering.enter": Try(None, enter_by_a_sheet),
    "courses.applications.applying.apply": Try(None, apply),
    "courses.applications.applying.submit": Try(
        S.DRAFT, lambda at: services.submit(at.session, at.person, at.id, at.now)
    ),
    "courses.applications.applying.ask_again": Try(
        S.INELIGIBLE, lambda at: services.ask_again(at.session, at.person, at.id, at.now)
    ),
    "courses.applications.applying.confirm": Try(
        S.SELECTED, lambda at: services.confirm(at.session, at.person, at.id, at.now)
    ),
    "courses.applications.applying.withdraw": freed(leave_a_seat),
    "courses.applications.board.accept_proposal": Try(S.ELIGIBLE, accept_as_shown),
    "courses.applications.board.choose": Try(S.ELIGIBLE, select_by_board),
    "courses.applications.changing.change_activity": freed(add_a_seat),
    "courses.applications.changing.publish_activity": freed(lambda at: offer_what_is_free(at, lambda: go_on(at))),
    "courses.applications.endorsing.endorse": Try(
        S.SUBMITTED, lambda at: services.endorse(at.session, at.coordinator, at.id, at.now)
    ),
    "courses.applications.endorsing.nominate": Try(None, name_one),
    "courses.applications.endorsing.nominate_all": Try(None, name_many),
    "courses.applications.examining.examine": Try(
        S.SUBMITTED, lambda at: examining.examine(at.session, case_of(at.session, at.id), SELECTION, at.now)
    ),
    "courses.applications.passing.pass_on": Try(
        S.SUBMITTED, lambda at: passing.pass_on(at.session, case_of(at.session, at.id), SELECTION, at.now)
    ),
    "courses.applications.selecting.decide_many": Try(S.ELIGIBLE, select_among_many),
    "courses.applications.selecting.decline": freed(lose_a_seat),
    "courses.applications.selecting.reconsider": Try(
        S.DECLINED, lambda at: services.reconsider(at.session, at.administrator, at.id, at.now)
    ),
    "courses.applications.selecting.select": Try(
        S.ELIGIBLE, lambda at: services.select(at.session, at.administrator, at.id, at.now)
    ),
    "courses.applications.selecting.waitlist": Try(
        S.ELIGIBLE, lambda at: services.waitlist(at.session, at.administrator, at.id, at.now)
    ),
    "courses.applications.waiting.lapse_due": freed(lambda at: services.lapse_due(at.session, at.now)),
    "courses.applications.waiting.offer_added": freed(
        lambda at: offer_what_is_free(at, lambda: waiting.offer_added(at.session, at.offering.id, 0, at.now))
    ),
    "courses.applications.waiting.offer_in": freed(
        lambda at: offer_what_is_free(at, lambda: waiting.offer_in(at.session, at.offering, at.now))
    ),
    "courses.applications.waiting.offer_next": freed(
        lambda at: offer_what_is_free(at, lambda: waiting.offer_next(at.session, at.offering.id, at.now))
    ),
}


def test_whoever_makes_a_row_or_moves_one_on_asks_the_gate() -> None:
    known = graph()
    makes = {name for name, called in known.calls.items() if called & ROWS}
    moves = {
        name for name, words in known.words.items()
        if words & FORWARD and "courses.applications.cases.move" in known.calls[name]
    }  # fmt: skip
    assert makes
    assert moves
    asks = known.leading_to(GATE)
    for service in sorted(makes | moves):
        callers = public(known.leading_to(service))
        assert callers <= asks | set(NO_WAY_IN), f"{service} makes or moves a row without the gate"


def test_every_service_that_asks_the_gate_is_tried_here() -> None:
    assert public(graph().leading_to(GATE)) == set(TRIES)


def test_nobody_comes_in_by_any_service_and_all_say_the_same(session: Session, now: datetime) -> None:
    stage = set_stage(session)
    for name, way in TRIES.items():
        at = somebody(session, stage, way.start, now)
        reasons = reasons_given(at, way)
        assert reasons == WHY, f"{name} says {reasons}"
        assert not has_come_on(session, at.person, way.start), name
        clear(session, stage)


@pytest.mark.parametrize("name", sorted(NO_WAY_IN))
def test_what_needs_no_decision_is_still_there(name: str) -> None:
    assert name in graph().mentions
