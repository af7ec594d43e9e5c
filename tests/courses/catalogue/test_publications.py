"""Which version was current when."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.publications import Published, current_at, reigns_of
from tests.builders import NOW

FIRST, SECOND = UUID(int=1), UUID(int=2)


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


HISTORY = (Published(FIRST, after(1)), Published(SECOND, after(3)), Published(FIRST, after(5)))


def test_a_version_is_current_from_its_publication_until_the_next_one() -> None:
    assert [current_at(HISTORY, after(day)) for day in range(1, 7)] == [FIRST, FIRST, SECOND, SECOND, FIRST, FIRST]


def test_before_the_first_publication_the_first_version_counts() -> None:
    assert current_at(HISTORY, after(-9)) == FIRST


def test_where_nothing_was_published_nothing_was_current() -> None:
    assert (current_at((), NOW), reigns_of(())) == (None, ())


@given(st.lists(st.integers(0, 30), unique=True, min_size=1, max_size=6), st.integers(-5, 35))
def test_at_every_moment_exactly_one_reign_holds(days: list[int], day: int) -> None:
    history = [Published(UUID(int=place), after(one)) for place, one in enumerate(sorted(days))]
    assert sum(reign.holds(after(day)) for reign in reigns_of(history)) == 1
