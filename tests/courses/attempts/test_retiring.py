"""A version is retired when nobody is held to it; who plays what is counted, and what a publication would mean."""

from contextlib import suppress
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import events
from courses.attempts.models import Attempt
from courses.attempts.players import Consequences, Players, Playing, consequences, playing
from courses.attempts.retiring import retire
from courses.attempts.services import launch
from courses.catalogue import versions
from courses.catalogue.models import CourseLanguage, CourseVersion, Publication, VersionRule
from courses.enrolment.models import DropoutKind, Outcome
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from lms.db import Database
from tests.courses.attempts.test_moving import FIRST, NEWER, OTHER, leave
from tests.courses.attempts.test_together import together
from tests.paging import open_page
from tests.playing import Played, make_played
from tests.versions import DAY, add_draft, add_version, enrol, set_rules

ROUNDS = 15


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, FIRST)


def who_plays(session: Session, played: Played, now: datetime) -> Playing:
    return playing(session, played.version.course_language_id, now)


def refused(session: Session, version_id: object, now: datetime) -> tuple[str, dict[str, str]]:
    """Return why a version is not retired."""
    with pytest.raises(Refusal) as caught:
        retire(session, version_id, None, now)  # type: ignore[arg-type]
    return caught.value.code, caught.value.parameters


