"""What holds in any course for any learner."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm.sequencing.definition import CourseDefinition, Sequencing, as_document, restored
from scorm.sequencing.documents import state_from
from scorm.sequencing.lookahead import look_ahead
from scorm.sequencing.outcomes import Request, Termination
from scorm.sequencing.termination import termination_request
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree
from scorm.sequencing.words import Control
from tests.scorm.sequencing.builders import Learner, cluster, leaf, learner, objective
from tests.scorm.sequencing.random_courses import Wish, courses, fulfil, report, wishes

ANY = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(ANY, max_examples=60)


def begin(definition: CourseDefinition) -> Learner:
    return Learner(TrackingState(ActivityTree(definition), seed="any"))


@ANY
@given(courses())
def test_the_sequencing_of_an_activity_survives_json(definition: CourseDefinition) -> None:
    for activity in definition.activities:
        document = json.loads(json.dumps(as_document(activity.sequencing)))
        assert restored(Sequencing, document) == activity.sequencing


@ANY
@given(courses(), wishes)
def test_at_most_one_path_is_active_and_the_current_activity_lies_on_it(
    definition: CourseDefinition, steps: list[Wish]
) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        state = one.state
        active = {place for place, record in enumerate(state.records) if record.is_active}
        if state.current is None:
            assert active == set()
        else:
            assert active <= set(state.tree.path(state.current, 0))
            assert all(state.tree.nodes[place].parent in active for place in active if place)
            assert state.is_available(state.current)


@ANY
@given(courses(), wishes)
def test_what_is_delivered_is_a_current_active_leaf(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        if one.last.delivered is not None:
            assert one.last.delivered == one.current
            assert one.record(one.current).is_active
            assert one.node(one.current).is_leaf
        assert one.last.has_ended is (one.last.has_ended and one.state.current is None)


@ANY
@given(courses(), wishes)
def test_attempts_never_fall(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    before = [0] * len(one.state.records)
    for step in steps:
        fulfil(one, step)
        after = [record.attempts for record in one.state.records]
        assert all(now - then in (0, 1) for now, then in zip(after, before, strict=True))
        before = after


@ANY
@given(courses(), wishes)
def test_a_refused_request_changes_nothing(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        for request in Request:
            fork = Learner(one.state.fork())
            before = fork.document
            fork.ask(request, one.names([step.target % len(one.state.records)])[0])
            assert not fork.last.is_refused or fork.document == before


@ANY
@given(courses(), wishes)
def test_a_state_survives_json_and_goes_on_in_the_same_way(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    tree = one.state.tree
    again = begin(definition)
    for step in steps:
        again = Learner(state_from(json.loads(json.dumps(again.document)), tree))
        assert fulfil(again, step) == fulfil(one, step)
        assert again.last == one.last
        assert again.document == one.document


@ANY
@given(courses(), wishes)
def test_a_learner_can_always_leave_and_open_the_course_again(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        for request in ("suspendAll", "exitAll", "abandonAll"):
            fork = Learner(one.state.fork())
            if fork.current:
                assert fork.ask(request) == "end"
                assert fork.last.is_attempt_over is not fork.state.records[0].is_suspended
                fulfil(fork, step)


@FEWER
@given(courses(), wishes)
def test_looking_ahead_changes_nothing(definition: CourseDefinition, steps: list[Wish]) -> None:
    one, watched = begin(definition), begin(definition)
    for step in steps:
        before = watched.document
        assert look_ahead(watched.state) == look_ahead(watched.state)
        assert watched.document == before
        assert fulfil(watched, step) == fulfil(one, step)
        assert watched.document == one.document


def rules_speak(state: TrackingState) -> bool:
    """Tell whether the end of the current attempt brings an exit or a postcondition that beats the learner's wish."""
    fork = state.fork()
    if fork.current is None or not fork.records[fork.current].is_active:
        return False
    found = termination_request(fork, Termination.EXIT)
    return bool(found.code) or found.sequencing is not None


@FEWER
@given(courses(), wishes)
def test_what_the_contents_offer_is_what_a_choice_delivers(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        is_overruled = rules_speak(one.state)
        for entry in look_ahead(one.state).entries:
            fork = Learner(one.state.fork())
            fork.choose(entry.identifier)
            assert not (entry.is_enabled and fork.last.is_refused)
            if not is_overruled:
                delivered = fork.last.delivered
                assert (delivered is not None) is entry.is_enabled
                assert delivered in (None, entry.identifier) or not fork.node(entry.identifier).is_leaf


@FEWER
@given(courses(), wishes)
def test_the_jumps_that_are_valid_are_those_that_deliver(definition: CourseDefinition, steps: list[Wish]) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        if one.current and not rules_speak(one.state):
            jumps = look_ahead(one.state).jumps
            for node in one.state.tree.nodes:
                fork = Learner(one.state.fork())
                fork.jump(node.identifier)
                assert fork.last.delivered == (node.identifier if node.identifier in jumps else None)


@FEWER
@given(courses(), wishes)
def test_the_controls_that_are_valid_are_those_that_are_not_refused(
    definition: CourseDefinition, steps: list[Wish]
) -> None:
    one = begin(definition)
    for step in steps:
        fulfil(one, step)
        valid = look_ahead(one.state).valid
        for control in Control:
            fork = Learner(one.state.fork())
            fork.ask(Request(control.value))
            assert not (control in valid and fork.last.is_refused)
            if control is Control.PREVIOUS and not rules_speak(one.state):
                assert (fork.last.delivered is not None) is (control in valid)
            elif control is not Control.PREVIOUS:
                assert (control in valid) is not fork.last.is_refused


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "satisfied": st.booleans(), "completed": st.booleans(), "measure": st.floats(-1, 1),
        "progress": st.floats(0, 1),
    },
)  # fmt: skip
COUNTING_ALL: dict[str, Any] = {"current_objective_info": False, "current_progress_info": False}


@ANY
@given(st.lists(st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=3), st.booleans(), st.data())
def test_the_order_in_which_pages_are_done_decides_nothing(
    parts: list[list[dict[str, Any]]], by_measure: bool, data: st.DataObject
) -> None:
    primary = objective(by_measure=0.5) if by_measure else objective()
    tree = cluster(
        "A",
        *(
            cluster(f"{at}", *(leaf(f"{at}.{page}") for page in range(len(part))), primary=primary, **COUNTING_ALL)
            for at, part in enumerate(parts)
        ),
        primary=primary,
        **COUNTING_ALL,
    )
    reports = {f"{at}.{page}": values for at, part in enumerate(parts) for page, values in enumerate(part)}
    in_order, otherwise = learner(tree), learner(tree)
    for name, values in reports.items():
        in_order.do(name, **values)
    for name in data.draw(st.permutations(sorted(reports))):
        otherwise.do(name, **reports[name])
    for at in (None, *range(len(parts))):
        name = "A" if at is None else str(at)
        assert otherwise.primary(name) == in_order.primary(name)


@FEWER
@given(courses(), wishes)
def test_a_report_twice_is_a_report_once(definition: CourseDefinition, steps: list[Wish]) -> None:
    one, twice = begin(definition), begin(definition)
    for step in steps:
        report(twice, step)
        assert fulfil(one, step) == fulfil(twice, step)
        assert one.document == twice.document
