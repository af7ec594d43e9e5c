"""What names a topic or a region; only one that nothing names can be deleted.

It stands here because activities are the last of what names them.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from courses.catalogue.models import Course
from courses.catalogue.topic_services import described, topic_by_code
from courses.catalogue.topics import Topic
from courses.offerings.models import Offering
from courses.people.beneficiaries import Beneficiary
from courses.people.regions import described_region, region_by_code
from courses.people.traces import Area, Change, trace
from courses.policy.models import PolicyVersion
from courses.progression.steps import SEPARATOR, Track
from courses.records.models import Guideline, Participation, Recognition


class Use(StrEnum):
    """Where a topic or region is named."""

    TOPICS = "topics"
    COURSES = "courses"
    ACTIVITIES = "activities"
    RECORDS = "records"
    GUIDELINES = "guidelines"
    POLICY = "policy"
    BENEFICIARIES = "beneficiaries"


def uses_of_topic(session: Session, code: str) -> tuple[Use, ...]:
    """Return where a topic is named, also within a step."""
    step = f"{Track.SPECIALIST}{SEPARATOR}{code}"
    named: dict[Use, ColumnElement[bool]] = {
        Use.TOPICS: exists().where(Topic.parent_code == code),
        Use.COURSES: exists().where(
            or_(Course.topic == code, *_written(step, Course.asks_for, Course.confers, Course.requirement))
        ),
        Use.ACTIVITIES: exists().where(
            or_(Offering.topic == code, *_written(step, Offering.asks_for, Offering.confers, Offering.requirement))
        ),
        Use.RECORDS: or_(
            exists().where(or_(*_written(step, Participation.steps))),
            exists().where(or_(*_written(step, Recognition.steps, Recognition.granted))),
        ),
        Use.GUIDELINES: exists().where(Guideline.topic == code),
        Use.POLICY: exists().where(or_(*_written(step, PolicyVersion.rules))),
    }
    return _found(session, named)


def uses_of_region(session: Session, code: str) -> tuple[Use, ...]:
    """Return where a region is named."""
    named: dict[Use, ColumnElement[bool]] = {
        Use.COURSES: exists().where(or_(*_written(code, Course.requirement))),
        Use.ACTIVITIES: exists().where(
            or_(*_written(code, Offering.region_codes, Offering.requirement, Offering.quotas))
        ),
        Use.POLICY: exists().where(or_(*_written(code, PolicyVersion.rules))),
        Use.BENEFICIARIES: exists().where(Beneficiary.region_code == code),
    }
    return _found(session, named)


def delete_topic(session: Session, code: str, actor_id: UUID, now: datetime) -> tuple[Use, ...]:
    """Delete a topic that nothing names; return where it is named, which keeps it.

    Raises:
        NotFound: there is no such topic.
    """
    topic = topic_by_code(session, code)
    uses = uses_of_topic(session, code)
    if not uses:
        change = Change(kind="topic_deleted", before=described(topic), after={})
        session.delete(topic)
        session.flush()
        trace(session, (Area.TOPIC, code), change, actor_id, now)
    return uses


def delete_region(session: Session, code: str, actor_id: UUID, now: datetime) -> tuple[Use, ...]:
    """Delete a region that nothing names; return where it is named, which keeps it.

    Raises:
        NotFound: there is no such region.
    """
    region = region_by_code(session, code)
    uses = uses_of_region(session, code)
    if not uses:
        change = Change(kind="region_deleted", before=described_region(region), after={})
        session.delete(region)
        session.flush()
        trace(session, (Area.REGION, code), change, actor_id, now)
    return uses


def _found(session: Session, named: dict[Use, ColumnElement[bool]]) -> tuple[Use, ...]:
    answers = session.execute(select(*named.values())).one()
    return tuple(use for use, is_named in zip(named, answers, strict=True) if is_named)


def _written(end: str, *columns: InstrumentedAttribute[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield the condition, for each column of JSON, that a text in it ends so; as it is kept, with its escapes."""
    kept = json.dumps(end)[1:]
    return (cast(column, Text).contains(kept, autoescape=True) for column in columns)
