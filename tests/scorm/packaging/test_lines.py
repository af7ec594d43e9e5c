"""Findings of the manifest carry the line of the element that they name."""

import pytest

from scorm.packaging.lines import with_lines
from tests.scorm.packaging.packages import FILES, MANIFEST, findings_of, in_item_one, manifest_with, package_bytes


def line_with(text: str, words: str) -> str:
    """Return the line of some words in a text, counted from one."""
    return str(text[: text.index(words)].count("\n") + 1)


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        (
            in_item_one("<adlcp:masteryscore>many</adlcp:masteryscore>"),
            "mastery_score_invalid",
            '<item identifier="one"',
        ),
        (('default="org"', 'default="gone"'), "organization_default_dangling", "<organizations"),
        (('identifierref="res_two"', 'identifierref="gone"'), "item_reference_dangling", '<item identifier="two"'),
        ((' adlcp:scormtype="sco"', ""), "scorm_type_missing", '<resource identifier="res_one"'),
    ],
)
def test_what_is_wrong_with_an_element_stands_in_its_line(change: tuple[str, str], code: str, element: str) -> None:
    text = manifest_with(change)
    one = next(one for one in findings_of(package_bytes(text)) if one.code == code)
    assert one.parameters["line"] == line_with(text, element)


def test_a_missing_file_stands_in_the_line_that_names_it() -> None:
    files = {name: data for name, data in FILES.items() if name != "shared/api.js"}
    one = next(one for one in findings_of(package_bytes(files=files)) if one.code == "file_missing")
    assert one.file == "shared/api.js"
    assert one.parameters == {"manifest_line": line_with(MANIFEST, '<file href="shared/api.js"')}


def test_a_refusal_has_its_lines_too() -> None:
    text = MANIFEST.replace('href="one/index.html">', ">").replace('href="two/index.html">', 'href="../x.html">')
    lines = {
        one.place: one.parameters.get("line", one.parameters.get("manifest_line"))
        for one in findings_of(package_bytes(text))
    }
    assert lines["one"] == line_with(text, '<item identifier="one"')


def test_in_another_encoding_lines_are_the_same() -> None:
    text = manifest_with(("<title>Negotiation", "<title>Négociation"), ('default="org"', 'default="gone"'))
    data = text.replace('encoding="UTF-8"', 'encoding="utf-16"').encode("utf-16")
    assert [one.parameters["line"] for one in findings_of(package_bytes(data))] == [line_with(text, "<organizations")]


def test_a_manifest_that_cannot_be_read_is_not_read_again() -> None:
    found = findings_of(package_bytes(MANIFEST.replace("</item>", "", 1)))
    assert [one.code for one in found] == ["manifest_not_well_formed"]
    assert with_lines(found, b"") == list(found)
