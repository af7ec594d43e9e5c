"""Which version is played at the next launch: of those who have not begun, and of those who have."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.commits import post_of
from courses.attempts.models import AttemptState
from courses.attempts.retiring import retire
from courses.attempts.services import exchange, launch
from courses.attempts.silence import SILENCE
from courses.catalogue import versions
from courses.catalogue.models import CourseVersion, VersionRule
from courses.enrolment.models import Enrolment
from courses.errors import Refusal
from courses.people.models import Language
from scorm.packaging.items import Edition
from scorm.sequencing.definition import ControlMode, Sequencing
from tests.paging import SECRET, STATUS, Page, open_page
from tests.playing import Played, make_played, package_of, sco
from tests.versions import DAY, add_draft, add_version, enrol, open_attempt, set_rules

FIRST = package_of([sco("one"), sco("two")])
NEWER = package_of([sco("one", title="Renewed", mastery_score=80.0), sco("two")])
OTHER = package_of([sco("one"), sco("three")])
SUSPENDED = (("cmi.suspend_data", "page 7"), ("cmi.core.lesson_location", "7"), ("cmi.core.exit", "suspend"))


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, FIRST)


@pytest.fixture(autouse=True)
def _forget_events(session: Session) -> Iterator[None]:
    yield
    events.take(session)


def number_played(session: Session, played: Played) -> int:
    """Return the number of the version that the newest attempt of an enrolment is on."""
    return session.get_one(CourseVersion, open_attempt(session, played.enrolment).version_id).number


def leave(page: Page) -> None:
    """Leave the course with something done."""
    page.commit("one", *SUSPENDED, (STATUS, "incomplete"), request={"kind": "suspendAll"})


def moves(session: Session) -> list[tuple[tuple[str, str], ...]]:
    """Return what was told of attempts that moved, and forget it."""
    return [event.facts for event in events.take(session) if event.name == "attempt_moved"]


class TestWhoHasNotBegun:
    def test_plays_the_newest_version_unless_the_course_says_otherwise(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        add_version(session, played, NEWER, now)
        open_page(session, played, now + DAY)
        assert number_played(session, played) == 2

    def test_plays_the_one_that_was_current_when_they_enrolled_where_the_course_says_so(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, not_started=VersionRule.STAY, in_progress=VersionRule.STAY)
        add_version(session, played, NEWER, now + DAY)
        later = enrol(session, played, now + DAY)
        for one, number in ((played, 1), (later, 2)):
            open_page(session, one, now + 2 * DAY)
            assert number_played(session, one) == number

    def test_plays_the_newest_one_when_theirs_is_no_longer_kept(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, not_started=VersionRule.STAY, in_progress=VersionRule.STAY)
        add_version(session, played, NEWER, now + DAY)
        session.get_one(CourseVersion, played.version.id).retired_at = now
        session.flush()
        open_page(session, played, now + 2 * DAY)
        assert number_played(session, played) == 2

    def test_plays_nothing_while_there_is_only_a_draft(self, session: Session, played: Played, now: datetime) -> None:
        entry = versions.locked_version(session, add_draft(session, played, NEWER).id)[1]
        entry.version_id = None
        session.flush()
        with pytest.raises(Refusal, match="not_published"):
            open_page(session, played, now)


class TestABegunAttempt:
    def test_stays_unless_the_course_says_otherwise(self, session: Session, played: Played, now: datetime) -> None:
        leave(open_page(session, played, now))
        add_version(session, played, NEWER, now)
        page = open_page(session, played, now + DAY)
        assert number_played(session, played) == 1
        assert "moved" not in page.opening

    def test_moves_with_all_that_it_remembers_and_its_learner_is_told_once(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        page = open_page(session, played, now)
        page.commit("two", (STATUS, "completed"), ("cmi.core.score.raw", "70"))
        leave(page)
        before = open_attempt(session, played.enrolment)
        results = (before.id, before.score, before.progress, before.started_at)
        add_version(session, played, NEWER, now)
        page = open_page(session, played, now + DAY)
        after = open_attempt(session, played.enrolment)
        assert number_played(session, played) == 2
        assert (after.id, after.score, after.progress, after.started_at, after.moved_at) == (*results, now + DAY)
        assert page.opening["moved"] is True
        values = page.opening["deliver"]["values"]
        assert (values["cmi.suspend_data"], values["cmi.core.lesson_location"]) == ("page 7", "7")
        assert (values["cmi.core.entry"], values["cmi.student_data.mastery_score"]) == ("resume", "80")
        assert page.opening["contents"]["entries"][0]["title"] == "Renewed"
        assert page.opening["result"]["states"] == {"one": "incomplete", "two": "completed"}
        assert moves(session) == [(("before", "1"), ("after", "2"))]
        leave(page)
        assert "moved" not in open_page(session, played, now + DAY).opening

    def test_moves_back_after_a_rollback(self, session: Session, played: Played, now: datetime) -> None:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        leave(open_page(session, played, now))
        add_version(session, played, NEWER, now)
        leave(open_page(session, played, now + DAY))
        versions.publish(session, played.version.id, None, now + 2 * DAY)
        leave(open_page(session, played, now + 3 * DAY))
        assert number_played(session, played) == 1
        assert moves(session) == [(("before", "1"), ("after", "2")), (("before", "2"), ("after", "1"))]

    def test_stays_where_the_newer_version_has_other_parts(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        leave(open_page(session, played, now))
        add_version(session, played, OTHER, now)
        page = open_page(session, played, now + DAY)
        assert number_played(session, played) == 1
        assert (page.opening.get("moved"), moves(session)) == (None, [])

    def test_never_moves_under_a_page_that_plays_now(self, session: Session, played: Played, now: datetime) -> None:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        open_page(session, played, now)
        add_version(session, played, NEWER, now)
        open_page(session, played, now + SILENCE)
        assert number_played(session, played) == 1
        open_page(session, played, now + 2 * SILENCE + timedelta(seconds=1))
        assert number_played(session, played) == 2

    def test_ends_when_its_version_is_gone_and_no_other_takes_it_over(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        page = open_page(session, played, now)
        page.commit("one", (STATUS, "completed"), ("cmi.core.score.raw", "90"))
        leave(page)
        before = open_attempt(session, played.enrolment)
        add_version(session, played, OTHER, now)
        session.get_one(CourseVersion, played.version.id).retired_at = now
        session.flush()
        open_page(session, played, now + DAY)
        session.refresh(before)
        assert (before.state, before.ended_at) == (AttemptState.ENDED, now + DAY)
        assert number_played(session, played) == 2
        session.expire_all()
        assert session.get_one(Enrolment, played.enrolment.id).progress == 0.5

    def test_moves_whatever_the_rule_when_its_version_is_gone_and_another_takes_it_over(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        leave(open_page(session, played, now))
        add_version(session, played, NEWER, now)
        session.get_one(CourseVersion, played.version.id).retired_at = now
        session.flush()
        open_page(session, played, now + DAY)
        assert number_played(session, played) == 2
        assert open_attempt(session, played.enrolment).number == 1


def steered(**control: bool) -> bytes:
    """Return a package of 2004 whose organization has these ways."""
    return package_of(
        [sco("one"), sco("two"), sco("three")],
        edition=Edition.SCORM_2004_4TH,
        sequencing=Sequencing(control=ControlMode(**control)),
    )


class TestAnAttemptOf2004:
    def test_goes_on_at_the_same_activity_under_the_new_rules(self, session: Session, now: datetime) -> None:
        played = make_played(session, steered(flow=True, choice=False))
        set_rules(session, played, in_progress=VersionRule.MOVE)
        page = open_page(session, played, now)
        page.commit("one", ("cmi.completion_status", "completed"), request={"kind": "continue"})
        page.commit("two", ("cmi.suspend_data", "here"), ("cmi.exit", "suspend"), request={"kind": "suspendAll"})
        assert page.opening["contents"]["offered"] is False
        add_version(session, played, steered(flow=True, choice=True), now)
        page = open_page(session, played, now + DAY)
        assert (page.opening["moved"], page.opening["contents"]["offered"]) == (True, True)
        assert page.opening["deliver"]["activity"] == "two"
        assert page.opening["deliver"]["values"]["cmi.suspend_data"] == "here"
        assert page.opening["result"]["states"]["one"] == "completed"

    def test_of_an_older_edition_goes_on_in_a_newer_one(self, session: Session, now: datetime) -> None:
        flowing = Sequencing(control=ControlMode(flow=True))
        third, fourth = (
            package_of([sco("one"), sco("two")], edition=edition, sequencing=flowing)
            for edition in (Edition.SCORM_2004_3RD, Edition.SCORM_2004_4TH)
        )
        played = make_played(session, third)
        set_rules(session, played, in_progress=VersionRule.MOVE)
        page = open_page(session, played, now)
        page.commit("one", ("cmi.location", "5"), ("cmi.exit", "suspend"), request={"kind": "suspendAll"})
        add_version(session, played, fourth, now)
        page = open_page(session, played, now + DAY)
        assert (page.opening["edition"], page.opening["moved"]) == ("2004 4th Edition", True)
        assert page.opening["deliver"]["values"]["cmi.location"] == "5"
        page.commit("one", ("cmi.completion_status", "completed"), request={"kind": "continue"})
        page.commit("two", ("cmi.completion_status", "completed"), request={"kind": "exitAll"})
        versions.publish(session, played.version.id, None, now + 2 * DAY)
        assert open_page(session, played, now + 3 * DAY).opening["edition"] == "2004 3rd Edition"


def test_what_an_old_page_could_not_send_is_taken_in_after_the_move(
    session: Session, played: Played, now: datetime
) -> None:
    set_rules(session, played, in_progress=VersionRule.MOVE)
    page = open_page(session, played, now)
    add_version(session, played, NEWER, now)
    unsent = page.document("one", (STATUS, "completed"))
    code = launch(session, played.person, played.enrolment.id, None, Language.EN, now + DAY)
    journal = [post_of(page.token, unsent, json.dumps(unsent).encode())]
    opening = exchange(session, code, journal, SECRET, now + DAY)
    assert opening is not None
    assert (opening.version_id, opening.body["moved"]) != (played.version.id, False)
    assert opening.body["result"]["states"]["one"] == "completed"


def test_a_version_that_is_played_is_not_retired_and_one_that_nobody_is_held_to_is(
    session: Session, played: Played, now: datetime
) -> None:
    leave(open_page(session, played, now))
    add_version(session, played, NEWER, now)
    with pytest.raises(Refusal, match="version_in_use"):
        retire(session, played.version.id, None, now)
    set_rules(session, played, in_progress=VersionRule.MOVE)
    assert retire(session, played.version.id, None, now).retired_at == now
