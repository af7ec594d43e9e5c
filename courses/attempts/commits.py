"""Take a commit in: exactly once, kept raw, projected into state and result, answered (DESIGN: the commit protocol).

All in one transaction. A post that comes twice, late or out of order does no harm: its number finds the answer that
was given, and the numbers of its changes say which of them are in the state already.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from courses.attempts.activities import (
    Activity,
    activities_of,
    held_with_activities,
    project,
    raise_best,
    result_as_dict,
    result_now,
    save_activity,
)
from courses.attempts.delivery import LEAVING, RequestKind, Tour
from courses.attempts.launching import deliver, facts_for, with_values
from courses.attempts.leases import Held, change_lease, has_newer_writer
from courses.attempts.messages import Message, read_message
from courses.attempts.models import RawCommit
from courses.attempts.played import PlayedVersion, played_version
from courses.attempts.sessions import LEASE, Outcome, begun, ended, raised
from courses.db import table_of
from scorm.packaging.items import Item, ScormType
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData

_KEEP = insert(table_of(RawCommit))


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
    """A commit as it came: read, and raw, compressed, for the log."""

    token: str
    message: Message
    packed: bytes


def post_of(token: str, document: object, raw: bytes, *, is_journal: bool = False) -> Post:
    """Return a commit from its JSON; raises MessageError. What it costs is spent before the transaction begins."""
    message = read_message(document, is_journal=is_journal)
    return Post(token=token, message=message, packed=zlib.compress(raw, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything that taking one commit in needs to know."""

    session: Session
    held: Held
    post: Post
    version: PlayedVersion
    item: Item
    secret: str
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
    if post.message.seq == 0:
        post = replace(post, message=replace(post.message, seq=held.seq + 1))
    earlier = _earlier_answer(session, held, post, secret)
    if earlier is not None:
        return earlier
    version = played_version(session, held.version_id)
    item = version.by_id.get(post.message.activity)
    if item is None:
        return Answer(Verdict.INVALID, {"reason": "activity is no item of this course", "set_aside": True})
    case = _Case(session=session, held=held, post=post, version=version, item=item, secret=secret, now=now)
    door = held.door(now)
    if door is not None:
        return _keep_behind(case, activities, door)
    if held.replaced_at is not None and not (is_vouched and not has_newer_writer(session, held)):
        return _keep_late(case, activities)
    return _take_in(case, activities)


def _earlier_answer(session: Session, held: Held, post: Post, secret: str) -> Answer | None:
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
    delivered = row.answer.get("deliver", {}).get("activity")
    activities = activities_of(session, held.attempt_id, delivered) if delivered else {}
    answer = with_values(session, held, row.answer, activities, secret)
    if not row.is_late:
        return Answer(Verdict.SAVED, answer)
    return Answer(Verdict.CLOSED if "reason" in row.answer else Verdict.REPLACED, answer)


def _take_in(case: _Case, activities: dict[str, Activity]) -> Answer:
    held, message = case.held, case.post.message
    before = activities.get(message.activity) or Activity(id=message.activity, values={}, is_new=True)
    after, findings = _after(case, before)
    save_activity(case.session, held.attempt_id, before, after, case.now)
    activities[message.activity] = after
    answer = _answer(case, findings)
    current = _navigate(case, activities, answer)
    result = result_now(case.version, activities, held.pass_mark)
    result = project(case.session, held, result, current, case.now)
    if message.request is not None or before.outcome.status != after.outcome.status:
        outcomes = {name: activity.outcome for name, activity in activities.items()}
        answer["contents"] = Tour(case.version, outcomes).contents(current).as_dict()
        answer["result"] = result_as_dict(result, activities)
    _keep_raw(case, answer, is_late=False)
    _count(case)
    return Answer(Verdict.SAVED, with_values(case.session, held, answer, activities, case.secret))


def _after(case: _Case, before: Activity) -> tuple[Activity, list[dict[str, str]]]:
    """Return the activity after the post's changes and the end that it may ask for; with what was not accepted."""
    held, message = case.held, case.post.message
    measured_cs = before.measured_cs + held.elapsed_cs(case.now)
    lease = held.lease_id.hex
    values: Mapping[str, str] = before.values
    changes = list(message.after(held.applied))
    if (changes or message.is_finished) and values.get(LEASE) != lease:
        facts = facts_for(case.session, held, case.item, case.secret)
        values = begun(values, facts, lease, before.measured_cs)
    values, findings = replayed(values, changes)
    if message.request is not None and LEASE in values:
        facts = facts_for(case.session, held, case.item, case.secret)
        values = ended(values, facts, measured_cs, is_finished=message.is_finished)
    outcome = raised(before.outcome, values)
    if message.request is not None:
        outcome = _after_looking(case.item, values, outcome)
    changed = replace(before, values=values, outcome=outcome, measured_cs=measured_cs, visits=max(before.visits, 1))
    return replace(changed, is_open=LEASE in values, is_new=False), findings


