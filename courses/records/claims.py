"""Claims for recognition of prior learning, pure: the table of their moves, and what an entry must hold.

The person writes (draft), hands in, and may withdraw as long as nothing was decided. The reviewer grants all or some of
the steps, returns the claim for more, or refuses it; what was granted can be revoked. Each move is kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from courses.errors import IllegalTransition
from courses.progression.steps import LEVELS, Step, Track
from courses.records.faults import Fault
from courses.records.models import ClaimReason, ClaimState

LONGEST_STATEMENT = 8000
LONGEST_NOTE = 4000


class Action(StrEnum):
    """What can be done with a claim."""

    OPEN = "open"
    SUBMIT = "submit"
    RETURN = "return"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


MOVES: dict[tuple[ClaimState, Action], ClaimState] = {
    (ClaimState.DRAFT, Action.SUBMIT): ClaimState.SUBMITTED,
    (ClaimState.DRAFT, Action.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.SUBMITTED, Action.RETURN): ClaimState.RETURNED,
    (ClaimState.SUBMITTED, Action.GRANT): ClaimState.GRANTED,
    (ClaimState.SUBMITTED, Action.REFUSE): ClaimState.REFUSED,
    (ClaimState.SUBMITTED, Action.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.RETURNED, Action.SUBMIT): ClaimState.SUBMITTED,
    (ClaimState.RETURNED, Action.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.GRANTED, Action.REVOKE): ClaimState.REVOKED,
}

OPEN = frozenset({ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED})
"""The states of which a person has one claim at most."""

EDITABLE = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})

REASONS: dict[Action, tuple[ClaimReason, ...]] = {
    Action.GRANT: (
        ClaimReason.EQUIVALENT_COURSE, ClaimReason.EXPERIENCE, ClaimReason.DEGREE, ClaimReason.TAUGHT_IT,
        ClaimReason.PLACEMENT_TEST,
    ),
    Action.RETURN: (ClaimReason.MORE_EVIDENCE, ClaimReason.NOT_READABLE),
    Action.REFUSE: (
        ClaimReason.NOT_EQUIVALENT, ClaimReason.TOO_OLD, ClaimReason.MORE_EVIDENCE, ClaimReason.NOT_READABLE,
    ),
    Action.REVOKE: (ClaimReason.GRANTED_IN_ERROR, ClaimReason.NOT_EQUIVALENT, ClaimReason.TOO_OLD),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a person claims: the steps, and in own words what they rest on."""

    steps: tuple[Step, ...]
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reviewer decides: `steps` are those granted, `expires_on` the last day on which they count."""

    action: Action
    reason: ClaimReason | None = None
    steps: tuple[Step, ...] = ()
    note: str = ""
    expires_on: date | None = None


def moved(state: ClaimState, action: Action) -> ClaimState:
    """Return where an action leads.

    Raises:
        IllegalTransition: nowhere from there.
    """
    try:
        return MOVES[state, action]
    except KeyError:
        raise IllegalTransition(f"a claim that is {state} has no move {action}") from None


def all_steps(topics: Iterable[str]) -> tuple[Step, ...]:
    """Return every step that there is: level 1, then each level's generalist step and one for each topic."""
    names = tuple(topics)
    found = [Step(1)]
    for level in LEVELS[1:]:
        found.append(Step(level, Track.GENERALIST))
        found += [Step(level, Track.SPECIALIST, topic) for topic in names]
    return tuple(found)


def faults_in_claim(facts: ClaimFacts, known: Collection[Step]) -> list[Fault]:
    """Return what is missing before a claim can be handed in; `known` are the steps that there are."""
    faults = []
    if not facts.steps:
        faults.append(Fault("steps", "claim_steps_missing"))
    if not set(facts.steps) <= set(known):
        faults.append(Fault("steps", "claim_step_unknown"))
    if not facts.statement.strip():
        faults.append(Fault("statement", "claim_statement_missing"))
    return faults + faults_in_draft(facts)


def faults_in_draft(facts: ClaimFacts) -> list[Fault]:
    """Return what keeps a draft from being kept: only what has no room."""
    return [_too_long("statement", LONGEST_STATEMENT)] if len(facts.statement) > LONGEST_STATEMENT else []


def faults_in_verdict(verdict: Verdict, asked: Collection[Step], today: date) -> list[Fault]:
    """Return what is wrong with a decision on a claim that asks for steps.

    LMS choice: what is not granted needs a note, because the person has to know what to do; so does what is revoked.
    """
    faults = []
    if verdict.reason is None:
        faults.append(Fault("reason", "claim_reason_missing"))
    elif verdict.reason not in REASONS[verdict.action]:
        faults.append(Fault("reason", "claim_reason_unfit"))
    if len(verdict.note) > LONGEST_NOTE:
        faults.append(_too_long("note", LONGEST_NOTE))
    if verdict.action is Action.GRANT:
        return faults + _faults_in_grant(verdict, asked, today)
    if not verdict.note.strip():
        faults.append(Fault("note", "claim_note_missing"))
    return faults


def _faults_in_grant(verdict: Verdict, asked: Collection[Step], today: date) -> list[Fault]:
    faults = []
    if not verdict.steps:
        faults.append(Fault("steps", "claim_steps_missing"))
    if not set(verdict.steps) <= set(asked):
        faults.append(Fault("steps", "claim_step_not_asked"))
    if verdict.expires_on is not None and verdict.expires_on < today:
        faults.append(Fault("expires_on", "claim_expiry_past"))
    return faults


def _too_long(field: str, most: int) -> Fault:
    return Fault(field, "claim_statement_too_long", (("most", str(most)),))
