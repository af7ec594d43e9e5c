"""Courses of SCORM 2004 as tests of the protocol play them, without a browser."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.commits import Verdict
from courses.attempts.services import Opening, resume
from courses.enrolment.models import Enrolment
from scorm.packaging.items import Edition
from scorm.sequencing.definition import (
    ControlMode,
    Delivery,
    Objective,
    ObjectiveMap,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import ConditionName, RuleAction
from tests.paging import SECRET, Page, open_page
from tests.playing import Played, make_played, package_of, sco

FOURTH = Edition.SCORM_2004_4TH
FLOW = Sequencing(control=ControlMode(flow=True))
COMPLETION, SUCCESS, SCALED = "cmi.completion_status", "cmi.success_status", "cmi.score.scaled"
EXIT, REQUEST, PLACE = "cmi.exit", "adl.nav.request", "cmi.location"
BY_CONTENT = Delivery(completion_set_by_content=True, objective_set_by_content=True)


def folder(identifier: str, *children: Any, **facts: Any) -> Any:
    return sco(identifier, **({"href": "", "children": children, "sequencing": FLOW} | facts))


def played_2004(session: Session, *scos: Any, edition: Edition = FOURTH, **facts: Any) -> Played:
    source = {
        name: facts.pop(name)
        for name in ("sequencing", "objectives_are_global", "shared_data_is_global")
        if name in facts
    }
    return make_played(session, package_of(scos, edition=edition, **source), **facts)


def opened(session: Session, now: datetime, *scos: Any, **facts: Any) -> Page:
    return open_page(session, played_2004(session, *scos, **facts), now)


def again(page: Page, now: datetime | None = None) -> Page:
    """Load the player's page anew by the lease of an earlier one."""
    opening = resume(page.session, page.token, (), SECRET, now or page.now)
    assert isinstance(opening, Opening)
    return Page(page.session, opening.body, now or page.now)


def ask(page: Page, activity: str, kind: str, *changes: tuple[str, str], target: str | None = None) -> dict[str, Any]:
    request = {"kind": kind, "target": target}
    answer = page.commit(activity, *changes, request=request)
    assert answer.verdict is Verdict.SAVED
    return answer.body


def delivered(answer: dict[str, Any]) -> str:
    return str(answer["deliver"]["activity"])


def values(answer: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = answer["deliver"]["values"]
    return found


def entries(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in answer["contents"]["entries"]}


def result(session: Session) -> Any:
    columns = (Enrolment.outcome, Enrolment.is_completed, Enrolment.mark, Enrolment.progress)
    return session.execute(select(*columns)).one()


def when(action: RuleAction, name: ConditionName, *, is_negated: bool = False, objective: str = "") -> SequencingRule:
    condition = RuleCondition(name=name, is_negated=is_negated, objective=objective)
    return SequencingRule(action=action, conditions=(condition,))


def mapped(target: str, *, reads: bool = False, writes: bool = False, **facts: Any) -> Sequencing:
    """Return the sequencing of an activity whose primary objective reads or writes a global one."""
    one = ObjectiveMap(
        target=target, read_satisfied=reads, read_measure=reads, write_satisfied=writes, write_measure=writes
    )
    primary = Objective(identifier=f"own-{target}", maps=(one,))
    return Sequencing(**({"primary": primary, "delivery": BY_CONTENT} | facts))
