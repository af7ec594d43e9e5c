"""The posts of a page load, read again from the raw log: what its parts said, in order, and what befell it (pure).

Changes are told as the calls of a trial are: the same signals, the same lines. What may hold a learner's answers is
never shown, only how much of it was kept.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from courses.attempts.calls import Call
from courses.attempts.failures import Failed
from courses.attempts.messages import Message, MessageError, RequestKind, read_message
from courses.attempts.signals import NO_ERROR, action_of, has_failed
from courses.attempts.story import Line, Said, said_by, story_of
from scorm.runtime.elements import Action
from scorm.runtime.tables import table_named

LONG_AFTER = timedelta(minutes=5)
"""What is received so much later than it was done was kept on a device meanwhile."""

LONGEST_SHOWN = 40
"""Characters of a value that a story shows: what is longer is more than a place or a word."""

_SHOWN = {Said.COMPLETION, Said.SUCCESS, Said.SCORE, Said.PLACE, Said.TIME, Said.EXIT, Said.REQUEST}
_SHOWN_ELEMENTS = {
    "cmi.progress_measure", "cmi.core.score.min", "cmi.core.score.max", "cmi.score.min", "cmi.score.max",
}  # fmt: skip
_ROUTINE = {Said.PLACE, Said.KEPT, Said.TIME}
_LISTS = {Said.OBJECTIVES, Said.ANSWERS}
_FARTHEST = 1000


class Noted(StrEnum):
    """What befell a post, or came of it, beside what its part said."""

    KEPT_BACK = "kept_back"  # received long after it was done
    RECOVERED = "recovered"  # a later page found it on the device
    LATE = "late"  # a newer page had the attempt already: it raises results only
    BEHIND = "behind"  # the course was closed to the learner already
    FAILED = "failed"  # tries to save before it failed
    MISSING = "missing"  # posts before it never arrived
    ASKED = "asked"
    DENIED = "denied"
    SHOWN = "shown"
    LEFT = "left"
    NOTHING = "nothing"
    OMITTED = "omitted"  # lines of a long story


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedPost:
    """A post as it stands in the raw log; `message` is None where it cannot be read. `size` is in bytes, inflated."""

    lease_id: UUID
    seq: int
    received_at: datetime
    client_time: datetime | None
    is_late: bool
    answer: dict[str, Any]
    message: Message | None
    failed: Failed | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of the story; `size` is what is kept and not shown, in bytes, None where the value stands there."""

    line: Line
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that befell a post, or came of it.

    `at_ms` is when it was done; `other_ms` when it was received, or since when tries to save had failed.
    """

    noted: Noted
    at_ms: int
    activity: str = ""
    value: str = ""
    times: int = 1
    other_ms: int | None = None


Entry = Told | Note


def unpacked(body: bytes, longest: int) -> tuple[dict[str, Any], int]:
    """Return the document in the body of a post, and its size in bytes; empty where it is longer, or is none."""
    inflating = zlib.decompressobj()
    raw = inflating.decompress(body, longest)
    if inflating.unconsumed_tail:
        return {}, len(raw)
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return {}, len(raw)
    return (document if isinstance(document, dict) else {}), len(raw)


def message_in(document: dict[str, Any]) -> Message | None:
    """Return the commit in a document of the log, None where it is none."""
    try:
        return read_message(document, is_journal=True)
    except MessageError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When the posts of a page load were done: by the page's clock, as far as it can be right.

    `error` is how far that clock is ahead, None when nothing shows that it is wrong.
    """

    opened_at: datetime
    replaced_at: datetime | None
    error: timedelta | None

    def done_at(self, post: LoggedPost) -> datetime:
        """Return when a post was done, never before its page was opened, never after it was received."""
        return self.corrected(post.client_time or post.received_at, post.received_at)

    def corrected(self, moment: datetime, latest: datetime) -> datetime:
        """Return a moment of the page's clock as the server's, within what is possible."""
        try:
            moment = moment - (self.error or timedelta(0))
        except OverflowError:
            return latest
        return min(max(moment, self.opened_at), latest)


def items_of(posts: Sequence[LoggedPost], clock: Clock, edition: str) -> Iterator[Call | Note]:
    """Yield what the posts of a page load hold, in order: the calls behind their changes, and what befell them.

    The posts stand in the order in which they came. A change that came with several posts is told once.
    """
    names = {action: name for name, action in table_named(edition).functions.items()}
    numbers = {post.seq for post in posts}
    applied, last, standing = 0, 0, None
    opened: set[str] = set()
    for post in posts:
        at_ms = _ms(clock.done_at(post))
        if missing := _missing(last, post.seq, numbers):
            yield Note(noted=Noted.MISSING, at_ms=at_ms, times=missing)
        last = max(last, post.seq)
        if post.failed is not None:
            yield _failure(post.failed, at_ms, post.received_at, clock)
        circumstance = _circumstance(post, clock)
        if circumstance is not None and (circumstance, post.received_at) != standing:
            yield Note(noted=circumstance, at_ms=at_ms, other_ms=_ms(post.received_at))
        standing = None if circumstance is None else (circumstance, post.received_at)
        if post.message is not None and not post.message.is_done(applied):
            yield from _calls_of(post, applied, at_ms, names, opened)
            applied = max(applied, post.message.end)
        yield from _what_came_of(post, at_ms)


def _missing(last: int, seq: int, numbers: set[int]) -> int:
    """Return how many posts between two never came: a page that went on alone has numbers far beyond the others'."""
    if not last or seq - last > _FARTHEST:
        return 0
    return sum(number not in numbers for number in range(last + 1, seq))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _failure(failed: Failed, at_ms: int, received_at: datetime, clock: Clock) -> Note:
    since = None if failed.since is None else _ms(clock.corrected(failed.since, received_at))
    return Note(noted=Noted.FAILED, at_ms=at_ms, value=failed.why, times=failed.times, other_ms=since)


