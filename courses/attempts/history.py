"""The story of a learner's attempt: its page loads, how each began and ended, and what its parts never said (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from courses.attempts.calls import Call
from courses.attempts.history_posts import LONG_AFTER, Clock, Entry, LoggedPost, Note, Noted, entries_of, items_of
from courses.attempts.models import PlayMode
from courses.attempts.played import PlayedVersion, is_asset
from courses.attempts.signals import Heard, Lack, Signal, action_of, has_failed, lacks_of, signals_of
from courses.attempts.silence import SILENCE
from courses.attempts.story import Said, said_by
from scorm.runtime.elements import Action
from scorm.timespan import parse_duration, parse_timespan12

WRONG_BY = timedelta(minutes=5)
"""How far a page's clock may be off before it is said."""

MOST_LINES = 150
"""Lines of one page load that are shown; of a longer one the beginning and the end."""


class Ending(StrEnum):
    """How a page load ended."""

    OPEN = "open"
    LEFT = "left"
    CLOSED = "closed"  # the course was closed to the learner
    SILENT = "silent"
    WINDOW = "window"  # another window of the same device, or a reload
    DEVICE = "device"
    REPLACED = "replaced"  # one or the other: a page did not name its device


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts:
    """What is stored of a page load: its lease. `opened_at` is when it took it."""

    id: UUID
    number: int
    opened_at: datetime
    seen_at: datetime
    replaced_at: datetime | None
    ended_at: datetime | None
    device: str | None
    mode: PlayMode
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLoad:
    """One page load of an attempt; the times are in hundredths of a second, None where nobody can tell.

    `clock_error` is how far the page's clock was ahead. `is_swept` when posts had come of which none is kept.
    `unended` has the parts that said something and then never reported an end.
    """

    lease: LeaseFacts
    heard_at: datetime
    ending: Ending
    clock_error: timedelta | None
    entries: tuple[Entry, ...]
    posts: int
    late_posts: int
    failures: int
    reported_cs: int | None
    measured_cs: int | None
    is_swept: bool
    unended: tuple[str, ...]

    @property
    def code(self) -> str:
        """Return the short identifier by which people speak of it."""
        return short_code(self.lease.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStory:
    """What one part let the platform know in the whole attempt."""

    id: str
    title: str
    is_opened: bool
    signals: dict[Signal, Heard]
    lacks: list[Lack]


@dataclass(frozen=True, slots=True)
class History:
    """The page loads of an attempt, the newest first, and its parts; these are empty where the log is not whole."""

    loads: tuple[PageLoad, ...]
    parts: tuple[PartStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored of an attempt: leases and posts, the oldest first, and the parts that were opened.

    `measured_cs` is what the server has measured in all. `is_whole` unless leases or posts are missing.
    """

    version: PlayedVersion
    leases: Sequence[LeaseFacts]
    posts: Sequence[LoggedPost]
    opened: frozenset[str]
    measured_cs: int
    is_whole: bool


def short_code(identifier: UUID) -> str:
    """Return the end of an identifier as people can read it out: `7F3A-91C2`."""
    found = identifier.hex[-8:].upper()
    return f"{found[:4]}-{found[4:]}"


def history_of(stored: Stored, now: datetime) -> History:
    """Return the story of an attempt."""
    by_lease: dict[UUID, list[LoggedPost]] = {lease.id: [] for lease in stored.leases}
    for post in stored.posts:
        by_lease.setdefault(post.lease_id, []).append(post)
    measured = _measured_by_lease(stored, by_lease)
    loads: list[PageLoad] = []
    calls: list[Call] = []
    for index, lease in enumerate(stored.leases):
        after = stored.leases[index + 1] if index + 1 < len(stored.leases) else None
        load, said = _page_load(lease, by_lease[lease.id], after, stored.version.edition, now)
        loads.append(replace(load, measured_cs=measured.get(lease.id)))
        calls.extend(said)
    is_whole = stored.is_whole and not any(load.is_swept for load in loads)
    is_running = bool(loads) and loads[-1].ending is Ending.OPEN
    parts = _parts(stored, calls, is_running=is_running) if is_whole else ()
    return History(tuple(reversed(loads)), tuple(parts))


def _page_load(
    lease: LeaseFacts, posts: list[LoggedPost], after: LeaseFacts | None, edition: str, now: datetime
) -> tuple[PageLoad, list[Call]]:
    clock = Clock(
        opened_at=lease.opened_at, replaced_at=lease.replaced_at, error=clock_error(posts, lease.opened_at)
    )  # fmt: skip
    items = list(items_of(posts, clock, edition))
    calls = [item for item in items if isinstance(item, Call)]
    heard_at = heard_last(lease, posts, clock)
    load = PageLoad(
        lease=lease, heard_at=heard_at, ending=ending_of(lease, posts, after, heard_at, now), clock_error=clock.error,
        entries=_shortened(tuple(entries_of(items))), posts=len(posts), late_posts=sum(post.is_late for post in posts),
        failures=sum(post.failed.times for post in posts if post.failed), reported_cs=_reported(calls, edition),
        measured_cs=None, is_swept=lease.seq > 0 and not posts, unended=_unended(calls),
    )  # fmt: skip
    return load, calls


def clock_error(posts: Sequence[LoggedPost], opened_at: datetime) -> timedelta | None:
    """Return how far a page's clock was ahead of the server's, negative when it was behind; None while it may be right.

    Nothing is done after it was received, or before its page was opened: between the two a clock may be right, and
    what it says may have been kept on the device.
    """
    told = [(post.client_time, post.received_at) for post in posts if post.client_time is not None]
    if not told:
        return None
    freshest = max(client - received for client, received in told)
    earliest = min(client - opened_at for client, _ in told)
    if freshest > WRONG_BY:
        return freshest
    return min(freshest, earliest) if earliest < -WRONG_BY else None


def heard_last(lease: LeaseFacts, posts: Sequence[LoggedPost], clock: Clock) -> datetime:
    """Return the last sign of life of a page: what a device kept back is none at the moment at which it came."""
    kept_back = {post.received_at for post in posts if post.received_at - clock.done_at(post) > LONG_AFTER}
    moments = [lease.opened_at]
    moments += [
        clock.done_at(post) for post in posts if post.received_at in kept_back or not _is_recovered(post, lease)
    ]
    if lease.seen_at not in kept_back and (lease.replaced_at is None or lease.seen_at < lease.replaced_at):
        moments.append(lease.seen_at)
    heard_at = max(moments)
    return heard_at if lease.replaced_at is None else min(heard_at, lease.replaced_at)


def _is_recovered(post: LoggedPost, lease: LeaseFacts) -> bool:
    return lease.replaced_at is not None and post.received_at >= lease.replaced_at


def ending_of(
    lease: LeaseFacts, posts: Sequence[LoggedPost], after: LeaseFacts | None, heard_at: datetime, now: datetime
) -> Ending:
    """Return how a page load ended; `after` is the one that replaced it."""
    own = [post for post in posts if not _is_recovered(post, lease)]
    if posts and "left" in posts[-1].answer:
        return Ending.LEFT
    if own and "reason" in own[-1].answer:
        return Ending.CLOSED
    if lease.ended_at is not None and lease.ended_at - heard_at < SILENCE:
        return Ending.CLOSED if own else Ending.LEFT  # without posts: they are no longer kept
    if lease.ended_at is not None or (lease.replaced_at or now) - heard_at >= SILENCE:
        return Ending.SILENT
    if lease.replaced_at is None:
        return Ending.OPEN
    if after is None or after.device is None or lease.device is None:
        return Ending.REPLACED
    return Ending.WINDOW if after.device == lease.device else Ending.DEVICE


def _shortened(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    left_out = len(entries) - MOST_LINES
    if left_out <= 0:
        return entries
    first, last = entries[: MOST_LINES // 2], entries[left_out + MOST_LINES // 2 :]
    at_ms = last[0].at_ms if isinstance(last[0], Note) else last[0].line.at_ms
    return (*first, Note(noted=Noted.OMITTED, at_ms=at_ms, times=left_out), *last)


def _reported(calls: Sequence[Call], edition: str) -> int | None:
    """Return the time that the parts of a page load reported: the last word of each session counts."""
    ended, running = 0, dict[str, int]()
    found = False
    for call in calls:
        if action_of(call) is Action.CLOSE:
            ended += running.pop(call.activity, 0)
        elif action_of(call) is Action.SET and not has_failed(call) and said_by(call.arguments[0]) is Said.TIME:
            span = _hundredths(call.arguments[1], edition)
            if span is not None:
                running[call.activity] = span
                found = True
    return ended + sum(running.values()) if found else None


def _hundredths(text: str, edition: str) -> int | None:
    if edition == "1.2":
        return parse_timespan12(text, lenient=True)
    duration = parse_duration(text, lenient=True)
    return None if duration is None else duration.total_cs


def _unended(calls: Sequence[Call]) -> tuple[str, ...]:
    running: dict[str, None] = {}
    for call in calls:
        if action_of(call) is Action.CLOSE:
            running.pop(call.activity, None)
        else:
            running[call.activity] = None
    return tuple(running)


def _measured_by_lease(stored: Stored, by_lease: Mapping[UUID, Sequence[LoggedPost]]) -> dict[UUID, int]:
    """Return what the server measured in each page load: how far its posts raised what it had measured in all."""
    measured: dict[UUID, int] = {}
    before: int | None = 0 if stored.is_whole else None
    for index, lease in enumerate(stored.leases):
        told = [post.answer.get("measured_cs") for post in by_lease[lease.id] if not post.is_late]
        known = [value for value in told if type(value) is int]
        after = stored.measured_cs if index == len(stored.leases) - 1 else max(known, default=None)
        if told and not known:
            before = None
        elif after is not None:
            if before is not None and after >= before:
                measured[lease.id] = after - before
            before = after
    return measured


def _parts(stored: Stored, calls: Sequence[Call], *, is_running: bool) -> list[PartStory]:
    by_activity: dict[str, list[Call]] = {}
    for call in calls:
        by_activity.setdefault(call.activity, []).append(call)
    found = []
    for item in stored.version.steps:
        own = by_activity.get(item.identifier, [])
        signals = signals_of(own)
        is_opened = item.identifier in stored.opened or bool(own)
        lacks = [] if is_asset(item) or not is_opened else lacks_of(own, signals, is_opened=True)
        if is_running:
            lacks = [lack for lack in lacks if lack is not Lack.NOT_ENDED]
        part = PartStory(
            id=item.identifier, title=item.title or item.identifier, is_opened=is_opened, lacks=lacks,
            signals={signal: _without_content(signal, heard) for signal, heard in signals.items()},
        )  # fmt: skip
        found.append(part)
    return found


def _without_content(signal: Signal, heard: Heard) -> Heard:
    """Return what was heard without what a learner may have written."""
    return replace(heard, value="") if signal is Signal.KEPT else heard
