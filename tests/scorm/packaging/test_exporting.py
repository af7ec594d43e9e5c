"""A package that was imported is written again: clean, with the same tree, the same launches and every file."""

import sys
import tracemalloc
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.errors import PackageError
from scorm.packaging.archive import STORED, ArchiveIndex, Member
from scorm.packaging.exporting import carried_course
from scorm.packaging.hrefs import encoded_path, launch_url, with_parameters
from scorm.packaging.inflating import read_member
from scorm.packaging.items import Edition, Item, Organization
from scorm.packaging.manifest import read_manifest
from scorm.packaging.package import Package, read_package
from scorm.packaging.writer import CourseSource, ScoSource, href_of, package_pieces, write_manifest, write_package
from tests.scorm.packaging import packages2004
from tests.scorm.packaging.packages import FILES, manifest_with, package_bytes, port, read, shared_packages

_MENDED = """
    manifest_encoding namespace_undeclared namespace_unknown edition_unknown edition_contradiction edition_missing
    element_misplaced element_order identifier_missing identifier_duplicate organization_default_dangling
    organization_several item_reference_dangling item_folder_with_resource file_missing dependency_dangling
    parameters_malformed mastery_score_invalid time_limit_invalid threshold_invalid threshold_old_style
    sequencing_reference_dangling sequencing_value_invalid zip_wrapped_in_folder zip_os_noise zip_name_encoding
    zip_name_mended manifest_name_case schema_files_missing title_missing submanifest_ignored href_mended
    xml_base_mended file_undeclared metadata_missing_file launch_file_missing
"""
MENDED = frozenset(_MENDED.split())
"""What the import mends or leaves out: nothing of it is written again."""


def exported(package: Package, data: bytes) -> bytes:
    """Return the package, written again; its definition comes from the database, as JSON."""
    stored = type(package.manifest).from_dict(package.manifest.as_dict())
    return b"".join(package_pieces(carried_course(stored, package.index, port(data), "en")))


def kept(item: Item) -> Item:
    """Return what writing must keep of an item: all but its resource, its very parameters and what has no effect."""
    item = replace(item, resource="", parameters="", children=tuple(kept(child) for child in item.children))
    if item.is_launchable:
        return item
    return replace(
        item, mastery_score=None, max_time_allowed="", time_limit_action="", launch_data="",
        scorm_type=type(item.scorm_type)(""),
    )  # fmt: skip


def tree(organization: Organization) -> Organization:
    """Return what writing must keep of a course."""
    return replace(organization, items=tuple(kept(item) for item in organization.items))


def assert_round_trip(data: bytes) -> Package:
    """Write a package again, read it, compare both; return what was read."""
    before = read(data)
    again = exported(before, data)
    after = read(again)
    assert tree(after.manifest.organization) == tree(before.manifest.organization)
    assert after.edition is before.edition
    assert contents(after, again) == contents(before, data)
    codes = {one.code for one in after.findings}
    assert codes <= {one.code for one in before.findings} | {"item_leaf_without_resource"}
    assert not codes & (MENDED if after.edition.is_2004 else MENDED - {"item_folder_with_resource"})
    return after


def contents(package: Package, data: bytes) -> dict[str, bytes]:
    """Return every file but the manifest."""
    return {
        name: read_member(port(data), member)
        for name, member in package.index.members.items()
        if name.casefold() != "imsmanifest.xml"
    }


def test_a_good_package_comes_back_the_same() -> None:
    after = assert_round_trip(package_bytes())
    assert [item.href for item in after.launches] == ["one/index.html", "two/index.html"]


def test_everything_that_a_manifest_of_2004_can_say_comes_back() -> None:
    assert_round_trip(package_bytes(packages2004.MANIFEST))


