"""The copies of a course that devices keep: noted as the devices tell, so that learner and trainer know of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Verdict
from courses.attempts.keeping import KeptScope
from courses.attempts.leases import held_by
from courses.attempts.messages import MessageError
from courses.attempts.models import KeptCopy

LONGEST_NAME = 64
MOST_COPIES = 20
"""Of an attempt: a browser that has lost all it kept gives itself another name, and never tells of the first again."""

_GREATEST = 2**53


class CopyEvent(StrEnum):
    """What a device tells: that it has a copy, that it has sent all that was done with it, that the copy is gone."""

    KEPT = "kept"
    SYNCED = "synced"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyNote:
    """What a device tells of its copy; `size` in bytes on the line."""

    event: CopyEvent
    device: str
    scope: KeptScope
    files: int
    size: int


def read_note(document: dict[str, Any]) -> CopyNote:
    """Return what a device tells; raises MessageError."""
    event, device, scope = document.get("event"), document.get("device"), document.get("scope")
    if event not in list(CopyEvent):
        raise MessageError("event is kept, synced or removed")
    if not isinstance(device, str) or not 0 < len(device) <= LONGEST_NAME or not device.isprintable():
        raise MessageError("device is the name that a browser gave itself")
    if scope not in list(KeptScope):
        raise MessageError("scope is course or activity")
    return CopyNote(
        event=CopyEvent(event), device=device, scope=KeptScope(scope),
        files=_whole(document, "files", 2**31), size=_whole(document, "size", _GREATEST),
    )  # fmt: skip


def _whole(document: dict[str, Any], name: str, limit: int) -> int:
    value = document.get(name)
    if type(value) is not int or not 0 <= value < limit:
        raise MessageError(f"{name} is a whole number")
    return value


def note_copy(session: Session, token: str, note: CopyNote, now: datetime) -> Answer:
    """Note what a device tells of its copy of the attempt that a lease's token names; telling twice changes nothing.

    A copy may be removed by whoever has the token, also after signing out: the device is theirs.
    """
    held = held_by(session, token)
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    if held.is_signed_out(now) and note.event is not CopyEvent.REMOVED:
        return Answer(Verdict.SIGNED_OUT, {})
    if held.trial_id is not None:
        return Answer(Verdict.INVALID, {"reason": "a trial is not kept"})
    is_theirs = (KeptCopy.attempt_id == held.attempt_id) & (KeptCopy.device == note.device)
    copy = session.scalars(select(KeptCopy).where(is_theirs)).one_or_none()
    if note.event is CopyEvent.REMOVED:
        if copy is not None and copy.removed_at is None:
            copy.removed_at = now
    else:
        _note_held(session, copy or _new_copy(session, held.attempt_id, note, now), note, now)
    return Answer(Verdict.SAVED, {})


def _new_copy(session: Session, attempt_id: UUID, note: CopyNote, now: datetime) -> KeptCopy:
    """Add a copy; where there are many already, the one that was not heard of for the longest time is forgotten."""
    known = select(KeptCopy).where(KeptCopy.attempt_id == attempt_id).order_by(KeptCopy.synced_at.desc(), KeptCopy.id)
    for forgotten in session.scalars(known.offset(MOST_COPIES - 1)):
        session.delete(forgotten)
    copy = KeptCopy(
        attempt_id=attempt_id, device=note.device, scope=note.scope.value, files=note.files, size=note.size,
        kept_at=now, synced_at=now,
    )  # fmt: skip
    session.add(copy)
    return copy


def _note_held(session: Session, copy: KeptCopy, note: CopyNote, now: datetime) -> None:
    """Note that the device has the copy and has been heard of; a copy that was gone is a new one."""
    if copy.removed_at is not None:
        copy.kept_at, copy.removed_at = now, None
    copy.scope, copy.files, copy.size, copy.synced_at = note.scope.value, note.files, note.size, now
    session.flush()
