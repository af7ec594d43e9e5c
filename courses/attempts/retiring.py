"""Retire a version: nobody can play it any more, and the archive that no other version uses is given up.

A draft is discarded in the same way. Nobody is shut out: a version stays as long as somebody is held to it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.players import held_to, playing
from courses.catalogue.models import CourseVersion, Publication
from courses.catalogue.versions import locked_version
from courses.errors import Refusal
from courses.events import Event, record


def retire(
    session: Session, version_id: UUID, actor_id: UUID | None, now: datetime, *, is_for_draft: bool = False
) -> CourseVersion:
    """Retire a version, or discard a draft; retiring twice changes nothing.

    `is_for_draft` is asked for by who was told that nobody has ever played it.

    Raises:
        NotFound: there is no such version.
        Refusal: `version_current`, `version_in_use`, or `draft_published`: it is a draft no longer.
    """
    version, entry = locked_version(session, version_id)
    # Who begins on it at this moment holds it: they come before us, or not at all.
    session.execute(select(CourseVersion.id).where(CourseVersion.id == version_id).with_for_update())
    if version.retired_at is not None:
        return version
    if entry.version_id == version_id:
        raise Refusal("version_current")
    published = select(Publication.version_id).where(Publication.version_id == version_id).limit(1)
    was_published = session.scalar(published) is not None
    if is_for_draft and was_published:
        raise Refusal("draft_published")
    held = held_to(session, playing(session, entry.id, now), version_id)
    if held.in_progress or held.not_begun:
        raise Refusal("version_in_use", in_progress=str(held.in_progress), not_begun=str(held.not_begun))
    version.retired_at = now
    session.flush()
    name = "version_retired" if was_published else "draft_discarded"
    facts = (("number", str(version.number)), ("by", str(actor_id) if actor_id else ""))
    record(session, Event(name, version_id, facts))
    return version
