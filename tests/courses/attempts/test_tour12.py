"""What may be opened: document order, hidden items, prerequisites, folders."""

from uuid import uuid4

from courses.attempts.messages import RequestKind
from courses.attempts.played import PlayedVersion
from courses.attempts.sessions import Outcome
from courses.attempts.tour12 import Tour
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


def neighbours(course: Tour, current: str) -> list[str | None]:
    found = [course.requested(kind, None, current) for kind in (RequestKind.PREVIOUS, RequestKind.CONTINUE)]
    return [None if item is None else item.identifier for item in found]


def controls(current: str) -> dict[str, str]:
    shown = tour(*COURSE).contents(current).as_dict()["controls"]
    return {name: shown[name] for name in ("previous", "continue")}


def test_continue_and_previous_follow_the_document_past_what_is_hidden_or_locked() -> None:
    assert neighbours(tour(*COURSE), "one") == [None, "two"]
    assert neighbours(tour(*COURSE), "two") == ["one", None]
    assert neighbours(tour(*COURSE, one=PASSED, two=PASSED), "two") == ["one", "test"]


def test_a_control_is_enabled_where_there_is_a_neighbour() -> None:
    assert controls("two") == {"previous": "enabled", "continue": "disabled"}
    assert controls("one") == {"previous": "disabled", "continue": "enabled"}


def test_of_the_ways_out_one_is_shown() -> None:
    ways = {"exit": "enabled"} | dict.fromkeys(("exitAll", "abandon", "abandonAll", "suspendAll"), "hidden")
    shown = tour(*COURSE).contents("one").as_dict()["controls"]
    assert {name: shown[name] for name in ways} == ways


def test_a_table_with_one_line_is_not_offered() -> None:
    assert tour(*COURSE).contents("one").is_offered
    assert not tour(item("one")).contents("one").is_offered


def test_a_locked_item_cannot_be_chosen() -> None:
    assert tour(*COURSE).requested(RequestKind.CHOICE, "test", "one") is None
    opened = tour(*COURSE, one=PASSED, two=PASSED).requested(RequestKind.CHOICE, "test", "one")
    assert opened is not None
    assert opened.identifier == "test"
    for nowhere in ("module", "hidden", "unknown", None):
        assert tour(*COURSE).requested(RequestKind.CHOICE, nowhere, "one") is None


def test_a_jump_leads_no_further_than_a_choice() -> None:
    assert tour(*COURSE).requested(RequestKind.JUMP, "test", "one") is None
    jumped = tour(*COURSE).requested(RequestKind.JUMP, "two", "one")
    assert jumped is not None
    assert jumped.identifier == "two"


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
    assert neighbours(course, "one") == [None, "two"]
