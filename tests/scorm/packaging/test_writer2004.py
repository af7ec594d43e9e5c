"""What we write for SCORM 2004 is accepted without a word, and comes back the same."""

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.packaging.activities import course_definition
from scorm.packaging.items import Edition, Item, ScormType
from scorm.packaging.manifest import read_manifest
from scorm.packaging.writer import CourseSource, ScoSource, write_manifest, write_package
from scorm.sequencing.definition import (
    CompletionThreshold,
    ControlMode,
    DataMap,
    Delivery,
    Objective,
    ObjectiveMap,
    Randomization,
    Rollup,
    RollupRule,
    RuleCondition,
    Sequencing,
    SequencingRule,
)
from scorm.sequencing.words import (
    EXIT_ACTIONS,
    PRECONDITION_ACTIONS,
    ChildSet,
    Combination,
    ConditionName,
    Control,
    Requirement,
    RollupAction,
    RuleAction,
    Timing,
)
from tests.scorm.packaging.packages import findings_of, read

Value = TypeVar("Value")

PAGE = b"<!DOCTYPE html><script>window.API_1484_11.Initialize('')</script>"
CONTENT = Sequencing(
    rules=(
        SequencingRule(
            action=RuleAction.SKIP, conditions=(RuleCondition(name=ConditionName.SATISFIED, objective="before"),)
        ),
    ),
    attempt_limit=3,
    max_duration="PT1H",
    rollup=Rollup(objective_weight=0.5, progress_weight=0.25, for_satisfied=Requirement.IF_ATTEMPTED),
    primary=Objective(
        identifier="main",
        satisfied_by_measure=True,
        minimum_measure=0.8,
        maps=(ObjectiveMap(target="g", write_satisfied=True, write_raw=True),),
    ),
    objectives=(Objective(identifier="before"),),
)
COURSE = CourseSource(
    identifier="ordering",
    title="Négociation & médiation",
    language="fr",
    description="Día por día",
    edition=Edition.SCORM_2004_4TH,
    objectives_are_global=False,
    shared_data_is_global=False,
    threshold=CompletionThreshold(by_measure=True, minimum=0.75, is_stated=True),
    scos=(
        ScoSource(
            identifier="unit-1",
            title="Première unité",
            sequencing=Sequencing(control=ControlMode(flow=True, choice=False)),
            children=(
                ScoSource(identifier="a", title="L'été", href="a/index.html?mode=1", sequencing=CONTENT),
                ScoSource(
                    identifier="b",
                    title="¿Qué?",
                    href="b/index.html",
                    parameters="x=1",
                    threshold=CompletionThreshold(by_measure=True, minimum=0.5, is_stated=True),
                    data=(DataMap(target="store"), DataMap(target="notes", is_writable=False)),
                    hidden=(Control.CONTINUE, Control.EXIT_ALL),
                    time_limit_action="exit,message",
                    launch_data=" one\n two ",
                ),
            ),
        ),
        ScoSource(
            identifier="c",
            title="Text",
            href="c/index.html",
            scorm_type=ScormType.ASSET,
            data=(DataMap(target="notes"),),
            visible=False,
        ),
    ),
    files={"a/index.html": PAGE, "b/index.html": PAGE, "c/index.html": b"<!DOCTYPE html>"},
    shared_files={"shared/api.js": b"x" * 5_000},
)
PAGES = {"page.html": PAGE}


def kept(items: tuple[Item, ...] | tuple[ScoSource, ...]) -> list[object]:
    """Return what writing must keep of every item."""
    return [
        (
            (one.identifier, one.title, one.visible, one.launch_data, one.time_limit_action, one.parameters),
            (one.sequencing, one.threshold, one.data, one.hidden, kept(one.children)),
        )
        for one in items
    ]


def test_a_written_course_gives_no_findings() -> None:
    assert findings_of(write_package(COURSE)) == ()


