"""The rates of DOMAIN.md: its worked case to the decimal, and what must always add up."""

from hypothesis import given
from hypothesis import strategies as st

from courses.cohorts.rates import Counts, Measure, Rate, Ratio, Reading, rates_of

WORKED = Counts(
    passed=56, failed=14, never_started=14, withdrew=8, lapsed=22, void=3, cancelled=5, transferred=2, completed=70,
    distinctions=14, closed_started=100, dropped_started=30, closed_sat=70, passed_sat=56,
)  # fmt: skip


def by_measure(counts: Counts) -> dict[Measure, Rate]:
    return {rate.measure: rate for rate in rates_of(counts)}


def percent(ratio: Ratio) -> float:
    assert ratio.value is not None
    return round(ratio.value * 100, 1)


class TestTheWorkedCase:
    def test_n_is_114_of_which_all_are_closed(self) -> None:
        assert (WORKED.total, WORKED.closed, WORKED.left) == (114, 114, 10)
        assert WORKED.total + WORKED.left == 120 + 4

    def test_the_first_readings(self) -> None:
        rates = by_measure(WORKED)
        assert {measure: percent(rate.ratio) for measure, rate in rates.items()} == {
            "completion": 61.4, "pass": 49.1, "fail": 12.3, "no_exam": 0.0, "dropout": 38.6, "distinction": 25.0,
        }  # fmt: skip

    def test_the_second_readings(self) -> None:
        rates = by_measure(WORKED)
        assert [(name, percent(ratio)) for name, ratio in rates[Measure.PASS].readings] == [(Reading.OF_EXAMINED, 80.0)]
        assert [(name, percent(ratio)) for name, ratio in rates[Measure.DISTINCTION].readings] == [
            (Reading.OF_CLOSED, 12.3)
        ]
        dropout = dict(rates[Measure.DROPOUT].readings)
        assert percent(dropout[Reading.OF_STARTED]) == 30.0
        assert [dropout[kind].numerator for kind in (Reading.NEVER_STARTED, Reading.WITHDREW, Reading.LAPSED)] == [
            14, 8, 22,
        ]  # fmt: skip

    def test_a_closed_cohort_has_no_band(self) -> None:
        assert by_measure(WORKED)[Measure.COMPLETION].at_most is None


def test_while_open_completion_is_a_band_up_to_all_who_are_active() -> None:
    counts = Counts(not_started=10, active=20, passed=10, completed=15, active_completed=5)
    completion = by_measure(counts)[Measure.COMPLETION]
    assert (completion.ratio, completion.at_most) == (Ratio(15, 40), Ratio(30, 40))


def test_what_is_empty_has_no_value_rather_than_zero() -> None:
    assert [rate.ratio.value for rate in rates_of(Counts())] == [None] * 6


def test_attended_counts_for_completion_alone() -> None:
    counts = Counts(attended=5, passed=3, failed=1, completed=9)
    rates = by_measure(counts)
    assert rates[Measure.COMPLETION].ratio == Ratio(9, 9)
    assert rates[Measure.PASS].ratio == Ratio(3, 4)


numbers = st.integers(min_value=0, max_value=500)


@given(
    st.builds(
        Counts, not_started=numbers, active=numbers, passed=numbers, failed=numbers, no_exam=numbers,
        never_started=numbers, withdrew=numbers, lapsed=numbers, attended=numbers, cancelled=numbers, void=numbers,
    )
)  # fmt: skip
def test_pass_fail_no_exam_and_dropout_make_the_whole_of_closed(counts: Counts) -> None:
    rates = by_measure(counts)
    parts = [rates[m].ratio for m in (Measure.PASS, Measure.FAIL, Measure.NO_EXAM, Measure.DROPOUT)]
    assert {ratio.denominator for ratio in parts} == {counts.assessed}
    assert sum(ratio.numerator for ratio in parts) == counts.assessed
    assert counts.total == counts.closed + counts.not_started + counts.active
