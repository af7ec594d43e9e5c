"""What completes a course: every rule that an administrator can choose, with every combination of signals."""

import itertools

import pytest

from courses.attempts.rule import CourseRule, Root, ScoResult, result_of, result_of2004
from courses.catalogue.models import CompletionRule
from courses.enrolment.results import CourseResult

LOW, HIGH = 0.4, 0.8
RULES = (None, *CompletionRule)
UNSEEN = ScoResult(is_visited=False)
WORDS = {True: "+", False: "-", None: "?"}

# What one part said (completed, passed, score), and what each rule makes of it: `C` completed, `.` not; passed (+),
# failed (-), nothing yet (?). The columns: nothing chosen, status, score, all_scos, pages_visited.
TABLE = {
    (False, None, None): ".? .? .? .? C+",
    (False, None, LOW): ".? .? .? .? C-",
    (False, None, HIGH): ".? .? C+ .? C+",
    (False, False, None): ".- .- .- .- C-",
    (False, False, LOW): ".- .- .- .- C-",
    (False, False, HIGH): ".- .- C- .- C-",
    (False, True, None): ".+ .+ .+ C+ C+",
    (False, True, LOW): ".+ .+ .+ C+ C+",
    (False, True, HIGH): ".+ .+ C+ C+ C+",
    (True, None, None): "C+ C+ .? C+ C+",
    (True, None, LOW): "C- C- .- C- C-",
    (True, None, HIGH): "C+ C+ C+ C+ C+",
    (True, False, None): "C- C- .- C- C-",
    (True, False, LOW): "C- C- .- C- C-",
    (True, False, HIGH): "C- C- C- C- C-",
    (True, True, None): "C+ C+ .+ C+ C+",
    (True, True, LOW): "C+ C+ .+ C+ C+",
    (True, True, HIGH): "C+ C+ C+ C+ C+",
}
Signals = tuple[bool, bool | None, float | None]
CASES = [
    (signals, rule, word) for signals, line in TABLE.items() for rule, word in zip(RULES, line.split(), strict=True)
]


def sco(signals: Signals, *, is_running: bool = False) -> ScoResult:
    completed, passed, score = signals
    return ScoResult(is_completed=completed, is_passed=passed, score=score, is_running=is_running)


def root_of(*parts: Signals | None) -> Root:
    """Return what the default rollup says: all of them, and nothing of what is unknown."""
    success = [part[1] if part else None for part in parts]
    return Root(
        is_completed=all(part is not None and part[0] for part in parts),
        is_satisfied=False if False in success else True if all(success) else None,
    )


def rule_of(completes_by: CompletionRule | None) -> CourseRule:
    return CourseRule(0.6, completes_by)


def word_of(result: CourseResult) -> str:
    return ("C" if result.is_completed else ".") + WORDS[result.is_passed]


def test_the_table_has_every_combination_of_signals() -> None:
    assert set(TABLE) == set(itertools.product((False, True), (None, False, True), (None, LOW, HIGH)))


@pytest.mark.parametrize(("signals", "rule", "word"), CASES)
def test_each_rule_makes_of_one_part_what_the_table_says_in_both_generations(
    signals: Signals, rule: CompletionRule | None, word: str
) -> None:
    first = result_of([sco(signals)], rule_of(rule))
    second = result_of2004(root_of(signals), [sco(signals)], rule_of(rule))
    assert (word_of(first), word_of(second)) == (word, word)
    assert (first.mark, second.mark) == (signals[2], signals[2])


@pytest.mark.parametrize(("signals", "rule", "word"), CASES)
def test_two_parts_that_say_the_same_come_to_the_same(signals: Signals, rule: CompletionRule | None, word: str) -> None:
    parts = [sco(signals), sco(signals)]
    assert word_of(result_of(parts, rule_of(rule))) == word
    assert word_of(result_of2004(root_of(signals, signals), parts, rule_of(rule))) == word