def test_a_written_course_comes_back_the_same() -> None:
    package = read(write_package(COURSE))
    organization = package.manifest.organization
    assert (package.edition, package.title, package.manifest.languages) == (COURSE.edition, COURSE.title, ("fr",))
    assert package.manifest.description == COURSE.description
    assert kept(organization.items) == kept(COURSE.scos)
    assert (organization.sequencing, organization.threshold) == (COURSE.sequencing, COURSE.threshold)
    assert (organization.objectives_are_global, organization.shared_data_is_global) == (False, False)
    assert [item.href for item in package.launches] == ["a/index.html?mode=1", "b/index.html?x=1", "c/index.html"]
    assert (package.scos, package.assets) == (2, 1)


def test_learners_choose_and_continue_freely_unless_the_course_says_otherwise() -> None:
    root = course_definition(read_manifest(write_manifest(COURSE))[0]).activities[0]
    assert (root.sequencing.control.choice, root.sequencing.control.flow) == (True, True)


@pytest.mark.parametrize("edition", [Edition.SCORM_2004_2ND, Edition.SCORM_2004_3RD])
def test_the_older_editions_have_their_own_words(edition: Edition) -> None:
    sco = ScoSource(
        identifier="a", title="A", href="page.html", threshold=CompletionThreshold(minimum=0.5, is_stated=True)
    )
    course = CourseSource(identifier="c", title="C", language="en", edition=edition, scos=(sco,), files=PAGES)
    package = read(write_package(course))
    assert (package.findings, package.edition) == ((), edition)
    assert kept(package.manifest.organization.items) == kept(course.scos)


@pytest.mark.parametrize(
    ("edition", "facts"),
    [
        (Edition.SCORM_12, {"sequencing": CONTENT}),
        (Edition.SCORM_12, {"hidden": (Control.EXIT,)}),
        (Edition.SCORM_2004_4TH, {"mastery_score": 80.0}),
        (Edition.SCORM_2004_4TH, {"prerequisites": "a"}),
        (Edition.SCORM_2004_4TH, {"max_time_allowed": "01:00:00"}),
        (Edition.SCORM_2004_4TH, {"sequencing": replace(CONTENT, primary=replace(CONTENT.primary, identifier=""))}),
        (Edition.SCORM_2004_3RD, {"sequencing": CONTENT}),
        (Edition.SCORM_2004_3RD, {"data": (DataMap(target="store"),)}),
        (Edition.SCORM_2004_3RD, {"threshold": CompletionThreshold(by_measure=True)}),
    ],
)
def test_what_an_edition_has_no_words_for_is_refused(edition: Edition, facts: dict[str, Any]) -> None:
    sco = replace(ScoSource(identifier="a", title="A", href="page.html"), **facts)
    with pytest.raises(ValueError, match="no words for"):
        CourseSource(identifier="c", title="C", language="en", edition=edition, scos=(sco,), files=PAGES)


def flags(kind: type[Value], *names: str) -> dict[str, st.SearchStrategy[bool]]:
    """Return a strategy for each boolean field of a definition, or for those named."""
    fields = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: st.booleans() for name in names or [one for one in fields if isinstance(fields[one].default, bool)]}


def shares(lowest: int = 0) -> st.SearchStrategy[float]:
    return st.integers(lowest * 10_000, 10_000).map(lambda number: number / 10_000)


NAMES = st.sampled_from(["a", "b", "obj 1", "ziel-ä", "目标", "urn:x:1", "<&>"])
FURTHER = ("raw", "minimum", "maximum", "completed", "progress")
ROLLUP_CONDITIONS = st.builds(
    RuleCondition,
    name=st.sampled_from([one for one in ConditionName if one != "always" and "Measure" not in one[9:]]),
    is_negated=st.booleans(),
)


