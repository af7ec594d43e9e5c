"""The demonstration's course of SCORM 2004: what is known is skipped, what was failed comes again."""

from typing import Any

import pytest

from courses.people.models import Language
from lms.demo.catalogue import courses
from lms.demo.packages import package_of
from lms.demo.steered import ATTEMPTS, CODE, STEPS, SUBJECTS
from lms.demo.texts import steered_text
from scorm.packaging.activities import course_definition
from scorm.packaging.items import Edition
from scorm.packaging.package import Package, read_package
from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing.documents import state_as_document, state_from
from scorm.sequencing.lookahead import look_ahead
from scorm.sequencing.objectives import completed_of, measure_of, satisfied_of
from scorm.sequencing.outcomes import Outcome, Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.transfer import objectives_at_launch, report, suspended
from scorm.sequencing.tree import ActivityTree
from scorm.sequencing.words import Control

READ = ObjectiveValues(completed=True)


def package_in(language: Language) -> Package:
    course = next(course for course in courses() if course.code == CODE)
    content = package_of(course, language)
    return read_package(lambda offset, size: content[offset : offset + size], len(content))


TREE = ActivityTree(course_definition(package_in(Language.EN).manifest))


class Learner:
    """Somebody who plays the course, at whose side the test stands; `at` is the item that is open."""

    def __init__(self) -> None:
        self.state = TrackingState(TREE, seed="a learner")
        self.at: str | None = None
        self.go(Request.START)

    def go(self, request: Request, target: str | None = None) -> Outcome:
        outcome = sequence(self.state, request, target)
        self.at = outcome.delivered
        return outcome

    def says(self, main: ObjectiveValues, **known: bool) -> None:
        """Report what the open SCO has found: of itself, and which subjects are known."""
        assert self.at is not None
        objectives = {name: Reported(values=ObjectiveValues(satisfied=is_known)) for name, is_known in known.items()}
        report(self.state, self.at, ScoReport(main=Reported(values=main), objectives=objectives))

    def knows(self, *subjects: str) -> None:
        """Answer the placement test and go on."""
        self.says(READ, **{subject: subject in subjects for subject in SUBJECTS})
        self.go(Request.CONTINUE)

    def reads(self) -> str:
        """Read the open lesson to its end and go on; return which one it was."""
        lesson = str(self.at)
        self.says(READ)
        self.go(Request.CONTINUE)
        return lesson

    def scores(self, measure: float, *subjects: str) -> None:
        """Take the final test, with right answers on these subjects, and go on."""
        main = ObjectiveValues(completed=True, measure=measure)
        self.says(main, **{subject: subject in subjects for subject in SUBJECTS})
        self.go(Request.CONTINUE)

    def result(self) -> tuple[bool | None, bool | None, float | None]:
        """Return what the course says of itself: completed, satisfied, and the mark."""
        root = TREE.nodes[0]
        return completed_of(self.state, root), satisfied_of(self.state, root), measure_of(self.state, root)

    def may_choose(self) -> set[str]:
        return {one.identifier for one in look_ahead(self.state).entries[1:] if one.is_visible and one.is_enabled}


@pytest.mark.parametrize("language", list(Language))
def test_it_is_a_package_of_2004_with_nothing_to_complain_of(language: Language) -> None:
    package = package_in(language)
    assert package.edition is Edition.SCORM_2004_4TH
    assert package.findings == ()
    leaves = [TREE.nodes[place].identifier for place in range(len(TREE.nodes)) if TREE.nodes[place].is_leaf]
    assert leaves == [name for quarter in STEPS for name in quarter]


@pytest.mark.parametrize("language", list(Language))
def test_in_each_language_questions_ask_the_same_and_each_lesson_is_asked_about(language: Language) -> None:
    text = steered_text(language, "", "")
    assert [one.objective for one in text.placement.questions] == list(SUBJECTS)
    assert [one.objective for one in text.quiz.questions] == [name for name in SUBJECTS for _ in range(2)]
    english = steered_text(Language.EN, "", "")
    for own, other in ((text.placement, english.placement), (text.quiz, english.quiz)):
        assert [(len(one.choices), one.right) for one in own.questions] == [
            (len(one.choices), one.right) for one in other.questions
        ]
    assert [len(lesson.pages) for lesson in text.lessons] == [len(lesson.pages) for lesson in english.lessons]


class TestSomebodyWhoKnowsEverything:
    def test_skips_all_lessons_and_passes(self) -> None:
        learner = Learner()
        assert learner.at == "placement"
        assert "test" not in learner.may_choose()
        learner.knows(*SUBJECTS)
        assert learner.at == "test"
        learner.scores(1.0, *SUBJECTS)
        assert learner.at == "after"
        learner.says(READ)
        assert learner.go(Request.CONTINUE).is_attempt_over
        assert learner.result() == (True, True, 1.0)

    def test_may_read_a_skipped_lesson_all_the_same(self) -> None:
        learner = Learner()
        learner.knows(*SUBJECTS)
        assert set(SUBJECTS) <= learner.may_choose()
        learner.go(Request.CHOICE, "obligations")
        assert learner.at == "obligations"
        learner.reads()
        assert learner.at == "test"

    def test_does_not_meet_the_test_again_once_it_is_passed(self) -> None:
        learner = Learner()
        learner.knows(*SUBJECTS)
        learner.scores(0.8, "modes", "schedule")
        learner.says(READ)
        learner.go(Request.CONTINUE)
        learner.go(Request.START)
        learner.knows(*SUBJECTS)
        assert learner.at == "after"


