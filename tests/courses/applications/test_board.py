"""What the selection board reads of people; on both databases."""

import pytest
from sqlalchemy.orm import Session

from courses.applications.board import board_of
from courses.applications.ranking import Verdict
from courses.people.beneficiaries import Beneficiary
from courses.progression.record import Membership
from tests.applications_builders import make_application, official, open_activity
from tests.builders import NOW


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
