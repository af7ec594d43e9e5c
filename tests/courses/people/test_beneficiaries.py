"""Beneficiaries: how they stand, what loading keeps, measures that have days and never go."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.catalogue.topic_services import DEEPEST, TopicFacts, add_topic, adopt_topic, change_topic, topic_tree
from courses.errors import NotFound, Refusal
from courses.offerings.list_uses import Use, uses_of_region, uses_of_topic
from courses.people.beneficiaries import Beneficiary, Region
from courses.people.beneficiary_services import (
    BeneficiaryFacts,
    MeasureFacts,
    end_measure,
    enter_measure,
    load_beneficiaries,
    save_beneficiary,
    take_back_measure,
)
from courses.people.models import Person, Role
from courses.people.regions import RegionFacts
from courses.people.standing import standing_of, standings_of
from courses.people.traces import Area, traces_of
from courses.progression.record import MeasureDays, Membership
from courses.records.models import Participation
from tests.builders import NOW, make_course, make_person

AFRICA = RegionFacts(code="africa", name_en="Africa", name_fr="Afrique", name_es="África")
JANUARY, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)


def facts(code: str, **more: object) -> BeneficiaryFacts:
    values = {"region_code": "africa", "membership": Membership.MEMBER, "is_ldc": True, "has_mission": True}
    return BeneficiaryFacts(code=code, **values | more)  # type: ignore[arg-type]


@pytest.fixture
def admin(session: Session) -> Person:
    """Return an administrator, where Senegal and Togo are beneficiaries."""
    load_beneficiaries(session, [AFRICA], [facts("SN"), facts("TG")], NOW)
    return make_person(session, roles=[Role.ADMINISTRATOR])


class TestAStanding:
    def test_is_that_of_the_beneficiary_with_the_measures_that_count(self, session: Session, admin: Person) -> None:
        enter_measure(session, "SN", MeasureFacts(begins_on=JANUARY, ends_on=JUNE), admin.id, NOW)
        wrong = enter_measure(session, "SN", MeasureFacts(begins_on=DECEMBER), admin.id, NOW)
        take_back_measure(session, wrong.id, "Another country was meant", admin.id, NOW)
        standing = standing_of(session, "SN")
        assert standing is not None
        assert (standing.region, standing.membership, standing.is_ldc) == ("africa", Membership.MEMBER, True)
        assert standing.measures == (MeasureDays(begins_on=JANUARY, ends_on=JUNE),)

    def test_of_a_country_that_is_no_beneficiary_is_its_code_and_nothing_more(self, session: Session) -> None:
        standing = standing_of(session, "NG")
        assert standing is not None
        assert (standing.code, standing.region, standing.membership) == ("NG", None, Membership.NONE)
        assert (standing.is_ldc, standing.measures) == (False, ())
        assert standing_of(session, None) is None

    def test_of_many_asks_as_much_as_of_one(self, session: Session, admin: Person) -> None:
        asked: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        assert set(standings_of(session, ["SN", "TG", "NG", None])) == {"SN", "TG", "NG"}
        assert len(asked) == 2


class TestLoading:
    def test_adds_changes_and_a_second_time_does_nothing(self, session: Session, admin: Person) -> None:
        newer = [facts("SN", is_ldc=False), facts("TG"), facts("ML")]
        loaded = load_beneficiaries(session, [AFRICA], newer, NOW)
        assert (loaded.added, loaded.changed, loaded.kept) == (1, 1, 0)
        loaded = load_beneficiaries(session, [AFRICA], newer, NOW)
        assert (loaded.added, loaded.changed, loaded.kept) == (0, 0, 0)

    def test_keeps_what_an_administrator_has_changed_or_named(self, session: Session, admin: Person) -> None:
        save_beneficiary(session, facts("SN", is_ldc=False), admin.id, NOW, "Graduated")
        session.get_one(Region, "africa").name_en = "The continent"
        loaded = load_beneficiaries(session, [AFRICA], [facts("SN")], NOW)
        assert (loaded.changed, loaded.kept) == (0, 1)
        assert session.get_one(Beneficiary, "SN").is_ldc is False
        assert session.get_one(Region, "africa").name_en == "The continent"


class TestMeasures:
    def test_leave_a_trace_of_every_change_and_stay_when_taken_back(self, session: Session, admin: Person) -> None:
        measure = enter_measure(session, "SN", MeasureFacts(begins_on=JANUARY), admin.id, NOW)
        assert end_measure(session, measure.id, JUNE, admin.id, NOW) is True
        assert end_measure(session, measure.id, JUNE, admin.id, NOW) is False
        take_back_measure(session, measure.id, "Entered in error", admin.id, NOW)
        kinds = {entry.trace.kind for entry in traces_of(session, Area.BENEFICIARY, "SN")}
        assert kinds == {"measure_entered", "measure_ended", "measure_taken_back"}
        assert (measure.begins_on, measure.ends_on, measure.taken_back_at) == (JANUARY, JUNE, NOW)
        with pytest.raises(NotFound):
            take_back_measure(session, measure.id, "Again", admin.id, NOW)

    @pytest.mark.parametrize(
        ("begins_on", "ends_on", "code"),
        [
            (JUNE, JANUARY, "measure_order"),
            (date(1, 1, 1), None, "measure_day_invalid"),
            (JUNE, None, "measure_overlaps"),
            (date(2025, 1, 1), JANUARY, "measure_overlaps"),
        ],
    )
    def test_are_refused_where_they_cannot_be_meant(
        self, session: Session, admin: Person, begins_on: date, ends_on: date | None, code: str
    ) -> None:
        enter_measure(session, "SN", MeasureFacts(begins_on=JANUARY, ends_on=JUNE), admin.id, NOW)
        with pytest.raises(Refusal, match=code):
            enter_measure(session, "SN", MeasureFacts(begins_on=begins_on, ends_on=ends_on), admin.id, NOW)
        enter_measure(session, "TG", MeasureFacts(begins_on=JUNE), admin.id, NOW)
        with pytest.raises(NotFound):
            enter_measure(session, "ZZ", MeasureFacts(begins_on=JUNE), admin.id, NOW)

    def test_are_not_taken_back_without_a_reason(self, session: Session, admin: Person) -> None:
        measure = enter_measure(session, "SN", MeasureFacts(begins_on=JANUARY), admin.id, NOW)
        with pytest.raises(Refusal, match="reason_missing"):
            take_back_measure(session, measure.id, " ", admin.id, NOW)


def test_a_region_that_does_not_exist_is_nobodys(session: Session, admin: Person) -> None:
    with pytest.raises(Refusal, match="region_unknown"):
        save_beneficiary(session, facts("SN", region_code="atlantis"), admin.id, NOW, "")


class TestTheTopicTree:
    def test_moves_a_topic_with_what_is_below_it(self, session: Session) -> None:
        for code, parent in (("goods", None), ("services", None), ("tariffs", "goods"), ("bound", "tariffs")):
            add_topic(session, TopicFacts(code=code, name_en=code, parent_code=parent), None, NOW)
        facts = TopicFacts(code="tariffs", name_en="Tariffs", parent_code="services")
        assert change_topic(session, facts, make_person(session).id, NOW) is True
        tree = topic_tree(session)
        assert tree.line("bound") == ("bound", "tariffs", "services")
        assert not tree.is_within("bound", "goods")

    def test_has_no_circles_and_six_stages_at_most(self, session: Session) -> None:
        person = make_person(session)
        codes = [f"t{number}" for number in range(DEEPEST)]
        for code, parent in zip(codes, [None, *codes], strict=False):
            add_topic(session, TopicFacts(code=code, name_en=code, parent_code=parent), None, NOW)
        for parent in ("t0", "t3"):
            with pytest.raises(Refusal, match="topic_below_itself"):
                change_topic(session, TopicFacts(code="t0", name_en="t0", parent_code=parent), person.id, NOW)
        with pytest.raises(Refusal, match="topic_too_deep"):
            add_topic(session, TopicFacts(code="deep", name_en="deep", parent_code=codes[-1]), None, NOW)
        add_topic(session, TopicFacts(code="other", name_en="other"), None, NOW)
        with pytest.raises(Refusal, match="topic_too_deep"):
            change_topic(session, TopicFacts(code="t0", name_en="t0", parent_code="other"), person.id, NOW)

    @pytest.mark.parametrize("code", ["", "  ", "a·b", "x" * 65, "line\nbreak"])
    def test_refuses_codes_that_no_step_could_name(self, session: Session, code: str) -> None:
        with pytest.raises(Refusal, match="topic_code_invalid"):
            add_topic(session, TopicFacts(code=code, name_en="Topic"), None, NOW)

    def test_takes_in_a_topic_that_somebody_has_written_once(self, session: Session) -> None:
        for _ in range(2):
            adopt_topic(session, "fisheries")
        assert topic_tree(session).parents == {"fisheries": None}


def test_a_topic_is_in_use_wherever_a_step_names_it(session: Session) -> None:
    person = make_person(session)
    assert uses_of_topic(session, "propriété") == ()
    session.add(
        Participation(
            person_id=person.id, key="k", title="Course", held_on=JANUARY, recorded_at=NOW,
            steps=["2·specialist·propriété"],
        )
    )  # fmt: skip
    make_course(session, asks_for=["2·specialist·propriété"])
    session.flush()
    assert uses_of_topic(session, "propriété") == (Use.COURSES, Use.RECORDS)
    assert uses_of_topic(session, "été") == ()


def test_a_region_is_in_use_by_its_beneficiaries(session: Session, admin: Person) -> None:
    assert uses_of_region(session, "africa") == (Use.BENEFICIARIES,)
    assert uses_of_region(session, "asia") == ()
