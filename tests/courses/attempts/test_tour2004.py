"""What the player shows of a course of SCORM 2004 (pure)."""

from uuid import UUID

from courses.attempts.contents import Contents
from courses.attempts.played import PlayedVersion
from courses.attempts.sessions import Outcome
from courses.attempts.tour2004 import contents_of, look_as_document, look_from
from courses.people.models import Language
from scorm.packaging.items import Item
from scorm.sequencing.lookahead import Entry, LookAhead, Offer
from scorm.sequencing.words import Control

VERSION = PlayedVersion(
    id=UUID(int=1), title="Course", edition="2004 4th Edition", archive_sha256="", language=Language.EN,
    items=tuple(Item(identifier=name, title=name, href=f"{name}.html", member=f"{name}.html") for name in "ab"),
)  # fmt: skip


def look(*, skipped: str = "", is_last: bool = False) -> LookAhead:
    """Return what would succeed in a course of two pages."""
    names = ("course", "a", "b")
    return LookAhead(
        controls=dict.fromkeys(Control, Offer.ENABLED),
        entries=tuple(
            Entry(identifier=name, depth=0, is_visible=True, is_enabled=True, is_skipped=name == skipped)
            for name in names
        ),
        valid=frozenset({Control.CONTINUE}),
        jumps=frozenset("ab"),
        is_last=is_last,
    )


def statuses(contents: Contents) -> list[str]:
    return [entry.status for entry in contents.entries]


def test_a_part_that_is_passed_over_is_told_as_skipped() -> None:
    assert statuses(contents_of(look(skipped="b"), VERSION, {})) == ["not attempted", "skipped"]


def test_a_part_that_was_done_stays_done_though_it_is_passed_over_now() -> None:
    done = {"b": Outcome(status="completed", is_completed=True)}
    assert statuses(contents_of(look(skipped="b"), VERSION, done)) == ["not attempted", "completed"]


def test_the_page_is_told_that_the_next_step_ends_the_course() -> None:
    assert contents_of(look(is_last=True), VERSION, {}).as_dict()["last"] is True
    assert contents_of(look(), VERSION, {}).as_dict()["last"] is False


def test_what_would_succeed_is_the_same_after_a_journey_through_json() -> None:
    found = look(skipped="a", is_last=True)
    assert look_from(look_as_document(found)) == found
