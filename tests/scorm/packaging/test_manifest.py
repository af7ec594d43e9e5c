"""One spoilt fact of a good package, one finding: code, grade and place."""

from pathlib import Path

import pytest

from scorm.errors import PackageError
from scorm.packaging.findings import GRADES, Finding, Grade, condensed, finding
from tests.scorm.packaging.packages import (
    FILES,
    MANIFEST,
    codes_of,
    findings_of,
    in_item_one,
    manifest_with,
    package_bytes,
    read,
)

ITEM_ONE = '<item identifier="one" identifierref="res_one"><title>First</title></item>'
ITEM_TWO = '<item identifier="two" identifierref="res_two"><title>Second</title></item>'
PAGE_ONE = 'href="one/index.html">'
ORGANIZATION = MANIFEST[MANIFEST.index("    <organization ") : MANIFEST.index("  </organizations>")]
SECOND_ORGANIZATION = ORGANIZATION.replace('"org"', '"other"')
NESTED = '<manifest identifier="inner"><resources><resource identifier="deep" href="x.html"/></resources></manifest>'


SPOILT: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "root": ("manifest_root", "course", (("<manifest ", "<course "), ("</manifest>", "</course>"))),
    "undeclared prefix": (
        "namespace_undeclared",
        "adlcp",
        (('xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"', ""),),
    ),
    "foreign namespace": (
        "namespace_unknown",
        "http://example.org/x",
        (("<metadata>", '<metadata><x:note xmlns:x="http://example.org/x"/>'),),
    ),
    "edition missing": ("edition_missing", "", (("<schemaversion>1.2</schemaversion>", ""),)),
    "edition unknown": ("edition_unknown", "", ((">1.2<", ">1.9<"),)),
    "edition against namespaces": ("edition_contradiction", "", ((">1.2<", ">2004 3rd Edition<"),)),
    "manifest without identifier": ("identifier_missing", "manifest", ((' identifier="course"', ""),)),
    "item without identifier": ("identifier_missing", "item-1", (('<item identifier="one"', "<item"),)),
    "two items alike": ("identifier_duplicate", "one", (('identifier="two"', 'identifier="one"'),)),
    "two resources alike": (
        "identifier_duplicate",
        "res_one",
        (("</resource>\n  </res", '</resource><resource identifier="res_one" href="two/index.html"/>\n  </res'),),
    ),
    "blank in an identifier": ("identifier_syntax", "o n e", (('identifier="one"', 'identifier="o n e"'),)),
    "no organization": ("organization_missing", "", ((ORGANIZATION, ""),)),
    "default that dangles": ("organization_default_dangling", "gone", (('default="org"', 'default="gone"'),)),
    "two organizations": (
        "organization_several",
        "",
        (("  </organizations>", SECOND_ORGANIZATION + "  </organizations>"),),
    ),
    "no items": ("organization_empty", "org", ((ITEM_ONE, ""), (ITEM_TWO, ""))),
    "no title": ("title_missing", "one", (("<title>First</title>", "<title> </title>"),)),
    "no title of the organization": ("title_missing", "org", (("<title>Negotiation</title>", ""),)),
    "reference that dangles": ("item_reference_dangling", "one", (('identifierref="res_one"', 'identifierref="no"'),)),
    "leaf without resource": ("item_leaf_without_resource", "one", ((' identifierref="res_one"', ""),)),
    "folder with resource": (
        "item_folder_with_resource",
        "one",
        (in_item_one('<item identifier="in" identifierref="res_two"><title>In</title></item>'),),
    ),
    "nested manifest referenced": (
        "submanifest_referenced",
        "one",
        (('identifierref="res_one"', 'identifierref="deep"'), ("</manifest>", NESTED + "</manifest>")),
    ),
    "nested manifest": ("submanifest_ignored", "", (("</manifest>", NESTED + "</manifest>"),)),
    "resource without page": ("resource_without_href", "one", ((' href="one/index.html">', ">"),)),
    "page not there": (
        "launch_file_missing",
        "one",
        ((PAGE_ONE, 'href="one/start.html">'),),
    ),
    "page elsewhere": ("launch_external", "one", ((PAGE_ONE, 'href="https://example.org/start.html">'),)),
    "page outside": ("href_escapes", "one", ((PAGE_ONE, 'href="../one/index.html">'),)),
    "page from the root": ("href_escapes", "one", ((PAGE_ONE, 'href="/one/index.html">'),)),
    "page with back-slashes": ("href_mended", "", ((PAGE_ONE, 'href="one\\index.html">'),)),
    "page in another case": ("href_mended", "", ((PAGE_ONE, 'href="One/INDEX.html">'),)),
    "base without slash": (
        "xml_base_mended",
        "",
        (
            ('adlcp:scormtype="sco" href="two/index.html"', 'adlcp:scormtype="sco" xml:base="two" href="index.html"'),
            ('file href="two/index.html"', 'file href="index.html"'),
        ),
    ),
    "file not there": ("file_missing", "res_one", (("<file href=", '<file href="shared/no.js"/><file href='),)),
    "file not declared": ("file_undeclared", "", (('<file href="shared/api.js"/>', ""),)),
    "type not stated": ("scorm_type_missing", "res_one", ((' adlcp:scormtype="sco"', ""),)),
    "dependency that dangles": (
        "dependency_dangling",
        "res_one",
        (("</resource>", '<dependency identifierref="no"/></resource>'),),
    ),
    "odd parameters": (
        "parameters_malformed",
        "one",
        (('identifierref="res_one"', 'identifierref="res_one" parameters="only words"'),),
    ),
    "score above 100": (
        "mastery_score_invalid",
        "one",
        (in_item_one("<adlcp:masteryscore>101</adlcp:masteryscore>"),),
    ),
    "score in words": (
        "mastery_score_invalid",
        "one",
        (in_item_one("<adlcp:masteryscore>80 %</adlcp:masteryscore>"),),
    ),
    "time in words": (
        "time_limit_invalid",
        "one",
        (in_item_one("<adlcp:maxtimeallowed>two hours</adlcp:maxtimeallowed>"),),
    ),
    "unknown time limit action": (
        "time_limit_invalid",
        "one",
        (in_item_one("<adlcp:timelimitaction>explode</adlcp:timelimitaction>"),),
    ),
    "long launch data": (
        "launch_data_long",
        "one",
        (in_item_one(f"<adlcp:datafromlms>{'x' * 256}</adlcp:datafromlms>"),),
    ),
    "unreadable prerequisite": (
        "prerequisites_unreadable",
        "one",
        (in_item_one("<adlcp:prerequisites>two &amp;</adlcp:prerequisites>"),),
    ),
    "prerequisite on an unknown item": (
        "prerequisites_unknown_item",
        "one",
        (in_item_one("<adlcp:prerequisites>three</adlcp:prerequisites>"),),
    ),
    "ambiguous prerequisite": (
        "prerequisites_ambiguous",
        "one",
        (in_item_one("<adlcp:prerequisites>two|two&amp;two</adlcp:prerequisites>"),),
    ),
    "score of the organization": (
        "element_misplaced",
        "org",
        (("<title>Negotiation</title>", "<title>Negotiation</title><adlcp:masteryscore>8</adlcp:masteryscore>"),),
    ),
    "title after the items": (
        "element_order",
        "org",
        (("<title>Negotiation</title>", ""), (ITEM_TWO, ITEM_TWO + "<title>Negotiation</title>")),
    ),
    "control documents": (
        "schema_files_missing",
        "",
        (
            (
                '<manifest identifier="course"',
                '<manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="'
                'http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd" identifier="course"',
            ),
        ),
    ),
    "metadata not there": (
        "metadata_missing_file",
        "",
        (("<metadata>", "<metadata><adlcp:location>course.xml</adlcp:location>"),),
    ),
    "no SCO": ("assets_only", "", (('scormtype="sco"', 'scormtype="asset"'),) * 2),
    "nothing to open": (
        "nothing_to_launch",
        "",
        (
            (' identifierref="res_one"><title>First</title></item>', "><title>First</title></item>"),
            (' identifierref="res_two"><title>Second</title></item>', "><title>Second</title></item>"),
        ),
    ),
}
# Where one fact has two consequences, or a grade that depends on the rest.
COMPANIONS = {"nothing_to_launch": {"item_leaf_without_resource"}, "edition_contradiction": set[str]()}
FORGIVEN = ("resource_without_href", "launch_file_missing")