class TestSomebodyWhoFails:
    def test_is_led_back_to_what_was_not_known_and_passes_then(self) -> None:
        learner = Learner()
        learner.knows("schedule")
        assert [learner.reads(), learner.reads()] == ["modes", "obligations"]
        assert learner.at == "test"
        learner.scores(0.5, "modes")
        assert learner.at == "obligations"
        assert [learner.reads(), learner.reads()] == ["obligations", "schedule"]
        assert learner.at == "test"
        learner.scores(0.6667, "modes", "obligations")
        assert learner.at == "after"
        learner.says(READ)
        learner.go(Request.EXIT_ALL)
        assert learner.result() == (True, True, 0.6667)

    def test_finds_a_lesson_read_that_was_read_before(self) -> None:
        learner = Learner()
        learner.knows()
        for _ in SUBJECTS:
            learner.reads()
        learner.scores(0.0)
        assert learner.at == "modes"
        assert dict(objectives_at_launch(learner.state, "modes"))["modes"].completed is True
        assert dict(objectives_at_launch(learner.state, "modes"))["modes"].satisfied is False

    def test_is_not_led_back_for_ever(self) -> None:
        learner = Learner()
        learner.knows(*SUBJECTS)
        for _ in range(ATTEMPTS - 1):
            learner.scores(0.3, "modes")
            assert [learner.reads(), learner.reads()] == ["obligations", "schedule"]
            assert learner.at == "test"
        learner.scores(0.3, "modes")
        assert learner.at == "after"
        assert "test" not in learner.may_choose()
        learner.says(READ)
        learner.go(Request.PREVIOUS)
        assert learner.at == "schedule"
        learner.reads()
        assert learner.at == "after"
        learner.go(Request.EXIT_ALL)
        assert learner.result() == (True, False, 0.3)

    def test_is_led_back_whatever_is_asked_for(self) -> None:
        learner = Learner()
        learner.knows(*SUBJECTS)
        learner.says(ObjectiveValues(completed=True, measure=0.0), modes=False, obligations=True, schedule=True)
        learner.go(Request.CHOICE, "placement")
        assert learner.at == "modes"


class TestSomebodyWhoStops:
    def stopped(self) -> Learner:
        """Return somebody who left in the second lesson, as another process finds them."""
        learner = Learner()
        learner.knows("modes")
        assert learner.at == "obligations"
        unread = ScoReport(main=Reported(values=ObjectiveValues(completed=False)))
        report(learner.state, "obligations", suspended(unread))
        assert learner.go(Request.SUSPEND_ALL).has_ended
        document: dict[str, Any] = state_as_document(learner.state, with_globals=True)
        learner.state = state_from(document, TREE)
        return learner

    def test_goes_on_in_the_same_lesson_and_the_same_attempt(self) -> None:
        learner = self.stopped()
        outcome = learner.go(Request.RESUME_ALL)
        assert outcome.delivered == "obligations"
        assert outcome.is_resumed
        assert [learner.reads(), learner.reads()] == ["obligations", "schedule"]
        assert learner.at == "test"

    def test_may_take_the_test_in_parts_without_losing_an_attempt(self) -> None:
        learner = Learner()
        learner.knows(*SUBJECTS)
        report(learner.state, "test", suspended(ScoReport(main=Reported(values=ObjectiveValues(completed=False)))))
        learner.go(Request.CHOICE, "modes")
        learner.reads()
        assert learner.at == "test"
        assert learner.state.records[TREE.places["test"]].attempts == 1
        learner.scores(0.0)
        assert learner.at == "modes"


def test_the_platform_shows_its_buttons_where_the_page_has_none() -> None:
    learner = Learner()
    hidden = {control for control, offer in look_ahead(learner.state).controls.items() if offer == "hidden"}
    assert hidden == {Control.PREVIOUS, Control.CONTINUE}
    learner.knows()
    offers = look_ahead(learner.state).controls
    assert offers[Control.PREVIOUS] == offers[Control.CONTINUE] == "enabled"


def test_the_test_may_be_chosen_once_the_lessons_are_read_and_the_last_page_once_the_test_is_taken() -> None:
    learner = Learner()
    learner.knows("obligations")
    learner.reads()
    assert not {"test", "after"} & learner.may_choose()
    learner.reads()
    assert "test" in learner.may_choose()
    assert "after" not in learner.may_choose()
    learner.scores(1.0, *SUBJECTS)
    assert learner.go(Request.CHOICE, "modes").delivered == "modes"
    assert "after" in learner.may_choose()
