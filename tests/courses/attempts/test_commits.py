"""The commit protocol: exactly once, whatever comes twice, late, overtaken or changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Verdict, post_of
from courses.attempts.models import ActivityState, Attempt, Lease, RawCommit
from courses.attempts.services import Opening, beat, exchange, launch, resume
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Language, SignIn
from tests.paging import SECRET, STATUS, Page, open_page
from tests.playing import Played, make_played, package_of, sco

SECOND = timedelta(seconds=1)


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one"), sco("two"), sco("quiz", mastery_score=60)]), tells_name=True)


@pytest.fixture
def page(session: Session, played: Played, now: datetime) -> Page:
    return open_page(session, played, now)


def state(session: Session, activity: str) -> Any:
    columns = select(ActivityState.__table__).where(ActivityState.activity_id == activity)
    return session.execute(columns).one()


def enrolment(session: Session) -> Any:
    return session.execute(select(Enrolment.__table__)).one()


class TestExactlyOnce:
    def test_a_commit_is_kept_raw_and_in_the_state(self, session: Session, page: Page) -> None:
        answer = page.commit("one", ("cmi.core.lesson_location", "p3"), ("cmi.suspend_data", "x" * 4000))
        assert answer.verdict is Verdict.SAVED
        assert answer.body["acknowledged"] == 2
        row = state(session, "one")
        assert row.values["cmi.core.lesson_location"] == "p3"
        assert row.suspend_data == "x" * 4000
        assert "cmi.core.student_name" not in row.values
        assert session.scalar(select(func.count()).select_from(RawCommit)) == 1

    def test_the_same_number_twice_is_answered_alike_and_counts_once(self, session: Session, page: Page) -> None:
        document = page.document("one", ("cmi.comments", "A"))
        first = page.post(document)
        assert page.post(document) == first
        assert state(session, "one").values["cmi.comments"] == "A"
        assert session.scalar(select(func.count()).select_from(RawCommit)) == 1

    def test_the_same_number_with_other_content_is_refused(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.comments", "A"))
        page.seq = page.sent = 0
        answer = page.commit("one", ("cmi.comments", "B"))
        assert answer.verdict is Verdict.CONFLICT
        assert state(session, "one").values["cmi.comments"] == "A"

    def test_a_repeated_change_in_a_larger_post_is_skipped(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.comments", "A"))
        page.sent = 0
        answer = page.commit("one", ("cmi.comments", "A"), ("cmi.comments", "B"))
        assert answer.body["acknowledged"] == 2
        assert state(session, "one").values["cmi.comments"] == "AB"

    def test_an_overtaken_post_changes_nothing_any_more(self, session: Session, page: Page) -> None:
        first = page.document("one", ("cmi.core.lesson_location", "p1"))
        page.sent = 0
        second = page.document("one", ("cmi.core.lesson_location", "p1"), ("cmi.core.lesson_location", "p2"))
        page.post(second)
        assert page.post(first).body["acknowledged"] == 2
        assert state(session, "one").values["cmi.core.lesson_location"] == "p2"

    def test_numbers_leave_out_what_was_overwritten_on_the_way(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.comments", "A"))
        page.seq += 1
        document = {"seq": page.seq, "base": 0, "activity": "one", "numbers": [0, 7],
                    "changes": [["cmi.comments", "A"], ["cmi.comments", "B"]]}  # fmt: skip
        assert page.post(document).body["acknowledged"] == 8
        assert state(session, "one").values["cmi.comments"] == "AB"

    def test_what_the_book_refuses_is_acknowledged_with_a_finding_and_the_rest_counts(
        self, session: Session, page: Page
    ) -> None:
        answer = page.commit("one", (STATUS, "Passed"), ("cmi.core.lesson_location", "p3"))
        assert answer.body["acknowledged"] == 2
        assert answer.body["findings"] == [{"element": STATUS, "code": "405"}]
        assert state(session, "one").values["cmi.core.lesson_location"] == "p3"

    def test_a_request_is_carried_out_once_however_often_it_is_posted(self, session: Session, page: Page) -> None:
        document = page.document("one", request={"kind": "continue"})
        first = page.post(document)
        assert first.body["deliver"]["activity"] == "two"
        assert page.post(document).body["deliver"] == first.body["deliver"]
        assert session.scalar(select(Attempt.activity_id)) == "two"
        assert state(session, "two").visits == 1

    @pytest.mark.parametrize("kind", ["exit", "exitAll", "suspendAll", "abandon", "abandonAll"])
    def test_every_way_out_leaves_the_course_in_1_2(self, page: Page, kind: str) -> None:
        assert page.commit("one", request={"kind": kind}).body["left"] is True

    def test_text_that_no_column_takes_comes_back_as_it_was(self, session: Session, page: Page, played: Played) -> None:
        odd = "half \ud83d and a \x00"
        page.commit("one", ("cmi.suspend_data", odd))
        again = open_page(session, played, page.now)
        assert again.opening["deliver"]["values"]["cmi.suspend_data"] == odd

    def test_an_ordinary_commit_needs_six_statements(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.core.lesson_location", "p1"), (STATUS, "incomplete"))
        statements: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        page.commit("one", ("cmi.core.lesson_location", "p2"), ("cmi.suspend_data", "abc"))
        locks = connection.dialect.name != "sqlite"
        assert len(statements) <= 6 + locks, statements

    def test_an_unknown_token_and_an_unknown_item_change_nothing(self, session: Session, page: Page) -> None:
        assert page.commit("nowhere", (STATUS, "passed")).verdict is Verdict.INVALID
        assert page.commit("", request={"kind": "continue"}).verdict is Verdict.INVALID
        page.opening = page.opening | {"token": "forged"}
        assert page.commit("one", (STATUS, "passed")).verdict is Verdict.UNKNOWN
        assert session.scalar(select(func.count()).select_from(RawCommit)) == 0


class TestResult:
    def test_status_before_score_and_score_before_status_are_alike(self, session: Session, now: datetime) -> None:
        pairs = [(STATUS, "passed"), ("cmi.core.score.raw", "80")]
        for changes in (pairs, pairs[::-1]):
            played = make_played(session, package_of([sco("one")]))
            open_page(session, played, now).commit("one", *changes)
            row = session.execute(select(Enrolment.__table__).where(Enrolment.id == played.enrolment.id)).one()
            assert (row.outcome, row.mark, row.is_completed) == (Outcome.PASSED, 0.8, True)

    def test_a_result_never_falls(self, session: Session, page: Page) -> None:
        for name in ("one", "two"):
            page.commit(name, (STATUS, "completed"))
        page.commit("quiz", (STATUS, "passed"), ("cmi.core.score.raw", "90"))
        assert enrolment(session).outcome == Outcome.PASSED
        page.commit("quiz", (STATUS, "failed"), ("cmi.core.score.raw", "10"))
        row = enrolment(session)
        assert (row.outcome, row.mark, row.has_distinction) == (Outcome.PASSED, 0.9, True)

    def test_the_mastery_score_decides_when_the_session_ends(self, session: Session, page: Page) -> None:
        page.commit("quiz", ("cmi.core.score.raw", "70"))
        assert state(session, "quiz").is_passed is None
        answer = page.commit("quiz", request={"kind": "terminate"})
        assert state(session, "quiz").is_passed is True
        assert answer.body["result"]["states"]["quiz"] == "passed"

    def test_both_times_are_kept(self, session: Session, page: Page) -> None:
        page.now += 30 * SECOND
        page.commit("one", ("cmi.core.session_time", "0000:00:20.00"), request={"kind": "terminate"})
        row = state(session, "one")
        assert (row.reported_cs, row.measured_cs) == (2000, 3000)
        assert row.values["cmi.core.total_time"] == "0000:00:20.00"

    def test_a_session_that_reports_no_time_is_given_the_measured_one(self, session: Session, page: Page) -> None:
        page.now += 30 * SECOND
        page.commit("one", (STATUS, "completed"), request={"kind": "terminate"})
        assert state(session, "one").reported_cs == 3000

    def test_a_sign_of_life_counts_the_time_and_a_silence_does_not(self, session: Session, page: Page) -> None:
        page.now += 60 * SECOND
        assert beat(session, page.token, page.now) == Answer(Verdict.SAVED, {"measured_cs": 6000})
        assert beat(session, page.token, page.now) == Answer(Verdict.SAVED, {})  # it costs nothing more often
        page.now += 3600 * SECOND
        page.commit("one", (STATUS, "incomplete"))
        assert state(session, "one").measured_cs == (60 + 120) * 100


class TestComingBack:
    def test_everything_is_found_again_after_a_page_that_just_vanished(
        self, session: Session, played: Played, page: Page
    ) -> None:
        page.commit("one", request={"kind": "continue"})
        page.commit("two", ("cmi.core.lesson_location", "p7"), ("cmi.suspend_data", "seven"))
        again = open_page(session, played, page.now)
        delivered = again.opening["deliver"]
        assert delivered["activity"] == "two"
        assert delivered["values"]["cmi.core.lesson_location"] == "p7"
        assert delivered["values"]["cmi.suspend_data"] == "seven"
        assert delivered["values"]["cmi.core.entry"] == "resume"
        assert delivered["values"]["cmi.core.student_name"] == "Number {}, Alice".format(
            played.person.family_name.rpartition(" ")[2]
        )
        assert delivered["values"]["cmi.core.student_id"] != str(played.person.id)

    def test_the_journal_of_a_vanished_page_comes_first(self, session: Session, played: Played, page: Page) -> None:
        page.commit("one", ("cmi.core.lesson_location", "p1"))
        document = {"base": 1, "activity": "one", "changes": [["cmi.core.lesson_location", "p2"]]}
        journal = [post_of(page.token, document, b"{}", is_journal=True)]
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, page.now)
        opening = exchange(session, code, journal, SECRET, page.now)
        assert isinstance(opening, Opening)
        assert opening.body["deliver"]["values"]["cmi.core.lesson_location"] == "p2"
        assert opening.body["recovered"] == {page.opening["lease"]: 2}

    def test_a_journal_found_after_the_new_lease_still_counts_while_nothing_was_written(
        self, session: Session, played: Played, page: Page
    ) -> None:
        page.commit("one", ("cmi.core.lesson_location", "p1"))
        second = open_page(session, played, page.now)
        document = {"base": 1, "activity": "one", "changes": [["cmi.core.lesson_location", "p2"]]}
        journal = [post_of(page.token, document, b"{}", is_journal=True)]
        third = resume(session, second.token, journal, SECRET, page.now)
        assert isinstance(third, Opening)
        assert third.body["deliver"]["values"]["cmi.core.lesson_location"] == "p2"

    def test_somebody_elses_journal_is_left_alone(self, session: Session, played: Played, page: Page) -> None:
        other = make_played(session, package_of([sco("one")], title="Another"))
        theirs = open_page(session, other, page.now)
        document = {"base": 0, "activity": "one", "changes": [["cmi.core.lesson_location", "p2"]]}
        journal = [post_of(page.token, document, b"{}", is_journal=True)]
        opening = resume(session, theirs.token, journal, SECRET, page.now)
        assert isinstance(opening, Opening)
        assert opening.body["recovered"] == {}

    def test_time_is_added_once_for_a_session_that_nobody_ended(
        self, session: Session, played: Played, page: Page
    ) -> None:
        page.commit("one", ("cmi.core.session_time", "0000:01:00.00"))
        again = open_page(session, played, page.now)
        assert again.opening["deliver"]["values"]["cmi.core.total_time"] == "0000:01:00.00"
        again.commit("one", ("cmi.core.session_time", "0000:02:00.00"), request={"kind": "terminate"})
        assert state(session, "one").values["cmi.core.total_time"] == "0000:03:00.00"


class TestOneWriter:
    def test_the_former_page_is_told_and_cannot_overwrite(self, session: Session, played: Played, page: Page) -> None:
        page.commit("one", ("cmi.core.lesson_location", "p1"))
        second = open_page(session, played, page.now)
        second.commit("one", ("cmi.core.lesson_location", "p9"))
        answer = page.commit("one", ("cmi.core.lesson_location", "p2"))
        assert answer.verdict is Verdict.REPLACED
        assert answer.body["acknowledged"] == 2
        assert state(session, "one").values["cmi.core.lesson_location"] == "p9"
        assert (
            session.scalar(
                select(RawCommit.is_late).order_by(RawCommit.received_at.desc(), RawCommit.seq.desc()).limit(1)
            )
            is True
        )

    def test_a_late_commit_raises_the_result(self, session: Session, now: datetime) -> None:
        played = make_played(session, package_of([sco("one")]))
        page = open_page(session, played, now)
        page.commit("one", (STATUS, "incomplete"))
        second = open_page(session, played, now)
        second.commit("one", (STATUS, "incomplete"))
        page.commit("one", (STATUS, "passed"), ("cmi.core.score.raw", "75"))
        assert state(session, "one").values[STATUS] == "incomplete"
        row = enrolment(session)
        assert (row.outcome, row.mark) == (Outcome.PASSED, 0.75)

    def test_work_of_the_former_page_stays_owed_until_the_newer_one_has_written(
        self, session: Session, played: Played, page: Page
    ) -> None:
        page.commit("one", ("cmi.core.lesson_location", "p1"))
        second = open_page(session, played, page.now)
        late = page.document("one", ("cmi.core.lesson_location", "p2"), ("cmi.suspend_data", "two"))
        answer = page.post(late)
        assert (answer.verdict, answer.body["acknowledged"]) == (Verdict.REPLACED, 1)
        assert page.post(late) == answer
        assert state(session, "one").values["cmi.core.lesson_location"] == "p1"
        journal = [post_of(page.token, late, b"{}", is_journal=True)]
        again = resume(session, page.token, journal, SECRET, page.now)
        assert isinstance(again, Opening)
        assert again.body["deliver"]["values"]["cmi.core.lesson_location"] == "p2"
        assert again.body["deliver"]["values"]["cmi.suspend_data"] == "two"
        assert again.body["recovered"] == {page.opening["lease"]: 3}
        assert second.commit("one", ("cmi.core.lesson_location", "p9")).verdict is Verdict.REPLACED

    def test_the_former_page_is_told_also_where_its_work_came_by_the_journal(
        self, session: Session, played: Played, page: Page
    ) -> None:
        post = page.document("one", ("cmi.core.lesson_location", "p2"))
        journal = [post_of(page.token, post, b"{}", is_journal=True)]
        assert isinstance(resume(session, page.token, journal, SECRET, page.now), Opening)
        answer = page.post(post)
        assert (answer.verdict, answer.body["acknowledged"]) == (Verdict.REPLACED, 1)

    def test_a_sign_of_life_of_the_former_page_says_so(self, session: Session, played: Played, page: Page) -> None:
        open_page(session, played, page.now)
        assert beat(session, page.token, page.now).verdict is Verdict.REPLACED

    def test_signing_out_ends_the_right_to_write_and_the_journal_waits(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        sign_in = SignIn(person_id=played.person.id, token_hash="a" * 64, created_at=now, seen_at=now)
        session.add(sign_in)
        session.flush()
        page = open_page(session, played, now, sign_in)
        session.execute(update(SignIn).values(ended_at=now))
        document = page.document("one", ("cmi.core.lesson_location", "p2"))
        assert page.post(document).verdict is Verdict.SIGNED_OUT
        assert resume(session, page.token, (), SECRET, now) == Answer(Verdict.SIGNED_OUT, {})
        journal = [post_of(page.token, document, b"{}", is_journal=True)]
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, now)
        opening = exchange(session, code, journal, SECRET, now)
        assert isinstance(opening, Opening)
        assert opening.body["deliver"]["values"]["cmi.core.lesson_location"] == "p2"


class TestCode:
    def test_a_code_works_once(self, session: Session, played: Played, now: datetime) -> None:
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, now)
        assert exchange(session, code, (), SECRET, now) is not None
        assert exchange(session, code, (), SECRET, now) is None

    def test_a_code_is_too_old_after_a_minute(self, session: Session, played: Played, now: datetime) -> None:
        code = launch(session, played.person, played.enrolment.id, None, Language.EN, now)
        assert exchange(session, code, (), SECRET, now + 61 * SECOND) is None

    def test_a_launch_starts_the_enrolment_and_resumes_the_same_attempt(
        self, session: Session, played: Played, now: datetime
    ) -> None:
        open_page(session, played, now)
        open_page(session, played, now)
        assert enrolment(session).outcome == Outcome.ACTIVE
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1
        assert session.scalar(select(func.count()).select_from(Lease)) == 2