def grade_here(code: str) -> Grade:
    """Return the grade that a code has in a package of 1.2 where another item can be launched."""
    if code == "item_folder_with_resource":
        return Grade.COSMETIC
    return Grade.WILL_MISBEHAVE if code in FORGIVEN else GRADES[code]


def test_the_good_package_gives_no_findings() -> None:
    assert findings_of(package_bytes()) == ()


@pytest.mark.parametrize(("code", "place", "changes"), SPOILT.values(), ids=SPOILT.keys())
def test_one_spoilt_fact_gives_one_finding(code: str, place: str, changes: tuple[tuple[str, str], ...]) -> None:
    found = findings_of(package_bytes(manifest_with(*changes)))
    others = COMPANIONS.get(code, set())
    mine = [one for one in found if one.code not in others]
    assert [(one.code, one.grade, one.place) for one in mine] == [(code, grade_here(code), place)]
    assert all(one.file for one in found)


def test_a_missing_page_blocks_a_package_that_has_no_other() -> None:
    only = manifest_with((ITEM_TWO, ""), (PAGE_ONE, 'href="gone.html">'))
    found = [one for one in findings_of(package_bytes(only)) if one.grade is Grade.BLOCKER]
    assert [(one.code, one.file, one.place) for one in found] == [("launch_file_missing", "gone.html", "one")]


