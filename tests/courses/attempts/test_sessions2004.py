"""What a SCO of SCORM 2004 says, beside what it only found; and what becomes of it when its page falls silent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.models import Attempt
from courses.attempts.sessions2004 import Launch, begun, said
from courses.attempts.silence import close_silent
from scorm.runtime.launch2004 import LaunchFacts2004
from scorm.runtime.report import ObjectiveValues
from scorm.sequencing.definition import Objective, Sequencing
from tests.paging2004 import EXIT, FLOW, SUCCESS, again, ask, opened
from tests.playing import sco

ENTRY = "cmi.objectives.1.success_status"
WORDS = {True: "passed", False: "failed"}


def launched(found: bool | None) -> dict[str, str]:
    """Return what a SCO finds whose primary objective, the second of its list, stands as given."""
    objectives = [("other", ObjectiveValues()), ("main", ObjectiveValues(satisfied=found))]
    facts = LaunchFacts2004(learner_id="one", learner_name="One")
    return begun({}, Launch(facts=facts, primary="main", objectives=objectives, valid={}), "lease", 0)


@pytest.mark.parametrize("found", [True, False])
def test_an_entry_that_repeats_what_was_found_at_the_launch_does_not_speak(found: bool) -> None:
    report = said(launched(found) | {SUCCESS: WORDS[not found]})
    assert report.main.values.satisfied is not found
    assert report.objectives["main"].values.satisfied is None


@pytest.mark.parametrize("entry", [True, False])
def test_an_entry_that_says_something_new_speaks(entry: bool) -> None:
    report = said(launched(not entry) | {SUCCESS: WORDS[not entry], ENTRY: WORDS[entry]})
    assert report.objectives["main"].values.satisfied is entry


def test_an_entry_speaks_for_a_sco_that_says_nothing_of_itself() -> None:
    assert said(launched(True)).objectives["main"].values.satisfied is True


def test_without_a_name_the_primary_objective_has_no_entry() -> None:
    facts = LaunchFacts2004(learner_id="one", learner_name="One")
    values = begun({}, Launch(facts=facts, valid={}), "lease", 0) | {SUCCESS: "passed"}
    assert said(values).main.values.satisfied is True


def test_who_passes_after_a_silence_is_not_held_to_what_they_found_before(session: Session, now: datetime) -> None:
    named = Sequencing(primary=Objective(identifier="main"))
    page = opened(session, now, sco("one", sequencing=named), sco("two"), sequencing=FLOW)
    ask(page, "one", "suspendAll", (SUCCESS, "failed"), (EXIT, "suspend"))
    page = again(page)
    page.commit("one", (SUCCESS, "passed"))
    close_silent(session, now + timedelta(minutes=6))
    page.now += timedelta(minutes=7)
    ask(page, "one", "continue", (EXIT, "normal"))
    state = session.scalar(select(Attempt.sequencing))
    assert state is not None
    assert state["activities"]["one"]["objectives"]["0"]["satisfied"] is True
