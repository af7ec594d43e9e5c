"""Read claims for recognition: the person's own, and those that a reviewer decides about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.paging import nearest, pages_of
from courses.people.models import Person, Role
from courses.people.queries import holds
from courses.records.claims import OPEN
from courses.records.models import ClaimState, Evidence, Recognition, RecognitionChange

PAGE = 50


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a claim, with the name of who made it; empty when that account is gone."""

    change: RecognitionChange
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """A claim with whose it is, its documents and its moves, the earliest first."""

    claim: Recognition
    person: Person
    documents: Sequence[Evidence]
    moves: Sequence[Move]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSearch:
    """Which claims are wanted: of a state (none: those that wait for a decision), by name or address."""

    state: ClaimState | None = ClaimState.SUBMITTED
    text: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimList:
    """A page of claims with their people, how many there are, and how many wait for a decision in all."""

    entries: Sequence[tuple[Recognition, Person]]
    found: int
    waiting: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.found, PAGE)


def open_claim_of(session: Session, person: Person) -> Recognition | None:
    """Return the claim of a person that is not closed, or None."""
    query = select(Recognition).where(Recognition.person_id == person.id, Recognition.state.in_(OPEN))
    return session.scalars(query).one_or_none()


def claim_for(session: Session, person: Person, claim_id: UUID, *, is_locked: bool = False) -> Recognition:
    """Return a claim of the person's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _one(session, Recognition.person_id == person.id, claim_id, is_locked)


def reviewed_claim(session: Session, reviewer: Person, claim_id: UUID, *, is_locked: bool = False) -> Recognition:
    """Return a claim that the person may read as a reviewer.

    Raises:
        NotFound: there is none, it was never handed in, or the person reviews none.
    """
    return _one(session, readable_by(reviewer), claim_id, is_locked)


def readable_by(reviewer: Person) -> ColumnElement[bool]:
    """Return the condition for the claims that a reviewer reads: those handed in once; a draft is the person's own."""
    return and_(Recognition.submitted_at.is_not(None), holds(reviewer, Role.ADMINISTRATOR))


def document_for(session: Session, person: Person, evidence_id: UUID) -> Evidence:
    """Return a document of a claim for recognition: the person's own, or one that the person reviews.

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    query = (
        select(Evidence)
        .join(Recognition, Recognition.id == Evidence.recognition_id)
        .where(Evidence.id == evidence_id, or_(Recognition.person_id == person.id, readable_by(person)))
    )
    evidence = session.scalars(query).one_or_none()
    if evidence is None:
        raise NotFound("document")
    return evidence


def claim_page(session: Session, claim: Recognition) -> ClaimPage:
    """Return a claim with all that is known of it; three queries."""
    documents = documents_of(session, [claim.id]).get(claim.id, [])
    moves = moves_of(session, [claim.id]).get(claim.id, [])
    return ClaimPage(claim=claim, person=session.get_one(Person, claim.person_id), documents=documents, moves=moves)


def own_claims(session: Session, person: Person) -> Sequence[ClaimPage]:
    """Return the claims of a person, the newest first; three queries."""
    query = select(Recognition).where(Recognition.person_id == person.id)
    claims = session.scalars(query.order_by(Recognition.created_at.desc(), Recognition.id.desc())).all()
    ids = [claim.id for claim in claims]
    documents, moves = documents_of(session, ids), moves_of(session, ids)
    return [
        ClaimPage(
            claim=claim, person=person, documents=documents.get(claim.id, ()), moves=moves.get(claim.id, ())
        )
        for claim in claims
    ]  # fmt: skip


def documents_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Evidence]]:
    """Return the documents of each of the claims, in the order in which they came."""
    found: dict[UUID, list[Evidence]] = {}
    query = select(Evidence).where(Evidence.recognition_id.in_(ids)).order_by(Evidence.sent_at, Evidence.id)
    for row in session.scalars(query):
        assert row.recognition_id is not None
        found.setdefault(row.recognition_id, []).append(row)
    return found


def moves_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Move]]:
    """Return the moves of each of the claims, the earliest first."""
    found: dict[UUID, list[Move]] = {}
    query = (
        select(RecognitionChange, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == RecognitionChange.actor_id)
        .where(RecognitionChange.recognition_id.in_(ids))
        .order_by(RecognitionChange.changed_at, RecognitionChange.id)
    )
    for change, given, family in session.execute(query):
        found.setdefault(change.recognition_id, []).append(Move(change, f"{given or ''} {family or ''}".strip()))
    return found


def claims_for(session: Session, reviewer: Person, search: ClaimSearch) -> ClaimList:
    """Return a page of the claims that a reviewer may read; three queries. Who has waited longest comes first."""
    query = select(Recognition, Person).join(Person, Person.id == Recognition.person_id).where(readable_by(reviewer))
    waiting = query.where(Recognition.state == ClaimState.SUBMITTED)
    if search.state is not None:
        query = query.where(Recognition.state == search.state)
    for word in search.text.split():
        names = (Person.given_name, Person.family_name, Person.email)
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    found, waits = session.execute(select(_count(query), _count(waiting))).one()
    page = nearest(search.page, found, PAGE)
    order = Recognition.submitted_at if search.state is ClaimState.SUBMITTED else Recognition.submitted_at.desc()
    rows = session.execute(query.order_by(order, Recognition.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    return ClaimList(entries=[(claim, person) for claim, person in rows], found=found, waiting=waits, page=page)


def _count(query: Select[Recognition, Person]) -> ScalarSelect[int]:
    only = query.with_only_columns(Recognition.id).order_by(None).subquery()
    return select(func.count()).select_from(only).scalar_subquery()


def _one(session: Session, condition: ColumnElement[bool], claim_id: UUID, is_locked: bool) -> Recognition:
    query = select(Recognition).where(Recognition.id == claim_id, condition)
    claim = session.scalars(query.with_for_update(of=Recognition) if is_locked else query).one_or_none()
    if claim is None:
        raise NotFound("claim")
    return claim
