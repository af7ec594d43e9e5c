"""The table of contents of the reference, by which it judges a choice; drawing it has effects of its own."""

from scorm.sequencing.conditions import fired_action, is_unavailable
from scorm.sequencing.flow import FORWARD, flow
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import Node
from tests.conformance.reference.attempts import terminate_descendent_attempts
from tests.conformance.reference.departures import MEMORY, Departure, ReferenceFailed, note


def look(state: TrackingState) -> dict[int, bool] | None:
    """Draw the contents, and return which entries can be selected; None while the current leaf may not be left."""
    current = state.current
    if current is not None and state.records[current].is_active and not state.tree.nodes[current].choice_exit:
        return None
    return Contents(state).drawn()


class Contents:
    """The entries in the order of a walk: whether each is visible, enabled, selectable."""

    def __init__(self, state: TrackingState) -> None:
        self.state, self.nodes, self.current = state, state.tree.nodes, state.current
        self.places = self._walk()
        self.hidden = {at for at in self.places if self._fires(at, "hidden_rules")}
        self.selectable = {at for at in self.places if at not in self.hidden and self._is_chosen_from(at)}
        self.enabled = {at for at in self.places if not is_unavailable(state, self.nodes[at])}
        self.visible = {at for at in self.places if at not in self.hidden and self.nodes[at].definition.is_visible}

    def drawn(self) -> dict[int, bool] | None:
        """Go through the contents once for each reason that bars an entry."""
        self._bar_below_hidden_and_prevented()
        self._bar_outside_what_may_not_be_left()
        self._bar_outside_what_is_constrained()
        self._bar_below_disabled()
        if self.current is not None:
            self._bar_siblings(self.current)
            self._bar_below_stopped(self.current)
        self._bar_clusters_without_content()
        leaves = [at for at in self.places if self.nodes[at].is_leaf and at in self.enabled]
        if leaves:
            MEMORY.last_leaf = leaves[-1]
        if not any(at in self.visible for at in self.selectable if at):
            self.visible = set()
        return {at: at in self.selectable for at in self.places if at in self.visible | self.selectable} or None

    def _walk(self) -> list[int]:
        found, waiting = [], [0]
        while waiting:
            at = waiting.pop()
            found.append(at)
            waiting.extend(reversed(self.state.kids(at)))
        return found

    def _fires(self, at: int, rules: str) -> bool:
        return fired_action(self.state, self.nodes[at], getattr(self.nodes[at], rules)) is not None

    def _parent(self, at: int) -> Node:
        return self.nodes[self.nodes[at].parent]

    def _is_chosen_from(self, at: int) -> bool:
        if self.nodes[at].attempt_limit == 0:
            return False
        return at == 0 or self._parent(at).choice or self._is_prevented(at)

    def _is_prevented(self, at: int) -> bool:
        node = self.nodes[at]
        if node.is_leaf or not node.prevent_activation or self.state.records[at].is_active:
            return False
        return self.current is None or at not in (self.current, self.nodes[self.current].parent)

    def _bar_below_hidden_and_prevented(self) -> None:
        hidden = prevented = -1
        for at in self.places:
            depth = self.nodes[at].depth
            if hidden != -1 and depth > hidden:
                self.selectable.discard(at)
                self.visible.discard(at)
                continue
            hidden = -1
            if at in self.hidden:
                hidden, prevented = depth, -1
            elif prevented != -1:
                if depth <= prevented:
                    prevented = -1
                else:
                    self.selectable.discard(at)
            elif self._is_prevented(at):
                prevented = depth

    def _bar_outside_what_may_not_be_left(self) -> None:
        if not self.nodes[0].choice_exit:
            self.selectable.discard(0)
        if self.current is None:
            return
        above = self.state.tree.path(self.current, 0)[1:-1]
        locked = next((at for at in above if not self.nodes[at].choice_exit), None)
        if locked is not None:
            tree = self.state.tree
            self.selectable = {at for at in self.selectable if at != locked and tree.is_within(at, locked)}

    def _bar_outside_what_is_constrained(self) -> None:
        if self.current is None:
            return
        if self.current == 0:
            raise ReferenceFailed
        above = self.state.tree.path(self.current, 0)[1:]
        constraining = next((at for at in above if self.nodes[at].constrain_choice), None)
        if constraining is None or above == [0]:
            return
        first, last = self._range(constraining)
        here = range(self.places.index(first), self.places.index(last) + 1)
        self.selectable = {at for at in self.selectable if self.places.index(at) in here}

    def _range(self, constraining: int) -> tuple[int, int]:
        last = neighbour(self.state, constraining, 1)
        if last is None:
            note(Departure.CONTENTS_END, any(self.state.records[at].is_active for at in self.places[1:]))
            terminate_descendent_attempts(self.state, 0)
            last = constraining
        while not self.nodes[last].is_leaf:
            last = self.state.kids(last)[-1]
        first = neighbour(self.state, constraining, -1)
        at = child = constraining if first is None else first
        first = child
        while (at := self.nodes[at].parent) >= 0 and at in self.selectable & self.enabled and self.nodes[at].flow:
            if self.state.kids(at)[0] != child:
                break
            first = child = at
        return first, last

    def _bar_below_disabled(self) -> None:
        disabled = -1
        for at in self.places:
            depth = self.nodes[at].depth
            if disabled != -1 and depth > disabled:
                self.enabled.discard(at)
                self.selectable.discard(at)
            else:
                disabled = -1 if at in self.enabled else depth

    def _bar_siblings(self, current: int) -> None:
        here, parent = self.places.index(current), self.nodes[current].parent
        if self._parent(current).forward_only:
            for at in reversed(self.places[:here]):
                if self.nodes[at].parent != parent:
                    break
                self.selectable.discard(at)
        is_stopped = False
        for at in self.places[here:]:
            if self.nodes[at].parent == parent:
                if is_stopped:
                    self.selectable.discard(at)
                else:
                    is_stopped = self._fires(at, "stop_rules")

    def _bar_below_stopped(self, current: int) -> None:
        for here in range(len(self.places) - 1, -1, -1):
            above = self.nodes[self.places[here]].parent
            if above in (-1, self.nodes[current].parent):
                return
            if self._fires(above, "stop_rules"):
                for at in self.places[here:]:
                    if self.nodes[at].depth <= self.nodes[above].depth:
                        break
                    self.selectable.discard(at)

    def _bar_clusters_without_content(self) -> None:
        for at in self.places:
            if not (self.nodes[at].is_leaf or self._has_content(at)):
                self.selectable.discard(at)

    def _has_content(self, at: int) -> bool:
        return self.nodes[at].flow and flow(self.state.fork(), at, FORWARD, enters=True).is_deliverable


def neighbour(state: TrackingState, place: int, step: int) -> int | None:
    """Return the next activity in a direction, climbing at an end, whatever rules and modes say."""
    nodes = state.tree.nodes
    while nodes[place].parent >= 0:
        siblings = state.kids(nodes[place].parent)
        at = siblings.index(place) + step
        if 0 <= at < len(siblings):
            return siblings[at]
        place = nodes[place].parent
    return None