def test_what_was_mended_is_written_clean() -> None:
    text = manifest_with(
        ('default="org"', 'default="gone"'),
        ('href="one/index.html">', 'href="One\\INDEX.html?x=1">'),
        ('<file href="one/index.html"/>', '<file href="gone.css"/>'),
        ("<title>Second</title>", '<title/><item identifierref="nowhere"><title>Odd</title></item>'),
        ('identifierref="res_one"', 'identifierref="res_one" parameters="b c"'),
        ("1.2</schemaversion>", "7</schemaversion>"),
    )
    wrapped = {f"course/{name}": content for name, content in FILES.items()} | {
        "__MACOSX/._x": b"",
        "course/été.txt": b"",
    }
    data = package_bytes(text, wrapped, name="course/IMSmanifest.XML")
    before = {one.code for one in read(data).findings}
    assert {"manifest_name_case", "zip_wrapped_in_folder", "href_mended", "parameters_malformed"} <= before
    after = assert_round_trip(data)
    assert after.launches[0].href == "one/index.html?x=1&b c"
    assert {one.code for one in after.findings} == {"item_leaf_without_resource", "item_folder_with_resource"}


@pytest.mark.parametrize(
    ("href", "parameters"),
    [
        ("one/index.html", "?a=1"), ("one/index.html?q=2", "a=1&b=2#top"), ("one/index.html#x", "a=1#y"),
        ("one/index.html#x", "#y"), ("one/index.html?a=1", "a=1"), ("one/index.html", "#y"),
    ],
)  # fmt: skip
def test_an_address_keeps_its_parameters_as_such(href: str, parameters: str) -> None:
    text = manifest_with(
        ('href="one/index.html">', f'href="{href}">'),
        ('identifierref="res_one"', f'identifierref="res_one" parameters="{parameters.replace("&", "&amp;")}"'),
    )
    after = assert_round_trip(package_bytes(text))
    assert after.launches[0].parameters == parameters


@pytest.mark.parametrize(
    "name", ["a b.html", "été.html", "a%20b.html", "a#b.html", "a?b.html", "100%.html", "a+b;c.html"]
)
def test_a_page_of_any_name_is_found_again(name: str) -> None:
    text = manifest_with(('href="one/index.html">', f'href="{encoded_path(name)}">'))
    after = assert_round_trip(package_bytes(text, {**FILES, name: b"page"}))
    assert after.launches[0].member == name


SUFFIXES = st.from_regex(r"(\?[a-c=&]{0,5})?(#[a-c]{0,3})?", fullmatch=True)
PARAMETERS = st.from_regex(r"\??[ab]{1,2}=[abc]{1,2}(&[ab]=[abc]){0,2}(#[ab]{1,2})?|#[ab]{1,2}", fullmatch=True)


@given(SUFFIXES, PARAMETERS)
def test_any_address_is_launched_as_before_and_its_parameters_stay_parameters(suffix: str, parameters: str) -> None:
    item = Item(
        identifier="one", title="One", member="a.html", href=launch_url("a.html", suffix, parameters),
        parameters=parameters,
    )  # fmt: skip
    base = read(package_bytes()).manifest
    manifest = replace(base, organizations=(replace(base.organization, items=(item,)),))
    member = Member(name="a.html", offset=0, method=STORED, compressed_size=0, size=0, crc=0)
    index = ArchiveIndex(members={"a.html": member})
    (written,) = carried_course(manifest, index, port(b"")).scos
    assert with_parameters(written.href, written.parameters) == item.href
    assert written.parameters == parameters


@pytest.mark.parametrize("others", [1, 2])
@pytest.mark.parametrize("name", ["a b.html", "a?b.html", "a#b.html", "é/ü.html"])
def test_a_page_is_told_from_other_files_that_have_the_names_of_its_addresses(name: str, others: int) -> None:
    files = {**FILES, name: b"page"}
    for _ in range(others):
        files[href_of(name, files)] = b"other"
    text = manifest_with(('href="one/index.html">', f'href="{href_of(name, files)}">'))
    after = assert_round_trip(package_bytes(text, files))
    assert after.launches[0].member == name


def test_folders_of_1_2_that_open_a_page_themselves_still_do() -> None:
    text = manifest_with(
        (
            "<title>Second</title>",
            '<title>S</title><item identifier="x" identifierref="res_one"><title>X</title></item>',
        )
    )
    after = assert_round_trip(package_bytes(text))
    assert [item.identifier for item in after.launches] == ["one", "two", "x"]


