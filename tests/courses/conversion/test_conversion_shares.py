"""How the conversion is counted."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from courses.catalogue.models import Format
from courses.conversion.shares import Share, Stock, Unit, board_of, months_of, share_by_course, share_by_unit, stock_of
from courses.people.models import Language

START = datetime(2024, 1, 10, tzinfo=UTC)
SPACE = UUID(int=7)


def unit(code: str, language: Language = Language.EN, **facts: Any) -> Unit:
    values: dict[str, Any] = {
        "course_id": uuid5(SPACE, code), "code": code, "title": code, "language": language, "format": Format.SCORM,
        "published_at": START, "converted_at": None, "dropped_at": None,
    }  # fmt: skip
    return Unit(**(values | facts))


def old(code: str, language: Language = Language.EN, **facts: Any) -> Unit:
    return unit(code, language, format=Format.FIRST_GENERATION, **facts)


def test_a_course_counts_as_converted_only_when_every_published_language_is() -> None:
    units = [unit("A"), unit("A", Language.FR), unit("B"), old("B", Language.FR)]
    assert share_by_course(units) == Share(1, 2)
    assert share_by_unit(units) == Share(3, 4)


def test_a_language_that_is_not_published_holds_no_course_back() -> None:
    assert share_by_course([unit("A"), old("A", Language.FR, published_at=None)]) == Share(1, 1)


def test_a_dropped_language_is_in_no_share() -> None:
    units = [unit("A"), old("A", Language.FR, dropped_at=START), old("B", dropped_at=START)]
    assert share_by_course(units) == Share(1, 1)
    assert share_by_unit(units) == Share(1, 1)


def test_an_empty_catalogue_has_no_share_rather_than_zero() -> None:
    assert share_by_course([]).value is None


def test_a_new_course_raises_the_share_and_leaves_the_stock_alone() -> None:
    before = [old("A"), unit("B", converted_at=START)]
    after = [*before, unit("C")]
    assert share_by_unit(before) == Share(1, 2)
    assert share_by_unit(after) == Share(2, 3)
    assert stock_of(before) == stock_of(after) == Stock(remaining=1, converted=1, dropped=0)


def test_what_was_dropped_unconverted_leaves_the_stock_as_dropped() -> None:
    assert stock_of([old("A", dropped_at=START)]) == Stock(remaining=0, converted=0, dropped=1)


def test_what_was_dropped_after_its_conversion_stays_converted() -> None:
    assert stock_of([unit("A", converted_at=START, dropped_at=START)]) == Stock(remaining=0, converted=1, dropped=0)


def test_months_count_up_and_leave_out_those_without_conversion() -> None:
    march = datetime(2024, 3, 2, tzinfo=UTC)
    months = months_of([unit("B", converted_at=march), unit("A", converted_at=START), unit("C")])
    assert [(month.first_day.isoformat(), len(month.units), month.sum_so_far) for month in months] == [
        ("2024-01-01", 1, 1),
        ("2024-03-01", 1, 2),
    ]


def test_the_board_has_a_row_for_each_of_the_three_languages() -> None:
    board = board_of([unit("A"), old("A", Language.FR)])
    assert [(row.language, row.share, row.stock.remaining) for row in board.languages] == [
        (Language.EN, Share(1, 1), 0),
        (Language.FR, Share(0, 1), 1),
        (Language.ES, Share(0, 0), 0),
    ]
