"""Two hundred rounds of fifty people at once for the last seat, on both databases (`make soak`)."""

import pytest

from lms.db import Database
from tests.courses.applications import test_races


@pytest.mark.timeout(3600)
def test_in_two_hundred_rounds_no_seat_is_sold_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_races, "ROUNDS", 200)
    test_races.test_of_fifty_who_are_selected_for_the_last_seat_one_gets_it_and_the_others_wait(database)


@pytest.mark.timeout(3600)
def test_in_two_hundred_rounds_the_waiting_list_has_no_hole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_races, "ROUNDS", 200)
    test_races.test_seats_that_are_given_back_at_once_go_to_who_waits_in_order(database)
