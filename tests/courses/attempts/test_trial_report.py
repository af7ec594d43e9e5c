"""What a trial shows: signals that came, what never came, the story in order, and what each rule would make of it."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt
from courses.attempts.signals import ELEMENTS, Lack, Signal, lacks_of, signal_table, signals_of
from courses.attempts.story import Said, story_of
from courses.attempts.trial_report import Hint, TrialReport, trial_report
from courses.attempts.trials import launch_trial, trial_page
from courses.catalogue.models import CompletionRule
from courses.people.models import Language
from scorm.packaging.items import ScormType
from scorm.runtime.elements import Action
from scorm.runtime.tables import TABLES
from scorm.sequencing.definition import RollupRule, RuleCondition
from scorm.sequencing.words import ConditionName, RollupAction
from tests.paging import STATUS, Page
from tests.paging2004 import COMPLETION, FLOW, SUCCESS, ask, played_2004
from tests.playing import Played, make_played, package_of, sco
from tests.trying import call, make_administrator, open_trial, report, row

SET = "LMSSetValue"
EVERYTHING = (
    call("LMSInitialize", ""),
    call(SET, STATUS, "passed"),
    call(SET, "cmi.core.score.raw", "80"),
    call(SET, "cmi.core.lesson_location", "3"),
    call(SET, "cmi.core.session_time", "00:01:00"),
    call("LMSFinish", ""),
)


def test_every_signal_that_came_has_its_last_value_and_its_time() -> None:
    found = signals_of([*EVERYTHING, call(SET, "cmi.core.score.raw", "90", at=5)])
    assert set(found) == set(Signal) - {Signal.ERRORS}
    assert (found[Signal.SCORE].value, found[Signal.SCORE].at_ms) == ("90", 5)


def test_a_status_on_the_way_is_no_completion_and_takes_none_away() -> None:
    on_the_way, done = call(SET, STATUS, "incomplete"), call(SET, STATUS, "completed")
    assert not signals_of([on_the_way])[Signal.COMPLETION].is_final
    assert Signal.SUCCESS not in signals_of([on_the_way])
    assert signals_of([on_the_way, done])[Signal.COMPLETION].value == "completed"
    assert signals_of([done, on_the_way])[Signal.COMPLETION].value == "completed"


def test_a_refused_call_is_an_error_and_no_signal() -> None:
    refused = call(SET, STATUS, "done", result="false", code="405", times=3)
    assert signals_of([refused])[Signal.ERRORS].value == "3"
    assert Signal.COMPLETION not in signals_of([refused])
    assert signals_of([call("LMSGetLastError", result="405", code="405")]) == {}


def test_the_end_of_a_session_is_shown_with_how_it_was_left() -> None:
    suspended = [call(SET, "cmi.core.exit", "suspend"), call("LMSFinish", "")]
    assert signals_of(suspended)[Signal.ENDED].value == "suspend"
    assert signals_of([*suspended, call(SET, "cmi.core.exit", ""), call("LMSFinish", "")])[Signal.ENDED].value == ""
    assert Signal.ENDED not in signals_of(suspended[:1])


def test_to_ask_for_what_was_never_set_is_no_error() -> None:
    assert signals_of([call("GetValue", "cmi.location", result="", code="403")]) == {}
    assert Signal.ERRORS in signals_of([call("LMSSetValue", "cmi.core.student_name", "Eve", code="403")])


@pytest.mark.parametrize(
    ("left_out", "lack"),
    [
        ("LMSInitialize", Lack.NOT_STARTED),
        (STATUS, Lack.NOT_COMPLETED),
        ("cmi.core.score.raw", Lack.NOT_SCORED),
        ("cmi.core.lesson_location", Lack.NOT_KEPT),
        ("cmi.core.session_time", Lack.NOT_TIMED),
        ("LMSFinish", Lack.NOT_ENDED),
    ],
)
def test_what_never_came_is_named(left_out: str, lack: Lack) -> None:
    calls = [one for one in EVERYTHING if left_out not in (one.name, one.arguments[0])]
    assert lacks_of(calls, signals_of(calls), is_opened=True) == [lack]


def test_a_package_that_says_everything_lacks_nothing() -> None:
    assert lacks_of(EVERYTHING, signals_of(EVERYTHING), is_opened=True) == []


def test_failure_without_a_score_is_named_as_such() -> None:
    calls = [*EVERYTHING[:1], call(SET, STATUS, "failed"), *EVERYTHING[3:]]
    assert lacks_of(calls, signals_of(calls), is_opened=True) == [Lack.FAILED_WITHOUT_SCORE]


def test_a_part_that_makes_no_call_lacks_only_that() -> None:
    assert lacks_of([], {}, is_opened=True) == [Lack.SILENT]
    assert lacks_of([], {}, is_opened=False) == [Lack.NOT_OPENED]


def test_keeping_nothing_is_no_signal() -> None:
    assert not signals_of([call(SET, "cmi.suspend_data", "")])[Signal.KEPT].is_final


def test_every_element_that_is_a_signal_stands_in_a_table_of_an_edition() -> None:
    known = {element for table in TABLES.values() for element in table.elements}
    assert set(ELEMENTS) <= known


def test_the_player_reads_the_same_table() -> None:
    table = signal_table()
    assert table["signals"] == list(Signal)
    judged = ["failed", "passed"]
    assert table["elements"][STATUS] == {"completion": ["completed", *judged], "success": judged}
    assert table["actions"]["Terminate"] == Action.CLOSE


def test_the_story_leaves_out_what_only_asked_and_joins_what_comes_again() -> None:
    again = [call(SET, "cmi.core.score.raw", str(score)) for score in (10, 20, 30)]
    answers = [call(SET, f"cmi.interactions.{n}.id", "q") for n in range(4)]
    lines = story_of(
        [
            call("LMSInitialize", ""),
            call("LMSGetValue", STATUS, result="not attempted"),
            *again,
            *answers,
            call(SET, "cmi.core.student_name", "Eve", result="false", code="403"),
            call("LMSFinish", ""),
        ]
    )
    said = [(line.said, line.value, line.times) for line in lines]
    assert said == [
        (Said.OPENED, "", 1),
        (Said.SCORE, "30", 3),
        (Said.ANSWERS, "q", 4),
        (Said.REFUSED, "Eve", 1),
        (Said.CLOSED, "", 1),
    ]


def shown(session: Session, page: Page, now: datetime) -> TrialReport:
    session.expire_all()
    return trial_report(session, trial_page(session, page.opening["trial"]).attempt, now)


def completed_by(found: TrialReport) -> set[CompletionRule | None]:
    return {rule for rule, result in found.outcomes if result.is_completed}


class TestTheReport:
    def open(self, session: Session, played: Played, now: datetime) -> Page:
        return open_trial(session, played, make_administrator(session), now)

    def test_says_part_by_part_what_came(self, session: Session, now: datetime) -> None:
        page = self.open(session, make_played(session, package_of([sco("one"), sco("two"), sco("three")])), now)
        report(page, 1, row("LMSInitialize", ""), row(SET, STATUS, "completed"), row(SET, "cmi.x", "1", code="401"))
        page.commit("one", (STATUS, "completed"), request={"kind": "continue"})
        one, two, three = shown(session, page, now).parts
        assert Signal.COMPLETION in one.signals
        assert Lack.NOT_SCORED in one.lacks
        assert [(failure.element, failure.code, failure.times) for failure in one.failures] == [("cmi.x", "401", 1)]
        assert (two.lacks, three.lacks) == ([Lack.SILENT], [Lack.NOT_OPENED])

    def test_says_once_what_all_parts_that_were_opened_lack(self, session: Session, now: datetime) -> None:
        page = self.open(session, make_played(session, package_of([sco("one"), sco("two"), sco("three")])), now)
        for part in ("one", "two"):
            calls = [row("LMSInitialize", "", activity=part), row("LMSFinish", "", activity=part)]
            report(page, 1 if part == "one" else 2, *calls)
            page.commit(part, (STATUS, "incomplete"), request={"kind": "continue"} if part == "one" else None)
        found = shown(session, page, now)
        assert found.common == [Lack.NOT_COMPLETED, Lack.NOT_SCORED, Lack.NOT_KEPT, Lack.NOT_TIMED]
        assert found.parts[0].lacks == found.common

    def test_shows_nothing_of_rules_while_the_player_was_never_opened(self, session: Session, now: datetime) -> None:
        played = make_played(session, package_of([sco("one")]))
        launch_trial(session, make_administrator(session), played.version.id, None, Language.EN, now)
        attempt = session.scalars(select(Attempt).where(Attempt.trial_id.is_not(None))).one()
        found = trial_report(session, attempt, now)
        assert (found.outcomes, found.suggestion, found.call_count) == ([], None, 0)

    def test_suggests_the_status_where_the_package_says_that_it_is_finished(
        self, session: Session, now: datetime
    ) -> None:
        page = self.open(session, make_played(session, package_of([sco("one")])), now)
        report(page, 1, row(SET, STATUS, "completed"))
        page.commit("one", (STATUS, "completed"), request={"kind": "suspendAll"})
        found = shown(session, page, now)
        assert completed_by(found) == {None, *CompletionRule} - {CompletionRule.SCORE}
        assert found.suggestion == (CompletionRule.STATUS, Hint.SAYS_IT)

    def test_suggests_the_score_where_there_is_nothing_else(self, session: Session, now: datetime) -> None:
        page = self.open(session, make_played(session, package_of([sco("one")])), now)
        report(page, 1, row(SET, "cmi.core.score.raw", "80"))
        page.commit("one", ("cmi.core.score.raw", "80"), (STATUS, "incomplete"), request={"kind": "suspendAll"})
        found = shown(session, page, now)
        assert completed_by(found) == {CompletionRule.SCORE, CompletionRule.PAGES_VISITED}
        assert found.suggestion == (CompletionRule.SCORE, Hint.ONLY_SCORES)

    def test_suggests_the_pages_of_a_package_that_says_nothing(self, session: Session, now: datetime) -> None:
        page = self.open(session, make_played(session, package_of([sco("one")])), now)
        page.commit("one", ("cmi.core.lesson_location", "2"))
        found = shown(session, page, now)
        assert completed_by(found) == {CompletionRule.PAGES_VISITED}
        assert found.suggestion == (CompletionRule.PAGES_VISITED, Hint.SAYS_NOTHING)

    def test_suggests_nothing_while_a_part_was_not_opened(self, session: Session, now: datetime) -> None:
        page = self.open(session, make_played(session, package_of([sco("one"), sco("two")])), now)
        page.commit("one", (STATUS, "completed"))
        assert shown(session, page, now).suggestion is None

    def test_reckons_a_sequenced_course_by_every_rule_without_writing_anything(
        self, session: Session, now: datetime
    ) -> None:
        page = self.open(session, played_2004(session, sco("one"), sco("two")), now)
        set_value = "SetValue"
        report(
            page, 1,
            *(row(set_value, name, word, activity=part) for part in ("one", "two")
              for name, word in ((COMPLETION, "completed"), (SUCCESS, "passed"))),
        )  # fmt: skip
        ask(page, "one", "continue", (COMPLETION, "completed"), (SUCCESS, "passed"))
        ask(page, "two", "suspendAll", (COMPLETION, "completed"), (SUCCESS, "passed"))
        before = trial_page(session, page.opening["trial"]).attempt.sequencing
        found = shown(session, page, now)
        assert completed_by(found) == {None, *CompletionRule} - {CompletionRule.SCORE}
        assert all(result.is_passed for _, result in found.outcomes)
        assert found.suggestion == (CompletionRule.STATUS, Hint.SAYS_IT)
        assert trial_page(session, page.opening["trial"]).attempt.sequencing == before

    def test_suggests_the_status_where_it_completes_the_course_without_a_word_of_the_package(
        self, session: Session, now: datetime
    ) -> None:
        page = self.open(session, make_played(session, package_of([sco("one", scorm_type=ScormType.ASSET)])), now)
        found = shown(session, page, now)
        assert found.parts[0].lacks == []
        assert found.suggestion == (CompletionRule.STATUS, Hint.SAYS_IT)

    def test_suggests_all_parts_where_each_is_completed_and_the_course_is_not(
        self, session: Session, now: datetime
    ) -> None:
        attempted = RuleCondition(name=ConditionName.ATTEMPTED)
        never = RollupRule(action=RollupAction.INCOMPLETE, conditions=(attempted,))
        played = played_2004(session, sco("one"), sco("two"), sequencing=replace(FLOW, rollup_rules=(never,)))
        page = self.open(session, played, now)
        ask(page, "one", "choice", (COMPLETION, "completed"), target="two")
        page.commit("two", (COMPLETION, "completed"))
        assert shown(session, page, now).suggestion == (CompletionRule.ALL_SCOS, Hint.PARTS_SAY_IT)
