"""Take a commit in: exactly once, kept raw, projected into state and result, answered (DESIGN: the commit protocol).

All in one transaction. A post that comes twice, late or out of order does no harm: its number finds the answer that
was given, and the numbers of its changes say which of them are in the state already.
"""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from courses.attempts.activities import (
    Activity,
    Heard,
    activities_of,
    held_with_activities,
    project,
    raised,
    result_as_dict,
)
from courses.attempts.failures import failed_in
from courses.attempts.generation import Generation
from courses.attempts.generations import generation_of
from courses.attempts.leases import Held, change_lease, has_newer_writer
from courses.attempts.messages import Message, RequestKind, read_message
from courses.attempts.models import PlayMode, RawCommit
from courses.attempts.play import Play
from courses.attempts.played import played_version
from courses.attempts.policy import is_decided
from courses.db import table_of
from courses.enrolment.results import CourseResult
from courses.enrolment.trouble import record_trouble

_KEEP = insert(table_of(RawCommit))
_NEWS = "news"
"""A note in what is kept of an answer: the page was told anew what stands around the content."""

_DECIDED = "decided"
"""A note in what is kept of an answer: this post decided the attempt; what its page opens next is only reviewed."""


class Verdict(StrEnum):
    """What became of a post."""

    SAVED = "saved"
    REPLACED = "replaced"
    CONFLICT = "conflict"
    SIGNED_OUT = "signed-out"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page is told."""

    verdict: Verdict
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A commit as it came: read, and raw, compressed, for the log; `has_failed` when it could not be saved for long."""

    token: str
    message: Message
    packed: bytes
    has_failed: bool = False


