"""The tracking state of an attempt: read from its document and what its scope shares, written when it has changed."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from courses.attempts.leases import ATTEMPT_TABLE, Held
from courses.attempts.models import PlayMode
from courses.attempts.reviewing import no_lower
from courses.attempts.shared import Owner, data_of, forget_data, objectives_of, write_data, write_objectives
from courses.attempts.tour2004 import look_as_document, look_from
from courses.catalogue.models import Course
from courses.db import table_of
from scorm.runtime.report import UNKNOWN, ObjectiveValues
from scorm.sequencing.documents import globals_as_document, state_as_document, state_from
from scorm.sequencing.lookahead import LookAhead, look_ahead
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree

_attempt, _course = ATTEMPT_TABLE.c, table_of(Course).c
_READ = (
    select(
        _attempt.sequencing,
        _attempt.look_ahead,
        func.coalesce(_course.objective_scope_id, _course.id).label("scope_id"),
    )
    .join(Course.__table__, _course.id == bindparam("course"))
    .where(_attempt.id == bindparam("attempt"))
)
_WRITE = update(ATTEMPT_TABLE).where(_attempt.id == bindparam("attempt"))


LOOK_VERSION = 2
"""Of what is kept of the look-ahead: raise it with every change of its processes or of its document."""


@dataclass(slots=True, kw_only=True)
class Tracked:
    """The tracking state of an attempt with what the database has of it; `state` is what changes.

    `is_new` before the first session of the course. What the person has from before the course was put into its scope
    is found as long as the scope knows nothing else, and goes into it with the next `save`.
    """

    session: Session
    held: Held
    scope_id: UUID
    course_id: UUID
    state: TrackingState
    is_new: bool
    document: dict[str, Any]
    objectives: dict[str, ObjectiveValues]
    looked: dict[str, Any]
    unsaved: dict[str, Any] = field(default_factory=dict)

    @property
    def _data_owner(self) -> Owner:
        is_global = self.state.tree.definition.shared_data_is_global
        return self.held.person_id, self.scope_id if is_global else self.held.attempt_id

    def look(self, state: TrackingState, heard: str) -> LookAhead:
        """Return what follows from a fork of the state with what was heard since; reckoned anew only when needed.

        `heard` is a digest of what the running SCO has reported.
        """
        made_from = {"version": LOOK_VERSION, "digest": self._digest(heard)}
        if self.looked.items() >= made_from.items():
            return look_from(self.looked)
        found = look_ahead(state)
        self.looked = look_as_document(found) | made_from
        self.unsaved["look_ahead"] = self.looked
        return found

    def _digest(self, heard: str) -> str:
        parts = (self._written(), globals_as_document(self.state.globals), heard)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _written(self) -> dict[str, Any]:
        return state_as_document(self.state, with_globals=not self.state.tree.definition.objectives_are_global)

    def data(self, targets: list[str]) -> dict[str, str]:
        """Return what is in the shared stores of these names."""
        found = data_of(self.session, self._data_owner, targets)
        if self._data_owner[1] != self.scope_id or self.scope_id == self.course_id:
            return found
        return data_of(self.session, (self.held.person_id, self.course_id), targets) | found

    def write_data(self, values: dict[str, str]) -> None:
        """Write shared stores."""
        write_data(self.session, self._data_owner, values)

    def end_attempt(self) -> None:
        """Forget the shared data that live and die with the attempt on the course (RTE 4.3)."""
        if not self.state.tree.definition.shared_data_is_global:
            forget_data(self.session, self._data_owner)

    def save(self) -> None:
        """Write what has changed."""
        document = self._written()
        if document != self.document:
            self.unsaved["sequencing"] = self.document = document
        if self.unsaved:
            self.session.connection().execute(_WRITE, {"attempt": self.held.attempt_id, **self.unsaved})
            self.unsaved = {}
        if self.state.tree.definition.objectives_are_global:
            known = self._reviewed(self.state.globals)
            changed = {name: values for name, values in known.items() if self.objectives.get(name) != values}
            write_objectives(self.session, (self.held.person_id, self.scope_id), changed)
            self.objectives |= changed

    def _reviewed(self, known: dict[str, ObjectiveValues]) -> dict[str, ObjectiveValues]:
        """Return the global objectives as they may be written: a review lowers none, and may not even raise one."""
        if self.held.mode is not PlayMode.REVIEW:
            return known
        if not self.held.is_counted:
            return self.objectives
        return {name: no_lower(self.objectives.get(name, UNKNOWN), values) for name, values in known.items()}


def tracked_of(session: Session, held: Held, tree: ActivityTree) -> Tracked:
    """Return the tracking state of an attempt, which is locked; the seed of a new one is the attempt's identifier.

    A trial is a scope of its own: it finds nothing of what its person has learnt, and leaves nothing.
    """
    row = session.connection().execute(_READ, {"attempt": held.attempt_id, "course": held.course_id}).one()
    scope_id, course_id = held.trial_id or row.scope_id, held.trial_id or held.course_id
    shared: dict[str, ObjectiveValues] = {}
    known: dict[str, ObjectiveValues] | None = None
    if tree.definition.objectives_are_global:
        known = shared = objectives_of(session, (held.person_id, scope_id))
        if scope_id != course_id:
            known = objectives_of(session, (held.person_id, course_id)) | shared
    if row.sequencing is None:
        state = TrackingState(tree, seed=held.attempt_id.hex, globals_=dict(known or {}))
    else:
        state = state_from(row.sequencing, tree, known)
    return Tracked(
        session=session, held=held, scope_id=scope_id, course_id=course_id, state=state,
        is_new=row.sequencing is None, document=row.sequencing or {}, objectives=dict(shared),
        looked=row.look_ahead or {},
    )  # fmt: skip
