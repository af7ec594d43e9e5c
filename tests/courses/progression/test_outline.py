"""A requirement as indented lines: what each button does, and what the lines mean."""

import pytest

from courses.progression.outline import MOST_LINES, Kind, Line, Move, add, change, tidy
from courses.progression.outlining import Fault, lines_of, read_lines
from courses.progression.record import Category, Membership
from courses.progression.requirements import (
    KINDS,
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    IsLdc,
    MembershipIs,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, Track

EVERYTHING: Requirement = AllOf((
    AnyOf((CoursePassed("WTO-1", 0.625, 24), StepHeld(Step(2, Track.SPECIALIST, "patents"), 36))),
    AtLeast(2, (Nominated(), IsLdc(), Verified())),
    Not(FromCountry(frozenset({"KE", "TZ"}))),
    CategoryIs(frozenset({Category.OFFICIAL, Category.NGO})),
    Speaks(frozenset({"fr", "en"})),
    MembershipIs(frozenset({Membership.ACCEDING})),
    FromRegion(frozenset({"africa"})),
    GoodStanding(),
    CoursePassed("X"),
    StepHeld(Step(1)),
))  # fmt: skip
LINES = (
    Line(0, Kind.ALL), Line(1, Kind.NOMINATED), Line(1, Kind.ANY), Line(2, Kind.LDC), Line(2, Kind.VERIFIED),
    Line(1, Kind.GOOD_STANDING),
)  # fmt: skip


def told(lines: tuple[Line, ...]) -> str:
    return " ".join(f"{line.depth}{line.kind}" for line in lines)


class TestTheLines:
    def test_can_say_all_that_a_requirement_can(self) -> None:
        assert {kind.value for kind in Kind} == set(KINDS.values())

    def test_of_a_requirement_mean_it_again(self) -> None:
        assert read_lines(lines_of(EVERYTHING)) == (EVERYTHING, {})

    def test_of_nothing_mean_nothing(self) -> None:
        assert read_lines(lines_of(None)) == (None, {})

    @pytest.mark.parametrize(("line", "fault"), [
        (Line(0, Kind.COURSE), Fault.NAME_MISSING),
        (Line(0, Kind.COURSE, ("X",), mark="101"), Fault.MARK_OUT_OF_RANGE),
        (Line(0, Kind.COURSE, ("X",), mark="nan"), Fault.MARK_OUT_OF_RANGE),
        (Line(0, Kind.COURSE, ("X",), mark="much"), Fault.MARK_OUT_OF_RANGE),
        (Line(0, Kind.COURSE, ("X",), months="0"), Fault.MONTHS_OUT_OF_RANGE),
        (Line(0, Kind.COURSE, ("X",), months="9" * 400), Fault.MONTHS_OUT_OF_RANGE),
        (Line(0, Kind.STEP, ("4",)), Fault.STEP_UNREADABLE),
        (Line(0, Kind.STEP), Fault.NAME_MISSING),
        (Line(0, Kind.CATEGORY, ("king",)), Fault.CHOICE_MISSING),
        (Line(0, Kind.LANGUAGES), Fault.CHOICE_MISSING),
        (Line(0, Kind.COUNTRY, ("KENYA",)), Fault.COUNTRY_UNREADABLE),
        (Line(0, Kind.ALL), Fault.GROUP_EMPTY),
    ])  # fmt: skip
    def test_that_mean_nothing_say_why(self, line: Line, fault: Fault) -> None:
        assert read_lines((line,)) == (None, {0: fault})

    def test_say_every_fault_at_its_place(self) -> None:
        lines = (Line(0, Kind.AT_LEAST, count="3"), Line(1, Kind.NOT), Line(1, Kind.STEP, ("9",)))
        assert read_lines(lines)[1] == {
            0: Fault.COUNT_OUT_OF_RANGE, 1: Fault.GROUP_EMPTY, 2: Fault.STEP_UNREADABLE,
        }  # fmt: skip

    def test_under_not_are_one(self) -> None:
        two = (Line(0, Kind.NOT), Line(1, Kind.LDC), Line(1, Kind.VERIFIED))
        assert read_lines(two) == (None, {0: Fault.NOT_TAKES_ONE})

    def test_that_stand_too_deep_are_refused(self) -> None:
        lines = (*(Line(depth, Kind.ALL) for depth in range(30)), Line(30, Kind.LDC))
        assert read_lines(lines) == (None, {0: Fault.TOO_MUCH})


class TestTidying:
    def test_puts_several_lines_at_the_top_into_a_group(self) -> None:
        assert told(tidy([Line(0, Kind.LDC), Line(0, Kind.VERIFIED)])) == "0all_of 1is_ldc 1verified"

    def test_lets_nothing_stand_below_a_line_that_is_no_group(self) -> None:
        assert told(tidy([Line(7, Kind.ANY), Line(9, Kind.LDC), Line(9, Kind.VERIFIED)])) == "0any_of 1is_ldc 1verified"


class TestTheButtons:
    @pytest.mark.parametrize(("at", "move", "after"), [
        (1, Move.DOWN, "0all_of 1any_of 2is_ldc 2verified 1nominated 1good_standing"),
        (2, Move.UP, "0all_of 1any_of 2is_ldc 2verified 1nominated 1good_standing"),
        (2, Move.DOWN, "0all_of 1nominated 1good_standing 1any_of 2is_ldc 2verified"),
        (3, Move.OUT, "0all_of 1nominated 1any_of 2verified 1is_ldc 1good_standing"),
        (2, Move.REMOVE, "0all_of 1nominated 1good_standing"),
        (1, Move.WRAP, "0all_of 1any_of 2nominated 1any_of 2is_ldc 2verified 1good_standing"),
        (0, Move.REMOVE, ""),
    ])  # fmt: skip
    def test_move_a_line_with_those_below_it(self, at: int, move: Move, after: str) -> None:
        assert told(change(LINES, at, move)) == after

    @pytest.mark.parametrize(("at", "move"), [
        (1, Move.UP), (5, Move.DOWN), (3, Move.UP), (4, Move.DOWN), (1, Move.OUT), (0, Move.OUT), (9, Move.REMOVE),
    ])  # fmt: skip
    def test_change_nothing_at_an_end(self, at: int, move: Move) -> None:
        assert change(LINES, at, move) == LINES

    def test_add_a_line_at_the_end_of_a_group(self) -> None:
        assert (
            told(add(LINES, 2, Kind.STEP)) == "0all_of 1nominated 1any_of 2is_ldc 2verified 2step_held 1good_standing"
        )

    def test_make_a_group_of_a_second_line_at_the_top(self) -> None:
        assert told(add((Line(0, Kind.LDC),), None, Kind.STEP)) == "0all_of 1is_ldc 1step_held"
        assert told(add((), None, Kind.STEP)) == "0step_held"

    def test_add_no_line_beyond_the_most(self) -> None:
        full = tidy([Line(0, Kind.ALL), *(Line(1, Kind.LDC) for _ in range(MOST_LINES))])
        assert len(full) == MOST_LINES
        assert add(full, 0, Kind.LDC) == full
        assert change(full, 1, Move.WRAP) == full
