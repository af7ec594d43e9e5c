"""Navigation: what is wished, checked before anything changes (SN 4.4)."""

from scorm.sequencing.outcomes import Navigation, Request, SequencingRequest, Termination
from scorm.sequencing.tracking import TrackingState

_OPENING = {Request.START: SequencingRequest.START, Request.RESUME_ALL: SequencingRequest.RESUME_ALL}
_ENDING = {
    Request.EXIT_ALL: Termination.EXIT_ALL,
    Request.ABANDON_ALL: Termination.ABANDON_ALL,
    Request.SUSPEND_ALL: Termination.SUSPEND_ALL,
}
_LEAVING = {Request.EXIT: Termination.EXIT, Request.ABANDON: Termination.ABANDON}


def navigation_request(  # noqa: C901, PLR0911 — NB.2.1 is one process
    state: TrackingState, request: Request, target: int | None = None
) -> Navigation:
    """Translate a navigation request into one that ends the attempt and one that looks for another [NB.2.1]."""
    current = state.current
    if request in _OPENING:
        if current is not None:
            return Navigation(code="NB.2.1-1")
        if request is Request.RESUME_ALL and state.suspended is None:
            return Navigation(code="NB.2.1-3")
        return Navigation(sequencing=_OPENING[request])
    if request in (Request.FORWARD, Request.BACKWARD):
        return Navigation(code="NB.2.1-7")
    if request is Request.CHOICE:
        return _choice(state, target)
    if current is None:
        return Navigation(code="NB.2.1-2")
    if request is Request.JUMP:
        return _jump(state, target)
    if request in _ENDING:
        return Navigation(termination=_ENDING[request], sequencing=SequencingRequest.EXIT)
    if request in _LEAVING:
        if not state.records[current].is_active:
            return Navigation(code="NB.2.1-12")
        return Navigation(termination=_LEAVING[request], sequencing=SequencingRequest.EXIT)
    if request is Request.CONTINUE:
        return _continue(state, current)
    if request is Request.PREVIOUS:
        return _previous(state, current)
    return Navigation(code="NB.2.1-13")


def _continue(state: TrackingState, current: int) -> Navigation:
    nodes = state.tree.nodes
    parent = nodes[current].parent
    if parent < 0 or not nodes[parent].flow:
        return Navigation(code="NB.2.1-4")
    return Navigation(termination=_exit_if_active(state, current), sequencing=SequencingRequest.CONTINUE)


def _previous(state: TrackingState, current: int) -> Navigation:
    nodes = state.tree.nodes
    parent = nodes[current].parent
    if parent < 0:
        return Navigation(code="NB.2.1-6")
    if not nodes[parent].flow or nodes[parent].forward_only:
        return Navigation(code="NB.2.1-5")
    return Navigation(termination=_exit_if_active(state, current), sequencing=SequencingRequest.PREVIOUS)


def _choice(state: TrackingState, target: int | None) -> Navigation:
    if target is None:
        return Navigation(code="NB.2.1-11")
    tree = state.tree
    parent = tree.nodes[target].parent
    if parent >= 0 and not tree.nodes[parent].choice:
        return Navigation(code="NB.2.1-10")
    current = state.current
    if current is None:
        return Navigation(sequencing=SequencingRequest.CHOICE, target=target)
    if current != target and not _may_be_left(state, current, target):
        return Navigation(code="NB.2.1-8")
    return Navigation(termination=_exit_if_active(state, current), sequencing=SequencingRequest.CHOICE, target=target)


def _may_be_left(state: TrackingState, current: int, target: int) -> bool:
    """Tell whether no active activity keeps the learner from choosing the target (choiceExit).

    LMS choice: an active cluster that may not be left cannot be chosen itself either; what lies below it can.
    """
    tree = state.tree
    if not tree.nodes[current].choice_exit and state.records[current].is_active:
        return False
    if tree.nodes[current].parent == tree.nodes[target].parent:
        return True
    shared = tree.common_ancestor(current, target)
    path = tree.path(current, shared)
    if target != shared:
        path = path[:-1]
    return all(tree.nodes[place].choice_exit or not state.records[place].is_active for place in path)


def _jump(state: TrackingState, target: int | None) -> Navigation:
    if target is None:
        return Navigation(code="NB.2.1-11")
    if not state.is_available(target):
        return Navigation(code="NB.2.1-11")
    current = 0 if state.current is None else state.current
    return Navigation(termination=_exit_if_active(state, current), sequencing=SequencingRequest.JUMP, target=target)


def _exit_if_active(state: TrackingState, current: int) -> Termination | None:
    return Termination.EXIT if state.records[current].is_active else None
