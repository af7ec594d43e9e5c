"""Activities are added, published, changed, postponed, cancelled and held; people are told what concerns them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.applications.models import Application, State
from courses.catalogue.facts import InvalidFacts
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.offerings import services
from courses.offerings.dates import Dates
from courses.offerings.facts import OfferingFacts
from courses.offerings.models import Dating, Gate, Mode, Offering, OfferingChange, OfferingState, Scope, Seat
from courses.offerings.openness import closed_by
from courses.offerings.services import Ask
from courses.offerings.states import MOVES, Action, actions_of, move
from courses.offerings.terms import terms_of_offering
from courses.people.models import Language
from courses.progression.terms import Purpose
from tests.builders import NOW, make_person
from tests.offerings_builders import FIRST, LAST, days, facts_of_activity, make_offering

ASK = Ask(None, "The room is not free")


@pytest.mark.parametrize("state", OfferingState)
@pytest.mark.parametrize("action", Action)
def test_only_the_moves_of_the_table_are_made(state: OfferingState, action: Action) -> None:
    offering = Offering(state=state)
    if (state, action) in MOVES:
        move(offering, action)
        assert offering.state is MOVES[state, action]
    else:
        with pytest.raises(IllegalTransition):
            move(offering, action)
        assert offering.state is state


def test_what_was_cancelled_or_held_stays_so() -> None:
    assert actions_of(OfferingState.CANCELLED) == actions_of(OfferingState.HELD) == ()


class TestAdding:
    def test_an_activity_is_a_draft_with_days_seats_and_its_first_and_last_day(self, session: Session) -> None:
        dates = days((LAST, LAST), (FIRST, FIRST))
        offering = services.create_offering(session, facts_of_activity(dates=dates, seats=3), ASK, NOW)
        assert offering.state is OfferingState.DRAFT
        assert (offering.starts_on, offering.ends_on) == (FIRST, LAST)
        assert [day.first_day for day in offering.days] == [FIRST, LAST]
        assert seats(session, offering) == [1, 2, 3]

    def test_a_code_is_taken_once(self, session: Session) -> None:
        services.create_offering(session, facts_of_activity(code="TWICE"), ASK, NOW)
        with pytest.raises(InvalidFacts) as refused:
            services.create_offering(session, facts_of_activity(code="TWICE"), ASK, NOW)
        assert [reason.code for reason in refused.value.reasons] == ["course_code_taken"]

    @pytest.mark.parametrize(
        ("facts", "field", "code"),
        [
            ({"code": ""}, "code", "value_missing"),
            ({"title_en": " "}, "title_en", "value_missing"),
            ({"dates": Dates(dating=Dating.DAYS)}, "days", "dates_missing"),
            ({"dates": days((LAST, FIRST))}, "days", "dates_out_of_order"),
            ({"dates": days((FIRST, LAST), (LAST, LAST))}, "days", "dates_overlap"),
            ({"dates": Dates(dating=Dating.MONTH, month_from="2027-13")}, "month_from", "month_invalid"),
            (
                {"dates": Dates(dating=Dating.MONTH, month_from="2027-03", month_until="2027-02")},
                "month_until",
                "dates_out_of_order",
            ),
            ({"time_zone": "Geneva"}, "time_zone", "time_zone_unknown"),
            ({"seats": 0}, "seats", "seats_out_of_range"),
            ({"attendance_threshold": 1.2}, "attendance_threshold", "mark_out_of_range"),
            ({"confirmation_days": 0}, "confirmation_days", "confirmation_days_out_of_range"),
            ({"asks_for": ("4",)}, "asks_for", "steps_invalid"),
            ({"opens_at": NOW, "applies_until": NOW}, "applies_until", "deadline_before_opening"),
            ({"link": "javascript:alert(1)"}, "link", "link_invalid"),
            ({"gate": Gate.ADVISORY, "scope": Scope.REGIONAL}, "gate", "advisory_not_national"),
        ],
    )
    def test_facts_that_cannot_be_kept_name_their_field(self, facts: dict[str, object], field: str, code: str) -> None:
        with pytest.raises(InvalidFacts) as refused:
            facts_of_activity(**facts)
        assert (field, code) in [(reason.field, reason.code) for reason in refused.value.reasons]

    @pytest.mark.parametrize(
        ("dates", "first", "last"),
        [
            (Dates(dating=Dating.MONTH, month_from="2027-02"), date(2027, 2, 1), date(2027, 2, 28)),
            (
                Dates(dating=Dating.MONTH, month_from="2027-11", month_until="2027-12"),
                date(2027, 11, 1),
                date(2027, 12, 31),
            ),
            (Dates(), None, None),
        ],
    )
    def test_a_month_stands_for_its_days_and_no_date_for_none(
        self, dates: Dates, first: date | None, last: date | None
    ) -> None:
        assert (dates.starts_on, dates.ends_on) == (first, last)


class TestSeats:
    def test_only_free_ones_go_and_those_of_the_highest_numbers_first(self, session: Session) -> None:
        offering = make_offering(session, seats=5)
        hold_seat(session, offering, 4)
        services.change_offering(session, offering.id, like(offering, seats=2), ASK, NOW)
        assert seats(session, offering) == [1, 4]
        services.change_offering(session, offering.id, like(offering, seats=4), ASK, NOW)
        assert seats(session, offering) == [1, 2, 3, 4]

    def test_there_are_never_fewer_than_are_held(self, session: Session) -> None:
        offering = make_offering(session, seats=3)
        hold_seat(session, offering, 1)
        hold_seat(session, offering, 3)
        with pytest.raises(Refusal, match="seats_held"), session.begin_nested():
            services.change_offering(session, offering.id, like(offering, seats=1), ASK, NOW)
        assert seats(session, offering) == [1, 2, 3]


class TestChanging:
    def test_a_change_of_mode_and_dates_is_told_with_before_after_and_reason(self, session: Session) -> None:
        offering = make_offering(session, mode=Mode.FACE_TO_FACE)
        facts = like(offering, mode=Mode.VIRTUAL, dates=Dates(dating=Dating.MONTH, month_from="2027-06"))
        change = services.change_offering(session, offering.id, facts, ASK, NOW)
        assert change is not None
        assert (change.before["mode"], change.after["mode"]) == ("face_to_face", "virtual")
        assert change.before["days"] == [[FIRST.isoformat(), LAST.isoformat()]]
        assert (change.after["days"], change.after["month_from"]) == ([], "2027-06")
        assert change.reason == "The room is not free"
        assert offering.sequence == 1

    def test_it_needs_a_reason_once_people_know_of_the_activity(self, session: Session) -> None:
        offering = make_offering(session)
        with pytest.raises(InvalidFacts, match="change_reason_missing"):
            services.change_offering(session, offering.id, like(offering, mode=Mode.BLENDED), Ask(None), NOW)

    def test_applications_survive_it(self, session: Session) -> None:
        offering = make_offering(session, seats=3)
        application = hold_seat(session, offering, 2)
        services.change_offering(session, offering.id, like(offering, seats=3, mode=Mode.BLENDED), ASK, NOW)
        services.postpone(session, offering.id, ASK, NOW)
        session.refresh(application)
        assert (application.state, application.seat) == (State.SELECTED, 2)

    def test_what_concerns_nobody_is_not_told(self, session: Session) -> None:
        offering = make_offering(session)
        assert services.change_offering(session, offering.id, like(offering, funding="Trust fund"), ASK, NOW) is None
        assert offering.sequence == 0

    def test_of_a_draft_nobody_is_told(self, session: Session) -> None:
        offering = make_offering(session, state=OfferingState.DRAFT)
        assert services.change_offering(session, offering.id, like(offering, mode=Mode.BLENDED), Ask(None), NOW) is None

    def test_what_is_over_is_not_changed(self, session: Session) -> None:
        offering = make_offering(session, state=OfferingState.HELD)
        with pytest.raises(Refusal, match="activity_is_closed"):
            services.change_offering(session, offering.id, like(offering, funding="x"), ASK, NOW)

    def test_an_unknown_activity_is_not_found(self, session: Session) -> None:
        with pytest.raises(NotFound):
            services.publish(session, make_person(session).id, ASK, NOW)


class TestMoving:
    def test_postponing_and_cancelling_need_a_reason_and_are_told(self, session: Session) -> None:
        offering = make_offering(session)
        with pytest.raises(Refusal, match="change_reason_missing"):
            services.postpone(session, offering.id, Ask(None, " "), NOW)
        postponed = services.postpone(session, offering.id, ASK, NOW)
        again = services.publish(session, offering.id, ASK, NOW)
        cancelled = services.cancel(session, offering.id, ASK, NOW)
        assert [change and change.after["state"] for change in (postponed, again, cancelled)] == [
            "postponed", "published", "cancelled",
        ]  # fmt: skip
        assert offering.sequence == 3

    def test_only_a_draft_is_discarded(self, session: Session) -> None:
        published, draft = make_offering(session), make_offering(session, state=OfferingState.DRAFT, seats=2)
        with pytest.raises(Refusal, match="not_a_draft"):
            services.discard(session, published.id, ASK)
        with pytest.raises(IllegalTransition):
            services.cancel(session, draft.id, ASK, NOW)
        services.discard(session, draft.id, ASK)
        assert session.scalars(select(Offering.id)).all() == [published.id]

    def test_publishing_a_draft_is_told_to_nobody(self, session: Session) -> None:
        offering = make_offering(session, state=OfferingState.DRAFT)
        assert services.publish(session, offering.id, ASK, NOW) is None
        assert session.scalar(select(func.count()).select_from(OfferingChange)) == 0

    def test_it_is_held_from_its_first_day_on_where_it_is_held(self, session: Session) -> None:
        offering = make_offering(session, time_zone="Pacific/Auckland")
        before = datetime(2027, 1, 31, 10, 30, tzinfo=UTC)  # 23:30 there
        with pytest.raises(Refusal, match="activity_not_begun"):
            services.hold(session, offering.id, ASK, before)
        services.hold(session, offering.id, ASK, before + timedelta(hours=1))
        assert offering.state is OfferingState.HELD


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, ()),
        ({"state": OfferingState.DRAFT}, ("not_published",)),
        ({"state": OfferingState.POSTPONED}, ("activity_postponed",)),
        ({"state": OfferingState.CANCELLED}, ("activity_cancelled",)),
        ({"opens_at": NOW + timedelta(hours=1)}, ("applications_not_open",)),
        ({"applies_until": NOW - timedelta(hours=1)}, ("applications_closed",)),
        ({"ends_on": date(2026, 11, 19)}, ("activity_over",)),
        ({"ends_on": date(2026, 11, 20)}, ()),
    ],
)
def test_what_keeps_an_activity_closed_is_said_by_codes(facts: dict[str, object], codes: tuple[str, ...]) -> None:
    values: dict[str, object] = {"state": OfferingState.PUBLISHED, "time_zone": "Europe/Zurich"}
    assert closed_by(Offering(**(values | facts)), NOW) == codes


def test_the_terms_of_an_activity_are_its_row_and_deadlines_count_on_the_way_in(session: Session) -> None:
    offering = make_offering(
        session, level=2, topic="services", asks_for=["1"], confers=["2·generalist"], countries=["NG"],
        categories=["official"], applies_until=NOW - timedelta(days=1), endorses_until=NOW + timedelta(days=1),
        requirement={"kind": "nominated"}, replaces_rule=True,
    )  # fmt: skip
    terms = terms_of_offering(offering, Purpose.APPLICATION, NOW)
    assert (terms.code, terms.level, terms.countries) == (offering.code, 2, {"NG"})
    assert [str(step) for step in (*terms.asks_for, *terms.confers)] == ["1", "2·generalist"]
    assert terms.replaces_rule
    assert terms.availability == ("applications_closed",)
    for later in (Purpose.NOMINATION, Purpose.SELECTION, Purpose.CONFIRMATION):
        assert terms_of_offering(offering, later, NOW).availability == ()


@pytest.mark.parametrize(
    ("texts", "asked", "shown"),
    [
        ({"about": "E", "about_fr": "F", "about_es": "S"}, "es", ("S", "es")),
        ({"about": "E", "about_fr": "F"}, "es", ("E", "en")),
        ({"about_fr": "F"}, "es", ("F", "fr")),
        ({"about_es": "S"}, "en", ("S", "es")),
        ({}, "fr", ("", "fr")),
    ],
)
def test_what_it_is_about_is_said_in_the_language_asked_for_or_one_that_there_is(
    texts: dict[str, str], asked: str, shown: tuple[str, str]
) -> None:
    blank = {"about": "", "about_fr": "", "about_es": ""}
    assert Offering(**(blank | texts)).about_in(asked) == shown


def like(offering: Offering, **facts: object) -> OfferingFacts:
    return facts_of_activity(**({"code": offering.code, "mode": offering.mode} | facts))


def seats(session: Session, offering: Offering) -> list[int]:
    return list(session.scalars(select(Seat.number).where(Seat.offering_id == offering.id).order_by(Seat.number)))


def hold_seat(session: Session, offering: Offering, number: int) -> Application:
    application = Application(
        offering_id=offering.id, person_id=make_person(session).id, state=State.SELECTED, language=Language.EN,
        created_at=NOW, seat=number,
    )  # fmt: skip
    session.add(application)
    session.flush()
    return application
