"""What of a course a learner can keep on a device, to play it there without the server (reads only).

Without the server there is no sequencing engine: what has rules can be kept as the activity that is open now, no more.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.activities import Activity, activities_of
from courses.attempts.commits import Answer, Verdict
from courses.attempts.leases import Held, held_by
from courses.attempts.models import ActivityState, PlayMode
from courses.attempts.play import Play
from courses.attempts.played import PlayedVersion, played_version
from courses.attempts.portable import document12, document2004, only
from courses.attempts.sessions import SUSPEND_DATA
from courses.catalogue.models import ArchiveMember
from courses.db import table_of
from scorm.sequencing.definition import CourseDefinition, Rollup, Sequencing
from scorm.sequencing.words import Timing

_STATE, _MEMBER = table_of(ActivityState).c, table_of(ArchiveMember).c
_NEVER_PLAYED = (".xsd", ".dtd")
"""Files that describe a manifest: no page asks for them."""


class KeptScope(StrEnum):
    """How much of a course plays without the server."""

    COURSE = "course"
    ACTIVITY = "activity"


class KeepReason(StrEnum):
    """Why no more than one activity of a course can be kept: what its manifest asks for, or that none is open."""

    RULES = "rules"
    LIMITS = "limits"
    SELECTION = "selection"
    ROLLUP = "rollup"
    OBJECTIVES = "objectives"
    DATA = "data"
    CONTROLS = "controls"
    NOTHING_OPEN = "nothing_open"


def kept_course(session: Session, token: str, secret: str, now: datetime) -> Answer:
    """Return what can be kept of the course of a lease, with the names and sizes of its files and all that plays it.

    Nothing changes. The attempt is locked all the same: no commit comes between the values and the place.
    Who may not go on may keep nothing: the refusals are those of a sign of life. What is only tried, reviewed or looked
    at is not kept either, with its own word as the reason. Sizes are in bytes on the line.
    """
    held = held_by(session, token)
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    refused = _refused(held, now)
    if refused is not None:
        return refused
    version = played_version(session, held.version_id)
    reason = None if version.course is None else reason_of(version.course)
    play = Play(
        session=session, held=held, version=version, activities=_all_activities(session, held), secret=secret, now=now
    )
    return Answer(Verdict.SAVED, _kept(play, reason))


def _refused(held: Held, now: datetime) -> Answer | None:
    if held.is_signed_out(now):
        return Answer(Verdict.SIGNED_OUT, {})
    door = held.door(now)
    if door is not None:
        return Answer(Verdict.CLOSED, {"reason": door})
    if held.replaced_at is not None:
        return Answer(Verdict.REPLACED, {})
    if held.trial_id is not None:
        return Answer(Verdict.INVALID, {"reason": "trial"})
    return None if held.mode is PlayMode.NORMAL else Answer(Verdict.INVALID, {"reason": held.mode.value})


def _kept(play: Play, reason: KeepReason | None) -> dict[str, Any]:
    tree, opened = play.version.tree, play.held.activity_id
    course = document12(play) if tree is None else document2004(play, tree)
    if reason is not None:
        course = only(course, opened or "")
    if reason is not None and opened is None:
        reason = KeepReason.NOTHING_OPEN
    names = [] if reason is KeepReason.NOTHING_OPEN else _names(play.session, play.version)
    return {
        "scope": (KeptScope.COURSE if reason is None else KeptScope.ACTIVITY).value,
        "reason": None if reason is None else reason.value,
        "files": len(names),
        "size": sum(size for _, size in names),
        "names": names,
        "course": course,
    }


def reason_of(course: CourseDefinition) -> KeepReason | None:
    """Return why a course of SCORM 2004 cannot be played whole without the sequencing engine; None when it can.

    Where there is but one leaf nothing is sequenced: its rules are applied when the server takes in what was done. Of
    the control modes choice, flow and forwardOnly are played everywhere.
    """
    if len(course.leaves) == 1:
        return None
    if any(activity.data for activity in course.activities):
        return KeepReason.DATA
    found = (_reason_in(activity.sequencing) for activity in course.activities)
    return next((reason for reason in found if reason is not None), None)


def _reason_in(sequencing: Sequencing) -> KeepReason | None:
    control, randomization = sequencing.control, sequencing.randomization
    is_plain = control.current_objective_info and control.current_progress_info and control.choice_exit
    weightless = replace(sequencing.rollup, objective_weight=1.0, progress_weight=1.0)
    reasons = {
        KeepReason.RULES: bool(sequencing.rules),
        KeepReason.LIMITS: sequencing.attempt_limit is not None,
        KeepReason.SELECTION: randomization.selection_timing is not Timing.NEVER
        or randomization.randomization_timing is not Timing.NEVER,
        KeepReason.ROLLUP: bool(sequencing.rollup_rules) or weightless != Rollup(),
        KeepReason.OBJECTIVES: any(one.maps for one in (sequencing.primary, *sequencing.objectives)),
        KeepReason.CONTROLS: control.constrain_choice or control.prevent_activation or not is_plain,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


def _all_activities(session: Session, held: Held) -> dict[str, Activity]:
    """Return what the activities of an attempt remember, the values of every one of them read at once."""
    found = activities_of(session, held.attempt_id, None)
    columns = (_STATE.activity_id, _STATE["values"], _STATE.suspend_data)
    rows = session.connection().execute(select(*columns).where(_STATE.attempt_id == held.attempt_id))
    for name, values, suspend_data in rows:
        whole = {**(values or {}), **({SUSPEND_DATA: suspend_data} if suspend_data else {})}
        found[name] = replace(found[name], values=whole, is_loaded=True)
    return found


def _names(session: Session, version: PlayedVersion) -> list[tuple[str, int]]:
    """Return the files of a version that a page may ask for, each with its size on the line, by their names."""
    columns = select(_MEMBER.name, _MEMBER.compressed_size)
    rows = session.connection().execute(columns.where(_MEMBER.archive_sha256 == version.archive_sha256))
    return sorted((name, size) for name, size in rows if not name.lower().endswith(_NEVER_PLAYED))
