"""The trace of a trial: the calls that its packages made, as the player's page reported them, kept within bounds.

A batch is `{seq, calls: [[at, activity, name, [argument, …], result, code, times], …]}`: `at` in milliseconds since
1970 by the page's clock, `times` how often the same call came one after the other. What is said of a call is for
reading: a value is cut, and nothing that is stored here counts for any result.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, Verdict
from courses.attempts.leases import held_by
from courses.attempts.messages import MessageError
from courses.attempts.models import TrialCalls

LONGEST_VALUE = 400
"""Characters of one argument or result: the page cuts at 300 and says how long the whole was."""

MOST_ARGUMENTS = 4
MOST_IN_BATCH = 500
MOST_CALLS = 10_000
MOST_BATCHES = 1_000
LONGEST_BATCH = 512 * 1024
"""Bytes of one batch as it is sent."""

_GREATEST = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a package, or the same one several times in a row; `code` is the error code that it left."""

    at_ms: int
    activity: str
    name: str
    arguments: tuple[str, ...]
    result: str
    code: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Calls with the number of their batch, which counts from 1 in each lease."""

    seq: int
    calls: tuple[Call, ...]


def read_batch(document: dict[str, Any]) -> Batch:
    """Return the batch in a JSON document; raises MessageError."""
    calls = document.get("calls")
    if not isinstance(calls, list) or not 0 < len(calls) <= MOST_IN_BATCH:
        raise MessageError(f"calls is a list of at most {MOST_IN_BATCH} calls")
    return Batch(_whole(document.get("seq"), 1), tuple(_call(call) for call in calls))


def _call(value: object) -> Call:
    if not isinstance(value, list) or len(value) != 7:
        raise MessageError("a call has seven parts")
    at_ms, activity, name, arguments, result, code, times = value
    if not isinstance(arguments, list) or len(arguments) > MOST_ARGUMENTS:
        raise MessageError(f"a call has at most {MOST_ARGUMENTS} arguments")
    return Call(
        at_ms=_whole(at_ms, 0), activity=_text(activity), name=_text(name),
        arguments=tuple(_text(argument) for argument in arguments), result=_text(result), code=_text(code),
        times=_whole(times, 1),
    )  # fmt: skip


def _whole(value: object, least: int) -> int:
    if type(value) is not int or not least <= value < _GREATEST:
        raise MessageError(f"a number is whole, and {least} at least")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        raise MessageError(f"a value is a text of at most {LONGEST_VALUE} characters")
    return value.encode("utf-8", "replace").decode()  # half of a surrogate pair has no place on a page


def keep_calls(session: Session, token: str, batch: Batch, now: datetime) -> Answer:
    """Keep calls of the trial that a lease's token plays; a batch that comes twice is kept once.

    What exceeds the bounds of a trial is not kept: `full` tells the page that it need not send any more.
    """
    held = held_by(session, token)
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    if held.is_signed_out(now):
        return Answer(Verdict.SIGNED_OUT, {})
    if held.trial_id is None:
        return Answer(Verdict.INVALID, {"reason": "only a trial has a trace"})
    if _is_kept(session, held.lease_id, batch.seq):
        return Answer(Verdict.SAVED, {"seq": batch.seq, "full": False})
    is_full = _is_full(session, held.trial_id, len(batch.calls))
    if not is_full:
        row = TrialCalls(
            trial_id=held.trial_id, lease_id=held.lease_id, seq=batch.seq, received_at=now, count=len(batch.calls),
            body=_packed(batch.calls),
        )  # fmt: skip
        session.add(row)
        session.flush()
    return Answer(Verdict.SAVED, {"seq": batch.seq, "full": is_full})


def _is_kept(session: Session, lease_id: UUID, seq: int) -> bool:
    is_same = (TrialCalls.lease_id == lease_id) & (TrialCalls.seq == seq)
    return session.scalar(select(TrialCalls.seq).where(is_same)) is not None


def _is_full(session: Session, trial_id: UUID, coming: int) -> bool:
    """Tell whether a trial has no room for that many calls; its attempt is locked."""
    counted = select(func.count(), func.coalesce(func.sum(TrialCalls.count), 0))
    batches, calls = session.execute(counted.where(TrialCalls.trial_id == trial_id)).one()
    return bool(batches >= MOST_BATCHES or calls + coming > MOST_CALLS)


def calls_of(session: Session, trial_id: UUID) -> list[Call]:
    """Return the calls of a trial in the order in which its pages reported them."""
    rows = session.scalars(
        select(TrialCalls.body).where(TrialCalls.trial_id == trial_id).order_by(TrialCalls.lease_id, TrialCalls.seq)
    )
    return [call for body in rows for call in _unpacked(body)]


def _packed(calls: Iterable[Call]) -> bytes:
    rows = [
        [call.at_ms, call.activity, call.name, call.arguments, call.result, call.code, call.times] for call in calls
    ]
    return zlib.compress(json.dumps(rows).encode("ascii"), 6)


def _unpacked(body: bytes) -> list[Call]:
    return [_call(row) for row in json.loads(zlib.decompress(body))]