class TestWhereTheManifestIs:
    """At the root, or nowhere."""

    def test_nowhere(self) -> None:
        assert codes_of(package_bytes("", FILES, name="readme.txt")) == ["manifest_missing"]

    def test_in_two_folders(self) -> None:
        files = {f"{course}/imsmanifest.xml": MANIFEST.encode() for course in ("a", "b")}
        [found] = findings_of(package_bytes("", files, name="readme.txt"))
        assert (found.code, found.file, found.parameters["found"]) == ("manifest_missing", "a/imsmanifest.xml", "2")

    def test_in_another_case(self) -> None:
        assert codes_of(package_bytes(name="IMSManifest.XML")) == ["manifest_name_case"]

    def test_in_another_zip(self) -> None:
        [found] = findings_of(package_bytes("", {"course.zip": b"PK"}, name="readme.txt"))
        assert (found.code, found.file) == ("zip_nested", "course.zip")

    def test_a_manifest_further_down_is_content(self) -> None:
        files = {**FILES, "shared/imsmanifest.xml": b"<"}
        assert codes_of(package_bytes(files=files)) == ["file_undeclared"]


class TestXmlOfTheManifest:
    """What is refused before anybody asks what it says."""

    @pytest.mark.parametrize(
        ("data", "code", "place"),
        [
            (b"", "manifest_empty", ""),
            (b'<?xml version="1.0"?>', "manifest_empty", ""),
            (b"<manifest>\n<item>\n</manifest>", "manifest_not_well_formed", "3"),
            (b"<manifest>&nbsp;</manifest>", "manifest_not_well_formed", "1"),
            (b"<!DOCTYPE manifest SYSTEM 'x.dtd'>\n<manifest/>", "manifest_doctype", "1"),
            ("<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE m []><m/>".encode("utf-16"), "manifest_doctype", "1"),
            (b"<a>" * 100_000, "manifest_over_limits", "1"),
            (b"<manifest>" + b"<a/>" * 200_000 + b"</manifest>", "manifest_over_limits", "1"),
            (b"<manifest>" + b"x" * 1_048_577 + b"</manifest>", "manifest_over_limits", "1"),
            (b"<m " + b" ".join(b'a%d=""' % n for n in range(101)) + b"/>", "manifest_over_limits", "1"),
            (b"<manifest>" + b"<!-- -->" * 700_000 + b"</manifest>", "manifest_over_limits", ""),
        ],
    )
    def test_refused(self, data: bytes, code: str, place: str) -> None:
        [found] = findings_of(package_bytes(data))
        assert (found.code, found.place, found.file) == (code, place, "imsmanifest.xml")

    def test_too_many_items(self) -> None:
        many = "".join(f'<item identifier="i{n}" identifierref="res_one"><title>x</title></item>' for n in range(2000))
        assert codes_of(package_bytes(manifest_with((ITEM_TWO, many)))) == ["manifest_over_limits"]

    @pytest.mark.parametrize(
        ("data", "codes"),
        [
            (MANIFEST.encode("utf-8-sig"), []),
            (MANIFEST.replace("UTF-8", "UTF-16").encode("utf-16"), []),
            (MANIFEST.replace("UTF-8", "GBK").replace("First", "高尔夫").encode("gbk"), []),
            (MANIFEST.replace("UTF-8", "Shift_JIS").replace("First", "ゴルフ").encode("shift_jis"), []),
            (MANIFEST.replace("UTF-8", "EUC-KR").replace("First", "골프").encode("euc-kr"), []),
            (MANIFEST.replace("UTF-8", "Big5").replace("First", "高爾夫").encode("big5"), []),
            (MANIFEST.replace("UTF-8", "ISO-8859-1").replace("First", "Été").encode("latin-1"), []),
            (MANIFEST.replace("First", "Été").encode("latin-1"), ["manifest_encoding"]),
            (MANIFEST.replace("UTF-8", "klingon").encode(), ["manifest_encoding"]),
            (MANIFEST.replace("UTF-8", "rot13").encode(), ["manifest_encoding"]),
            (MANIFEST.replace("UTF-8", "UTF-16").encode(), ["manifest_encoding"]),
            (MANIFEST.encode("utf-16"), ["manifest_encoding"]),
        ],
    )
    def test_encodings(self, data: bytes, codes: list[str]) -> None:
        package = read(package_bytes(data))
        assert [one.code for one in package.findings] == codes
        assert package.launches[0].title in ("First", "高尔夫", "ゴルフ", "골프", "高爾夫", "Été")

    def test_a_prefix_on_every_element_changes_nothing(self) -> None:
        prefixed = MANIFEST.replace("xmlns=", "xmlns:cp=").replace("</", "</cp:").replace("<", "<cp:")
        prefixed = prefixed.replace("<cp:/cp:", "</cp:").replace("<cp:?", "<?")
        assert read(package_bytes(prefixed)).manifest == read(package_bytes()).manifest


def test_every_code_has_a_test() -> None:
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    assert {code for code in GRADES if not any(f'"{code}"' in text for text in texts)} == set()


class TestFindings:
    """Findings are values that travel."""

    def test_a_finding_survives_json(self) -> None:
        one = finding("file_missing", file="a.js", place="res", count=3)
        assert Finding.from_dict(one.as_dict()) == one

    def test_a_refusal_survives_pickling(self) -> None:
        import pickle

        error = pickle.loads(pickle.dumps(PackageError([finding("title_missing"), finding("zip_damaged")])))
        assert [one.code for one in error.findings] == ["zip_damaged", "title_missing"]

    def test_long_lists_say_how_many_more_there_are(self) -> None:
        kept = condensed(finding("file_missing", file=f"{number}.js") for number in range(35))
        assert (len(kept), kept[-1].parameters["more"]) == (10, "25")

    def test_importing_twice_gives_the_same_report(self) -> None:
        text = manifest_with(('default="org"', 'default="gone"'), (' adlcp:scormtype="sco"', ""))
        assert findings_of(package_bytes(text)) == findings_of(package_bytes(text))
