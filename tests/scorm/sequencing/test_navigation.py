"""The navigation request process: what is refused before anything changes (SN 4.4)."""

import pytest

from scorm.sequencing.navigation import navigation_request
from scorm.sequencing.outcomes import Navigation, Request, SequencingRequest, Termination
from tests.scorm.sequencing.builders import FixedChooser, Learner, cluster, leaf, learner

WITHOUT_SESSION = [
    Request.CONTINUE, Request.PREVIOUS, Request.EXIT, Request.EXIT_ALL, Request.ABANDON, Request.ABANDON_ALL,
    Request.SUSPEND_ALL,
]  # fmt: skip
ENDING = {
    Request.EXIT_ALL: Termination.EXIT_ALL,
    Request.ABANDON_ALL: Termination.ABANDON_ALL,
    Request.SUSPEND_ALL: Termination.SUSPEND_ALL,
}


def two_pages(**facts: object) -> Learner:
    return learner(cluster("A", leaf("1"), leaf("2"), **facts))


def asked(one: Learner, request: Request, target: str | None = None) -> Navigation:
    place = None if target is None else one.state.tree.places.get(target)
    return navigation_request(one.state, request, place)


class TestNB21:
    @pytest.mark.parametrize("request_", WITHOUT_SESSION)
    def test_without_a_session_only_opening_and_choice_are_valid(self, request_: Request) -> None:
        assert asked(two_pages(), request_) == Navigation(code="NB.2.1-2")

    def test_start_begins_a_session(self) -> None:
        assert asked(two_pages(), Request.START) == Navigation(sequencing=SequencingRequest.START)

    @pytest.mark.parametrize("request_", [Request.START, Request.RESUME_ALL])
    def test_a_session_begins_once(self, request_: Request) -> None:
        assert asked(two_pages().stand("1"), request_).code == "NB.2.1-1"

    def test_resume_all_needs_something_suspended(self) -> None:
        one = two_pages()
        assert asked(one, Request.RESUME_ALL).code == "NB.2.1-3"
        one.state.suspended = one.place("1")
        assert asked(one, Request.RESUME_ALL) == Navigation(sequencing=SequencingRequest.RESUME_ALL)

    def test_continue_ends_the_current_attempt_and_goes_on(self) -> None:
        expected = Navigation(termination=Termination.EXIT, sequencing=SequencingRequest.CONTINUE)
        assert asked(two_pages().stand("1"), Request.CONTINUE) == expected

    @pytest.mark.parametrize("request_", [Request.CONTINUE, Request.PREVIOUS])
    def test_an_ended_attempt_is_not_ended_again(self, request_: Request) -> None:
        found = asked(two_pages().stand("2").end(), request_)
        assert found == Navigation(sequencing=SequencingRequest(request_.value))

    def test_continue_needs_flow(self) -> None:
        assert asked(two_pages(flow=False).stand("1"), Request.CONTINUE).code == "NB.2.1-4"

    def test_nothing_follows_the_root(self) -> None:
        assert asked(learner(leaf("1")).stand("1"), Request.CONTINUE).code == "NB.2.1-4"

    def test_previous_ends_the_current_attempt_and_goes_back(self) -> None:
        expected = Navigation(termination=Termination.EXIT, sequencing=SequencingRequest.PREVIOUS)
        assert asked(two_pages().stand("1"), Request.PREVIOUS) == expected

    @pytest.mark.parametrize("modes", [{"flow": False}, {"forward_only": True}])
    def test_previous_needs_flow_in_both_directions(self, modes: dict[str, bool]) -> None:
        assert asked(two_pages(**modes).stand("2"), Request.PREVIOUS).code == "NB.2.1-5"

    def test_nothing_precedes_the_root(self) -> None:
        assert asked(learner(leaf("1")).stand("1"), Request.PREVIOUS).code == "NB.2.1-6"

    @pytest.mark.parametrize("request_", [Request.FORWARD, Request.BACKWARD])
    @pytest.mark.parametrize("has_session", [False, True])
    def test_forward_and_backward_are_not_supported(self, request_: Request, has_session: bool) -> None:
        one = two_pages()
        assert asked(one.stand("1") if has_session else one, request_).code == "NB.2.1-7"

    def test_a_choice_may_open_the_course(self) -> None:
        one = two_pages()
        expected = Navigation(sequencing=SequencingRequest.CHOICE, target=one.place("2"))
        assert asked(one, Request.CHOICE, "2") == expected

    def test_a_choice_ends_the_current_attempt(self) -> None:
        one = two_pages().stand("1")
        expected = Navigation(termination=Termination.EXIT, sequencing=SequencingRequest.CHOICE, target=one.place("2"))
        assert asked(one, Request.CHOICE, "2") == expected
        assert asked(one.end(), Request.CHOICE, "2").termination is None

    def test_an_activity_that_is_not_in_the_tree_cannot_be_chosen(self) -> None:
        assert asked(two_pages(), Request.CHOICE, "nowhere").code == "NB.2.1-11"
        assert asked(two_pages().stand("1"), Request.CHOICE).code == "NB.2.1-11"

    def test_choice_asks_the_parent_of_the_target_alone(self) -> None:
        closed = learner(cluster("A", leaf("1"), cluster("B", leaf("2")), choice=False))
        assert asked(closed, Request.CHOICE, "B").code == "NB.2.1-10"
        assert asked(closed, Request.CHOICE, "2").code == ""

    def test_the_root_can_be_chosen_whatever_it_says_of_choice(self) -> None:
        assert asked(two_pages(choice=False), Request.CHOICE, "A").code == ""

    def test_an_active_activity_without_choice_exit_is_not_left_by_choice(self) -> None:
        one = learner(cluster("A", leaf("1", choice_exit=False), leaf("2"))).stand("1")
        assert asked(one, Request.CHOICE, "2").code == "NB.2.1-8"
        assert asked(one.end(), Request.CHOICE, "2").code == ""

    @pytest.mark.parametrize("keeper", ["B", "C"])
    def test_an_active_cluster_without_choice_exit_is_not_left_by_choice(self, keeper: str) -> None:
        inner = cluster("C", leaf("1"), leaf("2"), choice_exit=keeper != "C")
        one = learner(cluster("A", cluster("B", inner, choice_exit=keeper != "B"), leaf("3"))).stand("1")
        assert asked(one, Request.CHOICE, "3").code == "NB.2.1-8"
        assert asked(one, Request.CHOICE, "2").code == ""
        assert asked(one, Request.CONTINUE).code == ""

    def test_a_choice_below_the_current_cluster_is_valid(self) -> None:
        """LMS choice: by the letter its path is empty (NB.2.1-9), but SB.2.9 has a case for it."""
        one = learner(cluster("A", cluster("B", leaf("1")))).stand("B")
        assert asked(one, Request.CHOICE, "1").code == ""

    def test_a_jump_needs_no_mode_of_the_parent(self) -> None:
        one = two_pages(choice=False, flow=False).stand("1")
        expected = Navigation(termination=Termination.EXIT, sequencing=SequencingRequest.JUMP, target=one.place("2"))
        assert asked(one, Request.JUMP, "2") == expected
        assert asked(one.end(), Request.JUMP, "2").termination is None

    def test_a_jump_needs_a_target_in_the_tree(self) -> None:
        assert asked(two_pages().stand("1"), Request.JUMP, "nowhere").code == "NB.2.1-11"

    def test_a_jump_to_an_activity_that_was_not_selected_is_refused(self) -> None:
        one = two_pages(selection_timing="once", select_count=1)
        one.state.chooser = FixedChooser()
        assert one.start() == "2"
        assert asked(one, Request.JUMP, "1").code == "NB.2.1-11"

    def test_a_jump_into_a_cluster_that_was_not_selected_is_refused(self) -> None:
        chosen = cluster("A", cluster("B", leaf("1")), cluster("C", leaf("2")), selection_timing="once", select_count=1)
        one = learner(chosen)
        one.state.chooser = FixedChooser()
        assert one.start() == "2"
        assert asked(one, Request.JUMP, "1").code == "NB.2.1-11"

    @pytest.mark.parametrize(("request_", "termination"), list(ENDING.items()))
    def test_what_ends_the_session_is_valid_also_after_the_attempt(
        self, request_: Request, termination: Termination
    ) -> None:
        expected = Navigation(termination=termination, sequencing=SequencingRequest.EXIT)
        assert asked(two_pages().stand("1"), request_) == expected
        assert asked(two_pages().stand("1").end(), request_) == expected

    @pytest.mark.parametrize("request_", [Request.EXIT, Request.ABANDON])
    def test_what_leaves_the_activity_needs_an_attempt_under_way(self, request_: Request) -> None:
        expected = Navigation(termination=Termination(request_.value), sequencing=SequencingRequest.EXIT)
        assert asked(two_pages().stand("1"), request_) == expected
        assert asked(two_pages().stand("1").end(), request_).code == "NB.2.1-12"

    def test_a_refused_request_changes_nothing(self) -> None:
        one = two_pages(flow=False).stand("1")
        before = one.document
        one.state.is_prepared = True
        assert one.continue_() == "NB.2.1-4"
        assert one.last.is_refused
        assert one.document == before | {"prepared": True}
