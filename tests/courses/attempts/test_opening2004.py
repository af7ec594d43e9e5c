"""What an opening of a course of 2004 shows where the book would deliver nothing: everybody gets in again."""

from datetime import datetime

from sqlalchemy.orm import Session

from scorm.sequencing.definition import ControlMode, DataMap, Sequencing
from scorm.sequencing.words import ConditionName, RuleAction
from tests.paging2004 import (
    BY_CONTENT,
    COMPLETION,
    PLACE,
    again,
    ask,
    delivered,
    opened,
    values,
    when,
)
from tests.playing import sco

FLOW_ONLY = Sequencing(control=ControlMode(flow=True, choice=False))
FORWARD_ONLY = Sequencing(control=ControlMode(flow=True, choice=False, forward_only=True))
CHOICE_ONLY = Sequencing(control=ControlMode(flow=False, choice=True))
NO_MORE = tuple(when(action, ConditionName.COMPLETED) for action in (RuleAction.SKIP, RuleAction.DISABLED))
LOCKED = sco("last", sequencing=Sequencing(rules=(when(RuleAction.DISABLED, ConditionName.ALWAYS),)))
DONE_FIRST = sco("one", sequencing=Sequencing(delivery=BY_CONTENT, rules=NO_MORE))


class TestSuspended:
    def test_what_was_suspended_and_is_closed_by_now_gives_way_to_what_can_be_opened(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, DONE_FIRST, sco("two"))
        page.commit("one", (COMPLETION, "completed"), (PLACE, "p3"))
        assert ask(page, "one", "suspendAll")["left"] is True
        assert delivered(again(page).opening) == "two"


class TestNothingOpen:
    def test_a_course_that_can_only_be_walked_forwards_begins_anew_where_it_is_stuck(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), LOCKED, sequencing=FORWARD_ONLY)
        assert ask(page, "one", "continue", (COMPLETION, "completed"))["nothing"] == {"code": "SB.2.2-2"}
        assert ask(page, "", "suspendAll")["left"] is True
        found = again(page).opening
        assert delivered(found) == "one"
        assert values(found)["cmi.entry"] == "ab-initio"

    def test_another_attempt_on_the_course_finds_none_of_the_data_that_end_with_one(
        self, session: Session, now: datetime
    ) -> None:
        one = sco("one", data=(DataMap(target="urn:notes"),))
        page = opened(session, now, one, LOCKED, sequencing=FORWARD_ONLY, shared_data_is_global=False)
        ask(page, "one", "continue", (COMPLETION, "completed"), ("adl.data.0.store", "written"))
        assert "adl.data.0.store" not in values(again(page).opening)

    def test_a_course_from_which_the_learner_can_still_choose_waits_for_the_choice(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), LOCKED)
        assert ask(page, "one", "continue", (COMPLETION, "completed"))["nothing"] == {"code": "SB.2.2-2"}
        assert again(page).opening["nothing"] == {"code": "SB.2.2-2"}

    def test_a_walk_back_that_is_open_is_left_to_the_learner(self, session: Session, now: datetime) -> None:
        page = opened(session, now, sco("one"), sco("two"), LOCKED, sequencing=FLOW_ONLY)
        ask(page, "one", "continue", (COMPLETION, "completed"))
        ask(page, "two", "exit", (COMPLETION, "completed"))
        found = again(page).opening
        assert "nothing" in found
        assert found["contents"]["controls"]["previous"] == "enabled"

    def test_the_one_line_of_the_contents_is_opened_where_nothing_else_can_be(
        self, session: Session, now: datetime
    ) -> None:
        page = opened(session, now, sco("one"), sco("two", visible=False), sequencing=CHOICE_ONLY)
        assert delivered(page.opening) == "one"
