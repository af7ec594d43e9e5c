"""Claims of an official status with documents: sent by the person, decided by who may verify the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.notices.kinds import NoticeKind
from courses.notices.services import notify
from courses.paging import Page, count_of, limited, nearest
from courses.people.beneficiaries import StatusClaim
from courses.people.beneficiary_services import checked_reason
from courses.people.facts import checked_institution
from courses.people.models import Person, VerifiedHow
from courses.people.queries import verifiable_by
from courses.people.status import locked_person
from courses.people.traces import ReadTrace, traces_of_person
from courses.people.verification import Verification
from courses.progression.record import Category
from courses.records.asking import ask_about_documents
from courses.records.evidence import Document, add_evidence, evidence_of
from courses.records.models import Evidence
from courses.records.verification import verify_and_tell


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What a person claims to be, and the documents that show it."""

    category: Category
    institution: str
    documents: Sequence[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDecision:
    """What was decided: the category that the documents show, or why they show none."""

    is_accepted: bool
    category: Category
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A claim with its documents, as the person sees it."""

    claim: StatusClaim
    documents: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim that waits, whose it is, and how many documents it has."""

    claim: StatusClaim
    person: Person
    documents: int


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim as it is decided: whose it is, its documents, what was changed of the person before."""

    claim: StatusClaim
    person: Person
    documents: Sequence[Evidence]
    traces: Sequence[ReadTrace]


def send_claim(session: Session, person_id: UUID, facts: ClaimFacts, now: datetime) -> StatusClaim:
    """Send a claim with its documents; nothing of the person changes until it is decided.

    Raises:
        Refusal: `status_claim_open`, `status_document_missing`, `institution_too_long`, `name_not_readable`,
            `evidence_too_many`, `evidence_no_room`.
    """
    person = locked_person(session, person_id)
    if not facts.documents:
        raise Refusal("status_document_missing")
    claim = StatusClaim(
        person_id=person.id, category=facts.category, institution=checked_institution(facts.institution), sent_at=now
    )
    try:
        with session.begin_nested():
            session.add(claim)
    except IntegrityError as error:
        raise Refusal("status_claim_open") from error
    add_evidence(session, person.id, facts.documents, now, status_claim_id=claim.id)
    ask_about_documents(session, claim, person, now)
    return claim


def take_back_claim(session: Session, person_id: UUID, claim_id: UUID, now: datetime) -> None:
    """Let a person take back the own claim while nobody has decided it.

    Raises:
        NotFound: it is not the person's.
        Refusal: `status_claim_decided`.
    """
    query = select(StatusClaim).where(StatusClaim.id == claim_id, StatusClaim.person_id == person_id)
    _decide(session.scalars(query.with_for_update()).one_or_none(), False, person_id, now)
    session.flush()


def decide_claim(session: Session, actor: Person, claim_id: UUID, decision: ClaimDecision, now: datetime) -> None:
    """Accept a claim, which verifies the person as the documents show, or refuse it with the reason why.

    Raises:
        NotFound: the actor may not verify this person.
        Refusal: `status_claim_decided`, `reason_missing`, `value_too_long`.
    """
    query = _visible(actor).where(StatusClaim.id == claim_id)
    found = session.execute(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("status claim")
    claim, person = found
    note = "" if decision.is_accepted and not decision.note.strip() else checked_reason(decision.note)
    _decide(claim, decision.is_accepted, actor.id, now)
    claim.note = note
    session.flush()
    if decision.is_accepted:
        verification = Verification(
            category=decision.category, how=VerifiedHow.DOCUMENT, by_id=actor.id, institution=claim.institution or None
        )
        verify_and_tell(session, person, verification, now)
    else:
        facts = {"category": claim.category.value, "note": note}
        notify(session, person.id, NoticeKind.STATUS_REFUSED, f"status_claim:{claim.id}", facts, now)


def _decide(claim: StatusClaim | None, is_accepted: bool, actor_id: UUID, now: datetime) -> None:
    if claim is None:
        raise NotFound("status claim")
    if claim.decided_at is not None:
        raise Refusal("status_claim_decided")
    claim.is_accepted, claim.decided_at, claim.decided_by_id = is_accepted, now, actor_id


def _visible(actor: Person) -> Select[StatusClaim, Person]:
    """Return the question for the claims of those whom the actor may verify."""
    return select(StatusClaim, Person).join(Person, Person.id == StatusClaim.person_id).where(verifiable_by(actor))


def waiting_claims(session: Session, actor: Person, page: int = 1) -> Page[ListedClaim]:
    """Return a page of the claims that the actor may decide, who has waited longest first; two queries."""
    found = count_waiting_claims(session, actor)
    page = nearest(page, found)
    documents = select(func.count(Evidence.id)).where(Evidence.status_claim_id == StatusClaim.id).scalar_subquery()
    query = (
        _visible(actor)
        .add_columns(documents)
        .where(StatusClaim.decided_at.is_(None))
        .order_by(StatusClaim.sent_at, StatusClaim.id)
    )
    entries = [ListedClaim(*row) for row in session.execute(limited(query, page))]
    return Page(entries=entries, found=found, page=page)


def count_waiting_claims(session: Session, actor: Person) -> int:
    """Return how many claims wait for the actor."""
    waiting = _visible(actor).where(StatusClaim.decided_at.is_(None))
    return count_of(session, waiting.with_only_columns(StatusClaim.id))


def claim_page(session: Session, actor: Person, claim_id: UUID) -> ClaimPage:
    """Return a claim that the actor may decide, or has seen decided; three queries.

    Raises:
        NotFound: there is none for this actor.
    """
    found = session.execute(_visible(actor).where(StatusClaim.id == claim_id)).one_or_none()
    if found is None:
        raise NotFound("status claim")
    claim, person = found
    documents = evidence_of(session, status_claim_id=claim.id)
    return ClaimPage(claim, person, documents, traces_of_person(session, person.id))


def document_for(session: Session, actor: Person, evidence_id: UUID) -> Evidence:
    """Return a document of a claim of a status that the actor may decide.

    Raises:
        NotFound: there is none for this actor.
    """
    query = (
        select(Evidence)
        .join(StatusClaim, StatusClaim.id == Evidence.status_claim_id)
        .join(Person, Person.id == StatusClaim.person_id)
        .where(Evidence.id == evidence_id, verifiable_by(actor))
    )
    return _found(session.scalars(query).one_or_none())


def own_document(session: Session, person_id: UUID, evidence_id: UUID) -> Evidence:
    """Return a document that a person has sent with a claim of a status.

    Raises:
        NotFound: there is none of this person.
    """
    query = select(Evidence).where(
        Evidence.id == evidence_id, Evidence.person_id == person_id, Evidence.status_claim_id.is_not(None)
    )
    return _found(session.scalars(query).one_or_none())


def _found(evidence: Evidence | None) -> Evidence:
    if evidence is None:
        raise NotFound("document")
    return evidence


def own_claims(session: Session, person_id: UUID) -> Sequence[OwnClaim]:
    """Return the claims of a person with their documents, the latest first; two queries."""
    claims = session.scalars(
        select(StatusClaim).where(StatusClaim.person_id == person_id).order_by(StatusClaim.sent_at.desc())
    ).all()
    of_claims = Evidence.status_claim_id.in_([claim.id for claim in claims])
    documents: dict[UUID | None, list[Evidence]] = {}
    for one in session.scalars(select(Evidence).where(of_claims).order_by(Evidence.sent_at, Evidence.id)):
        documents.setdefault(one.status_claim_id, []).append(one)
    return [OwnClaim(claim, documents.get(claim.id, ())) for claim in claims]
