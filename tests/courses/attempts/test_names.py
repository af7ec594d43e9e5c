"""What a package hears of who learns: an identifier that says nothing, and the name only where the course allows it."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from courses.attempts.facts import learner_id
from scorm.packaging.items import Edition
from tests.builders import make_person
from tests.paging import SECRET, open_page
from tests.playing import Played, make_played, package_of, sco
from tests.trying import make_administrator, open_trial

NAMES = {
    Edition.SCORM_12: ("cmi.core.student_id", "cmi.core.student_name"),
    Edition.SCORM_2004_4TH: ("cmi.learner_id", "cmi.learner_name"),
}


def published(session: Session, edition: Edition, *, tells_name: bool) -> Played:
    learner = make_person(session, given_name="Wangari", family_name="Otieno")
    return make_played(session, package_of([sco("one")], edition=edition), person=learner, tells_name=tells_name)


@pytest.mark.parametrize("edition", NAMES)
class TestTheName:
    def test_is_told_where_the_course_allows_it(self, session: Session, now: datetime, edition: Edition) -> None:
        page = open_page(session, published(session, edition, tells_name=True), now)
        assert page.opening["deliver"]["values"][NAMES[edition][1]] == "Otieno, Wangari"

    def test_is_not_told_else(self, session: Session, now: datetime, edition: Edition) -> None:
        played = published(session, edition, tells_name=False)
        opening = open_page(session, played, now).opening
        identifier, name = (opening["deliver"]["values"][element] for element in NAMES[edition])
        assert name == f"Learner, {identifier[:6].upper()}"
        assert identifier == learner_id(SECRET, played.person.id)
        for secret in ("Otieno", "Wangari", played.person.email, str(played.person.id), played.person.id.hex):
            assert secret not in str(opening)

    def test_is_told_no_more_once_the_course_no_longer_allows_it(
        self, session: Session, now: datetime, edition: Edition
    ) -> None:
        played = published(session, edition, tells_name=True)
        open_page(session, played, now).commit("one")
        played.course.tells_name = False
        session.flush()
        assert "Otieno" not in str(open_page(session, played, now).opening)

    def test_in_a_trial_follows_the_same_rule(self, session: Session, now: datetime, edition: Edition) -> None:
        ada = make_administrator(session)
        for tells_name in (False, True):
            played = published(session, edition, tells_name=tells_name)
            values = open_trial(session, played, ada, now).opening["deliver"]["values"]
            assert values[NAMES[edition][1]].endswith(", Ada") is tells_name


class TestTheIdentifier:
    def test_is_the_same_in_every_course_and_another_for_everybody_else(self, session: Session, now: datetime) -> None:
        first = published(session, Edition.SCORM_12, tells_name=False)
        second = make_played(session, package_of([sco("two")]), person=first.person)
        stranger = make_played(session, package_of([sco("three")]))
        told = [
            open_page(session, played, now).opening["deliver"]["values"]["cmi.core.student_id"]
            for played in (first, second, stranger)
        ]
        assert told[0] == told[1] != told[2]