def _circumstance(post: LoggedPost, clock: Clock) -> Noted | None:
    """Return what sets a post apart from one that is received as soon as it was done."""
    if post.is_late:
        return Noted.BEHIND if "reason" in post.answer else Noted.LATE
    if clock.replaced_at is not None and post.received_at >= clock.replaced_at:
        return Noted.RECOVERED
    return Noted.KEPT_BACK if post.received_at - clock.done_at(post) > LONG_AFTER else None


def _calls_of(
    post: LoggedPost, applied: int, at_ms: int, names: dict[Action, str], opened: set[str]
) -> Iterator[Call | Note]:
    """Yield the calls behind the changes of a post that earlier ones had not brought, and its request."""
    message = post.message
    if message is None:
        return
    calls = [
        Call(
            at_ms=at_ms, activity=message.activity, name=names[Action.SET], arguments=(element, value),
            result="false" if code else "true", code=code or NO_ERROR,
        )
        for element, value, code in _judged(message.after(applied), post.answer.get("findings"))
    ]  # fmt: skip
    if message.is_finished:
        calls.append(_call(message.activity, at_ms, names[Action.CLOSE]))
    if calls and message.activity not in opened:
        opened.add(message.activity)
        yield _call(message.activity, at_ms, names[Action.OPEN])
    yield from calls
    if message.is_finished:
        opened.discard(message.activity)
    if message.request is RequestKind.OPEN:  # a page of its own, under the lease of an earlier one
        opened.clear()
    if message.request not in (None, RequestKind.TERMINATE):
        target = message.target or ""
        yield Note(noted=Noted.ASKED, at_ms=at_ms, activity=target, value=str(message.request))


def _call(activity: str, at_ms: int, name: str) -> Call:
    return Call(at_ms=at_ms, activity=activity, name=name, arguments=("",), result="true", code=NO_ERROR)


def _judged(changes: Iterable[tuple[str, str]], findings: object) -> Iterator[tuple[str, str, str]]:
    """Yield changes with the code by which each was not accepted, empty where it was; findings keep their order."""
    waiting = [one for one in findings if isinstance(one, dict)] if isinstance(findings, list) else []
    for element, value in changes:
        is_refused = bool(waiting) and waiting[0].get("element") == element[:255]
        yield element, value, str(waiting.pop(0).get("code", "")) if is_refused else ""


def _what_came_of(post: LoggedPost, at_ms: int) -> Iterator[Note]:
    """Yield what the page was told to show, or that there was nothing more."""
    answer = post.answer
    if answer.get("refused"):
        yield Note(noted=Noted.DENIED, at_ms=at_ms)
    delivered = answer.get("deliver")
    if isinstance(delivered, dict):
        yield Note(noted=Noted.SHOWN, at_ms=at_ms, activity=str(delivered.get("activity", "")))
    if "nothing" in answer:
        yield Note(noted=Noted.NOTHING, at_ms=at_ms)
    if answer.get("left"):
        yield Note(noted=Noted.LEFT, at_ms=at_ms)


def entries_of(items: Iterable[Call | Note]) -> Iterator[Entry]:
    """Yield the lines of a story; the same several times in a row is one line, and so is what every page does."""
    for is_note, run in groupby(items, key=lambda item: isinstance(item, Note)):
        if is_note:
            yield from (item for item in run if isinstance(item, Note))
        else:
            yield from _lines(item for item in run if isinstance(item, Call))


def _lines(calls: Iterable[Call]) -> Iterator[Told]:
    for (_activity, is_routine), stretch in groupby(calls, key=lambda call: (call.activity, _is_routine(call))):
        if is_routine:
            by_element: dict[str, list[Call]] = {}
            for call in stretch:
                by_element.setdefault(call.arguments[0], []).append(call)
            groups: Iterable[list[Call]] = by_element.values()
        else:
            groups = [list(group) for _, group in groupby(stretch, key=_likeness)]
        for group in groups:
            yield from _told(group)


def _is_routine(call: Call) -> bool:
    """Tell whether a call is one that packages make on every page: where the learner is, what is kept, the time."""
    return action_of(call) is Action.SET and not has_failed(call) and said_by(call.arguments[0]) in _ROUTINE


def _likeness(call: Call) -> tuple[str, ...]:
    """Return what calls of one line have in common: of a list its kind alone, else the value too."""
    said = said_by(call.arguments[0])
    if said in _LISTS and not has_failed(call):
        return (said.value,)
    return (call.name, *call.arguments, call.code)


def _told(calls: list[Call]) -> Iterator[Told]:
    """Yield the line of calls that are alike."""
    for line in story_of(calls):
        if line.said in _LISTS:
            values = {call.arguments[0]: call.arguments[1] for call in calls}
            names = {".".join(element.split(".")[:3]) for element in values}
            yield Told(line=replace(line, value="", times=len(names)), size=sum(map(_size, values.values())))
        elif _is_shown(line):
            yield Told(line=line)
        else:
            yield Told(line=replace(line, value=""), size=_size(line.value))


def _is_shown(line: Line) -> bool:
    if line.said in (Said.OPENED, Said.CLOSED):
        return True
    is_known = said_by(line.element) in _SHOWN or line.element in _SHOWN_ELEMENTS
    return is_known and len(line.value) <= LONGEST_SHOWN


def _size(value: str) -> int:
    return len(value.encode("utf-8", "replace"))
