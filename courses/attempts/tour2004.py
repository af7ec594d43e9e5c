"""What the player shows of what would succeed now, in SCORM 2004 (pure)."""

from collections.abc import Mapping
from typing import Any

from courses.attempts import contents
from courses.attempts.contents import Contents
from courses.attempts.played import PlayedVersion
from courses.attempts.sessions import Outcome, best_status, joined_status
from scorm.sequencing.lookahead import Entry, LookAhead, Offer
from scorm.sequencing.words import Control

SKIPPED = "skipped"
"""The word for a part that the course passes over, because what it teaches is known or not wanted."""

NOT_ATTEMPTED = Outcome().status


def contents_of(look: LookAhead, version: PlayedVersion, outcomes: Mapping[str, Outcome]) -> Contents:
    """Return the table of contents: visible entries below the root, with the statuses that learners have reached.

    LMS choice: a table of one line is not offered, as in 1.2.
    """
    lines = [entry for entry in look.entries[1:] if entry.is_visible]
    return Contents(
        entries=tuple(_line(entry, version, outcomes) for entry in lines),
        controls=look.controls,
        is_offered=look.has_contents and len(lines) > 1,
        is_last=look.is_last,
    )


def _line(entry: Entry, version: PlayedVersion, outcomes: Mapping[str, Outcome]) -> contents.Entry:
    item = version.known[entry.identifier]
    steps = [one.identifier for one in item.walk() if one.identifier in version.by_id]
    words = [best_status(outcomes.get(name, Outcome())) for name in steps]
    is_step = entry.identifier in version.by_id
    status = words[0] if is_step else joined_status(words)
    if entry.is_skipped and status == NOT_ATTEMPTED:
        status = SKIPPED
    return contents.Entry(
        id=entry.identifier, title=item.title, depth=entry.depth, status=status,
        is_launchable=is_step, is_enabled=entry.is_enabled,
    )  # fmt: skip


def look_as_document(look: LookAhead) -> dict[str, Any]:
    """Return what would succeed as plain values for JSON."""
    return {
        "controls": {control.value: offer.value for control, offer in look.controls.items()},
        "entries": [
            [one.identifier, one.depth, one.is_visible, one.is_enabled, one.is_skipped] for one in look.entries
        ],
        "valid": sorted(look.valid),
        "jumps": sorted(look.jumps),
        "last": look.is_last,
    }


def look_from(document: Mapping[str, Any]) -> LookAhead:
    """Return what `look_as_document` wrote."""
    return LookAhead(
        controls={Control(control): Offer(offer) for control, offer in document["controls"].items()},
        entries=tuple(
            Entry(identifier=name, depth=depth, is_visible=is_visible, is_enabled=is_enabled, is_skipped=is_skipped)
            for name, depth, is_visible, is_enabled, is_skipped in document["entries"]
        ),
        valid=frozenset(Control(control) for control in document["valid"]),
        jumps=frozenset(document["jumps"]),
        is_last=document["last"],
    )
