"""What the selection board reads of people; on both databases."""

import pytest
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.board import Chosen, accept_proposal, board_of, choose
from courses.applications.models import State
from courses.applications.ranking import Verdict
from courses.applications.states import Action
from courses.people.beneficiaries import Beneficiary
from courses.people.models import Role
from courses.progression.record import Membership
from tests.applications_builders import make_application, official, open_activity
from tests.builders import NOW, make_person


@pytest.mark.parametrize(("membership", "first"), [(Membership.MEMBER, "VU"), (Membership.ACCEDING, "TG")])
def test_without_a_mission_members_come_first_and_others_do_not(
    session: Session, membership: Membership, first: str
) -> None:
    session.add_all(
        [
            Beneficiary(code="TG", membership=Membership.MEMBER, has_mission=True),
            Beneficiary(code="VU", membership=membership, has_mission=False),
        ]
    )
    session.flush()
    offering = open_activity(session, 1)
    for country in ("TG", "VU"):
        make_application(session, official(session, country), offering)
    (line,) = board_of(session, offering, NOW).placed(Verdict.SEAT)
    assert line.person.country == first


def test_a_place_given_otherwise_than_proposed_says_why_and_by_whom(session: Session) -> None:
    session.add_all([Beneficiary(code=code, membership=Membership.MEMBER) for code in ("TG", "VU")])
    session.flush()
    offering = open_activity(session, 1)
    for country in ("TG", "VU"):
        make_application(session, official(session, country), offering)
    admin = make_person(session, given_name="Olive", roles=[Role.ADMINISTRATOR])
    (waits,) = board_of(session, offering, NOW).placed(Verdict.WAIT)
    choose(session, admin, offering.id, Chosen(action=Action.SELECT, ids=(waits.application.id,), reason="Alone"), NOW)
    board = board_of(session, offering, NOW)
    accept_proposal(session, admin, offering.id, board.mark, NOW)
    said = {line.application.id: line.said for line in board_of(session, offering, NOW).lines}
    given = said.pop(waits.application.id)
    assert given is not None
    assert (given.change.reason, given.by) == ("Alone", admin.name)
    assert list(said.values()) == [None]
    services.withdraw(session, waits.application.person, waits.application.id, NOW)
    services.offer_next(session, offering.id, NOW)
    (offered,) = board_of(session, offering, NOW).of(State.SELECTED)
    assert offered.said is not None
    assert offered.said.change.action == Action.OFFER
