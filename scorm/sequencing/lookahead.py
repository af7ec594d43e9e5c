"""What would succeed now: the same processes, run on a fork of the state (SN 5.6, RTE 4.4).

Every answer is as of the moment: as if the SCO ended now, with what it has reported so far.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scorm.sequencing.conditions import fired_action
from scorm.sequencing.delivery import delivery_request
from scorm.sequencing.navigation import navigation_request
from scorm.sequencing.outcomes import Request, SequencingRequest
from scorm.sequencing.requests import sequencing_request
from scorm.sequencing.selection import prepared_fork
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.trials import ended, trial
from scorm.sequencing.words import Control


class Offer(StrEnum):
    """What becomes of a control of the LMS while an activity is delivered."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the table of contents; `depth` counts from 0 below the root, past entries that are not shown.

    `is_visible`: it is shown. `is_enabled`: a choice on it would deliver. `is_skipped`: flow passes it over as things
    stand. The root has a line too, at depth 0.
    """

    identifier: str
    depth: int
    is_visible: bool
    is_enabled: bool
    is_skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAhead:
    """The answers: controls of the LMS, entries in document order, and which jumps would deliver.

    `valid` tells which requests a SCO may make, hidden controls included. `is_last`: Continue would end the course.
    """

    controls: Mapping[Control, Offer]
    entries: tuple[Entry, ...]
    valid: frozenset[Control]
    jumps: frozenset[str]
    is_last: bool = False

    @property
    def has_contents(self) -> bool:
        """Tell whether a table of contents is offered: some entry other than the root can be chosen."""
        return any(entry.is_visible and entry.is_enabled for entry in self.entries[1:])


def look_ahead(state: TrackingState) -> LookAhead:
    """Return what the learner could do now."""
    state = prepared_fork(state)
    after = ended(state)
    valid = frozenset(control for control in Control if _is_valid(state, after, control))
    hidden = _hidden_controls(state)
    controls = {
        control: Offer.HIDDEN if control in hidden else Offer.ENABLED if control in valid else Offer.DISABLED
        for control in Control
    }
    return LookAhead(
        controls=controls, entries=_entries(state, after), valid=valid, jumps=_jumps(state, after),
        is_last=Control.CONTINUE in valid and sequencing_request(after.fork(), SequencingRequest.CONTINUE, None).is_end,
    )  # fmt: skip


def _is_valid(state: TrackingState, after: TrackingState, control: Control) -> bool:
    """Tell whether a request would be accepted; going back is tried out, going on may also end the course."""
    navigation = navigation_request(state, Request(control.value))
    if navigation.code:
        return False
    if control is not Control.PREVIOUS:
        return True
    return not trial(after, SequencingRequest.PREVIOUS, None)


def _hidden_controls(state: TrackingState) -> frozenset[Control]:
    """Return the controls that the delivered leaf hides."""
    if state.current is None:
        return frozenset()
    node = state.tree.nodes[state.current]
    return frozenset(node.definition.hidden) if node.is_leaf else frozenset()


def _entries(state: TrackingState, after: TrackingState) -> tuple[Entry, ...]:
    """Return the lines of the table of contents: available activities in the order of a walk.

    What is shown is as of now: the page that a learner looks at does not vanish because it will be done when left.
    """
    found: list[Entry] = []
    waiting = [(0, 0, False, False)]
    while waiting:
        place, depth, is_hidden, is_skipped = waiting.pop()
        node = state.tree.nodes[place]
        is_skipped = is_skipped or fired_action(state, node, node.skip_rules) is not None
        is_hidden = is_hidden or fired_action(state, node, node.hidden_rules) is not None
        is_visible = node.definition.is_visible and not is_hidden
        entry = Entry(
            identifier=node.identifier, depth=depth, is_visible=is_visible,
            is_enabled=can_be_chosen(state, after, place), is_skipped=is_skipped,
        )  # fmt: skip
        found.append(entry)
        below = depth + (1 if is_visible and place else 0)
        waiting.extend((kid, below, is_hidden, is_skipped) for kid in reversed(state.kids(place)))
    return tuple(found)


def can_be_chosen(state: TrackingState, after: TrackingState, place: int) -> bool:
    """Tell whether a choice would deliver: the gate now, the rest after the current attempt has ended."""
    if navigation_request(state, Request.CHOICE, place).code:
        return False
    return not trial(after, SequencingRequest.CHOICE, place)


def _jumps(state: TrackingState, after: TrackingState) -> frozenset[str]:
    """Return the leaves that a jump would deliver now."""
    if state.current is None:
        return frozenset()
    return frozenset(
        node.identifier
        for node in state.tree.nodes
        if node.is_leaf
        and not navigation_request(state, Request.JUMP, node.place).code
        and not delivery_request(after, node.place)
    )


def request_valid(found: LookAhead, *, has_jump: bool) -> dict[str, str]:
    """Return what a SCO reads below `adl.nav.request_valid.` (RTE 4.4.1), by the rest of the name.

    Of choices and jumps only those are listed that would succeed, or else the root of the course: a target of a kind
    that is not among the listed ones is `false` (see the table of the run-time).
    """
    answers = {str(control): _word(control in found.valid) for control in (Control.CONTINUE, Control.PREVIOUS)}
    answers |= _targets("choice", (entry.identifier for entry in found.entries if entry.is_enabled), found)
    return answers | _targets("jump", sorted(found.jumps), found) if has_jump else answers


def _targets(kind: str, names: Iterable[str], found: LookAhead) -> dict[str, str]:
    listed = dict.fromkeys(names, _word(True)) or {found.entries[0].identifier: _word(False)}
    # An identifier with a brace cannot be written into the name of an element.
    return {f"{kind}.{{target={name}}}": word for name, word in listed.items() if "{" not in name and "}" not in name}


def _word(is_valid: bool) -> str:
    return "true" if is_valid else "false"
