"""Who is at risk: each rule, and its border."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from courses.cohorts.risk import Risk, RiskCode, Situation, risks_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def situation(**facts: Any) -> Situation:
    values: dict[str, Any] = {
        "enrolled_at": NOW - 30 * DAY, "opens_at": NOW - 30 * DAY, "closes_at": NOW + 60 * DAY,
        "started_at": NOW - 20 * DAY, "seen_at": NOW - DAY, "progress": 0.5, "median": 0.5,
    }  # fmt: skip
    return Situation(**(values | facts))


FRESH = {"started_at": None, "seen_at": None, "progress": 0.0}


@pytest.mark.parametrize(
    ("found", "risks"),
    [
        (situation(), ()),
        (situation(**FRESH), (Risk(RiskCode.NOT_STARTED, 30),)),
        (situation(**FRESH, enrolled_at=NOW - 6 * DAY), ()),
        (situation(**FRESH, enrolled_at=NOW - 7 * DAY), (Risk(RiskCode.NOT_STARTED, 7),)),
        (situation(**FRESH, opens_at=NOW - 2 * DAY), ()),
        (situation(seen_at=NOW - 13 * DAY), ()),
        (situation(seen_at=NOW - 14 * DAY), (Risk(RiskCode.SILENT, 14),)),
        (situation(progress=0.25), ()),
        (situation(progress=0.24), (Risk(RiskCode.BEHIND, 26),)),
        (situation(progress=0.0, median=None), ()),
        (situation(closes_at=NOW + 13 * DAY, progress=0.49), (Risk(RiskCode.LITTLE_TIME, 13),)),
        (situation(failures=3, failed_at=NOW - 13 * DAY), (Risk(RiskCode.TECHNICAL, 3),)),
        (situation(failures=2, failed_at=NOW), ()),
        (situation(failures=3, failed_at=NOW - 14 * DAY), ()),
        (situation(closes_at=NOW + 14 * DAY, progress=0.49), ()),
        (situation(closes_at=NOW + 13 * DAY, progress=0.5), ()),
        (situation(closes_at=None, progress=0.49), ()),
    ],
)
def test_each_rule_applies_from_its_border_on(found: Situation, risks: tuple[Risk, ...]) -> None:
    assert risks_of(found, NOW) == risks


def test_every_rule_that_applies_is_named() -> None:
    found = situation(seen_at=NOW - 20 * DAY, progress=0.1, closes_at=NOW + 5 * DAY)
    assert [risk.code for risk in risks_of(found, NOW)] == ["silent", "behind", "little_time"]
