"""Guidelines: versions, the day from which one is in force, and two who write at once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.progression.steps import Step, Track
from courses.records.faults import FaultyEntry
from courses.records.guidelines import (
    GuidelineFacts,
    Outcome,
    add_version,
    faults_in_guideline,
    history,
    in_force,
    latest_of_all,
    outcomes_of,
)
from tests.builders import make_person
from tests.records_builders import make_guideline

ONE, TWO = Step(1), Step(2, Track.GENERALIST)
WORDS = Outcome("A1", "Explain", "Expliquer", "Explicar")
TODAY = date(2026, 11, 20)


def facts(based_on: int = 0, in_force_from: date | None = TODAY, *outcomes: Outcome) -> GuidelineFacts:
    return GuidelineFacts(step=ONE, outcomes=outcomes or (WORDS,), in_force_from=in_force_from, based_on=based_on)


def test_the_newest_version_in_force_counts_and_older_ones_stay(session: Session, now: datetime) -> None:
    author = make_person(session, given_name="Olive")
    add_version(session, author, facts(0, date(2015, 1, 1)), now)
    add_version(session, author, facts(1, TODAY + timedelta(days=10), Outcome("B", "b", "b", "b")), now)
    today, later = in_force(session, [ONE, TWO], TODAY), in_force(session, [ONE], TODAY + timedelta(days=10))
    assert {step: row.version for step, row in today.items()} == {ONE: 1}
    assert outcomes_of(today[ONE]) == (WORDS,)
    assert later[ONE].version == 2
    assert [(one.guideline.version, one.author) for one in history(session, ONE)] == [
        (2, author.name), (1, author.name)
    ]  # fmt: skip
    assert latest_of_all(session) == {"1": (2, TODAY + timedelta(days=10))}


def test_the_same_form_sent_twice_adds_one_version_and_an_old_page_none(session: Session, now: datetime) -> None:
    assert add_version(session, None, facts(), now)
    assert not add_version(session, None, facts(), now)
    with pytest.raises(Refusal, match="guideline_newer"):
        add_version(session, None, facts(0, TODAY, Outcome("B", "b", "b", "b")), now)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (GuidelineFacts(step=ONE, outcomes=(), in_force_from=TODAY, based_on=0), "guideline_empty"),
        (facts(0, TODAY, Outcome("A", "a", "", "a")), "guideline_incomplete"),
        (facts(0, TODAY, WORDS, Outcome("a1", "a", "b", "c")), "guideline_code_twice"),
        (facts(0, TODAY, Outcome("A", "a" * 1001, "b", "c")), "guideline_too_long"),
        (facts(0, None), "guideline_date_missing"),
        (facts(1, TODAY - timedelta(days=1)), "guideline_date_past"),
    ],
)
def test_a_version_that_is_not_whole_is_not_kept(wrong: GuidelineFacts, code: str) -> None:
    assert [fault.code for fault in faults_in_guideline(wrong, TODAY)] == [code]


def test_the_first_version_may_be_in_force_since_long_ago() -> None:
    assert faults_in_guideline(facts(0, date(2010, 1, 1)), TODAY) == []


def test_of_many_steps_the_one_in_force_is_found_at_once(session: Session) -> None:
    make_guideline(session, "1", version=1, in_force_from=date(2010, 1, 1))
    make_guideline(session, "1", version=2, in_force_from=date(2030, 1, 1))
    make_guideline(session, "2·generalist", version=1, track=Track.GENERALIST)
    assert {str(step): row.version for step, row in in_force(session, [ONE, TWO], TODAY).items()} == {
        "1": 1, "2·generalist": 1
    }  # fmt: skip


def test_a_version_without_words_raises_all_at_once(session: Session, now: datetime) -> None:
    with pytest.raises(FaultyEntry) as error:
        add_version(session, None, facts(0, None, Outcome("", "x", "", "")), now)
    assert {fault.code for fault in error.value.faults} == {"guideline_incomplete", "guideline_date_missing"}
