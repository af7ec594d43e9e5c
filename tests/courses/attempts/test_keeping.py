"""What of a course can be kept on a device, and who may keep it."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Verdict
from courses.attempts.keeping import KeepReason, kept_course
from courses.attempts.models import Lease, PlayMode
from courses.cohorts.models import Cohort
from courses.enrolment.services import close_due
from courses.people.models import SignIn
from scorm.packaging.items import ScormType
from scorm.sequencing.definition import (
    ControlMode,
    DataMap,
    Objective,
    ObjectiveMap,
    Randomization,
    Rollup,
    RollupRule,
    RuleCondition,
    Sequencing,
)
from scorm.sequencing.words import ConditionName, RuleAction, Timing
from tests.paging import SECRET, Page, open_page
from tests.paging2004 import FLOW, again, folder, opened, when
from tests.playing import Played, make_played, package_of, sco


@pytest.fixture
def played(session: Session) -> Played:
    return make_played(session, package_of([sco("one"), sco("quiz", mastery_score=60, prerequisites="one")]))


@pytest.fixture
def page(session: Session, played: Played, now: datetime) -> Page:
    return open_page(session, played, now)


def kept(page: Page) -> Answer:
    return kept_course(page.session, page.token, SECRET, page.now)


class TestWhoMayKeep:
    def test_who_holds_the_attempt_may(self, page: Page) -> None:
        assert kept(page).verdict is Verdict.SAVED

    def test_a_token_of_nobody_may_not(self, page: Page) -> None:
        assert kept_course(page.session, "no token", SECRET, page.now) == Answer(Verdict.UNKNOWN, {})

    def test_a_page_that_was_replaced_may_not(self, page: Page) -> None:
        again(page)
        assert kept(page).verdict is Verdict.REPLACED

    def test_who_has_signed_out_may_not(self, session: Session, played: Played, now: datetime) -> None:
        sign_in = SignIn(person_id=played.person.id, token_hash="a" * 64, created_at=now, seen_at=now)
        session.add(sign_in)
        session.flush()
        page = open_page(session, played, now, sign_in)
        assert kept(page).verdict is Verdict.SAVED
        sign_in.ended_at = now
        session.flush()
        assert kept(page).verdict is Verdict.SIGNED_OUT

    def test_behind_a_closed_door_nobody_may(self, session: Session, page: Page) -> None:
        session.execute(update(Cohort).values(closes_at=page.now))
        close_due(session, page.now)
        assert kept(page) == Answer(Verdict.CLOSED, {"reason": "access_over"})

    @pytest.mark.parametrize("mode", [PlayMode.REVIEW, PlayMode.BROWSE])
    def test_what_is_only_looked_at_is_not_kept(self, session: Session, page: Page, mode: PlayMode) -> None:
        session.execute(update(Lease).values(mode=mode))
        assert kept(page) == Answer(Verdict.INVALID, {"reason": mode.value})


class TestWhatIsKept:
    def test_a_course_of_1_2_is_kept_whole_with_its_files_and_their_sizes(self, page: Page) -> None:
        body = kept(page).body
        assert (body["scope"], body["reason"]) == ("course", None)
        names = dict(body["names"])
        assert {"one.html", "quiz.html", "imsmanifest.xml"} <= names.keys()
        assert body["files"] == len(names)
        assert body["size"] == sum(names.values())
        assert not any(name.endswith(".xsd") for name in names)

    def test_it_is_plain_json_with_what_plays_it(self, page: Page) -> None:
        page.commit("one", ("cmi.suspend_data", "x"), ("cmi.core.lesson_status", "completed"))
        course = json.loads(json.dumps(kept(page).body["course"]))
        one, quiz = course["items"]
        assert (one["id"], one["isStep"], quiz["prerequisites"]) == ("one", True, [["one", "", False]])
        assert quiz["facts"]["mastery_score"] == "60"
        assert course["activities"]["one"]["values"]["cmi.suspend_data"] == "x"
        assert course["activities"]["one"]["outcome"]["status"] == "completed"
        assert course["table"]["api"] == "API"

    def test_nothing_in_it_is_secret_or_another_persons(self, session: Session, page: Page, played: Played) -> None:
        other = open_page(session, make_played(session, package_of([sco("one")])), page.now)
        other.commit("one", ("cmi.suspend_data", "of somebody else"))
        text = json.dumps(kept(page).body)
        for secret in (page.token, SECRET, str(played.person.id), page.opening["lease"], "of somebody else"):
            assert secret not in text
        assert played.person.family_name not in text

    def test_keeping_changes_nothing(self, session: Session, page: Page) -> None:
        page.commit("one", ("cmi.suspend_data", "x"))
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        kept(page)
        assert all(statement.startswith("SELECT") for statement in statements)
        assert len(statements) < 8


RULE = Sequencing(rules=(when(RuleAction.SKIP, ConditionName.SATISFIED),))
MAPPED = Sequencing(objectives=(Objective(identifier="o", maps=(ObjectiveMap(target="t"),)),))
PASSED = RuleCondition(name=ConditionName.SATISFIED)
LOCAL = Sequencing(objectives=(Objective(identifier="o"),))


class TestCoursesOf2004:
    def test_one_sco_is_kept_whole_whatever_rules_it_has(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one", sequencing=RULE))
        assert kept(page).body["scope"] == "course"

    @pytest.mark.parametrize(
        "sequencing",
        [
            Sequencing(),
            Sequencing(control=ControlMode(choice=False, flow=True, forward_only=True)),
            Sequencing(rollup=Rollup(objective_weight=0.5)),
            LOCAL,
        ],
    )
    def test_control_modes_weights_and_local_objectives_are_no_rules(
        self, session: Session, now: datetime, sequencing: Sequencing
    ) -> None:
        page = opened(session, now, folder("all", sco("one"), sco("two"), sequencing=sequencing), sequencing=FLOW)
        assert (kept(page).body["scope"], kept(page).body["reason"]) == ("course", None)

    @pytest.mark.parametrize(
        ("reason", "facts"),
        [
            (KeepReason.RULES, {"sequencing": RULE}),
            (KeepReason.LIMITS, {"sequencing": Sequencing(attempt_limit=2)}),
            (KeepReason.OBJECTIVES, {"sequencing": MAPPED}),
            (KeepReason.ROLLUP, {"sequencing": Sequencing(rollup_rules=(RollupRule(conditions=(PASSED,)),))}),
            (KeepReason.ROLLUP, {"sequencing": Sequencing(rollup=Rollup(progress_completion=False))}),
            (KeepReason.CONTROLS, {"sequencing": Sequencing(control=ControlMode(choice_exit=False))}),
            (KeepReason.CONTROLS, {"sequencing": Sequencing(control=ControlMode(constrain_choice=True))}),
            (
                KeepReason.SELECTION,
                {"sequencing": Sequencing(randomization=Randomization(selection_timing=Timing.ONCE, select_count=1))},
            ),
            (KeepReason.DATA, {"data": (DataMap(target="shared"),)}),
        ],
    )
    def test_what_needs_the_engine_is_kept_as_the_activity_at_hand(
        self, session: Session, now: datetime, reason: KeepReason, facts: dict[str, Any]
    ) -> None:
        page = opened(session, now, sco("one", **facts), sco("two"), sequencing=FLOW)
        body = kept(page).body
        assert (body["scope"], body["reason"]) == ("activity", reason)
        assert body["course"]["only"] == "one"
        assert body["course"]["activities"].keys() <= {"one"}

    def test_where_nothing_is_open_there_is_nothing_to_keep(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one", sequencing=RULE), sco("two"), sequencing=Sequencing())
        assert "deliver" not in page.opening
        body = kept(page).body
        assert (body["reason"], body["files"]) == (KeepReason.NOTHING_OPEN, 0)

    def test_an_asset_is_said_to_be_one(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one", scorm_type=ScormType.ASSET), sequencing=FLOW)
        assert [item["isAsset"] for item in kept(page).body["course"]["items"]] == [False, True]

    def test_a_session_that_is_open_is_not_named_by_its_lease(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"), sequencing=FLOW)
        page.commit("one", ("cmi.location", "p3"))
        page.now = now + timedelta(seconds=5)
        course = kept(page).body["course"]
        assert course["activities"]["one"]["values"]["lms.lease"] == "visit 0"
        assert course["tracking"]["current"] == "one"
        course = kept(again(page)).body["course"]
        assert course["activities"]["one"]["values"]["lms.lease"] == "earlier"
