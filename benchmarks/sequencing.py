"""How fast the sequencer is: moves a second, and everything that would succeed, on wide and on deep trees."""

import time
from collections.abc import Callable

from benchmarks.figures import Figure
from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.sequencing.definition import Activity, ControlMode, CourseDefinition, Sequencing
from scorm.sequencing.documents import state_as_document, state_from
from scorm.sequencing.lookahead import look_ahead
from scorm.sequencing.outcomes import Outcome, Request
from scorm.sequencing.overall import sequence
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.transfer import report
from scorm.sequencing.tree import ActivityTree

SECONDS = 1.5
FLOWING = Sequencing(control=ControlMode(flow=True))
PASSED = ScoReport(main=Reported(values=ObjectiveValues(satisfied=True, measure=0.8, completed=True)))
TREES = {"100 (10 x 10)": (10, 10), "100 in one cluster": (100,), "1,000 (10 x 10 x 10)": (10, 10, 10)}
WIDEST = {"1,000 in one cluster": (1000,)}


def measure() -> list[Figure]:
    """Return moves a CPU second (status and score set, then continue) and milliseconds of a complete look-ahead."""
    figures: list[Figure] = []
    for name, shape in {**TREES, **WIDEST}.items():
        tree = tree_of(shape)
        is_large = len(tree.nodes) > 500
        figures.append(Figure(f"{name}: moves a CPU second", moves(tree), "/s", 500 if is_large else 1000, True))
        state = halfway(tree)
        spent = milliseconds(lambda state=state: look_ahead(state))
        figures.append(Figure(f"{name}: complete look-ahead", spent, "ms", 150 if is_large else 10))
        spent = milliseconds(
            lambda state=state, tree=tree: state_from(state_as_document(state, with_globals=True), tree)
        )
        figures.append(Figure(f"{name}: the state written and read again", spent, "ms"))
    return figures


def tree_of(shape: tuple[int, ...]) -> ActivityTree:
    """Return a tree with flow whose clusters have as many children as `shape` says, level by level."""
    activities = [Activity(identifier="root", parent=-1, sequencing=FLOWING)]
    _add(activities, 0, shape)
    return ActivityTree(CourseDefinition(activities=tuple(activities)))


def _add(activities: list[Activity], parent: int, shape: tuple[int, ...]) -> None:
    for _ in range(shape[0]):
        place = len(activities)
        sequencing = FLOWING if shape[1:] else Sequencing()
        activities.append(Activity(identifier=f"activity-{place}", parent=parent, sequencing=sequencing))
        if shape[1:]:
            _add(activities, place, shape[1:])


def moves(tree: ActivityTree) -> float:
    """Return how many moves a CPU second takes, from the first activity to the last and again."""
    state = TrackingState(tree)
    outcome = sequence(state, Request.START)
    count = 0
    began = time.process_time()
    while time.process_time() - began < SECONDS:
        outcome = _moved(state, outcome)
        count += 1
    return count / (time.process_time() - began)


def _moved(state: TrackingState, outcome: Outcome) -> Outcome:
    if outcome.delivered is None:
        return sequence(state, Request.START)
    report(state, outcome.delivered, PASSED)
    return sequence(state, Request.CONTINUE)


def halfway(tree: ActivityTree) -> TrackingState:
    """Return the state of a learner who is in the middle of a course."""
    state = TrackingState(tree)
    outcome = sequence(state, Request.START)
    for _ in range(len(tree.nodes) // 2):
        outcome = _moved(state, outcome)
    return state


def milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU time of one piece of work."""
    count = 0
    began = time.process_time()
    while time.process_time() - began < SECONDS / 3:
        work()
        count += 1
    return (time.process_time() - began) * 1000 / count
