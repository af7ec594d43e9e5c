"""A trial is played like a course, finds and leaves nothing of its person's, and counts nowhere."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import events
from courses.attempts import calls
from courses.attempts.calls import calls_of, read_batch
from courses.attempts.commits import Verdict
from courses.attempts.messages import MessageError
from courses.attempts.models import Attempt, SharedData, SharedObjective, Trial, TrialCalls
from courses.attempts.queries import reading_of
from courses.attempts.silence import close_silent
from courses.attempts.trials import forget_old, launch_trial, resume_trial, trial_page
from courses.catalogue.completion import choose_completion
from courses.catalogue.models import CompletionRule, CourseVersion
from courses.cohorts.models import Cohort
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import NotFound, Refusal
from courses.people.models import Language, Person, RoleGrant
from scorm.sequencing.words import ConditionName, RuleAction
from tests.builders import make_enrolment, make_person
from tests.paging import STATUS, Page, open_page
from tests.paging2004 import SUCCESS, ask, delivered, mapped, played_2004, when
from tests.playing import Played, make_played, package_of, sco
from tests.trying import make_administrator, open_trial, opened, report, row

DAY = timedelta(days=1)
SKILL = "urn:skill"


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one"), sco("two")]))


@pytest.fixture
def ada(session: Session) -> Person:
    return make_administrator(session)


def attempt_of(session: Session, page: Page) -> Attempt:
    session.expire_all()
    return session.get_one(Attempt, UUID(page.opening["attempt"]))


class TestAnAttemptOfATrial:
    def test_is_played_and_saved_like_any_other(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now)
        assert page.commit("one", (STATUS, "completed")).verdict is Verdict.SAVED
        assert page.commit("one", request={"kind": "continue"}).body["deliver"]["activity"] == "two"
        page.commit("two", (STATUS, "passed"), request={"kind": "suspendAll"})
        attempt = attempt_of(session, page)
        assert (attempt.is_completed, attempt.is_passed, attempt.enrolment_id) == (True, True, None)

    def test_is_traced_and_a_learner_s_is_not(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        assert open_trial(session, played, ada, now).opening["trace"] is True
        assert "trace" not in open_page(session, played, now).opening

    def test_leaves_the_enrolment_of_the_same_person_alone(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        enrolment = make_enrolment(session, ada, session.get_one(Cohort, played.enrolment.cohort_id))
        page = open_trial(session, played, ada, now)
        for name in ("one", "two"):
            page.commit(name, (STATUS, "passed"), request={"kind": "continue"})
        session.expire_all()
        found = session.get_one(Enrolment, enrolment.id)
        assert (found.outcome, found.is_completed, found.progress) == (Outcome.NOT_STARTED, False, 0.0)

    def test_begins_on_a_version_that_was_never_published(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        draft = CourseVersion(
            course_language_id=played.version.course_language_id, number=2, edition="1.2", title="A draft",
            archive_sha256=played.version.archive_sha256, sco_count=1, total_size=1,
            definition=played.version.definition,
        )  # fmt: skip
        session.add(draft)
        session.flush()
        page = opened(session, launch_trial(session, ada, draft.id, None, Language.EN, now), now)
        assert attempt_of(session, page).version_id == draft.id

    def test_begins_on_no_version_that_is_retired_or_unknown(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        with pytest.raises(NotFound):
            launch_trial(session, ada, played.course.id, None, Language.EN, now)
        played.version.retired_at = now
        with pytest.raises(Refusal, match="version_retired"):
            launch_trial(session, ada, played.version.id, None, Language.EN, now)

    def test_is_of_an_enrolment_or_of_a_trial_and_never_of_both(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now)
        wanted = update(Attempt).where(Attempt.id == UUID(page.opening["attempt"]))
        for enrolment_id, trial_id in ((played.enrolment.id, page.opening["trial"]), (None, None)):
            with pytest.raises(IntegrityError), session.begin_nested():
                session.execute(wanted.values(enrolment_id=enrolment_id, trial_id=trial_id))

    def test_that_falls_silent_is_ended_and_told_to_nobody(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now)
        page.commit("one", (STATUS, "completed"))
        assert close_silent(session, now + timedelta(minutes=6)) == 1
        assert attempt_of(session, page).progress == 0.5

    def test_begins_afresh_unless_it_is_resumed(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now)
        page.commit("one", ("cmi.core.lesson_location", "7"), (STATUS, "completed"), request={"kind": "suspendAll"})
        assert "7" not in open_trial(session, played, ada, now).opening["deliver"]["values"].values()
        code = resume_trial(session, ada, page.opening["trial"], None, Language.EN, now)
        again = opened(session, code, now)
        assert again.opening["attempt"] == page.opening["attempt"]
        assert again.opening["result"]["states"]["one"] == "completed"

    def test_is_resumed_by_its_own_person_alone(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page, other = open_trial(session, played, ada, now), make_administrator(session)
        with pytest.raises(NotFound):
            resume_trial(session, other, page.opening["trial"], None, Language.EN, now)


class TestTheDoorOfATrial:
    def test_is_open_for_twelve_hours_after_the_last_launch(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now)
        page.now = now + timedelta(hours=12)
        assert page.commit("one", (STATUS, "incomplete")).verdict is Verdict.SAVED
        page.now += timedelta(seconds=1)
        assert page.commit("one", (STATUS, "completed")).body["reason"] == "trial_over"
        again = opened(
            session, resume_trial(session, ada, page.opening["trial"], None, Language.EN, page.now), page.now
        )
        assert again.commit("one", (STATUS, "completed")).verdict is Verdict.SAVED

    @pytest.mark.parametrize("reason", ["no administrator any more", "not active any more"])
    def test_is_closed_to_who_may_not_try_packages_any_more(
        self, session: Session, played: Played, ada: Person, now: datetime, reason: str
    ) -> None:
        page = open_trial(session, played, ada, now)
        found = reading_of(session, UUID(page.opening["attempt"]))
        assert found is not None
        assert found.is_trial
        assert found.access.door(now) is None
        if reason.startswith("no "):
            session.execute(delete(RoleGrant).where(RoleGrant.person_id == ada.id))
        else:
            session.execute(update(Person).where(Person.id == ada.id).values(is_active=False))
        assert page.commit("one", (STATUS, "completed")).body["reason"] == "trial_not_allowed"
        after = reading_of(session, UUID(page.opening["attempt"]))
        assert after is not None
        assert after.access.door(now) == "trial_not_allowed"


WRITER = sco("writer", sequencing=mapped(SKILL, writes=True))
READER = sco("reader", sequencing=mapped(SKILL, reads=True, rules=(when(RuleAction.SKIP, ConditionName.SATISFIED),)))


class TestTheScopeOfATrial:
    def test_is_its_own_so_that_the_person_s_objectives_stay_as_they_are(
        self, session: Session, ada: Person, now: datetime
    ) -> None:
        played = played_2004(session, WRITER, READER, sco("last"))
        page = open_trial(session, played, ada, now)
        assert delivered(ask(page, "writer", "continue", (SUCCESS, "passed"))) == "last"
        scopes = session.scalars(select(SharedObjective.scope_id).where(SharedObjective.person_id == ada.id))
        assert set(scopes) == {page.opening["trial"]}

    def test_finds_nothing_of_what_its_person_has_learnt(self, session: Session, ada: Person, now: datetime) -> None:
        played = played_2004(session, WRITER, READER, sco("last"), person=ada)
        ask(open_page(session, played, now), "writer", "suspendAll", (SUCCESS, "passed"))
        assert delivered(ask(open_trial(session, played, ada, now), "writer", "continue")) == "reader"
        assert delivered(ask(open_page(session, played, now), "writer", "continue")) == "last"


class TestTheTraceOfATrial:
    def test_is_kept_in_order_and_once(self, session: Session, played: Played, ada: Person, now: datetime) -> None:
        page = open_trial(session, played, ada, now)
        report(page, 2, row("LMSFinish", ""))
        for _ in range(2):
            assert report(page, 1, row("LMSInitialize", "")).body == {"seq": 1, "full": False}
        assert [call.name for call in calls_of(session, page.opening["trial"])] == ["LMSInitialize", "LMSFinish"]

    def test_is_written_by_the_trial_s_own_token_alone(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page, other = open_trial(session, played, ada, now), open_trial(session, played, ada, now)
        report(other, 1, row("LMSInitialize", ""))
        assert calls_of(session, page.opening["trial"]) == []
        learner = open_page(session, played, now)
        assert report(learner, 1, row("LMSInitialize", "")).verdict is Verdict.INVALID
        learner.opening["token"] = "nobody's"
        assert report(learner, 1, row("LMSInitialize", "")).verdict is Verdict.UNKNOWN
        assert session.scalar(select(func.count()).select_from(TrialCalls)) == 1

    def test_takes_no_more_than_its_bounds(
        self, session: Session, played: Played, ada: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calls, "MOST_CALLS", 3)
        page = open_trial(session, played, ada, now)
        assert report(page, 1, *[row("LMSCommit", "")] * 2).body["full"] is False
        assert report(page, 2, *[row("LMSCommit", "")] * 2).body["full"] is True
        assert len(calls_of(session, page.opening["trial"])) == 2
        monkeypatch.setattr(calls, "MOST_BATCHES", 1)
        assert report(page, 3, row("LMSCommit", "")).body["full"] is True

    @pytest.mark.parametrize(
        "document",
        [
            {"seq": 1, "calls": []},
            {"seq": 0, "calls": [row("a")]},
            {"seq": True, "calls": [row("a")]},
            {"seq": 1, "calls": [row("a")] * 501},
            {"seq": 1, "calls": {"a": 1}},
            {"seq": 1, "calls": [row("a")[:-1]]},
            {"seq": 1, "calls": [row("a" * 401)]},
            {"seq": 1, "calls": [row("a", "b", "c", "d", "e", "f")]},
            {"seq": 1, "calls": [row("a", times=0)]},
            {"seq": 1, "calls": [row("a", at=-1)]},
            {"seq": 1, "calls": [row("a", code=0)]},
        ],
    )
    def test_is_checked_before_it_is_kept(self, document: dict[str, object]) -> None:
        with pytest.raises(MessageError):
            read_batch(document)

    def test_holds_nothing_that_no_page_could_show(self) -> None:
        found = read_batch({"seq": 1, "calls": [row("LMSSetValue", "cmi.suspend_data", "\ud800")]})
        assert found.calls[0].arguments[1] == "?"


class TestOldTrials:
    def test_are_forgotten_after_thirty_days_with_all_that_only_they_know(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        old, young = (open_trial(session, played, ada, moment) for moment in (now - 31 * DAY, now - 29 * DAY))
        report(old, 1, row("LMSInitialize", ""))
        for scope in (old.opening["trial"], UUID(old.opening["attempt"]), played.course.id):
            session.add(SharedData(person_id=ada.id, scope_id=scope, key="k" * 64, target="t", value="v"))
            session.add(SharedObjective(person_id=ada.id, scope_id=scope, key="k" * 64, identifier="o", values={}))
        session.flush()
        assert forget_old(session, now) == 1
        assert list(session.scalars(select(Trial.id))) == [young.opening["trial"]]
        assert session.scalar(select(func.count()).select_from(TrialCalls)) == 0
        assert list(session.scalars(select(SharedData.scope_id))) == [played.course.id]
        with pytest.raises(NotFound):
            trial_page(session, old.opening["trial"])

    def test_are_kept_while_they_are_launched_again(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_trial(session, played, ada, now - 31 * DAY)
        resume_trial(session, ada, page.opening["trial"], None, Language.EN, now)
        assert forget_old(session, now) == 0


class TestTheRuleOfACourse:
    def test_is_what_completes_it_from_the_next_commit_on(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        page = open_page(session, played, now)
        page.commit("one", request={"kind": "continue"})
        assert not attempt_of(session, page).is_completed
        choose_completion(session, played.course.id, CompletionRule.PAGES_VISITED, ada.id, now)
        page.commit("two", ("cmi.core.lesson_location", "3"))
        assert attempt_of(session, page).is_completed

    def test_that_is_changed_later_takes_nothing_away(
        self, session: Session, played: Played, ada: Person, now: datetime
    ) -> None:
        choose_completion(session, played.course.id, CompletionRule.PAGES_VISITED, ada.id, now)
        page = open_page(session, played, now)
        page.commit("one", request={"kind": "continue"})
        page.commit("two", request={"kind": "suspendAll"})
        choose_completion(session, played.course.id, CompletionRule.SCORE, ada.id, now)
        again = open_page(session, played, now)
        again.commit("two", ("cmi.core.lesson_location", "3"))
        session.expire_all()
        found = session.get_one(Enrolment, played.enrolment.id)
        assert (found.is_completed, found.outcome, found.progress) == (True, Outcome.PASSED, 1.0)

    def test_is_recorded_with_who_and_when(self, session: Session, played: Played, ada: Person, now: datetime) -> None:
        events.take(session)
        choose_completion(session, played.course.id, CompletionRule.SCORE, ada.id, now)
        choose_completion(session, played.course.id, CompletionRule.SCORE, ada.id, now)
        (event,) = events.take(session)
        assert event.name == "completion_rule_chosen"
        assert dict(event.facts) == {"rule": "score", "by": str(ada.id), "at": now.isoformat()}

    def test_is_chosen_for_a_course_that_exists(self, session: Session, now: datetime) -> None:
        with pytest.raises(NotFound):
            choose_completion(session, make_person(session).id, None, make_person(session).id, now)
