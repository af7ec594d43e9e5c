"""Claims for recognition: the table of moves, what a decision needs, and what may be sent twice."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.enrolment.standing import records_of
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.notices.kinds import NoticeKind
from courses.notices.models import Notice
from courses.people.models import Person, Role
from courses.progression.steps import Step, Track
from courses.records.claim_queries import ClaimSearch, claim_page, claims_for, document_for, own_claims
from courses.records.claim_services import (
    change_claim,
    decide_claim,
    open_claim,
    remove_document,
    submit_claim,
    withdraw_claim,
)
from courses.records.claims import MOVES, OPEN, REASONS, Action, ClaimFacts, Verdict, faults_in_verdict, moved
from courses.records.evidence import MOST_FILES, Document, add_evidence, evidence_digests
from courses.records.faults import FaultyEntry
from courses.records.models import ClaimReason, ClaimState, Recognition
from tests.builders import make_person
from tests.records_builders import make_claim

ONE, TWO = Step(1), Step(2, Track.GENERALIST)
FACTS = ClaimFacts((ONE, TWO), "I have taught both.")
GRANT = Verdict(action=Action.GRANT, reason=ClaimReason.TAUGHT_IT, steps=(ONE,))


@pytest.fixture
def alice(session: Session) -> Person:
    return make_person(session)


@pytest.fixture
def admin(session: Session) -> Person:
    return make_person(session, roles=[Role.ADMINISTRATOR])


def submitted(session: Session, person: Person, now: datetime) -> Recognition:
    claim = open_claim(session, person, FACTS, now)
    assert submit_claim(session, person, claim.id, now)
    return claim


def codes(error: pytest.ExceptionInfo[FaultyEntry]) -> set[str]:
    return {fault.code for fault in error.value.faults}


class TestTheTable:
    @pytest.mark.parametrize(("state", "action"), [(state, action) for state in ClaimState for action in Action])
    def test_has_every_move_or_raises(self, state: ClaimState, action: Action) -> None:
        if (state, action) in MOVES:
            assert moved(state, action) is MOVES[state, action]
        else:
            with pytest.raises(IllegalTransition):
                moved(state, action)

    def test_ends_where_nothing_is_open_but_a_revocation(self) -> None:
        closed = {state for state in ClaimState if state not in OPEN}
        assert {move for move in MOVES if move[0] in closed} == {(ClaimState.GRANTED, Action.REVOKE)}


class TestADecision:
    @pytest.mark.parametrize("action", REASONS)
    def test_takes_its_own_reasons_and_no_others(self, action: Action) -> None:
        for reason in ClaimReason:
            verdict = Verdict(action=action, reason=reason, steps=(ONE,), note="Because.")
            found = {fault.code for fault in faults_in_verdict(verdict, (ONE,), date(2026, 1, 1))}
            assert found == (set() if reason in REASONS[action] else {"claim_reason_unfit"})

    def test_names_every_fault_at_once(self) -> None:
        verdict = Verdict(action=Action.GRANT, steps=(TWO,), expires_on=date(2025, 12, 31))
        found = {(fault.field, fault.code) for fault in faults_in_verdict(verdict, (ONE,), date(2026, 1, 1))}
        assert found == {
            ("reason", "claim_reason_missing"), ("steps", "claim_step_not_asked"), ("expires_on", "claim_expiry_past")
        }  # fmt: skip

    def test_of_today_is_a_last_day_that_still_counts(self) -> None:
        day = date(2026, 1, 1)
        verdict = Verdict(action=Action.GRANT, reason=ClaimReason.DEGREE, steps=(ONE,), expires_on=day)
        assert faults_in_verdict(verdict, (ONE,), day) == []

    def test_that_grants_nothing_is_none(self) -> None:
        verdict = Verdict(action=Action.GRANT, reason=ClaimReason.DEGREE)
        assert [f.code for f in faults_in_verdict(verdict, (ONE,), date(2026, 1, 1))] == ["claim_steps_missing"]


class TestAClaim:
    def test_goes_from_the_person_to_the_reviewer_and_confers(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        last = date(2030, 1, 1)
        verdict = Verdict(action=Action.GRANT, reason=ClaimReason.DEGREE, steps=(ONE,), expires_on=last, note="Good.")
        assert decide_claim(session, admin, claim.id, verdict, now, now)
        assert (claim.state, claim.granted, claim.steps) == (ClaimState.GRANTED, ["1"], ["1", "2·generalist"])
        (fact,) = records_of(session, [alice.id], now)[alice.id].recognised
        assert (fact.step, fact.decided_on, fact.expires_on) == (ONE, now.date(), last)
        assert [move.change.action for move in claim_page(session, claim).moves] == ["open", "submit", "grant"]
        assert session.scalars(select(Notice.kind).where(Notice.person_id == alice.id)).all() == ["claim_granted"]

    def test_that_is_revoked_confers_no_more_and_keeps_who_granted_it_and_why(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        decide_claim(session, admin, claim.id, GRANT, now, now)
        other = make_person(session, roles=[Role.ADMINISTRATOR], given_name="Olive")
        revoke = Verdict(action=Action.REVOKE, reason=ClaimReason.GRANTED_IN_ERROR, note="Another person's degree.")
        later = now + timedelta(days=9)
        assert decide_claim(session, other, claim.id, revoke, None, later)
        assert not decide_claim(session, other, claim.id, revoke, None, later)
        assert records_of(session, [alice.id], later)[alice.id].recognised == ()
        granted, revoked = own_claims(session, alice)[0].moves[-2:]
        assert (granted.actor, granted.change.reason, granted.change.steps) == (admin.name, "taught_it", ["1"])
        assert (revoked.actor, revoked.change.reason, revoked.change.note) == (
            other.name, "granted_in_error", "Another person's degree."
        )  # fmt: skip

    def test_may_be_sent_twice_at_every_move(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        assert not submit_claim(session, alice, claim.id, now)
        assert decide_claim(session, admin, claim.id, GRANT, now, now)
        assert not decide_claim(session, admin, claim.id, GRANT, now, now)
        assert session.scalar(select(func.count()).where(Notice.person_id == alice.id)) == 1

    def test_that_comes_back_is_changed_and_handed_in_again(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        more = Verdict(action=Action.RETURN, reason=ClaimReason.MORE_EVIDENCE, note="The diploma, please.")
        decide_claim(session, admin, claim.id, more, now, now)
        change_claim(session, alice, claim.id, ClaimFacts((ONE,), "Here it is."))
        later = now + timedelta(hours=1)
        assert submit_claim(session, alice, claim.id, later)
        with pytest.raises(Refusal, match="claim_moved"):  # a page that was read before
            decide_claim(session, admin, claim.id, GRANT, now, later)
        assert decide_claim(session, admin, claim.id, GRANT, later, later)

    def test_is_refused_with_a_reason_and_a_note(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        with pytest.raises(FaultyEntry) as error:
            decide_claim(session, admin, claim.id, Verdict(action=Action.REFUSE), now, now)
        assert codes(error) == {"claim_reason_missing", "claim_note_missing"}
        refuse = Verdict(action=Action.REFUSE, reason=ClaimReason.TOO_OLD, note="It was in 1998.")
        assert decide_claim(session, admin, claim.id, refuse, now, now)
        assert open_claim(session, alice, FACTS, now).state is ClaimState.DRAFT

    def test_is_the_only_open_one(self, session: Session, alice: Person, now: datetime) -> None:
        claim = open_claim(session, alice, FACTS, now)
        with pytest.raises(Refusal, match="claim_open"):
            open_claim(session, alice, FACTS, now)
        assert withdraw_claim(session, alice, claim.id, now)
        assert not withdraw_claim(session, alice, claim.id, now)
        assert open_claim(session, alice, FACTS, now).id != claim.id

    def test_is_handed_in_whole_or_not_at_all(self, session: Session, alice: Person, now: datetime) -> None:
        claim = open_claim(session, alice, ClaimFacts((), " "), now)
        with pytest.raises(FaultyEntry) as error:
            submit_claim(session, alice, claim.id, now)
        assert codes(error) == {"claim_steps_missing", "claim_statement_missing"}
        unknown = Step(2, Track.SPECIALIST, "cooking")
        change_claim(session, alice, claim.id, ClaimFacts((unknown,), "I cook."))
        with pytest.raises(FaultyEntry) as error:
            submit_claim(session, alice, claim.id, now)
        assert codes(error) == {"claim_step_unknown"}

    def test_that_was_handed_in_is_not_changed_by_the_person(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        with pytest.raises(Refusal, match="claim_moved"):
            change_claim(session, alice, claim.id, ClaimFacts((ONE,), "Otherwise."))
        with pytest.raises(Refusal, match="claim_moved"):
            remove_document(session, alice, claim.id, UUID(int=7))


class TestWhoDecides:
    def test_is_an_administrator_and_never_about_the_own_claim(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = submitted(session, alice, now)
        for other in (
            make_person(session, roles=[Role.TRAINER]),
            make_person(session, roles=[Role.COORDINATOR]),
            alice,
        ):
            with pytest.raises(NotFound):
                decide_claim(session, other, claim.id, GRANT, now, now)
        own = submitted(session, admin, now)
        with pytest.raises(Refusal, match="claim_own"):
            decide_claim(session, admin, own.id, GRANT, now, now)

    def test_reads_no_draft(self, session: Session, alice: Person, admin: Person) -> None:
        draft = make_claim(session, alice, ClaimState.DRAFT)
        make_claim(session, make_person(session))
        found = claims_for(session, admin, ClaimSearch(state=None))
        assert draft.id not in {claim.id for claim, _ in found.entries}
        assert (found.found, found.waiting) == (1, 1)
        assert claims_for(session, alice, ClaimSearch()).found == 0


class TestDocuments:
    FILE = Document(name="diploma.pdf", media_type="application/pdf", size=3, sha256="a" * 64)

    def test_are_for_the_person_and_reviewers_once_it_is_handed_in(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        claim = open_claim(session, alice, FACTS, now)
        (row,) = add_evidence(session, alice.id, [self.FILE], now, recognition_id=claim.id)
        assert document_for(session, alice, row.id).name == "diploma.pdf"
        for stranger in (admin, make_person(session)):
            with pytest.raises(NotFound):
                document_for(session, stranger, row.id)
        submit_claim(session, alice, claim.id, now)
        assert document_for(session, admin, row.id).id == row.id
        assert evidence_digests(session) == {"a" * 64}

    def test_of_the_same_content_are_added_once_and_only_so_many(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        claim = open_claim(session, alice, FACTS, now)
        assert len(add_evidence(session, alice.id, [self.FILE, self.FILE], now, recognition_id=claim.id)) == 1
        assert add_evidence(session, alice.id, [self.FILE], now, recognition_id=claim.id) == []
        many = [
            Document(name="x.png", media_type="image/png", size=3, sha256=f"{number:064}")
            for number in range(MOST_FILES)
        ]
        with pytest.raises(Refusal, match="evidence_too_many"):
            add_evidence(session, alice.id, many, now, recognition_id=claim.id)

    def test_are_removed_while_the_claim_is_open_to_change(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        claim = open_claim(session, alice, FACTS, now)
        (row,) = add_evidence(session, alice.id, [self.FILE], now, recognition_id=claim.id)
        assert remove_document(session, alice, claim.id, row.id)
        assert not remove_document(session, alice, claim.id, row.id)


class TestTheReviewers:
    def test_are_told_once_that_a_claim_came_in_and_nobody_else_is(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        make_person(session, roles=[Role.ADMINISTRATOR], is_active=False)
        make_person(session, roles=[Role.TRAINER, Role.COORDINATOR])
        claim = submitted(session, alice, now)
        back = Verdict(action=Action.RETURN, reason=ClaimReason.MORE_EVIDENCE, note="The diploma, please.")
        decide_claim(session, admin, claim.id, back, None, now)
        submit_claim(session, alice, claim.id, now + timedelta(days=1))
        told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.CLAIM_ASKED)).one()
        assert told.person_id == admin.id
        assert (told.facts["applicant"], told.facts["claim"]) == (alice.name, str(claim.id))
        assert told.facts["steps"] == ["1", "2·generalist"]

    def test_are_not_told_of_their_own_claim(self, session: Session, admin: Person, now: datetime) -> None:
        submitted(session, admin, now)
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
