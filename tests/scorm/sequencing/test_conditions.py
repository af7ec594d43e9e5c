"""Conditions, rules and limits of one activity (SN 3.4, utility processes)."""

from typing import Any

import pytest

from scorm.sequencing.conditions import fired_action, is_limit_reached, is_unavailable, rule_holds, truth_of
from scorm.sequencing.tree import PRIMARY
from scorm.sequencing.words import RuleAction
from tests.scorm.sequencing.builders import Learner, cluster, condition, leaf, learner, objective, reads, rule

Values = dict[str, Any]


def page(**facts: Any) -> Learner:
    """Return someone before page 1."""
    return learner(cluster("A", leaf("1", **facts)))


def truth(one: Learner, text: str, threshold: float = 0.0) -> bool | None:
    return truth_of(one.state, one.node("1"), condition(text, threshold))


def fired(one: Learner) -> RuleAction | None:
    node = one.node("1")
    return fired_action(one.state, node, node.definition.sequencing.rules)


TABLE: list[tuple[str, Values, bool | None]] = [
    ("satisfied", {}, None),
    ("satisfied", {"satisfied": True}, True),
    ("satisfied", {"satisfied": False}, False),
    ("objectiveStatusKnown", {}, False),
    ("objectiveStatusKnown", {"satisfied": False}, True),
    ("objectiveMeasureKnown", {}, False),
    ("objectiveMeasureKnown", {"measure": 0.0}, True),
    ("completed", {}, None),
    ("completed", {"completed": True}, True),
    ("completed", {"completed": False}, False),
    ("activityProgressKnown", {}, False),
    ("activityProgressKnown", {"completed": False}, True),
    ("attempted", {}, False),
    ("attemptLimitExceeded", {}, None),
    ("timeLimitExceeded", {}, None),
    ("outsideAvailableTimeRange", {}, None),
    ("always", {}, True),
]
MEASURES = [
    ("objectiveMeasureGreaterThan", 0.5, None, None),
    ("objectiveMeasureGreaterThan", 0.5, 0.6, True),
    ("objectiveMeasureGreaterThan", 0.5, 0.5, False),
    ("objectiveMeasureLessThan", 0.5, None, None),
    ("objectiveMeasureLessThan", 0.5, 0.4, True),
    ("objectiveMeasureLessThan", 0.5, 0.5, False),
    ("objectiveMeasureLessThan", -0.5, -0.6, True),
]


class TestUP21:
    @pytest.mark.parametrize(("text", "values", "expected"), TABLE)
    def test_each_condition_reads_what_is_known(self, text: str, values: Values, expected: bool | None) -> None:
        assert truth(page().know("1", **values), text) is expected

    @pytest.mark.parametrize(("text", "values", "expected"), TABLE)
    def test_what_is_unknown_stays_unknown_when_it_is_negated(
        self, text: str, values: Values, expected: bool | None
    ) -> None:
        assert truth(page().know("1", **values), f"not {text}") is (None if expected is None else not expected)

    @pytest.mark.parametrize(("text", "threshold", "measure", "expected"), MEASURES)
    def test_measures_are_compared_strictly(
        self, text: str, threshold: float, measure: float | None, expected: bool | None
    ) -> None:
        assert truth(page().know("1", measure=measure), text, threshold) is expected

    def test_attempted_is_true_during_the_first_attempt_already(self) -> None:
        assert truth(page().stand("1"), "attempted") is True

    @pytest.mark.parametrize(("limit", "attempts", "expected"), [(2, 1, False), (2, 2, True), (None, 9, None)])
    def test_the_limit_is_exceeded_during_the_last_attempt_already(
        self, limit: int | None, attempts: int, expected: bool | None
    ) -> None:
        """LMS choice: where there is no limit it is unknown."""
        one = page(attempt_limit=limit).mark("1", attempts=attempts, is_active=True)
        assert truth(one, "attemptLimitExceeded") is expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("satisfied", None), ("completed", None), ("objectiveStatusKnown", False), ("activityProgressKnown", False),
            ("objectiveMeasureKnown", False), ("attempted", False), ("objectiveMeasureLessThan", None),
            ("attemptLimitExceeded", False), ("always", True),
        ],
    )  # fmt: skip
    def test_of_an_untracked_activity_nothing_is_known(self, text: str, expected: bool | None) -> None:
        one = page(tracked=False, attempt_limit=0).know("1", satisfied=True, completed=True, measure=-1.0)
        assert truth(one.mark("1", attempts=3), text) is expected

    def test_a_condition_may_be_about_another_objective(self) -> None:
        one = page(objectives=[objective("o")]).know("1", satisfied=True).know("1", 1, satisfied=False, measure=0.3)
        assert truth(one, "satisfied of o") is False
        assert truth(one, "objectiveMeasureKnown of o") is True
        assert truth(one, "satisfied") is True

    def test_completion_may_be_that_of_an_objective(self) -> None:
        one = page(objectives=[objective("o", reads("G", "completed"))]).share("G", completed=True)
        assert truth(one, "completed of o") is True
        assert truth(one, "activityProgressKnown of o") is True
        assert truth(one, "completed") is None

    def test_the_primary_objective_may_be_named(self) -> None:
        assert truth(page(primary=objective("p")).know("1", satisfied=True), "satisfied of p") is True

    @pytest.mark.parametrize("text", ["satisfied of x", "objectiveStatusKnown of x", "not completed of x"])
    def test_a_condition_about_no_objective_of_the_activity_is_unknown(self, text: str) -> None:
        assert truth(page().know("1", satisfied=True, completed=True), text) is None

    @pytest.mark.parametrize(
        ("conditions", "all_of", "any_of"),
        [
            (("satisfied",), True, True),
            (("satisfied", "not satisfied"), False, True),
            (("satisfied", "completed"), None, True),
            (("not satisfied", "completed"), False, None),
            (("completed", "not satisfied"), False, None),
            (("completed", "satisfied"), None, True),
            (("completed", "completed"), None, None),
            (("not satisfied", "not satisfied"), False, False),
            (("satisfied", "always"), True, True),
        ],
    )
    def test_conditions_are_combined_in_three_valued_logic(
        self, conditions: tuple[str, ...], all_of: bool | None, any_of: bool | None
    ) -> None:
        one = page().know("1", satisfied=True)
        for combination, expected in (("all", all_of), ("any", any_of)):
            assert rule_holds(one.state, one.node("1"), rule("skip", *conditions, combination=combination)) is expected

    @pytest.mark.parametrize("combination", ["all", "any"])
    def test_a_rule_without_conditions_is_unknown(self, combination: str) -> None:
        one = page()
        empty = rule("skip", combination=combination)
        bare = type(empty)(action=empty.action, combination=empty.combination)
        assert rule_holds(one.state, one.node("1"), bare) is None