@pytest.mark.parametrize(("signals", "rule"), list(itertools.product(TABLE, RULES)))
def test_no_rule_is_fulfilled_while_a_part_was_never_opened(signals: Signals, rule: CompletionRule | None) -> None:
    parts = [sco(signals), UNSEEN]
    first, second = result_of(parts, rule_of(rule)), result_of2004(root_of(signals, None), parts, rule_of(rule))
    assert (first.is_completed, second.is_completed) == (False, False)
    assert (first.mark, second.mark) == (None, None)
    assert (first.is_passed, second.is_passed) == (None, None)


def test_a_rollup_that_needs_no_more_completes_by_the_status_alone() -> None:
    parts = [sco((True, True, HIGH)), UNSEEN]
    done = Root(is_completed=True, is_satisfied=True)
    found = {rule: result_of2004(done, parts, rule_of(rule)).is_completed for rule in RULES}
    assert found == {
        None: True,
        CompletionRule.STATUS: True,
        CompletionRule.SCORE: True,  # it has a mark as soon as it is completed
        CompletionRule.ALL_SCOS: False,
        CompletionRule.PAGES_VISITED: False,
    }


def test_what_is_not_selected_need_not_be_opened_and_what_is_not_tracked_is_a_page_all_the_same() -> None:
    rule = rule_of(CompletionRule.PAGES_VISITED)
    aside = ScoResult(is_visited=False, is_selected=False, is_tracked=False)
    untracked = ScoResult(is_visited=False, is_tracked=False)
    nothing = Root(is_completed=None, is_satisfied=None)
    assert result_of2004(nothing, [ScoResult(), aside], rule).is_completed
    assert not result_of2004(nothing, [ScoResult(), untracked], rule).is_completed


def test_a_page_counts_as_visited_while_it_is_awaited_and_gives_no_mark_yet() -> None:
    awaited = ScoResult(is_awaited=True, is_running=True)
    found = result_of2004(
        Root(is_completed=None, is_satisfied=None),
        [sco((True, None, HIGH)), awaited],
        rule_of(CompletionRule.PAGES_VISITED),
    )
    assert (found.is_completed, found.mark, found.is_passed) == (True, None, None)


@pytest.mark.parametrize("rule", RULES)
def test_completion_alone_is_no_pass_while_a_session_goes_on(rule: CompletionRule | None) -> None:
    running = sco((True, None, None), is_running=True)
    assert result_of([running], rule_of(rule)).is_passed is None


def test_a_score_below_the_pass_mark_is_no_failure_while_the_package_has_not_finished() -> None:
    rule = rule_of(CompletionRule.SCORE)
    assert result_of([sco((False, None, LOW))], rule).is_passed is None
    assert result_of([sco((True, None, LOW))], rule).is_passed is False


def test_without_a_pass_mark_the_mastery_score_is_what_has_to_be_reached() -> None:
    rule = CourseRule(None, CompletionRule.SCORE)
    assert not result_of([ScoResult(score=0.7, mastery=0.8)], rule).is_completed
    assert result_of([ScoResult(score=0.7, mastery=0.6)], rule).is_completed
    assert result_of([ScoResult(score=0.1)], rule).is_completed


def test_progress_counts_the_pages_where_pages_complete() -> None:
    parts = [ScoResult(), UNSEEN]
    assert result_of(parts, rule_of(CompletionRule.PAGES_VISITED)).progress == 0.5
    assert result_of(parts, rule_of(CompletionRule.ALL_SCOS)).progress == 0.0
    assert result_of([sco((False, None, HIGH))], rule_of(CompletionRule.SCORE)).progress == 1.0


@pytest.mark.parametrize("rule", RULES)
def test_a_course_without_parts_is_never_completed(rule: CompletionRule | None) -> None:
    assert not result_of([], rule_of(rule)).is_completed
    assert not result_of2004(Root(is_completed=None, is_satisfied=None), [], rule_of(rule)).is_completed
