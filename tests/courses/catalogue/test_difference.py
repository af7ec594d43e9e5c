"""What a version changes against another one, and whether an attempt can go on in it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.difference import Change, Difference, Figures, difference
from courses.catalogue.moves import Obstacle, ObstacleCode, obstacles_between
from scorm.packaging.activities import course_definition
from scorm.packaging.items import Edition, Item, Manifest, Organization, ScormType
from scorm.sequencing.definition import ControlMode, Objective, Sequencing
from scorm.sequencing.documents import state_as_document, state_from
from scorm.sequencing.tracking import TrackingState
from scorm.sequencing.tree import ActivityTree


def part(identifier: str, **facts: Any) -> Item:
    """Return an item that opens a page of its own."""
    page = f"{identifier}.html"
    values = {"title": f"Part {identifier}", "href": page, "member": page, "scorm_type": ScormType.SCO}
    return Item(identifier=identifier, **(values | facts))


def folder(identifier: str, *children: Item) -> Item:
    """Return an item that only holds others."""
    return Item(identifier=identifier, title=f"Folder {identifier}", children=children)


def course(*items: Item, edition: Edition = Edition.SCORM_12, **facts: Any) -> Manifest:
    """Return a course of these items."""
    organization = Organization(identifier="org", title="Course", items=items, **facts)
    return Manifest(
        edition=edition, identifier="m", title="Course", organizations=(organization,), default_organization="org"
    )


def between(before: Manifest, after: Manifest) -> Difference:
    """Return the difference of two versions of some size."""
    return difference(
        Figures(manifest=before, total_size=10, packed_size=5), Figures(manifest=after, total_size=30, packed_size=7)
    )


def told(before: Manifest, after: Manifest) -> list[tuple[Change, str, str, str]]:
    """Return the changes in few words."""
    return [(one.change, one.identifier, one.before, one.after) for one in between(before, after).changes]


BEFORE = course(part("a", mastery_score=60.0), folder("f", part("b"), part("c")), part("d"))


class TestTheDifference:
    def test_of_a_version_and_itself_is_nothing_and_an_attempt_can_move(self) -> None:
        found = between(BEFORE, BEFORE)
        assert (found.changes, found.obstacles, found.can_move) == ((), (), True)

    def test_has_the_sizes_before_and_after(self) -> None:
        found = between(BEFORE, BEFORE)
        assert (found.total_size, found.packed_size) == ((10, 30), (5, 7))

    @pytest.mark.parametrize(
        ("facts", "change"),
        [
            ({"title": "New"}, (Change.RENAMED, "a", "Part a", "New")),
            ({"href": "new.html"}, (Change.PAGE, "a", "a.html", "new.html")),
            ({"mastery_score": 62.5}, (Change.MASTERY, "a", "60", "62.5")),
            ({"mastery_score": None}, (Change.MASTERY, "a", "60", "")),
            ({"scorm_type": ScormType.ASSET}, (Change.TYPE, "a", "sco", "asset")),
            ({"prerequisites": "d"}, (Change.RULES, "a", "", "")),
            ({"max_time_allowed": "01:00:00"}, (Change.RULES, "a", "", "")),
            ({"launch_data": "x"}, (Change.LAUNCH_DATA, "a", "", "")),
            ({"visible": False}, (Change.VISIBILITY, "a", "shown", "hidden")),
        ],
    )
    def test_tells_what_is_otherwise_about_an_item(
        self, facts: dict[str, Any], change: tuple[Change, str, str, str]
    ) -> None:
        first, *others = BEFORE.organization.items
        assert told(BEFORE, course(replace(first, **facts), *others)) == [change]

    def test_tells_what_was_added_and_what_is_gone_with_its_place(self) -> None:
        after = course(part("a", mastery_score=60.0), folder("f", part("b"), part("n")), part("d"))
        assert told(BEFORE, after) == [(Change.ADDED, "n", "", "Folder f"), (Change.GONE, "c", "Folder f", "")]

    def test_tells_another_identifier_of_the_same_page_from_a_new_page(self) -> None:
        after = course(
            part("a", mastery_score=60.0), folder("f", part("b"), part("c")), replace(part("d"), identifier="e")
        )
        assert told(BEFORE, after) == [(Change.IDENTIFIER, "e", "d", "e")]
        assert between(BEFORE, after).obstacles == (
            Obstacle(ObstacleCode.PARTS_GONE, ("Part d",), 1), Obstacle(ObstacleCode.PARTS_ADDED, ("Part d",), 1),
        )  # fmt: skip

    def test_tells_what_stands_in_another_folder(self) -> None:
        after = course(part("a", mastery_score=60.0), folder("f", part("b")), part("c"), part("d"))
        assert told(BEFORE, after) == [(Change.MOVED, "c", "Folder f", "")]

    def test_calls_as_few_as_possible_moved_when_an_order_changes(self) -> None:
        before = course(*(part(name) for name in "abcde"))
        assert told(before, course(*(part(name) for name in "eabcd"))) == [(Change.MOVED, "e", "", "")]

    def test_of_an_item_between_others_moves_none_of_them(self) -> None:
        before = course(part("a"), part("b"))
        assert [one[0] for one in told(before, course(part("a"), part("x"), part("b")))] == [Change.ADDED]

    def test_tells_another_edition_title_and_rules_of_the_course(self) -> None:
        before = course(part("a"), edition=Edition.SCORM_2004_3RD)
        flowing = Sequencing(control=ControlMode(flow=True))
        after = replace(course(part("a"), edition=Edition.SCORM_2004_4TH, sequencing=flowing), title="New")
        assert told(before, after) == [
            (Change.TITLE, "", "Course", "New"),
            (Change.EDITION, "", "2004 3rd Edition", "2004 4th Edition"),
            (Change.COURSE_RULES, "", "", ""),
        ]
        assert between(before, after).can_move

    @given(st.permutations("abcdefg"), st.permutations("abcdefg"))
    def test_never_calls_everything_moved(self, before: list[str], after: list[str]) -> None:
        found = told(course(*map(part, before)), course(*map(part, after)))
        assert {one[0] for one in found} <= {Change.MOVED}
        assert len(found) < 7
        assert bool(found) is (before != after)


SECOND = Edition.SCORM_2004_4TH
TREE = (folder("f", part("a"), part("b")), part("c"))


class TestAnAttemptCannotMove:
    @pytest.mark.parametrize(
        ("before", "after", "codes"),
        [
            (course(part("a")), course(part("a"), edition=SECOND), [ObstacleCode.GENERATION]),
            (course(part("a")), course(part("a"), part("b")), [ObstacleCode.PARTS_ADDED]),
            (course(part("a"), part("b")), course(part("a")), [ObstacleCode.PARTS_GONE]),
            (course(part("a")), course(part("a", scorm_type=ScormType.ASSET)), [ObstacleCode.TYPES]),
            (course(part("a")), course(part("a", href="", member="")), [ObstacleCode.PARTS_GONE]),
            (
                course(*TREE, edition=SECOND),
                course(part("a"), part("b"), part("c"), edition=SECOND),
                [ObstacleCode.TREE],
            ),
            (
                course(part("a"), part("b"), edition=SECOND), course(part("b"), part("a"), edition=SECOND),
                [ObstacleCode.TREE],
            ),
            (
                course(part("a"), edition=SECOND),
                course(part("a", sequencing=Sequencing(primary=Objective(identifier="o"))), edition=SECOND),
                [ObstacleCode.OBJECTIVES],
            ),
            (
                course(part("a"), edition=SECOND), course(part("a"), edition=SECOND, objectives_are_global=False),
                [ObstacleCode.SHARING],
            ),
            (
                course(part("a"), edition=SECOND), course(part("a"), edition=SECOND, shared_data_is_global=False),
                [ObstacleCode.SHARING],
            ),
        ],
    )  # fmt: skip
    def test_where_what_it_remembers_would_not_be_found_again(
        self, before: Manifest, after: Manifest, codes: list[ObstacleCode]
    ) -> None:
        assert [one.code for one in obstacles_between(before, after)] == codes
        assert [one.code for one in obstacles_between(after, before)] != []

    def test_and_the_reason_names_five_parts_at_most_and_counts_all(self) -> None:
        found = obstacles_between(course(part("x")), course(part("x"), *(part(f"p{number}") for number in range(9))))
        assert found == (Obstacle(ObstacleCode.PARTS_ADDED, tuple(f"Part p{number}" for number in range(5)), 9),)


class TestAnAttemptCanMove:
    @pytest.mark.parametrize(
        "facts",
        [{"title": "New"}, {"href": "new.html"}, {"mastery_score": 1.0}, {"prerequisites": "b"}, {"launch_data": "x"}],
    )
    def test_when_only_texts_pages_and_scores_changed(self, facts: dict[str, Any]) -> None:
        assert not obstacles_between(course(part("a"), part("b")), course(part("a", **facts), part("b")))

    def test_in_another_order_of_a_course_without_sequencing(self) -> None:
        assert not obstacles_between(course(part("a"), part("b")), course(folder("f", part("b")), part("a")))

    def test_when_a_heading_that_opens_nothing_was_added(self) -> None:
        heading = Item(identifier="h", title="Heading")
        for edition in Edition:
            before, after = course(part("a"), edition=edition), course(heading, part("a"), edition=edition)
            assert not obstacles_between(before, after)

    def test_and_the_whole_state_of_sequencing_is_found_again_under_other_rules(self) -> None:
        flowing = Sequencing(control=ControlMode(flow=True))
        before, after = course(*TREE, edition=SECOND), course(*TREE, edition=SECOND, sequencing=flowing)
        assert not obstacles_between(before, after)
        state = TrackingState(ActivityTree(course_definition(before)), seed="s")
        for place in range(len(state.tree.nodes)):
            record = state.writable(place)
            record.attempts = place + 1
        state.suspended = 3
        document = state_as_document(state, with_globals=False)
        moved = state_from(document, ActivityTree(course_definition(after)), {})
        assert state_as_document(moved, with_globals=False) == document
