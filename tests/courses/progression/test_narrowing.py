"""What is kept of a record with a decision: enough to answer again, and nothing else of the person."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.progression.engine import decide
from courses.progression.narrowing import narrowed
from courses.progression.policy import HOUSE
from courses.progression.record import Recognised, Result
from courses.progression.requirements import AllOf, CoursePassed, Nominated, Requirement, Speaks
from courses.progression.rules import gate_of
from tests.courses.progression.drawing import CODES, STEPS, requirements
from tests.progressing import ON, TOPICS, activity, course, official, passed, recognised

NAMES = [str(step) for step in STEPS]
RESULTS = st.lists(
    st.builds(passed, st.sampled_from([*CODES, "OLD"]), st.sampled_from(NAMES), mark=st.sampled_from([None, 0.5, 0.8])),
    max_size=3,
)
RECOGNISED = st.lists(st.builds(recognised, st.sampled_from(NAMES)), max_size=2)


def test_results_and_recognitions_stay_that_bear_on_what_is_asked_for() -> None:
    step, above, course_asked = passed("P", "2·generalist"), passed("Q", "3·generalist"), passed("C", mark=0.4)
    other, of_others = passed("Z", "2·specialist·sps"), recognised("3·specialist·sps")
    record = official(
        step, above, course_asked, other, recognised=(recognised("2·generalist"), of_others),
        languages=frozenset({"fr", "es"}), nominated_for=frozenset({"A1", "A2"}),
    )  # fmt: skip
    asked = AllOf((CoursePassed("C", minimum_mark=0.7), Speaks(frozenset({"es", "en"})), Nominated()))
    terms = activity("A1", level=3, requirement=asked)
    kept = narrowed(record, gate_of(HOUSE, terms, TOPICS), "A1")
    assert kept == replace(
        record, results=(step, above, course_asked), recognised=(recognised("2·generalist"),),
        languages=frozenset({"es"}), nominated_for=frozenset({"A1"}),
    )  # fmt: skip


def test_of_what_is_open_to_every_official_nothing_but_the_status_is_kept() -> None:
    record = official(passed("P", "1"), recognised=(recognised("1"),))
    kept = narrowed(record, gate_of(HOUSE, course("INTRO", level=1), TOPICS), "INTRO")
    assert (kept.results, kept.recognised, kept.languages) == ((), (), frozenset())
    assert (kept.category, kept.verified_on) == (record.category, record.verified_on)


@given(requirements(), RESULTS, RECOGNISED, st.sampled_from([None, 2, 3]))
@settings(max_examples=120, deadline=None)
def test_the_gate_says_the_same_of_what_is_kept(
    requirement: Requirement, results: list[Result], recognitions: list[Recognised], level: int | None
) -> None:
    record = official(*results, recognised=tuple(recognitions), nominated_for=frozenset({"T"}))
    terms = course("C0", level=level, requirement=requirement)
    kept = narrowed(record, gate_of(HOUSE, terms, TOPICS), terms.code)
    assert decide(HOUSE, terms, kept, TOPICS, ON) == decide(HOUSE, terms, record, TOPICS, ON)
