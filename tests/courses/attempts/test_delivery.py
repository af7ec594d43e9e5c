"""What may be opened: document order, hidden items, prerequisites, folders."""

from uuid import uuid4

from courses.attempts.delivery import RequestKind, Tour
from courses.attempts.played import PlayedVersion
from courses.attempts.sessions import Outcome
from courses.people.models import Language
from scorm.packaging.items import Item


def item(identifier: str, **facts: object) -> Item:
    values = {"identifier": identifier, "title": identifier.title(), "href": f"{identifier}.html"} | facts
    return Item(**values)  # type: ignore[arg-type]


def tour(*items: Item, **outcomes: Outcome) -> Tour:
    version = PlayedVersion(
        id=uuid4(), title="A course", edition="1.2", archive_sha256="", language=Language.EN, items=items
    )
    return Tour(version, outcomes)


PASSED = Outcome(status="passed", is_completed=True, is_passed=True)
COURSE = (
    item("module", href="", children=(item("one"), item("hidden", visible=False), item("two"))),
    item("test", prerequisites="one & two"),
)


def test_continue_and_previous_follow_the_document_past_what_is_hidden_or_locked() -> None:
    course = tour(*COURSE)
    assert course.contents("one").following == "two"
    assert course.contents("two").previous == "one"
    assert course.contents("two").following is None
    assert tour(*COURSE, one=PASSED, two=PASSED).contents("two").following == "test"


def test_a_locked_item_cannot_be_chosen() -> None:
    assert tour(*COURSE).requested(RequestKind.CHOICE, "test", "one") is None
    opened = tour(*COURSE, one=PASSED, two=PASSED).requested(RequestKind.CHOICE, "test", "one")
    assert opened is not None
    assert opened.identifier == "test"
    for nowhere in ("module", "hidden", "unknown", None):
        assert tour(*COURSE).requested(RequestKind.CHOICE, nowhere, "one") is None


def test_looking_again_does_not_lock_what_was_open() -> None:
    again = Outcome(status="incomplete", is_completed=True, is_passed=True)
    assert tour(*COURSE, one=again, two=PASSED).contents("one").entries[-1].is_enabled


def test_the_table_shows_folders_with_what_they_amount_to_and_leaves_hidden_items_out() -> None:
    entries = tour(*COURSE, one=PASSED).contents("one").entries
    assert [(entry.id, entry.depth, entry.status, entry.is_launchable) for entry in entries] == [
        ("module", 0, "incomplete", False),
        ("one", 1, "passed", True),
        ("two", 1, "not attempted", True),
        ("test", 0, "not attempted", True),
    ]


def test_a_launch_resumes_where_the_learner_was_else_at_the_first_open_item() -> None:
    for wanted, found in (("two", "two"), (None, "one"), ("gone", "one")):
        first = tour(*COURSE).first(wanted)
        assert first is not None
        assert first.identifier == found


def test_a_course_that_hides_everything_is_played_all_the_same() -> None:
    course = tour(item("one", visible=False), item("two", visible=False))
    assert [entry.id for entry in course.contents("one").entries] == ["one", "two"]
    assert course.contents("one").following == "two"