def maps() -> st.SearchStrategy[tuple[ObjectiveMap, ...]]:
    one = st.builds(ObjectiveMap, target=NAMES, **flags(ObjectiveMap))
    return st.lists(one, max_size=3, unique_by=lambda each: each.target).map(tuple)


def objectives() -> st.SearchStrategy[list[Objective]]:
    one = st.builds(
        Objective, identifier=NAMES, satisfied_by_measure=st.booleans(), minimum_measure=shares(-1), maps=maps()
    )
    return st.lists(one, min_size=1, max_size=4, unique_by=lambda each: each.identifier)


def rules(names: list[str]) -> st.SearchStrategy[tuple[SequencingRule, ...]]:
    """Return lists of rules in the order of the schema: precondition, exit, postcondition."""
    condition = st.builds(
        RuleCondition,
        name=st.sampled_from(ConditionName),
        is_negated=st.booleans(),
        objective=st.sampled_from(["", *names]),
        threshold=shares(-1),
    )
    rule = st.builds(
        SequencingRule,
        action=st.sampled_from(RuleAction),
        combination=st.sampled_from(Combination),
        conditions=st.lists(condition, min_size=1, max_size=3).map(tuple),
    )
    return st.lists(rule, max_size=4).map(lambda found: tuple(sorted(found, key=moment)))


def moment(rule: SequencingRule) -> int:
    return 0 if rule.action in PRECONDITION_ACTIONS else 1 if rule.action in EXIT_ACTIONS else 2


@st.composite
def sequencings(draw: st.DrawFn) -> Sequencing:
    primary, *others = draw(objectives())
    rollup_rule = st.builds(
        RollupRule,
        action=st.sampled_from(RollupAction),
        child_set=st.sampled_from(ChildSet),
        minimum_count=st.integers(0, 99),
        minimum_percent=shares(),
        combination=st.sampled_from(Combination),
        conditions=st.lists(ROLLUP_CONDITIONS, min_size=1, max_size=2).map(tuple),
    )
    required = {f"for_{name}": st.sampled_from(Requirement) for name in ("satisfied", "not_satisfied", "completed")}
    return Sequencing(
        control=draw(st.builds(ControlMode, **flags(ControlMode))),
        rules=draw(rules([one.identifier for one in (primary, *others)])),
        attempt_limit=draw(st.none() | st.integers(0, 9)),
        max_duration=draw(st.sampled_from(["", "PT1H", "P1Y2M3DT4H5M6.78S"])),
        rollup_rules=tuple(draw(st.lists(rollup_rule, max_size=2))),
        rollup=draw(
            st.builds(Rollup, objective_weight=shares(), progress_weight=shares(), **flags(Rollup), **required)
        ),
        primary=primary,
        objectives=tuple(others),
        randomization=draw(
            st.builds(
                Randomization,
                selection_timing=st.sampled_from(Timing),
                select_count=st.none() | st.integers(0, 9),
                randomization_timing=st.sampled_from(Timing),
                reorder_children=st.booleans(),
            )
        ),
        delivery=draw(st.builds(Delivery, **flags(Delivery))),
    )


@settings(max_examples=150, deadline=None)
@given(sequencings(), sequencings(), st.booleans(), shares())
def test_any_sequencing_comes_back_the_same(inner: Sequencing, root: Sequencing, by: bool, least: float) -> None:
    sco = ScoSource(
        identifier="a",
        title="A",
        href="page.html",
        sequencing=inner,
        threshold=CompletionThreshold(by_measure=by, minimum=least, is_stated=True),
    )
    course = replace(
        CourseSource(identifier="c", title="C", language="en", scos=(sco,), files=PAGES, edition=COURSE.edition),
        sequencing=root,
    )
    manifest, findings = read_manifest(write_manifest(course))
    assert kept(manifest.organization.items) == kept(course.scos)
    assert manifest.organization.sequencing == root
    # Chance maps two objectives to one target, and thinks little of controls.
    assert {one.code for one in findings} <= {"objective_map_conflict"}
