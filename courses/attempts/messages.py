"""A commit as the player's page sends it: read from JSON, checked, numbered (pure).

`{seq, base, activity, changes: [[element, value], …], numbers?, request?, client_time?, failed?}`, where a request is
`{kind, target?, finished?}`. Changes are numbered in the stream of their lease, from `base` on unless `numbers` says
otherwise: a page leaves out what was overwritten before it could be sent. `failed` counts the tries to save that came
to nothing before this post, `{times, since, why: offline | answer | full}`: it is only kept, as everything is that
stands in a post and is not known.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from courses.attempts.sessions import is_plain_text

MOST_CHANGES = 50_000
_GREATEST = 2**53


class RequestKind(StrEnum):
    """What a learner or a SCO may ask for; `terminate`: the SCO has ended its session, and says itself what is next."""

    TERMINATE = "terminate"
    CONTINUE = "continue"
    PREVIOUS = "previous"
    CHOICE = "choice"
    JUMP = "jump"
    EXIT = "exit"
    EXIT_ALL = "exitAll"
    SUSPEND_ALL = "suspendAll"
    ABANDON = "abandon"
    ABANDON_ALL = "abandonAll"
    OPEN = "open"  # a page that could not ask for a lease has opened the course


class MessageError(ValueError):
    """Raised when what came is no commit; the text names what is wrong, for the page's developer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A commit: `seq` counts the posts of a lease from 1, `numbers` the changes of its stream from 0.

    `activity` is empty when nothing was delivered: then there is a request, and no change.
    `request_number` is the place of the request in the stream, where it has one: there it is carried out once.
    `is_finished`: the SCO has ended its session itself, by LMSFinish or Terminate.
    `content_hash` is of what is asked for: when it was sent, and what had failed before, play no part.
    `seq` is 0 in a journal that a page left behind: it takes the lease's next number.
    """

    seq: int
    activity: str
    changes: tuple[tuple[str, str], ...]
    numbers: tuple[int, ...]
    request: RequestKind | None
    target: str | None
    is_finished: bool
    client_time: datetime | None
    content_hash: str
    request_number: int | None = None

    @property
    def end(self) -> int:
        """Return the number that the next change of the stream will have; 0 without changes."""
        numbers = self.numbers if self.request_number is None else (*self.numbers, self.request_number)
        return max(numbers, default=-1) + 1

    def is_done(self, applied: int) -> bool:
        """Tell whether all of it is among the first `applied` of the stream; a request without a number never is."""
        return 0 < self.end <= applied and (self.request is None or self.request_number is not None)

    def after(self, applied: int) -> Iterator[tuple[str, str]]:
        """Yield the changes that are not among the first `applied` of the stream."""
        for number, change in zip(self.numbers, self.changes, strict=True):
            if number >= applied:
                yield change


def read_message(document: object, *, is_journal: bool = False) -> Message:
    """Return the commit in a JSON document; raises MessageError."""
    if not isinstance(document, dict):
        raise MessageError("an object is expected")
    changes = _changes(document.get("changes", []))
    numbers = _numbers(document.get("numbers"), _whole(document, "base", 0), len(changes))
    request, target, is_finished = _request(document.get("request"))
    request_number = _request_number(document.get("request"), numbers)
    is_about_nothing = document.get("activity") in (None, "") and request is not None and not changes
    activity = "" if is_about_nothing else _activity(document.get("activity"))
    content = json.dumps((activity, changes, numbers, request, target, is_finished))
    return Message(
        seq=0 if is_journal else _whole(document, "seq", 1),
        activity=activity,
        changes=changes,
        numbers=numbers,
        request=request,
        target=target,
        is_finished=is_finished,
        client_time=_moment(document.get("client_time")),
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
        request_number=request_number,
    )


def _whole(document: dict[str, Any], name: str, least: int) -> int:
    value = document.get(name)
    if type(value) is not int or not least <= value < _GREATEST:
        raise MessageError(f"{name} is a whole number from {least}")
    return value


def _activity(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > 255 or not is_plain_text(value):
        raise MessageError("activity is the identifier of an item")
    return value


def _changes(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > MOST_CHANGES:
        raise MessageError(f"changes is a list of at most {MOST_CHANGES} pairs")
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise MessageError("a change is a pair of texts: element and value")
    return tuple((pair[0], pair[1]) for pair in value)


def _numbers(value: object, base: int, count: int) -> tuple[int, ...]:
    if value is None:
        return tuple(range(base, base + count))
    if not isinstance(value, list) or len(value) != count:
        raise MessageError("numbers has one number for each change")
    last = base - 1
    for number in value:
        if type(number) is not int or not last < number < _GREATEST:
            raise MessageError("numbers rise, from base on")
        last = number
    return tuple(value)


def _request(value: object) -> tuple[RequestKind | None, str | None, bool]:
    if value is None:
        return None, None, False
    if not isinstance(value, dict) or value.get("kind") not in list(RequestKind):
        raise MessageError("request has a kind that the player knows")
    target = value.get("target")
    if target is not None and (not isinstance(target, str) or len(target) > 255):
        raise MessageError("target is the identifier of an item")
    kind = RequestKind(value["kind"])
    return kind, target, kind is RequestKind.TERMINATE or value.get("finished") is True


def _request_number(value: object, numbers: tuple[int, ...]) -> int | None:
    """Return the place of a request in the stream, behind the changes of its post; None where it has none."""
    number = value.get("number") if isinstance(value, dict) else None
    if number is None:
        return None
    if type(number) is not int or not max(numbers, default=-1) < number < _GREATEST:
        raise MessageError("the number of a request comes after those of the changes")
    return number


def _moment(value: object) -> datetime | None:
    """Return the page's own clock, which proves nothing and is only kept; None when it cannot be read."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
