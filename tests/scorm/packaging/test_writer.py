"""What we write is accepted without a word, and comes back the same."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.packaging.items import Item
from scorm.packaging.writer import CourseSource, ScoSource, write_manifest, write_package
from scorm.xml import XmlLimits, parse_document
from tests.scorm.packaging.packages import findings_of, read

PAGE = b"<!DOCTYPE html><script>parent.API.LMSInitialize('')</script>"
COURSE = CourseSource(
    identifier="ordering",
    title="Négociation & médiation <niveau 1>",
    language="fr",
    description="Día por día",
    scos=(
        ScoSource(
            identifier="unit-1",
            title="Première unité",
            children=(
                ScoSource(identifier="a", title="L'été", href="a/index.html?mode=1", mastery_score=80),
                ScoSource(identifier="b", title="¿Qué?", href="b/index.html", prerequisites="a & ~c", parameters="x=1"),
            ),
        ),
        ScoSource(
            identifier="c",
            title="Quiz",
            href="c/index.html",
            launch_data=" one\n two ",
            max_time_allowed="01:30:00",
            time_limit_action="exit,message",
            visible=False,
        ),
    ),
    files={"a/index.html": PAGE, "a/photo.png": b"\x89PNG", "b/index.html": PAGE, "c/index.html": PAGE, "top.css": b""},
    shared_files={"shared/api.js": b"x" * 5_000},
)


def tree(items: tuple[Item, ...] | tuple[ScoSource, ...]) -> list[object]:
    """Return what writing must keep."""
    return [
        (
            (one.identifier, one.title, one.visible, one.mastery_score, one.launch_data, one.prerequisites),
            (one.max_time_allowed, one.time_limit_action, one.parameters, tree(one.children)),
        )
        for one in items
    ]


def test_a_written_course_gives_no_findings() -> None:
    assert findings_of(write_package(COURSE)) == ()


def test_a_written_course_comes_back_the_same() -> None:
    package = read(write_package(COURSE))
    assert (package.title, package.manifest.languages) == (COURSE.title, ("fr",))
    assert package.manifest.description == COURSE.description
    assert tree(package.manifest.organization.items) == tree(COURSE.scos)
    assert [item.href for item in package.launches] == ["a/index.html?mode=1", "b/index.html?x=1", "c/index.html"]
    assert (package.scos, package.assets) == (3, 0)


def test_the_same_course_gives_the_same_bytes() -> None:
    shuffled = replace(COURSE, files=dict(reversed(COURSE.files.items())))
    assert write_package(shuffled) == write_package(COURSE)


def test_the_archive_is_as_the_books_ask() -> None:
    with zipfile.ZipFile(BytesIO(write_package(COURSE))) as archive:
        infos = archive.infolist()
    assert infos[0].filename == "imsmanifest.xml"
    assert not any(info.is_dir() or info.flag_bits & 0x08 or info.compress_type != 8 for info in infos)


def test_every_file_is_declared_once_and_the_page_comes_first() -> None:
    root = parse_document(
        write_manifest(COURSE), XmlLimits(size=1 << 20, depth=50, elements=999, attributes=50, text=999)
    ).root
    resources = root.first("resources")
    assert resources is not None
    declared = {one.get("identifier"): [file.get("href") for file in one.all("file")] for one in resources.children}
    assert declared == {
        "resource_a": ["a/index.html", "a/photo.png"],
        "resource_b": ["b/index.html"],
        "resource_c": ["c/index.html"],
        "shared_files": ["shared/api.js", "top.css"],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"identifier": "1 course"},
        {"title": "   "},
        {"title": "x" * 201},
        {"scos": ()},
        {"scos": (ScoSource(identifier="a", title="A", href="gone.html"),)},
        {"scos": (ScoSource(identifier="a", title="A", href="a/index.html"),) * 2},
        {"files": {**COURSE.files, "été.html": b""}},
        {"files": {**COURSE.files, "../x.html": b""}},
        {"files": {**COURSE.files, "/x.html": b""}},
        {"files": {**COURSE.files, "noextension": b""}},
        {"files": {**COURSE.files, "imsmanifest.xml": b""}},
        {"files": {**COURSE.files, "Shared/API.js": b""}},
    ],
)
def test_a_course_that_could_not_be_read_back_is_not_built(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"title|XML name|file|page|items"):
        replace(COURSE, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"href": "a.html", "children": (ScoSource(identifier="x", title="X", href="a.html"),)},
        {"href": "a.html", "mastery_score": 101},
    ],
)
def test_an_item_that_makes_no_sense_is_not_built(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="item"):
        ScoSource(identifier="item", title="Item", **facts)  # type: ignore[arg-type]


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=40).filter(
    lambda title: bool(title.split())
)


@st.composite
def items(draw: st.DrawFn, depth: int = 0) -> ScoSource:
    """Draw an item, with children at times."""
    title = " ".join(draw(TITLES).split())
    if depth < 3 and draw(st.booleans()):
        children = tuple(draw(st.lists(items(depth + 1), min_size=1, max_size=3)))
        return ScoSource(identifier="x", title=title, children=children, visible=draw(st.booleans()))
    return ScoSource(
        identifier="x",
        title=title,
        href="page.html" + draw(st.sampled_from(["", "?a=1", "?a=1&b=2#c", "#top"])),
        mastery_score=draw(st.none() | st.integers(0, 100).map(float) | st.just(62.5)),
        parameters=draw(st.sampled_from(["", "?p=1", "p=1&q=%20", "#frag"])),
        launch_data=draw(st.sampled_from(["", "  a\n<b> & ]]> ", "eyJhIjoxfQ=="])),
    )


def numbered(item: ScoSource, counter: list[int]) -> ScoSource:
    """Return the item with an identifier of its own, and so below it."""
    counter[0] += 1
    identifier = f"item-{counter[0]}"
    return replace(item, identifier=identifier, children=tuple(numbered(child, counter) for child in item.children))


@settings(max_examples=60, deadline=None)
@given(st.lists(items(), min_size=1, max_size=3))
def test_any_tree_comes_back_the_same_without_findings(drawn: list[ScoSource]) -> None:
    counter = [0]
    scos = tuple(numbered(item, counter) for item in drawn)
    course = CourseSource(identifier="c", title="C", language="es", scos=scos, files={"page.html": PAGE})
    package = read(write_package(course))
    assert package.findings == ()
    assert tree(package.manifest.organization.items) == tree(scos)
