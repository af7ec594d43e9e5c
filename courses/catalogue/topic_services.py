"""The topic tree of the institute: read it whole, add topics, name them, move them, take away what is not used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.catalogue.topics import Topic
from courses.errors import NotFound, Refusal
from courses.people.traces import Area, Change, trace
from courses.progression.steps import SEPARATOR
from courses.progression.topics import TopicTree

LONGEST_CODE = 64
LONGEST_NAME = 255
DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFacts:
    """A topic as an administrator describes it; a name that is empty is shown in English."""

    code: str
    name_en: str
    name_fr: str = ""
    name_es: str = ""
    parent_code: str | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A topic where it stands in the tree: `depth` is 0 at the top."""

    topic: Topic
    depth: int


def topic_tree(session: Session) -> TopicTree:
    """Return which topic stands below which; one query."""
    rows = session.execute(select(Topic.code, Topic.parent_code))
    return TopicTree({code: parent for code, parent in rows})  # noqa: C416  # a row is no pair to the type checker


def topics_within(session: Session, topic: str) -> frozenset[str]:
    """Return a topic and those below it: whoever looks for one means them all; one query."""
    tree = topic_tree(session)
    return frozenset({topic, *(code for code in tree.parents if tree.is_within(code, topic))})


def topics_found_by(session: Session, codes: Iterable[str]) -> Sequence[str]:
    """Return some topics and those above them, in the order of their codes: what can be looked for; one query."""
    tree = topic_tree(session)
    return sorted({above for code in codes for above in tree.line(code)})


def topic_names(session: Session) -> Mapping[str, Topic]:
    """Return every topic by its code; one query."""
    return {topic.code: topic for topic in session.scalars(select(Topic))}


def placed_topics(session: Session) -> Sequence[Placed]:
    """Return all topics in the order of the tree, each before those below it; one query."""
    below: dict[str | None, list[Topic]] = {}
    for topic in session.scalars(select(Topic).order_by(Topic.place, Topic.name_en, Topic.code)):
        below.setdefault(topic.parent_code, []).append(topic)
    return tuple(_walk(below, None, 0))


def _walk(below: Mapping[str | None, list[Topic]], parent: str | None, depth: int) -> list[Placed]:
    found = []
    for topic in below.get(parent, ()):
        found += [Placed(topic, depth), *_walk(below, topic.code, depth + 1)]
    return found


def topic_by_code(session: Session, code: str) -> Topic:
    """Return a topic.

    Raises:
        NotFound: there is none of that code.
    """
    topic = session.get(Topic, code)
    if topic is None:
        raise NotFound("topic")
    return topic


def add_topic(session: Session, facts: TopicFacts, actor_id: UUID | None, now: datetime) -> Topic:
    """Add a topic.

    Raises:
        Refusal: `topic_code_invalid`, `topic_code_taken`, `value_missing`, `topic_below_itself`, `topic_too_deep`.
    """
    _lock_tree(session)
    kept = _checked(session, facts)
    topic = Topic(**asdict(kept))
    try:
        with session.begin_nested():
            session.add(topic)
    except IntegrityError as error:
        raise Refusal("topic_code_taken") from error
    trace(session, (Area.TOPIC, topic.code), Change(kind="topic_added", before={}, after=asdict(kept)), actor_id, now)
    return topic


def change_topic(session: Session, facts: TopicFacts, actor_id: UUID, now: datetime) -> bool:
    """Name a topic anew, move it below another one or give it another place; return whether that changed anything.

    Its code stays: courses, activities, steps and results of years name it by that.

    Raises:
        NotFound: there is no such topic.
        Refusal: `value_missing`, `topic_below_itself`, `topic_too_deep`.
    """
    _lock_tree(session)
    topic = topic_by_code(session, facts.code)
    kept = _checked(session, facts)
    before, after = described(topic), asdict(kept)
    if before == after:
        return False
    for name, value in after.items():
        setattr(topic, name, value)
    session.flush()
    trace(
        session, (Area.TOPIC, topic.code), Change(kind="topic_changed", before=before, after=after), actor_id, now
    )  # fmt: skip
    return True


def adopt_topic(session: Session, code: str) -> None:
    """Let a topic that somebody has written be one of the tree, at its top, until an administrator places it.

    LMS choice: the command line and host sites name topics as texts; what is new there is no mistake.
    """
    if session.get(Topic, code) is None:
        try:
            with session.begin_nested():
                session.add(Topic(code=code, name_en=code[:1].upper() + code[1:], name_fr="", name_es=""))
        except IntegrityError:
            pass  # somebody else has added it at the same moment


def described(topic: Topic) -> dict[str, Any]:
    """Return what is known of a topic, by the names of `TopicFacts`."""
    return {name: getattr(topic, name) for name in ("code", "name_en", "name_fr", "name_es", "parent_code", "place")}


def _lock_tree(session: Session) -> None:
    """Let one change of the tree wait for the other: two moves at once could close a circle."""
    session.execute(select(Topic.code).order_by(Topic.code).with_for_update()).all()


def _checked(session: Session, facts: TopicFacts) -> TopicFacts:
    code = facts.code.strip()
    if not code or len(code) > LONGEST_CODE or SEPARATOR in code or not code.isprintable():
        raise Refusal("topic_code_invalid")
    if not facts.name_en.strip():
        raise Refusal("value_missing")
    if max(len(name) for name in (facts.name_en, facts.name_fr, facts.name_es)) > LONGEST_NAME:
        raise Refusal("value_too_long")
    parent = facts.parent_code or None
    if parent is not None:
        _check_parent(session, code, parent)
    return TopicFacts(
        code=code, name_en=facts.name_en.strip(), name_fr=facts.name_fr.strip(), name_es=facts.name_es.strip(),
        parent_code=parent, place=max(-9999, min(9999, facts.place)),
    )  # fmt: skip


def _check_parent(session: Session, code: str, parent: str) -> None:
    tree = topic_tree(session)
    if parent not in tree.parents:
        raise Refusal("topic_unknown")
    if tree.is_within(parent, code):
        raise Refusal("topic_below_itself")
    below = [topic for topic in tree.parents if tree.is_within(topic, code)]
    own = len(tree.line(code)) if code in tree.parents else 0
    height = max((len(tree.line(topic)) - own for topic in below), default=0)
    if len(tree.line(parent)) + 1 + height > DEEPEST:
        raise Refusal("topic_too_deep")


def children_of(session: Session, code: str) -> int:
    """Return how many topics stand right below one."""
    return session.scalar(select(func.count()).where(Topic.parent_code == code)) or 0
