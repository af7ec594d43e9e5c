"""The demonstration's course of SCORM 2004: what a learner knows already is skipped, what was failed comes again.

A placement test says for each subject whether it is known; the lesson of a known subject is skipped. The final test
leads back to the lessons of what was answered wrongly, until it is passed or no attempt on it is left.
"""

from dataclasses import replace

from courses.people.models import Language
from lms.demo.catalogue import DemoCourse
from lms.demo.pages import Frame, part_page, plain_page, steering_quiz_page
from lms.demo.texts import SteeredText, asset, steered_text, words
from scorm.packaging.items import Edition, ScormType
from scorm.packaging.source import CourseSource, ScoSource
from scorm.sequencing.definition import (
    ControlMode,
    Delivery,
    Objective,
    ObjectiveMap,
    Rollup,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import Combination, ConditionName, Control, Requirement, RuleAction

CODE = "SERVICES"
SUBJECTS = ("modes", "obligations", "schedule")
"""What the course is about: a lesson each, an objective each, and an item each."""
STEPS = (("placement",), SUBJECTS[:2], SUBJECTS[2:], ("test", "after"))
SCRIPT = "course2004.js"
PASSING_MEASURE = 0.6
ATTEMPTS = 3

_LESSONS_READ = "urn:palier:demonstration:services:lessons"
_TEST_TAKEN = "urn:palier:demonstration:services:test"
_LED_BY_PAGE = (Control.PREVIOUS, Control.CONTINUE)
_IN_ORDER = ControlMode(flow=True)
_NO_MARK = Rollup(objective_satisfied=False, objective_weight=0.0)
_BY_CONTENT = Delivery(completion_set_by_content=True, objective_set_by_content=True)


def steered_source(course: DemoCourse, language: Language) -> CourseSource:
    """Return the parts of the course; lessons and final test are one activity, to which a failure leads back."""
    title = course.titles[language]
    text = steered_text(language, title, course.about[language])
    spoken = {name: word for name, word in words(language).items() if name != "finished"}
    frame = Frame(course_title=title, language=language.value, words={**spoken, **text.words}, script=SCRIPT)
    study = ScoSource(
        identifier="study", title=text.quiz.title, visible=False, children=(_lessons(text), _test(text)),
        sequencing=Sequencing(
            control=_IN_ORDER, rules=(_rule(RuleAction.RETRY, _is(ConditionName.SATISFIED, is_negated=True)),)
        ),
    )  # fmt: skip
    return CourseSource(
        identifier=f"demo_{course.code}_{language.value}", title=title, language=language.value,
        scos=(_placement(text), study, _after(text)), files=_pages(text, frame),
        shared_files={name: asset(name) for name in ("course.css", SCRIPT)}, description=course.about[language],
        edition=Edition.SCORM_2004_4TH, sequencing=Sequencing(control=_IN_ORDER),
    )  # fmt: skip


def _pages(text: SteeredText, frame: Frame) -> dict[str, bytes]:
    failed = frame.words["test_failed"]
    final = {"passed": frame.words["test_passed"], "some": failed, "failed": failed}
    lessons = zip(SUBJECTS, text.lessons, strict=True)
    return {
        "placement.html": steering_quiz_page(text.placement, frame, frame.words["to_lessons"]),
        **{f"{subject}.html": part_page(lesson, frame, subject) for subject, lesson in lessons},
        "test.html": steering_quiz_page(text.quiz, replace(frame, words={**frame.words, **final})),
        "after.html": plain_page(text.after, replace(frame, words={"remember": frame.words["to_begin"]}, script="")),
    }


def _placement(text: SteeredText) -> ScoSource:
    """Return the placement test: it gives no mark, and tells for each subject whether it is known."""
    sequencing = Sequencing(rollup=_NO_MARK, delivery=_BY_CONTENT, objectives=_told_of_subjects())
    return ScoSource(
        identifier="placement", title=text.placement.title, href="placement.html", hidden=_LED_BY_PAGE,
        sequencing=sequencing,
    )  # fmt: skip


def _lessons(text: SteeredText) -> ScoSource:
    """Return the lessons; once each of them is read or skipped, the final test may be chosen."""
    read = ObjectiveMap(target=_LESSONS_READ, read_satisfied=False, read_measure=False, write_completed=True)
    return ScoSource(
        identifier="lessons", title=text.lessons_title,
        children=tuple(
            _lesson(subject, lesson.title) for subject, lesson in zip(SUBJECTS, text.lessons, strict=True)
        ),
        sequencing=Sequencing(
            control=_IN_ORDER, rollup=_NO_MARK, primary=Objective(identifier="lessons_read", maps=(read,))
        ),
    )  # fmt: skip


def _lesson(subject: str, title: str) -> ScoSource:
    """Return a lesson: skipped while its subject is known, and not asked for then; read once, it stays read."""
    shared = ObjectiveMap(
        target=_subject(subject), read_measure=False, read_completed=True, write_completed=True,
    )  # fmt: skip
    sequencing = Sequencing(
        rules=(_rule(RuleAction.SKIP, _is(ConditionName.SATISFIED)),),
        rollup=replace(_NO_MARK, for_completed=Requirement.IF_NOT_SKIPPED, for_incomplete=Requirement.IF_NOT_SKIPPED),
        primary=Objective(identifier=subject, maps=(shared,)),
        delivery=_BY_CONTENT,
    )
    return ScoSource(identifier=subject, title=title, href=f"{subject}.html", sequencing=sequencing)


def _test(text: SteeredText) -> ScoSource:
    """Return the final test, which decides about success, and about the subjects anew."""
    taken = ObjectiveMap(target=_TEST_TAKEN, read_satisfied=False, read_measure=False, write_satisfied=True)
    read = ObjectiveMap(target=_LESSONS_READ, read_satisfied=False, read_measure=False, read_completed=True)
    is_over = _is(ConditionName.ATTEMPT_LIMIT_EXCEEDED)
    sequencing = Sequencing(
        rules=(
            _rule(RuleAction.SKIP, _is(ConditionName.SATISFIED), is_over, combination=Combination.ANY),
            _rule(
                RuleAction.HIDDEN_FROM_CHOICE,
                _is(ConditionName.ACTIVITY_PROGRESS_KNOWN, is_negated=True, objective="lessons_read"),
                _is(ConditionName.COMPLETED, is_negated=True, objective="lessons_read"),
                combination=Combination.ANY,
            ),
            _rule(
                RuleAction.EXIT_PARENT, _is(ConditionName.SATISFIED, is_negated=True), replace(is_over, is_negated=True)
            ),
        ),
        attempt_limit=ATTEMPTS,
        primary=Objective(
            identifier="passed", satisfied_by_measure=True, minimum_measure=PASSING_MEASURE, maps=(taken,)
        ),
        objectives=(*_told_of_subjects(), Objective(identifier="lessons_read", maps=(read,))),
        delivery=_BY_CONTENT,
    )
    return ScoSource(
        identifier="test", title=text.quiz.title, href="test.html", hidden=_LED_BY_PAGE, sequencing=sequencing
    )


def _after(text: SteeredText) -> ScoSource:
    """Return the last page, which can be chosen once the final test was taken."""
    taken = ObjectiveMap(target=_TEST_TAKEN, read_measure=False)
    is_open = _is(ConditionName.OBJECTIVE_STATUS_KNOWN, is_negated=True, objective="test_taken")
    sequencing = Sequencing(
        rules=(_rule(RuleAction.HIDDEN_FROM_CHOICE, is_open),),
        rollup=_NO_MARK,
        objectives=(Objective(identifier="test_taken", maps=(taken,)),),
    )
    return ScoSource(
        identifier="after", title=text.after.title, href="after.html", scorm_type=ScormType.ASSET,
        sequencing=sequencing,
    )  # fmt: skip


def _told_of_subjects() -> tuple[Objective, ...]:
    """Return an objective for each subject, which says to all activities whether it is known."""
    return tuple(
        Objective(
            identifier=subject,
            maps=(
                ObjectiveMap(
                    target=_subject(subject), read_satisfied=False, read_measure=False, write_satisfied=True
                ),
            ),
        )
        for subject in SUBJECTS
    )  # fmt: skip


def _subject(subject: str) -> str:
    return f"urn:palier:demonstration:services:{subject}"


def _rule(action: RuleAction, *conditions: RuleCondition, combination: Combination = Combination.ALL) -> SequencingRule:
    return SequencingRule(action=action, combination=combination, conditions=conditions)


def _is(name: ConditionName, *, is_negated: bool = False, objective: str = "") -> RuleCondition:
    return RuleCondition(name=name, is_negated=is_negated, objective=objective)
