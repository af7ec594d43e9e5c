"""Write claims for recognition: opened, changed, handed in, withdrawn, decided, revoked; each move is kept.

Every one of them may be sent twice: the second time changes nothing and returns False.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.catalogue.topics import Topic
from courses.errors import IllegalTransition, Refusal
from courses.events import Event, record
from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.people.models import Person
from courses.progression.steps import parse_steps
from courses.records.asking import ask_reviewers
from courses.records.claim_queries import claim_for, open_claim_of, reviewed_claim
from courses.records.claims import (
    EDITABLE,
    Action,
    ClaimFacts,
    Verdict,
    all_steps,
    faults_in_claim,
    faults_in_draft,
    faults_in_verdict,
    moved,
)
from courses.records.faults import check
from courses.records.models import ClaimState, Evidence, Recognition, RecognitionChange

NOTICES = {
    Action.RETURN: NoticeKind.CLAIM_RETURNED,
    Action.GRANT: NoticeKind.CLAIM_GRANTED,
    Action.REFUSE: NoticeKind.CLAIM_REFUSED,
    Action.REVOKE: NoticeKind.CLAIM_REVOKED,
}


def open_claim(session: Session, person: Person, facts: ClaimFacts, now: datetime) -> Recognition:
    """Add a claim as a draft.

    Raises:
        Refusal: `claim_open`.
        FaultyEntry: it cannot be kept.
    """
    check(faults_in_draft(facts))
    if open_claim_of(session, person) is not None:
        raise Refusal("claim_open")
    claim = Recognition(
        person_id=person.id, state=ClaimState.DRAFT, steps=_texts(facts), statement=facts.statement, created_at=now
    )
    try:
        with session.begin_nested():  # another device may have opened one between the question and the answer
            session.add(claim)
    except IntegrityError as error:
        raise Refusal("claim_open") from error
    _keep_move(session, claim, Action.OPEN, person, now)
    return claim


def change_claim(session: Session, person: Person, claim_id: UUID, facts: ClaimFacts) -> Recognition:
    """Keep what the person has written into an own claim that is not handed in.

    Raises:
        NotFound, Refusal (`claim_moved`), FaultyEntry.
    """
    claim = claim_for(session, person, claim_id, is_locked=True)
    if claim.state not in EDITABLE:
        raise Refusal("claim_moved")
    check(faults_in_draft(facts))
    claim.steps, claim.statement = _texts(facts), facts.statement
    session.flush()
    return claim


def submit_claim(session: Session, person: Person, claim_id: UUID, now: datetime) -> bool:
    """Hand an own claim in; return whether that is new.

    Raises:
        NotFound, Refusal (`claim_moved`), FaultyEntry.
    """
    claim = claim_for(session, person, claim_id, is_locked=True)
    if claim.state is ClaimState.SUBMITTED:
        return False
    after = _moved(claim, Action.SUBMIT)
    facts = ClaimFacts(parse_steps(claim.steps), claim.statement)
    check(faults_in_claim(facts, all_steps(session.scalars(select(Topic.code)))))
    claim.state, claim.submitted_at = after, now
    _keep_move(session, claim, Action.SUBMIT, person, now)
    ask_reviewers(session, claim, now)
    return True


def withdraw_claim(session: Session, person: Person, claim_id: UUID, now: datetime) -> bool:
    """Withdraw an own claim on which nothing was decided; return whether that is new.

    Raises:
        NotFound, Refusal (`claim_moved`).
    """
    claim = claim_for(session, person, claim_id, is_locked=True)
    if claim.state is ClaimState.WITHDRAWN:
        return False
    claim.state = _moved(claim, Action.WITHDRAW)
    _keep_move(session, claim, Action.WITHDRAW, person, now)
    return True


def remove_document(session: Session, person: Person, claim_id: UUID, evidence_id: UUID) -> bool:
    """Take a document from an own claim that is not handed in; return whether it was there.

    Raises:
        NotFound, Refusal (`claim_moved`).
    """
    claim = claim_for(session, person, claim_id, is_locked=True)
    if claim.state not in EDITABLE:
        raise Refusal("claim_moved")
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.recognition_id != claim.id:
        return False
    session.delete(evidence)
    session.flush()
    return True


def decide_claim(
    session: Session, reviewer: Person, claim_id: UUID, verdict: Verdict, known: datetime | None, now: datetime
) -> bool:
    """Decide on a claim that was handed in, or revoke one that was granted; return whether that is new.

    `known` is when the claim was handed in that the reviewer has read (None: whenever).

    Raises:
        NotFound: there is none, or the person reviews none.
        Refusal: `claim_own`, `claim_moved`.
        FaultyEntry: the decision is not whole.
    """
    claim = reviewed_claim(session, reviewer, claim_id, is_locked=True)
    if claim.person_id == reviewer.id:
        raise Refusal("claim_own")
    if _is_done(claim, reviewer, verdict):
        return False
    after = _moved(claim, verdict.action)
    if known is not None and claim.submitted_at != known:
        raise Refusal("claim_moved")
    check(faults_in_verdict(verdict, parse_steps(claim.steps), now.date()))
    claim.state, claim.reviewer_id, claim.decided_at = after, reviewer.id, now
    claim.reason, claim.note = verdict.reason, verdict.note.strip()
    if verdict.action is Action.GRANT:
        claim.granted = [str(step) for step in verdict.steps]
        claim.expires_on = verdict.expires_on
    change = _keep_move(session, claim, verdict.action, reviewer, now)
    _tell(session, claim, change, now)
    return True


def _is_done(claim: Recognition, reviewer: Person, verdict: Verdict) -> bool:
    """Tell whether the very same decision was taken already: its form was sent twice."""
    if verdict.action is Action.GRANT and set(claim.granted) != {str(step) for step in verdict.steps}:
        return False
    same = (claim.reviewer_id, claim.reason, claim.note) == (reviewer.id, verdict.reason, verdict.note.strip())
    return same and claim.state in {
        Action.GRANT: {ClaimState.GRANTED}, Action.REFUSE: {ClaimState.REFUSED},
        Action.RETURN: {ClaimState.RETURNED}, Action.REVOKE: {ClaimState.REVOKED},
    }[verdict.action]  # fmt: skip


def _moved(claim: Recognition, action: Action) -> ClaimState:
    try:
        return moved(claim.state, action)
    except IllegalTransition as error:
        raise Refusal("claim_moved") from error


def _keep_move(session: Session, claim: Recognition, action: Action, actor: Person, now: datetime) -> RecognitionChange:
    decides = action in NOTICES
    is_grant = action in {Action.GRANT, Action.REVOKE}
    change = RecognitionChange(
        recognition_id=claim.id, changed_at=now, actor_id=actor.id, action=action, after=claim.state,
        steps=claim.granted if is_grant else claim.steps,
        reason=(claim.reason or "") if decides else "", note=claim.note if decides else "",
        expires_on=claim.expires_on if is_grant else None,
    )  # fmt: skip
    session.add(change)
    session.flush()
    record(session, Event(f"recognition.{action}", claim.id, (("person", str(claim.person_id)),)))
    return change


def _tell(session: Session, claim: Recognition, change: RecognitionChange, now: datetime) -> None:
    facts: dict[str, object] = {
        "claim": claim.id, "steps": list(change.steps), "reason": change.reason, "note": change.note,
        "expires_on": change.expires_on,
    }  # fmt: skip
    notify(session, claim.person_id, NOTICES[Action(change.action)], f"claim:{claim.id}:{change.id}", facts, now)


def _texts(facts: ClaimFacts) -> list[str]:
    return [str(step) for step in facts.steps]
