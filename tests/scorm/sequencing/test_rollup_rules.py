"""Rollup rules: which children are asked, and when a rule holds (SN 4.6)."""

from typing import Any

import pytest

from scorm.sequencing.rollup import roll_up
from scorm.sequencing.rollup_rules import Valid, evaluate_conditions, is_considered, rule_check
from scorm.sequencing.words import RollupAction
from tests.scorm.sequencing.builders import Learner, cluster, leaf, learner, rollup_rule, rule

T, F, U = True, False, None
ANY_ATTEMPT = Valid(objectives=None, progress=None)
Known = tuple[bool | None, ...]


def holds(known: Known, child_set: str, **facts: Any) -> bool:
    """Tell whether a rule about `satisfied` holds for children of this satisfaction."""
    rules = [rollup_rule("completed", child_set, "satisfied", **facts)]
    one = learner(cluster("A", *(leaf(str(at)) for at in range(len(known) or 1)), rollup_rules=rules)).stand("A")
    for at, value in enumerate(known):
        one.know(str(at), satisfied=value)
    if not known:
        one.mark("A", kids=())
    return rule_check(one.state, one.node("A"), RollupAction.COMPLETED)


CHILD_SETS: list[tuple[str, dict[str, Any], Known, bool]] = [
    ("all", {}, (T, T), True),
    ("all", {}, (T, F), False),
    ("all", {}, (T, U), False),
    ("any", {}, (F, T), True),
    ("any", {}, (U, T), True),
    ("any", {}, (F, U), False),
    ("none", {}, (F, F), True),
    ("none", {}, (F, U), False),
    ("none", {}, (F, T), False),
    ("atLeastCount", {"minimum_count": 2}, (T, T, F), True),
    ("atLeastCount", {"minimum_count": 2}, (T, U, F), False),
    ("atLeastCount", {"minimum_count": 0}, (F, F), True),
    ("atLeastCount", {"minimum_count": 3}, (T, T), False),
    ("atLeastPercent", {"minimum_percent": 0.5}, (T, F), True),
    ("atLeastPercent", {"minimum_percent": 0.5}, (T, F, F), False),
    ("atLeastPercent", {"minimum_percent": 0.6}, (T, T, T, F, F), True),
    ("atLeastPercent", {"minimum_percent": 1.0}, (T, T, U), False),
]


class TestRB14:
    @pytest.mark.parametrize(("child_set", "facts", "known", "expected"), CHILD_SETS)
    def test_each_child_set_counts_in_its_way(
        self, child_set: str, facts: dict[str, Any], known: Known, expected: bool
    ) -> None:
        assert holds(known, child_set, **facts) is expected

    @pytest.mark.parametrize(
        ("child_set", "expected"),
        [("all", True), ("none", True), ("any", False), ("atLeastCount", False), ("atLeastPercent", False)],
    )
    def test_of_no_children_all_and_none_hold(self, child_set: str, expected: bool) -> None:
        assert holds((), child_set) is expected

    @pytest.mark.parametrize("child_set", ["all", "any", "none", "atLeastCount", "atLeastPercent"])
    def test_where_nothing_is_known_of_any_child_no_rule_holds(self, child_set: str) -> None:
        assert holds((U, U), child_set) is False

    def test_untracked_children_are_not_asked(self) -> None:
        rules = [rollup_rule("completed", "all", "satisfied")]
        one = learner(cluster("A", leaf("1"), leaf("2", tracked=False), rollup_rules=rules)).stand("A")
        one.know("1", satisfied=True)
        assert rule_check(one.state, one.node("A"), RollupAction.COMPLETED)

    def test_some_rule_of_several_is_enough(self) -> None:
        rules = [rollup_rule("completed", "all", "completed"), rollup_rule("completed", "any", "satisfied")]
        one = learner(cluster("A", leaf("1"), rollup_rules=rules)).stand("A").know("1", satisfied=True)
        assert rule_check(one.state, one.node("A"), RollupAction.COMPLETED)
        assert not rule_check(one.state, one.node("A"), RollupAction.INCOMPLETE)

    def test_a_leaf_does_not_complete_itself(self) -> None:
        one = learner(cluster("A", leaf("1"))).stand("1")
        roll_up(one.state, one.node("1"))
        assert one.primary("1").completed is None