def _after_looking(item: Item, values: Mapping[str, str], outcome: Outcome) -> Outcome:
    """Return the outcome of a page that was left: done, if it never called and need not."""
    if item.scorm_type is ScormType.SCO or any(name.startswith("cmi.") for name in values):
        return outcome
    return replace(outcome, is_completed=True)


def replayed(values: Mapping[str, str], changes: list[tuple[str, str]]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the values after the changes, by the server's own reading of the book, and what it did not accept.

    What the browser accepted and the server does not is reported and never sent again; the rest counts.
    """
    if not changes:
        return dict(values), []
    data = RunTimeData(CMI12, Profile.LENIENT, values)
    findings = []
    for element, value in changes:
        reply = data.set_value(element, value)
        if reply.value != "true":
            findings.append({"element": element[:255], "code": reply.code})
    return dict(data.values), findings[:100]


def _navigate(case: _Case, activities: dict[str, Activity], answer: dict[str, Any]) -> str | None:
    """Carry out the post's request and say so in the answer; return the activity that is open afterwards."""
    message = case.post.message
    if message.request is None or message.request is RequestKind.TERMINATE:
        return case.item.identifier
    if message.request in LEAVING:
        answer["left"] = True
        return case.item.identifier
    outcomes = {name: activity.outcome for name, activity in activities.items()}
    wanted = Tour(case.version, outcomes).requested(message.request, message.target, case.item.identifier)
    answer["refused"] = wanted is None
    item = wanted or case.item
    answer["deliver"] = deliver(case.session, case.held, item, activities, case.now)
    return item.identifier


def _answer(case: _Case, findings: list[dict[str, str]]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "seq": case.post.message.seq,
        "acknowledged": max(case.held.applied, case.post.message.end),
        "saved_at": case.now.isoformat(),
    }
    if findings:
        answer["findings"] = findings
    return answer


def _keep_late(case: _Case, activities: dict[str, Activity]) -> Answer:
    """Keep a commit of a replaced lease raw; it may raise a result, and never touches what the newer page has."""
    answer = _answer(case, []) | {"late": True}
    _raise_late(case, activities)
    _keep_raw(case, answer, is_late=True)
    _count(case)
    return Answer(Verdict.REPLACED, answer)


def _keep_behind(case: _Case, activities: dict[str, Activity], door: str) -> Answer:
    """Keep a commit raw that comes when the door is closed: it ends the lease, and raises a result only for a while.

    LMS choice: nobody can tell when exactly the work was done; a device that was offline has a day to send it.
    """
    answer = _answer(case, []) | {"late": True, "reason": door}
    if case.held.has_just_closed(door, case.now):
        _raise_late(case, activities)
    _keep_raw(case, answer, is_late=True)
    _count(case, is_last=True)
    return Answer(Verdict.CLOSED, answer)


def _raise_late(case: _Case, activities: dict[str, Activity]) -> None:
    """Raise the results by a commit whose values must not touch the state."""
    held, message = case.held, case.post.message
    before = activities.get(message.activity)
    if before is not None:
        values, _ = replayed({LEASE: held.lease_id.hex, **before.values}, list(message.after(held.applied)))
        if message.request is not None:
            facts = facts_for(case.session, held, case.item, case.secret)
            values = ended(values, facts, before.measured_cs, is_finished=True)
        outcome = raised(before.outcome, values)
        raise_best(case.session, held.attempt_id, message.activity, outcome)
        activities[message.activity] = replace(before, outcome=outcome)
        result = result_now(case.version, activities, held.pass_mark)
        project(case.session, held, result, held.activity_id, case.now)


def _keep_raw(case: _Case, answer: dict[str, Any], *, is_late: bool) -> None:
    held, message = case.held, case.post.message
    row = {
        "attempt_id": held.attempt_id, "lease_id": held.lease_id, "seq": message.seq,
        "received_at": case.now, "client_time": message.client_time, "content_hash": message.content_hash,
        "is_late": is_late, "answer": answer, "body": case.post.packed,
    }  # fmt: skip
    case.session.connection().execute(_KEEP, row)


def _count(case: _Case, *, is_last: bool = False) -> None:
    held, message = case.held, case.post.message
    change_lease(
        case.session, held.lease_id, seq=max(held.seq, message.seq), applied=max(held.applied, message.end),
        seen_at=case.now, ended_at=case.now if is_last or message.request in LEAVING else None,
    )  # fmt: skip
