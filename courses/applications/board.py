"""The selection board of an activity: who can be selected, what is proposed and why, and what people decide by it."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from courses.applications.models import Application, State
from courses.applications.queries import Told, decisions_of, said_of
from courses.applications.quotas import Quotas, quotas_of
from courses.applications.ranking import Candidate, Place, Proposal, Verdict, Why, WhyCode, propose
from courses.applications.seats import free_seats
from courses.applications.selecting import Choice, Decided, decide_many
from courses.applications.states import SEATED, Action
from courses.enrolment.standing import records_of
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering
from courses.offerings.services import locked as locked_offering
from courses.people.beneficiaries import Beneficiary
from courses.people.models import Gender, Person
from courses.progression.decision import Decision, Reason
from courses.progression.record import Membership

BOARD = frozenset(State) - {State.DRAFT, State.WITHDRAWN}
"""Whom the board shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An application on the board: the person as the priorities see it, what is proposed, what the gate said last.

    `said`: who decided about the place with a reason of their own, as a decision that is not the proposal's needs one.
    """

    application: Application
    candidate: Candidate
    place: Place | None = None
    decision: Decision | None = None
    said: Told | None = None

    @property
    def person(self) -> Person:
        """Return whose application it is."""
        return self.application.person

    @property
    def why(self) -> tuple[Why, ...]:
        """Return why the place is proposed or, where people have decided so, why it was."""
        if self.place is not None:
            return self.place.why
        facts, state = self.application.rank_facts, self.application.state
        decided = Verdict.SEAT if state in SEATED else Verdict.WAIT if state == State.WAITLISTED else None
        if facts.get("verdict") != decided:
            return ()
        return tuple(Why(WhyCode(code), tuple(parameters.items())) for code, parameters in facts.get("why", ()))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what stands in the way."""
        return self.decision.reasons if self.decision else ()

    @property
    def lacks(self) -> tuple[Reason, ...]:
        """Return what is missing and only written down."""
        return self.decision.lacks if self.decision and self.decision.is_allowed else ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many people of a kind: on the board, with a seat, and with a seat if the proposal is accepted."""

    code: str
    all: int
    seated: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The people of the board by what the priorities balance."""

    beneficiaries: tuple[Count, ...]
    regions: tuple[Count, ...]
    standings: tuple[Count, ...]
    genders: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The selection board: its lines, the proposal and its mark, the counts; `free` None: seats are not limited."""

    offering: Offering
    lines: tuple[Line, ...]
    proposal: Proposal
    counts: Counts
    quotas: Quotas
    free: int | None
    mark: str

    def of(self, *states: State) -> list[Line]:
        """Return the lines in some states."""
        return [line for line in self.lines if line.application.state in states]

    def placed(self, verdict: Verdict) -> list[Line]:
        """Return whom the proposal puts somewhere, in its order."""
        by_key = {line.candidate.key: line for line in self.lines}
        return [by_key[key] for key in self.proposal.keys(verdict)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What an administrator decides about some applications, and why where it is not what is proposed."""

    action: Action
    ids: tuple[UUID, ...]
    reason: str = ""
    override_reason: str = ""


def board_of(session: Session, offering: Offering, now: datetime) -> Board:
    """Return the selection board of an activity; the same few queries however many have applied."""
    applications = _applications(session, offering)
    candidates = _candidates(session, offering, applications, now)
    quotas = quotas_of(offering.quotas)
    free = free_seats(session, offering)
    by_state = {application.id: application.state for application in applications}
    pool = [candidates[one] for one, state in by_state.items() if state == State.ELIGIBLE]
    seated = [candidates[one] for one, state in by_state.items() if state in SEATED]
    proposal = propose(pool, None if free is None else len(free), quotas, seated)
    places = {place.key: place for place in proposal.places}
    decisions, said = decisions_of(session, applications), said_of(session, offering.id)
    lines = tuple(
        Line(
            application=one,
            candidate=candidates[one.id],
            place=places.get(str(one.id)),
            decision=decisions.get(one.id),
            said=said.get(one.id),
        )
        for one in applications
    )
    return Board(
        offering=offering, lines=lines, proposal=proposal, quotas=quotas,
        counts=_counts(lines), free=None if free is None else len(free), mark=_mark(proposal),
    )  # fmt: skip


def accept_proposal(
    session: Session, administrator: Person, offering_id: UUID, mark: str, now: datetime
) -> list[Decided]:
    """Select whom the proposal gives a seat, and let wait whom it lets wait, in its order; in one transaction.

    The same proposal accepted once more changes nothing.

    Raises:
        NotFound: there is no such activity, or the person does not select.
        Refusal: `proposal_changed`: it is not the one that was read; or as of one application.
    """
    board = board_of(session, locked_offering(session, offering_id), now)
    if board.mark != mark:
        if any(line.application.rank_facts.get("accepted") == mark for line in board.lines):
            return []  # it was accepted already: the same form, sent twice
        raise Refusal("proposal_changed")
    actions = ((Verdict.SEAT, Action.SELECT), (Verdict.WAIT, Action.WAIT))
    chosen = [
        (line.application.id, action, Choice(rank_facts=facts_of(line.place) | {"accepted": mark}))
        for verdict, action in actions
        for line in board.placed(verdict)
    ]
    return decide_many(session, administrator, offering_id, chosen, now)


