"""A course as plain values for JSON, with all that plays it on a device without the server (see `player/local.js`)."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from courses.attempts.activities import Activity
from courses.attempts.facts import launch_facts12, launch_facts2004
from courses.attempts.play import Play
from courses.attempts.played import is_asset
from courses.attempts.sessions import EARLIER_PAGE, LEASE
from courses.attempts.tracking import tracked_of
from scorm.packaging.items import Item, ScormType
from scorm.packaging.prerequisites import ItemIs, ScriptError, Step, compile_script
from scorm.runtime.elements import Profile
from scorm.runtime.export import table_as_json
from scorm.runtime.tables import table_named
from scorm.sequencing.documents import state_as_document
from scorm.sequencing.tree import ActivityTree, Link, Node

VERSION = 1
"""Of the documents: raise it with every change that an older `local.js` would play wrongly."""

HERE = "visit 0"
"""Stands for the lease that keeps the course: a session that is open under it goes on while that page is there."""


def document12(play: Play) -> dict[str, Any]:
    """Return a course of SCORM 1.2 as it can be played from now on."""
    steps, learner = play.version.by_id, play.learner()
    return {
        **_common(play),
        "items": [
            {
                "id": item.identifier, "parent": parent, "title": item.title, "href": item.href,
                "isShown": item.visible or item.identifier in steps, "isStep": item.identifier in steps,
                "isLaunchable": item.is_launchable, "isAsset": is_asset(item),
                "isSco": item.scorm_type is ScormType.SCO, "mastery": item.mastery_score,
                "prerequisites": _steps(item.prerequisites, play.version.known),
                "facts": asdict(launch_facts12(item, *learner)) if item.identifier in steps else None,
            }
            for item, parent in _with_parents(play.version.items)
        ],
    }  # fmt: skip


def document2004(play: Play, tree: ActivityTree) -> dict[str, Any]:
    """Return a course of SCORM 2004 as it can be played from now on; its rules, if it has any, stay with the server."""
    tracked, learner = tracked_of(play.session, play.held, tree), play.learner()
    return {
        **_common(play),
        "items": [_node(play, node, learner, tree) for node in tree.nodes],
        "tracking": state_as_document(tracked.state, with_globals=True),
        "data": tracked.data([one.target for node in tree.nodes for one in node.definition.data]),
        "keepsData": tree.definition.shared_data_is_global,
        "keepsObjectives": tree.definition.objectives_are_global,
    }


def _node(play: Play, node: Node, learner: tuple[str, str], tree: ActivityTree) -> dict[str, Any]:
    """Return an activity with what plays it; the root has a place and no title."""
    item = play.version.known.get(node.identifier) if node.parent >= 0 else None
    is_step = node.is_leaf and item is not None
    delivery, rollup = node.delivery, node.rollup
    return {
        "id": node.identifier, "parent": node.parent, "title": item.title if item else "",
        "href": item.href if item else "", "isStep": is_step, "isAsset": item is not None and is_asset(item),
        "isVisible": node.definition.is_visible, "hidden": [control.value for control in node.definition.hidden],
        "choice": node.choice, "flow": node.flow, "forwardOnly": node.forward_only, "isTracked": node.tracked,
        "limit": node.attempt_limit, "currentObjectives": node.current_objective_info,
        "currentProgress": node.current_progress_info, "measureIfActive": rollup.measure_satisfaction_if_active,
        "completionByContent": delivery.completion_set_by_content,
        "successByContent": delivery.objective_set_by_content,
        "objectiveWeight": rollup.objective_weight, "progressWeight": rollup.progress_weight,
        "threshold": node.threshold.minimum if node.threshold.by_measure else None,
        "objectives": [_objective(link) for link in node.links],
        "data": [[one.target, one.is_readable, one.is_writable] for one in node.definition.data],
        "facts": asdict(launch_facts2004(item, *learner, tree)) if is_step and item else None,
    }  # fmt: skip


def _objective(link: Link) -> dict[str, Any]:
    return {
        "id": link.identifier, "byMeasure": link.by_measure, "minimum": link.minimum, "reads": dict(link.reads),
        "writes": {kind: list(targets) for kind, targets in link.writes.items()},
    }  # fmt: skip


def only(document: dict[str, Any], identifier: str) -> dict[str, Any]:
    """Return a course cut down to the one activity that is kept of it; it leads nowhere, and nothing else is told."""
    activities = {name: found for name, found in document["activities"].items() if name == identifier}
    return document | {"only": identifier, "activities": activities}


def _common(play: Play) -> dict[str, Any]:
    """Return what a course of either generation needs: its table, what its activities remember, what completes it."""
    held, version = play.held, play.version
    return {
        "version": VERSION,
        "edition": version.edition,
        "title": version.title,
        "language": version.language.value,
        "table": json.loads(table_as_json(table_named(version.edition), Profile.LENIENT)),
        "current": held.activity_id,
        "rule": {
            "passMark": held.pass_mark,
            "completesBy": None if held.completes_by is None else held.completes_by.value,
        },
        "best": {
            "isCompleted": held.is_completed, "isPassed": held.is_passed, "mark": held.score,
            "progress": held.progress, "measuredCs": held.measured_cs,
        },
        "activities": {name: _activity(activity, play.lease) for name, activity in play.activities.items()},
    }  # fmt: skip


def _activity(activity: Activity, lease: str) -> dict[str, Any]:
    """Return what an activity remembers; the lease that its session belongs to is told as here or elsewhere."""
    values, outcome = dict(activity.values), activity.outcome
    if LEASE in values:
        values[LEASE] = HERE if values[LEASE] == lease else EARLIER_PAGE
    return {
        "values": values, "visits": activity.visits, "isOpen": activity.is_open, "measuredCs": activity.measured_cs,
        "outcome": {
            "status": outcome.status, "isCompleted": outcome.is_completed, "isPassed": outcome.is_passed,
            "score": outcome.score, "reportedCs": outcome.reported_cs,
        },
    }  # fmt: skip


def _with_parents(items: tuple[Item, ...]) -> Iterator[tuple[Item, int]]:
    """Yield items in document order, each with the place of the one above it, -1 at the top."""
    waiting = [(item, -1) for item in reversed(items)]
    place = 0
    while waiting:
        item, parent = waiting.pop()
        yield item, parent
        waiting.extend((child, place) for child in reversed(item.children))
        place += 1


def _steps(script: str, known: dict[str, Item]) -> list[Any]:
    """Return prerequisites in postfix form: operators, `[identifier, status, is_negated]` and `[count, size]`.

    Those that cannot be understood lock nothing, and neither do none.
    """
    try:
        return [_step(step) for step in compile_script(script, known).steps] if script else []
    except ScriptError:
        return []


def _step(step: Step) -> Any:
    if isinstance(step, str):
        return step
    if isinstance(step, ItemIs):
        return [step.identifier, step.status, step.is_negated]
    return [step.count, step.size]