def test_launch_data_keep_their_line_ends() -> None:
    text = manifest_with(
        ("<title>First</title>", "<title>First</title><adlcp:datafromlms>a&#13;&#10;b </adlcp:datafromlms>")
    )
    assert assert_round_trip(package_bytes(text)).launches[0].launch_data == "a\r\nb "


def test_an_organization_keeps_its_identifier_unlike_that_of_any_item() -> None:
    assert_round_trip(package_bytes(manifest_with(('identifier="two"', 'identifier="resource_one"'))))
    assert_round_trip(
        package_bytes(
            manifest_with(
                ('<organization identifier="org"', '<organization identifier="course"'),
                ('default="org"', 'default="course"'),
            )
        )
    )


def test_identifiers_that_are_no_xml_names_stay_for_they_find_what_learners_did() -> None:
    after = assert_round_trip(package_bytes(manifest_with(('identifier="one"', 'identifier="1 one/é"'))))
    assert after.launches[0].identifier == "1 one/é"


def test_a_manifest_of_many_items_and_files_grows_with_their_sum_and_not_with_their_product() -> None:
    members = {f"a/{number}.html": Member(name="", offset=0, method=STORED, compressed_size=0, size=0, crc=0)
               for number in range(1000)}  # fmt: skip
    index = ArchiveIndex(members=members | {f"a/{n}.js": members["a/0.html"] for n in range(5000)})
    items = tuple(Item(identifier=f"i{n}", title="T", href=f"a/{n}.html", member=f"a/{n}.html") for n in range(1000))
    base = read(package_bytes()).manifest
    manifest = replace(base, organizations=(replace(base.organization, items=items),))
    data = write_manifest(carried_course(manifest, index, port(b"")))
    assert len(data) < 1_000_000
    assert len(read_manifest(data)[0].resources) == 1001


def test_a_big_package_is_written_in_the_memory_of_a_few_pieces() -> None:
    size = 64 * 1024 * 1024
    member = Member(name="film.mp4", offset=0, method=STORED, compressed_size=size, size=size, crc=0)
    zeros = bytes(256 * 1024)
    package = read(package_bytes())
    index = ArchiveIndex(members={**package.index.members, "film.mp4": member})
    tracemalloc.start()
    course = carried_course(package.manifest, index, lambda _offset, count: zeros[:count])
    total = sum(len(piece) for piece in package_pieces(course))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > size
    assert most < 4 * 1024 * 1024


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=8
)


@settings(max_examples=40, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(Edition))
def test_any_identifiers_and_titles_come_back(names: list[str], edition: Edition) -> None:
    scos = tuple(ScoSource(identifier=f"i{n}", title=title, href="a.html") for n, title in enumerate(names))
    source = CourseSource(identifier="c", title="C", language="fr", scos=scos, files={"a.html": b""}, edition=edition)
    assert_round_trip(write_package(source))


def real_packages() -> list[Path]:
    """Return the real packages, where they are beside the project."""
    folder = shared_packages()
    if folder is None:
        print("no real packages beside the project: none was exported", file=sys.stderr)
        return []
    return sorted(folder.rglob("*.zip"))


def test_every_real_package_that_is_accepted_comes_back() -> None:
    accepted = 0
    for path in real_packages():
        data = path.read_bytes()
        try:
            read_package(port(data), len(data))
        except PackageError:
            continue
        accepted += 1
        try:
            assert_round_trip(data)
        except AssertionError as error:
            raise AssertionError(path.name) from error
    assert accepted or not real_packages()


def test_the_manifest_stands_first_and_nothing_else_is_called_so() -> None:
    data = package_bytes(name="IMSMANIFEST.xml")
    with zipfile.ZipFile(BytesIO(exported(read(data), data))) as archive:
        names = archive.namelist()
    assert names[0] == "imsmanifest.xml"
    assert [name for name in names if name.casefold() == "imsmanifest.xml"] == ["imsmanifest.xml"]