class TestWhoPlays:
    def test_is_counted_by_version(self, session: Session, played: Played, now: datetime) -> None:
        second = enrol(session, played, now)
        enrol(session, played, now)
        leave(open_page(session, played, now))
        newer = add_version(session, played, NEWER, now)
        open_page(session, second, now)
        found = who_plays(session, played, now)
        assert found.of(played.version.id) == Players(1, 0, 0)
        assert found.of(newer.id) == Players(1, 1, 0)
        assert (found.playing_now, found.waiting) == ({newer.id: 1}, 1)

    def test_of_those_held_to_the_version_of_their_enrolment(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, not_started=VersionRule.STAY, in_progress=VersionRule.STAY)
        newer = add_version(session, played, NEWER, now + DAY)
        enrol(session, played, now + DAY)
        enrol(session, played, now + 2 * DAY)
        versions.publish(session, played.version.id, None, now + 3 * DAY)
        enrol(session, played, now + 4 * DAY)
        found = who_plays(session, played, now)
        assert (found.of(played.version.id).not_begun, found.of(newer.id).not_begun) == (2, 2)

    @pytest.mark.parametrize(
        "facts",
        [
            {"outcome": Outcome.CANCELLED}, {"outcome": Outcome.TRANSFERRED}, {"outcome": Outcome.VOID},
            {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW},
        ],
    )  # fmt: skip
    def test_leaves_out_who_cannot_open_it_any_more(
        self, session: Session, played: Played, now: datetime, facts: dict[str, object]
    ) -> None:
        other = enrol(session, played, now)
        leave(open_page(session, played, now))
        for one in (played, other):
            for name, value in facts.items():
                setattr(one.enrolment, name, value)
        session.flush()
        found = who_plays(session, played, now)
        assert (found.of(played.version.id), found.waiting) == (Players(0, 0, 1), 0)

    def test_leaves_out_those_whose_access_is_over_and_keeps_those_who_lapsed(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        lapsed = enrol(session, played, now)
        lapsed.enrolment.outcome, lapsed.enrolment.dropout_kind = Outcome.DROPPED_OUT, DropoutKind.LAPSED
        enrol(session, played, now, closes_at=now)
        session.flush()
        assert who_plays(session, played, now).waiting == 2


class TestAPublicationWouldMean:
    def test_that_who_has_begun_stays_and_who_has_not_begins_with_it(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        enrol(session, played, now)
        leave(open_page(session, played, now))
        draft = add_draft(session, played, NEWER)
        found = consequences(session, who_plays(session, played, now), draft.id)
        assert found == Consequences(moving=0, staying=1, unfit=0, beginning=1, held=0)

    def test_that_who_has_begun_moves_where_it_fits(self, session: Session, played: Played, now: datetime) -> None:
        set_rules(session, played, not_started=VersionRule.STAY, in_progress=VersionRule.MOVE)
        enrol(session, played, now)
        leave(open_page(session, played, now))
        fitting, other = add_draft(session, played, NEWER), add_draft(session, played, OTHER)
        found = who_plays(session, played, now)
        assert consequences(session, found, fitting.id) == Consequences(
            moving=1, staying=0, unfit=0, beginning=0, held=1
        )
        assert consequences(session, found, other.id) == Consequences(moving=0, staying=1, unfit=1, beginning=0, held=1)


class TestAVersion:
    def test_that_is_current_is_not_retired(self, session: Session, played: Played, now: datetime) -> None:
        assert refused(session, played.version.id, now) == ("version_current", {})

    def test_that_nobody_plays_is_retired_once(self, session: Session, played: Played, now: datetime) -> None:
        newer = add_version(session, played, NEWER, now)
        events.take(session)
        assert retire(session, played.version.id, None, now + DAY).retired_at == now + DAY
        assert retire(session, played.version.id, None, now + 2 * DAY).retired_at == now + DAY
        assert [event.name for event in events.take(session)] == ["version_retired"]
        with pytest.raises(Refusal, match="version_retired"):
            versions.publish(session, played.version.id, None, now)
        assert session.get_one(CourseLanguage, newer.course_language_id).version_id == newer.id

    def test_in_the_middle_of_which_somebody_is_stays(self, session: Session, played: Played, now: datetime) -> None:
        leave(open_page(session, played, now))
        add_version(session, played, NEWER, now)
        assert refused(session, played.version.id, now) == (
            "version_in_use", {"in_progress": "1", "not_begun": "0"},
        )  # fmt: skip

    def test_in_the_middle_of_which_somebody_is_goes_when_they_may_move(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, in_progress=VersionRule.MOVE)
        open_page(session, played, now)
        add_version(session, played, NEWER, now)
        assert refused(session, played.version.id, now)[0] == "version_in_use"  # the page is still open
        retire(session, played.version.id, None, now + DAY)
        assert open_page(session, played, now + DAY).opening["moved"] is True

    def test_to_which_people_are_held_who_have_not_begun_stays(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        set_rules(session, played, not_started=VersionRule.STAY, in_progress=VersionRule.STAY)
        add_version(session, played, NEWER, now + DAY)
        assert refused(session, played.version.id, now)[1] == {"in_progress": "0", "not_begun": "1"}
        set_rules(session, played, in_progress=VersionRule.STAY)
        retire(session, played.version.id, None, now)

    def test_that_is_a_draft_is_discarded(self, session: Session, played: Played, now: datetime) -> None:
        draft = add_draft(session, played, NEWER)
        retire(session, draft.id, None, now)
        assert [event.name for event in events.take(session)] == ["draft_discarded"]

    def test_that_is_unknown_is_not_found(self, session: Session, played: Played, now: datetime) -> None:
        with pytest.raises(NotFound):
            retire(session, played.person.id, None, now)


def test_who_begins_at_the_very_moment_holds_the_version_or_plays_the_current_one(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        first = make_played(session, FIRST)
        set_rules(session, first, not_started=VersionRule.STAY, in_progress=VersionRule.STAY)
        add_version(session, first, OTHER, now + DAY)
        first.enrolment.outcome = Outcome.VOID
    for _ in range(ROUNDS):
        with database.transaction() as session:
            session.get_one(CourseVersion, first.version.id).retired_at = None
            one = enrol(session, first, now)
            one.enrolment.enrolled_at = now + 2 * DAY  # held to the other one, until the moment comes

        def begin(one: Played = one) -> None:
            with database.transaction() as session:
                session.merge(one.enrolment).enrolled_at = now
                session.flush()
                launch(session, one.person, one.enrolment.id, None, Language.EN, now)

        def give_up() -> None:
            with database.transaction() as session, suppress(Refusal):  # somebody has begun on it before
                retire(session, first.version.id, None, now)

        together(begin, give_up)
        with database.transaction() as session:
            retired = select(CourseVersion.id).where(CourseVersion.retired_at.is_not(None))
            on_retired = session.scalar(select(func.count(Attempt.id)).where(Attempt.version_id.in_(retired)))
            assert on_retired == 0
            for attempt in session.scalars(select(Attempt)):
                session.delete(attempt)
            session.merge(one.enrolment).outcome = Outcome.VOID


def test_two_versions_published_at_once_leave_one_current_and_both_in_the_history(
    database: Database, now: datetime
) -> None:
    for _ in range(ROUNDS):
        with database.transaction() as session:
            played = make_played(session, FIRST)
            drafts = [add_draft(session, played, data).id for data in (NEWER, OTHER)]

        def publish(version_id: object, at: datetime) -> None:
            with database.transaction() as session:
                versions.publish(session, version_id, None, at)  # type: ignore[arg-type]

        together(*(lambda one=one, d=d: publish(one, now + d * DAY) for d, one in enumerate(drafts, 1)))
        with database.reading() as session:
            entry = session.get_one(CourseLanguage, played.version.course_language_id)
            history = session.scalars(select(Publication.version_id).where(Publication.version_id.in_(drafts))).all()
            assert entry.version_id in drafts
            assert set(history) == set(drafts)