CONDITIONS: list[tuple[tuple[str, ...], str, bool | None]] = [
    (("satisfied",), "any", True),
    (("completed",), "any", None),
    (("not satisfied",), "any", False),
    (("not completed",), "any", None),
    (("not satisfied", "completed"), "any", None),
    (("satisfied", "completed"), "any", True),
    (("satisfied", "completed"), "all", None),
    (("not satisfied", "completed"), "all", False),
    (("objectiveStatusKnown", "not activityProgressKnown"), "all", True),
    (("objectiveMeasureKnown",), "any", False),
    (("attempted",), "any", False),
    ((), "any", None),
]


class TestRB141:
    @pytest.mark.parametrize(("conditions", "combination", "expected"), CONDITIONS)
    def test_conditions_are_asked_of_the_child(
        self, conditions: tuple[str, ...], combination: str, expected: bool | None
    ) -> None:
        one = learner(cluster("A", leaf("1"))).stand("A").know("1", satisfied=True)
        asked = rollup_rule("completed", "all", *conditions, combination=combination)
        assert evaluate_conditions(one.state, one.node("1"), asked, ANY_ATTEMPT) is expected

    def test_stale_information_is_unknown(self) -> None:
        one = learner(cluster("A", leaf("1"))).stand("A").know("1", satisfied=True)
        asked = rollup_rule("completed", "all", "satisfied")
        later = Valid(objectives=2, progress=None)
        assert evaluate_conditions(one.state, one.node("1"), asked, later) is None

    def test_information_of_the_two_kinds_is_stale_on_its_own(self) -> None:
        one = learner(cluster("A", leaf("1"))).stand("A").know("1", satisfied=True, completed=True)
        later = Valid(objectives=2, progress=1)
        asked = [rollup_rule("completed", "all", name) for name in ("satisfied", "completed", "attempted")]
        assert [evaluate_conditions(one.state, one.node("1"), rule, later) for rule in asked] == [None, True, False]

    def test_conditions_are_combined_by_any_unless_it_is_said_otherwise(self) -> None:
        assert rollup_rule("completed", "all").combination == "any"


def child(requirement: str, action: str = "for_satisfied", **facts: Any) -> Learner:
    return learner(cluster("A", leaf("1", **{action: requirement}, **facts))).stand("A")


def considered(one: Learner, action: RollupAction = RollupAction.SATISFIED) -> bool:
    return is_considered(one.state, one.node("1"), action)


OBJECTIVE = (RollupAction.SATISFIED, RollupAction.NOT_SATISFIED)
PROGRESS = (RollupAction.COMPLETED, RollupAction.INCOMPLETE)


class TestRB142:
    def test_a_child_may_take_no_part_in_satisfaction(self) -> None:
        one = child("always", objective_satisfied=False)
        assert [considered(one, action) for action in (*OBJECTIVE, *PROGRESS)] == [False, False, True, True]

    def test_a_child_may_take_no_part_in_completion(self) -> None:
        one = child("always", progress_completion=False)
        assert [considered(one, action) for action in (*OBJECTIVE, *PROGRESS)] == [True, True, False, False]

    def test_always_asks_for_nothing(self) -> None:
        assert considered(child("always"))

    @pytest.mark.parametrize(("attempts", "expected"), [(0, False), (1, True)])
    def test_if_attempted_asks_for_an_attempt(self, attempts: int, expected: bool) -> None:
        assert considered(child("ifAttempted").mark("1", attempts=attempts, is_suspended=True)) is expected

    @pytest.mark.parametrize(
        ("attempts", "is_suspended", "expected"), [(0, False, False), (1, False, True), (1, True, False)]
    )
    def test_if_not_suspended_asks_for_an_attempt_that_has_ended(
        self, attempts: int, is_suspended: bool, expected: bool
    ) -> None:
        one = child("ifNotSuspended").mark("1", attempts=attempts, is_suspended=is_suspended)
        assert considered(one) is expected

    def test_if_not_skipped_asks_the_skip_rules_of_this_moment(self) -> None:
        one = child("ifNotSkipped", rules=[rule("skip", "satisfied")])
        assert considered(one)
        assert not considered(one.know("1", satisfied=True))

    @pytest.mark.parametrize("action", list(RollupAction))
    def test_each_action_has_its_own_requirement(self, action: RollupAction) -> None:
        names = {
            RollupAction.SATISFIED: "for_satisfied", RollupAction.NOT_SATISFIED: "for_not_satisfied",
            RollupAction.COMPLETED: "for_completed", RollupAction.INCOMPLETE: "for_incomplete",
        }  # fmt: skip
        one = child("ifAttempted", names[action])
        assert [other for other in RollupAction if not considered(one, other)] == [action]
