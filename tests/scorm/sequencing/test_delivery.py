"""The last gate, and how an activity becomes the current one (SN 4.8, 4.9)."""

import pytest

from scorm.sequencing.delivery import clear_suspended_activity, content_delivery_environment, delivery_request
from tests.scorm.sequencing.builders import Branch, Learner, cluster, leaf, learner, rule

DISABLED: dict[str, object] = {"rules": [rule("disabled")]}
USED: dict[str, object] = {"attempt_limit": 1}


def tree(**facts: dict[str, object]) -> Learner:
    """Return someone before A > B > (1, 2), C > 3; facts by names, prefixed with _."""

    def page(name: str) -> Branch:
        return leaf(name, **facts.get(f"_{name}", {}))

    return learner(
        cluster(
            "A",
            cluster("B", page("1"), page("2"), **facts.get("_B", {})),
            cluster("C", page("3"), **facts.get("_C", {})),
            **facts.get("_A", {}),
        )
    )


def suspended_at(target: str) -> Learner:
    """Return someone who has left the course suspended at an activity."""
    one = tree().stand(target)
    assert one.ask("suspendAll") == "end"
    return one


def attempts(one: Learner) -> list[int]:
    return [record.attempts for record in one.state.records]


class TestDB11:
    def asked(self, target: str, one: Learner) -> str:
        return delivery_request(one.state, one.place(target))

    def test_only_leaves_can_be_delivered(self) -> None:
        assert self.asked("1", tree()) == ""
        assert self.asked("B", tree()) == "DB.1.1-1"

    @pytest.mark.parametrize("name", ["A", "B", "1"])
    def test_nothing_on_the_path_may_be_disabled(self, name: str) -> None:
        one = tree(**{f"_{name}": DISABLED})
        assert self.asked("1", one) == "DB.1.1-3"

    @pytest.mark.parametrize("name", ["A", "B", "1"])
    def test_nothing_on_the_path_may_be_at_its_limit(self, name: str) -> None:
        one = tree(**{f"_{name}": USED}).mark(name, attempts=1)
        assert self.asked("1", one) == "DB.1.1-3"

    def test_what_lies_beside_the_path_is_not_asked(self) -> None:
        assert self.asked("1", tree(_2=DISABLED, _C=DISABLED)) == ""

    def test_an_attempt_that_has_begun_may_go_on(self) -> None:
        one = tree(_A=USED, _B=USED, _1=USED).stand("1").end()
        assert self.asked("1", one) == "DB.1.1-3"
        assert self.asked("2", one) == ""
        assert self.asked("1", one.mark("1", is_suspended=True)) == ""


class TestDB2:
    def deliver(self, one: Learner, target: str) -> tuple[str, bool]:
        return content_delivery_environment(one.state, one.place(target))

    def test_the_whole_path_gets_an_attempt(self) -> None:
        one = tree()
        assert self.deliver(one, "2") == ("", False)
        assert (one.current, one.active, attempts(one)) == ("2", ["A", "B", "2"], [1, 1, 0, 1, 0, 0])

    def test_an_attempt_under_way_must_have_ended(self) -> None:
        one = tree().stand("1")
        before = one.document
        assert self.deliver(one, "2") == ("DB.2-1", False)
        assert one.document == before

    def test_attempts_above_go_on(self) -> None:
        one = tree().stand("1").end()
        self.deliver(one, "2")
        assert attempts(one) == [1, 1, 1, 1, 0, 0]

    def test_clusters_that_are_left_are_ended(self) -> None:
        one = tree().stand("1").end()
        self.deliver(one, "3")
        assert (one.active, attempts(one)) == (["A", "C", "3"], [1, 1, 1, 0, 1, 1])

    def test_a_new_attempt_knows_nothing(self) -> None:
        one = tree().know("1", satisfied=True, completed=True, measure=1.0, raw=3.0).mark("1", is_success_unknown=True)
        self.deliver(one, "1")
        assert one.primary("1").satisfied is None
        assert one.primary("1").raw is None
        assert not one.record("1").is_success_unknown

    def test_a_suspended_attempt_goes_on_and_knows_what_it_knew(self) -> None:
        one = tree().know("1", measure=0.5).mark("1", attempts=1, is_suspended=True)
        assert self.deliver(one, "1") == ("", True)
        assert (attempts(one)[2], one.primary("1").measure) == (1, 0.5)
        assert not one.record("1").is_suspended

    def test_a_new_attempt_in_a_suspended_cluster_is_not_a_resumed_one(self) -> None:
        one = tree().mark("A", attempts=1, is_suspended=True).mark("B", attempts=1, is_suspended=True)
        assert self.deliver(one, "1") == ("", False)
        assert attempts(one) == [1, 1, 1, 0, 0, 0]

    def test_the_suspended_activity_is_resumed_with_everything_above(self) -> None:
        one = suspended_at("1")
        assert self.deliver(one, "1") == ("", True)
        assert (one.suspended, attempts(one)) == ("", [1, 1, 1, 0, 0, 0])

    def test_an_untracked_activity_never_counts(self) -> None:
        one = tree(_1={"tracked": False}, _B={"tracked": False})
        self.deliver(one, "1")
        assert (one.active, attempts(one)) == (["A", "B", "1"], [1, 0, 0, 0, 0, 0])

    def test_a_new_attempt_on_a_cluster_leaves_what_its_children_know(self) -> None:
        one = tree().know("2", satisfied=True)
        self.deliver(one, "1")
        assert one.primary("2").satisfied is True

    def test_global_objectives_are_not_touched(self) -> None:
        one = tree().share("G", satisfied=True)
        self.deliver(one, "1")
        assert one.state.globals["G"].satisfied is True


class TestDB21:
    def cleared(self, one: Learner, target: str) -> list[str]:
        clear_suspended_activity(one.state, one.place(target))
        return one.names(place for place, record in enumerate(one.state.records) if record.is_suspended)

    def test_the_branch_that_is_not_resumed_is_forgotten(self) -> None:
        """LMS choice: what both have above them goes on."""
        one = suspended_at("1")
        assert self.cleared(one, "3") == ["A"]
        assert one.suspended == ""

    def test_within_the_branch_its_cluster_goes_on(self) -> None:
        assert self.cleared(suspended_at("1"), "2") == ["A", "B"]

    def test_a_cluster_with_another_suspended_child_stays_suspended(self) -> None:
        one = suspended_at("1").mark("2", is_suspended=True)
        assert self.cleared(one, "3") == ["A", "B", "2"]

    def test_without_a_suspended_activity_nothing_happens(self) -> None:
        one = tree().mark("1", is_suspended=True)
        assert self.cleared(one, "3") == ["1"]

    def test_delivering_another_activity_begins_new_attempts_in_the_forgotten_branch(self) -> None:
        one = suspended_at("1")
        assert [one.choose("3"), one.choose("1")] == ["3", "1"]
        assert not one.last.is_resumed
        assert attempts(one) == [1, 2, 2, 0, 1, 1]