def choose(session: Session, administrator: Person, offering_id: UUID, chosen: Chosen, now: datetime) -> list[Decided]:
    """Decide about some applications as an administrator wants; what is not as proposed needs a reason.

    Raises:
        NotFound: there is no such activity or application, or the person does not select.
        Refusal: `choice_reason_missing`, naming whom it concerns; or as of one application.
    """
    board = board_of(session, locked_offering(session, offering_id), now)
    lines = {line.application.id: line for line in board.lines}
    if not set(chosen.ids) <= set(lines):
        raise NotFound("application")
    others = [lines[one].person.name for one in chosen.ids if _differs(chosen.action, lines[one])]
    if others and not (chosen.reason.strip() or chosen.override_reason.strip()):
        raise Refusal("choice_reason_missing", people=", ".join(others[:5]))
    wanted = [
        (one, chosen.action, _choice(chosen, lines[one]))
        for one in sorted(dict.fromkeys(chosen.ids), key=lambda one: _order(lines[one]))
    ]
    return decide_many(session, administrator, offering_id, wanted, now)


def facts_of(place: Place | None) -> dict[str, Any]:
    """Return what the proposal said of somebody as plain values, to be kept with the application."""
    if place is None:
        return {}
    why = [[why.code.value, dict(why.parameters)] for why in place.why]
    return {"verdict": place.verdict.value, "number": place.number, "why": why}


def _choice(chosen: Chosen, line: Line) -> Choice:
    return Choice(reason=chosen.reason, override_reason=chosen.override_reason, rank_facts=facts_of(line.place))


def _differs(action: Action, line: Line) -> bool:
    """Tell whether a decision is another than the proposal's; who has the place already is decided about before."""
    verdict = line.place.verdict if line.place else None
    state = line.application.state
    match action:
        case Action.SELECT:
            return state not in SEATED and verdict != Verdict.SEAT
        case Action.WAIT:
            return state != State.WAITLISTED and verdict != Verdict.WAIT
        case _:
            return state in SEATED or verdict == Verdict.SEAT


def _order(line: Line) -> tuple[int, int, str]:
    """Return where somebody comes in a decision about many: in the order of the proposal, the others after it."""
    verdicts = list(Verdict)
    if line.place is None:
        return len(verdicts), line.application.waiting or 0, line.candidate.key
    return verdicts.index(line.place.verdict), line.place.number, line.candidate.key


def _mark(proposal: Proposal) -> str:
    """Return what a proposal is told apart by: who stands where."""
    places = [[place.key, place.verdict.value, place.number] for place in proposal.places]
    return hashlib.sha256(json.dumps(places).encode()).hexdigest()


def _applications(session: Session, offering: Offering) -> Sequence[Application]:
    query = (
        select(Application)
        .where(Application.offering_id == offering.id, Application.state.in_(BOARD))
        .options(joinedload(Application.person))
        .order_by(Application.created_at, Application.id)
    )
    return session.scalars(query).all()


def _candidates(
    session: Session, offering: Offering, applications: Collection[Application], now: datetime
) -> dict[UUID, Candidate]:
    people = {one.person_id: one.person for one in applications}
    rows = session.scalars(select(Beneficiary).where(Beneficiary.code.in_({one.country for one in people.values()})))
    beneficiaries = {row.code: row for row in rows}
    records = records_of(session, list(people), now)
    return {
        one.id: Candidate(
            key=str(one.id),
            beneficiary=one.person.country or "",
            **_standing(beneficiaries.get(one.person.country or "")),
            gender=one.person.gender,
            languages=tuple(sorted(records[one.person_id].languages & set(offering.languages)))
            if offering.languages
            else None,
            endorsement_rank=one.endorsement_rank,
            experience=len(records[one.person_id].results),
            applied_at=one.submitted_at or one.created_at,
        )
        for one in applications
    }


def _standing(row: Beneficiary | None) -> dict[str, Any]:
    if row is None:
        return {}
    is_far = row.membership == Membership.MEMBER and not row.has_mission  # the priority is that of Members
    return {"region": row.region_code or "", "is_ldc": row.is_ldc, "has_mission": not is_far}


def _counts(lines: Sequence[Line]) -> Counts:
    def by(kind: Mapping[UUID, str]) -> tuple[Count, ...]:
        everybody = Counter(kind[line.application.id] for line in lines)
        seated = Counter(kind[line.application.id] for line in lines if line.application.state in SEATED)
        proposed = Counter(
            kind[line.application.id] for line in lines if line.place and line.place.verdict == Verdict.SEAT
        )
        return tuple(
            Count(code, number, seated[code], seated[code] + proposed[code])
            for code, number in sorted(everybody.items(), key=lambda each: (-each[1], each[0]))
        )

    return Counts(
        beneficiaries=by({line.application.id: line.candidate.beneficiary for line in lines}),
        regions=by({line.application.id: line.candidate.region for line in lines}),
        standings=by({line.application.id: "ldc" if line.candidate.is_ldc else "other" for line in lines}),
        genders=by({line.application.id: _gender(line.candidate.gender) for line in lines}),
    )


def _gender(gender: Gender | None) -> str:
    return gender.value if gender else ""


def board_offering(session: Session, offering_id: UUID) -> Offering:
    """Return an activity for its board.

    Raises:
        NotFound: there is none.
    """
    query = select(Offering).where(Offering.id == offering_id).options(selectinload(Offering.days))
    offering = session.scalars(query).one_or_none()
    if offering is None:
        raise NotFound("offering")
    return offering