class TestUP2:
    def test_the_first_rule_that_holds_gives_the_action(self) -> None:
        one = page(rules=[rule("skip", "completed"), rule("disabled", "satisfied"), rule("hiddenFromChoice")])
        assert fired(one.know("1", satisfied=True)) is RuleAction.DISABLED
        assert fired(one.know("1", satisfied=False)) is RuleAction.HIDDEN_FROM_CHOICE

    def test_without_a_rule_that_holds_there_is_no_action(self) -> None:
        assert fired(page(rules=[rule("skip", "satisfied")])) is None
        assert fired(page()) is None

    def test_what_is_unknown_fires_nothing(self) -> None:
        assert fired(page(rules=[rule("skip", "not satisfied")])) is None

    def test_each_moment_looks_at_its_own_actions(self) -> None:
        node = page(rules=[rule(action) for action in RuleAction]).node("1")
        looked = (
            node.skip_rules, node.disabled_rules, node.hidden_rules, node.stop_rules, node.exit_rules, node.post_rules
        )  # fmt: skip
        assert [[one.action for one in rules] for rules in looked] == [
            ["skip"], ["disabled"], ["hiddenFromChoice"], ["stopForwardTraversal"], ["exit"],
            ["exitParent", "exitAll", "retry", "retryAll", "continue", "previous"],
        ]  # fmt: skip


def limited(limit: int | None, **facts: Any) -> bool:
    one = page(attempt_limit=limit, tracked=facts.pop("tracked", True)).mark("1", **facts)
    return is_limit_reached(one.state, one.node("1"))


class TestUP1:
    @pytest.mark.parametrize(
        ("limit", "attempts", "expected"), [(1, 0, False), (1, 1, True), (2, 1, False), (2, 3, True), (None, 9, False)]
    )
    def test_as_many_attempts_may_begin_as_is_said(self, limit: int | None, attempts: int, expected: bool) -> None:
        assert limited(limit, attempts=attempts) is expected

    def test_a_limit_of_none_at_all_forbids_the_first_attempt(self) -> None:
        assert limited(0)

    @pytest.mark.parametrize("field", ["is_active", "is_suspended"])
    def test_an_attempt_that_has_begun_may_go_on(self, field: str) -> None:
        assert not limited(1, attempts=1, **{field: True})

    def test_an_untracked_activity_has_no_limit(self) -> None:
        assert not limited(1, attempts=1, tracked=False)


class TestUP5:
    @pytest.mark.parametrize(
        ("facts", "attempts", "expected"),
        [
            ({}, 0, False),
            ({"rules": [rule("disabled")]}, 0, True),
            ({"rules": [rule("disabled", "satisfied")]}, 0, False),
            ({"rules": [rule("skip"), rule("hiddenFromChoice"), rule("stopForwardTraversal")]}, 0, False),
            ({"attempt_limit": 1}, 0, False),
            ({"attempt_limit": 1}, 1, True),
        ],
    )
    def test_an_activity_is_unavailable_when_disabled_or_at_its_limit(
        self, facts: Values, attempts: int, expected: bool
    ) -> None:
        one = page(**facts).mark("1", attempts=attempts)
        assert is_unavailable(one.state, one.node("1")) is expected

    def test_the_primary_objective_is_the_first(self) -> None:
        node = page(primary=objective("p"), objectives=[objective("o")]).node("1")
        assert node.links[PRIMARY].identifier == "p"
        assert node.objective_places == {"p": 0, "o": 1}