def post_of(token: str, document: object, raw: bytes, *, is_journal: bool = False) -> Post:
    """Return a commit from its JSON; raises MessageError. What it costs is spent before the transaction begins."""
    message = read_message(document, is_journal=is_journal)
    failed = failed_in(document) if isinstance(document, dict) else None
    has_failed = failed is not None and failed.is_grave(message.client_time)
    return Post(token=token, message=message, packed=zlib.compress(raw, 1), has_failed=has_failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A commit with the attempt that it is about, as its generation plays it."""

    session: Session
    held: Held
    post: Post
    generation: Generation
    now: datetime


def accept(session: Session, post: Post, secret: str, now: datetime, *, is_vouched: bool = False) -> Answer:
    """Take a commit in and return its answer.

    `is_vouched`: the person has just proved who they are by other means; the journal of a page that is gone counts
    even after a sign-out, and even from a lease that was replaced, as long as no later page has written.
    """
    held, activities = held_with_activities(session, post.token, post.message.activity)
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    if held.is_signed_out(now) and not is_vouched:
        return Answer(Verdict.SIGNED_OUT, {})
    held = _as_it_plays(session, held, activities, post.message)
    if post.message.seq == 0:
        post = replace(post, message=replace(post.message, seq=held.seq + 1))
    earlier = _earlier_answer(session, held, post, secret, now)
    if earlier is not None:
        return earlier
    generation = _generation(session, held, activities, secret, now)
    if not generation.knows(post.message.activity):
        return Answer(Verdict.INVALID, {"reason": "activity is no item of this course", "set_aside": True})
    case = _Case(session=session, held=held, post=post, generation=generation, now=now)
    door = held.door(now)
    if door is not None:
        return _keep_behind(case, activities, door)
    has_newer = held.replaced_at is not None and has_newer_writer(session, held)
    if has_newer or (held.replaced_at is not None and not is_vouched):
        return _keep_late(case, activities, is_settled=has_newer)
    return _take_in(case, activities)


def _generation(
    session: Session, held: Held, activities: dict[str, Activity], secret: str, now: datetime
) -> Generation:
    version = played_version(session, held.version_id)
    play = Play(session=session, held=held, version=version, activities=activities, secret=secret, now=now)
    return generation_of(play)


def _earlier_answer(session: Session, held: Held, post: Post, secret: str, now: datetime) -> Answer | None:
    """Return the answer that a post of this number was given; None when it is new."""
    if post.message.seq > held.seq:
        return None
    row = session.execute(
        select(RawCommit.content_hash, RawCommit.answer, RawCommit.is_late).where(
            RawCommit.attempt_id == held.attempt_id,
            RawCommit.lease_id == held.lease_id,
            RawCommit.seq == post.message.seq,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.content_hash != post.message.content_hash:
        return Answer(Verdict.CONFLICT, {"acknowledged": held.applied})
    if row.is_late:
        return Answer(Verdict.CLOSED if "reason" in row.answer else Verdict.REPLACED, row.answer)
    if held.replaced_at is not None:  # it was taken in before, or from the journal of this device since
        return Answer(Verdict.REPLACED, {"seq": post.message.seq, "acknowledged": held.applied})
    activities = activities_of(session, held.attempt_id, row.answer.get("deliver", {}).get("activity"))
    generation = _generation(session, held, activities, secret, now)
    return Answer(Verdict.SAVED, _completed(row.answer, generation, raised(held, generation.result()), activities))


def _take_in(case: _Case, activities: dict[str, Activity]) -> Answer:
    held, generation = case.held, case.generation
    if case.post.message.is_done(held.applied):
        return _leave_as_it_is(case)
    taken = generation.take(case.post.message)
    heard = Heard(activity_id=generation.current, now=case.now, is_end=case.post.message.request is not None)
    result = project(case.session, held, generation.result(), heard)
    measured = {"measured_cs": result.measured_cs}  # how far each page load raised it is part of the attempt's story
    answer = _answer(case) | measured | taken.answer | ({_NEWS: True} if taken.has_news else {})
    if case.post.message.request is RequestKind.OPEN:
        answer["mode"] = held.mode.value
    if _is_decided(held, activities, result):
        answer |= {_DECIDED: True} | ({"mode": PlayMode.REVIEW.value} if generation.turn_to_review() else {})
    _keep_raw(case, answer, is_late=False)
    _count(case, has_left="left" in answer)
    return Answer(Verdict.SAVED, _completed(answer, generation, result, activities))


def _leave_as_it_is(case: _Case) -> Answer:
    """Answer a post that brings nothing new: its page may have moved on since, and where it was counts no more."""
    answer = _answer(case)
    _keep_raw(case, answer, is_late=False)
    _count(case)
    return Answer(Verdict.SAVED, answer)


def _as_it_plays(session: Session, held: Held, activities: dict[str, Activity], message: Message) -> Held:
    """Return a lease in the mode in which its page plays by now: what it has decided is only reviewed.

    The lease itself says how its page was opened last, also where there was no line. Late work was done before another
    page decided, as far as anybody knows, and counts, unless the page had decided itself. In 2004 the rules of a
    package say how often something may be tried until the course is opened again.
    """
    if not _is_decided(held, activities, held):
        return held
    if _opens_anew(held, message) and (held.replaced_at is None or _has_decided(session, held)):
        change_lease(session, held.lease_id, mode=PlayMode.REVIEW)
    elif _may_still_count(session, held):
        return held
    return replace(held, mode=PlayMode.REVIEW)


def _opens_anew(held: Held, message: Message) -> bool:
    """Tell whether a post opens the course once more, with nothing before it that was still played for credit."""
    if message.request is not RequestKind.OPEN or message.is_done(held.applied):
        return False
    return (message.seq == 0 or message.seq > held.seq) and not any(message.after(held.applied))


def _may_still_count(session: Session, held: Held) -> bool:
    """Tell whether what a page load says of a decided attempt counts: by 2004's rules, or where another one decided."""
    if played_version(session, held.version_id).tree is not None:
        return True
    return held.replaced_at is not None and not _has_decided(session, held)


def _has_decided(session: Session, held: Held) -> bool:
    is_own = (RawCommit.attempt_id == held.attempt_id) & (RawCommit.lease_id == held.lease_id)
    return bool(session.scalar(select(exists().where(is_own, RawCommit.answer[_DECIDED].as_boolean()))))


def _is_decided(held: Held, activities: dict[str, Activity], result: Held | CourseResult) -> bool:
    """Tell whether an attempt that a page plays for credit is over by a result, where attempts are limited."""
    if held.attempts_allowed is None or held.mode is not PlayMode.NORMAL:
        return False
    is_running = any(activity.is_running for activity in activities.values())
    return is_decided(is_passed=result.is_passed, is_completed=result.is_completed, is_running=is_running)


def _completed(
    kept: dict[str, Any], generation: Generation, result: CourseResult, activities: dict[str, Activity]
) -> dict[str, Any]:
    """Return an answer from what is kept of it, with what is as long as the course and follows from the state."""
    answer = {name: value for name, value in kept.items() if name != _NEWS}
    if _NEWS in kept:
        answer["contents"] = generation.contents()
        answer["result"] = result_as_dict(result, activities)
        valid = generation.valid()
        answer |= {"valid": valid} if valid else {}
    return generation.filled(answer)


def _answer(case: _Case) -> dict[str, Any]:
    return {
        "seq": case.post.message.seq,
        "acknowledged": max(case.held.applied, case.post.message.end),
        "saved_at": case.now.isoformat(),
    }


def _keep_late(case: _Case, activities: dict[str, Activity], *, is_settled: bool) -> Answer:
    """Keep a commit of a replaced lease raw; it may raise a result, and never touches what the newer page has.

    `is_settled`: the newer page has written, so that nothing more can come of it. Before that it stays owed: whoever
    goes on where it was done finds it in the state, by the journal of that device.
    """
    answer = _answer(case) | {"late": True} | ({} if is_settled else {"acknowledged": case.held.applied})
    _raise_late(case, activities, answer)
    _keep_raw(case, answer, is_late=True)
    if is_settled:
        _count(case)
    else:
        change_lease(case.session, case.held.lease_id, seq=max(case.held.seq, case.post.message.seq))
    return Answer(Verdict.REPLACED, answer)


def _keep_behind(case: _Case, activities: dict[str, Activity], door: str) -> Answer:
    """Keep a commit raw that comes when the door is closed: it ends the lease, and raises a result only for a while.

    LMS choice: nobody can tell when exactly the work was done; a device that was offline has a day to send it.
    """
    answer = _answer(case) | {"late": True, "reason": door}
    if case.held.has_just_closed(door, case.now):
        _raise_late(case, activities, answer)
    _keep_raw(case, answer, is_late=True)
    _count(case, has_left=True)
    return Answer(Verdict.CLOSED, answer)


def _raise_late(case: _Case, activities: dict[str, Activity], answer: dict[str, Any]) -> None:
    """Raise the results by a commit whose values must not touch the state; note in its answer that it decided.

    Nothing tells whether its session runs on but that it asks for something.
    """
    held = case.held
    if not held.is_counted or not case.generation.take_late(case.post.message):
        return
    heard = Heard(activity_id=held.activity_id, now=case.now)
    result = project(case.session, held, case.generation.result(), heard)
    is_end = case.post.message.request not in (None, RequestKind.OPEN)
    if is_end and _is_decided(held, activities, result):
        answer[_DECIDED] = True


def _keep_raw(case: _Case, answer: dict[str, Any], *, is_late: bool) -> None:
    held, message = case.held, case.post.message
    row = {
        "attempt_id": held.attempt_id, "lease_id": held.lease_id, "seq": message.seq,
        "received_at": case.now, "client_time": message.client_time, "content_hash": message.content_hash,
        "is_late": is_late, "answer": answer, "body": case.post.packed,
    }  # fmt: skip
    case.session.connection().execute(_KEEP, row)
    if case.post.has_failed and held.enrolment_id is not None:
        record_trouble(case.session, held.enrolment_id, 1, case.now)


def _count(case: _Case, *, has_left: bool = False) -> None:
    held, message = case.held, case.post.message
    change_lease(
        case.session, held.lease_id, seq=max(held.seq, message.seq), applied=max(held.applied, message.end),
        seen_at=case.now, ended_at=case.now if has_left else None,
    )  # fmt: skip
