"""What real packages do to an importer, one hazard at a time: the good package with exactly that in it.

Each is accepted or refused with exactly these findings; the first letter of a grade stands before its code.
"""

import re
import unicodedata
from dataclasses import replace

import pytest

from tests.scorm.packaging.packages import FILES, findings_of, in_item_one, manifest_with, package_bytes, read
from tests.scorm.packaging.zips import DESCRIPTOR, UTF8, ZipEntry, ZipFile

Change = tuple[str, str]
NAMESPACE_12, ADL_12 = "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2"
NAMESPACE_2004, ADL_2004 = "http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.adlnet.org/xsd/adlcp_v1p3"
METADATA = "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
ONE = '<resource identifier="res_one" type="webcontent" adlcp:scormtype="sco" href="one/index.html">'
FILE_ONE, FILE_TWO = '<file href="one/index.html"/>', '<file href="two/index.html"/>'
SCRIPT = '<file href="shared/api.js"/>'
API_2004 = {**FILES, "shared/api.js": b"window.API_1484_11.Initialize('')"}
INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def graded(data: bytes) -> set[str]:
    """Return what is found, each code behind the first letter of its grade."""
    return {f"{one.grade[0]}:{one.code}" for one in findings_of(data)}


MENDED: dict[str, tuple[tuple[Change, ...], str]] = {
    "no encoding is declared": (((' encoding="UTF-8"', ""),), ""),
    "the bundle of shared files has no page": (
        (("</resources>", '<resource identifier="all" adlcp:scormtype="asset"/></resources>'),),
        "",
    ),
    "the page is not repeated among the files": (((FILE_ONE, ""),), ""),
    "schemas are named that are not there": (
        (('version="1" ', f'version="1" {INSTANCE} xsi:schemaLocation="{NAMESPACE_12} imscp_rootv1p1p2.xsd" '),),
        "c:schema_files_missing",
    ),
    "metadata of their own are named with a back-slash and are not there": (
        (("</metadata>", "<adlcp:location>Lesson01\\Lesson01.xml</adlcp:location></metadata>"),),
        "c:metadata_missing_file",
    ),
    "metadata of their own are named among the resources": (
        (("<resources>", "<resources><metadata><adlcp:location>one/index.html</adlcp:location></metadata>"),),
        "",
    ),
    "a listed file is not there": (((SCRIPT, f'{SCRIPT}<file href="liba/typo.js"/>'),), "w:file_missing"),
    "a folder is listed for its files": (((SCRIPT, f'{SCRIPT}<file href="shared/"/><file href="one"/>'),), ""),
    "the edition is not stated": (((METADATA, "<metadata />"),), "c:edition_missing"),
    "there are no metadata": (((METADATA, ""),), "c:edition_missing"),
    "the metadata stand in the organization": (
        ((METADATA, ""), ("<title>Negotiation</title>", f"<title>Negotiation</title>{METADATA}")),
        "w:element_misplaced c:element_order",
    ),
    "an item has parameters": (
        (('identifierref="res_one"', 'identifierref="res_one" parameters="?tc=CM-01&amp;act=1"'),),
        "",
    ),
    "a page has a query": ((('"sco" href="one/index.html"', '"sco" href="one/index.html?content=playing"'),), ""),
    "titles are empty": (
        (("<title>Negotiation</title>", "<title></title>"), ("<title>First</title>", "<title/>")),
        "c:title_missing",
    ),
    "one resource serves two items": ((('identifierref="res_two"', 'identifierref="res_one"'),), ""),
    "a script of AICC is no condition": (
        (in_item_one('<adlcp:prerequisites type="aicc_script">two &amp; two</adlcp:prerequisites>'),),
        "",
    ),
    "the words of ADL stand in any order and case": (
        (
            in_item_one(
                "<adlcp:masteryScore>80</adlcp:masteryScore><adlcp:dataFromLMS>eyJjcHYiOi</adlcp:dataFromLMS>"
                "<adlcp:timelimitaction>exit,message</adlcp:timelimitaction>"
            ),
        ),
        "",
    ),
    "the default structure does not exist": (
        (('default="org"', 'default="mm-org"'),),
        "w:organization_default_dangling",
    ),
    "there is no default structure": (((' default="org"', ""),), ""),
    "an item is a folder and a page": (
        (in_item_one('<item identifier="in" identifierref="res_two"><title>In</title></item>'),),
        "c:item_folder_with_resource",
    ),
    "an item is not shown": ((('identifier="one" ', 'identifier="one" isvisible="false" '),), ""),
    "identifiers have blanks around them": (
        (('default="org"', 'default=" org"'), ('identifier="org"', 'identifier="   org   "')),
        "",
    ),
    "identifiers differ only in case": ((('identifier="two"', 'identifier="ONE"'),), ""),
    "identifiers are no names of XML": (
        (
            ('identifier="one"', 'identifier="basics_of…_en_(1)[1]"'),
            ('item identifier="two"', 'item identifier="a b:c"'),
        ),
        "c:identifier_syntax",
    ),
    "titles stand in CDATA": ((("<title>First</title>", "<title><![CDATA[Copy // What is <this>?]]></title>"),), ""),
    "an ADL vocabulary has an odd address": (
        ((ADL_12, "http://www.adlnet.org/xsd/adlcp_v1p2"),),
        "c:namespace_unknown",
    ),
    "scormType is written as in 2004": (((ONE, ONE.replace("scormtype", "scormType")),), ""),
    "the type of a page is not said": (((' adlcp:scormtype="sco"', ""),), "w:scorm_type_missing"),
    "there are only assets": (((' adlcp:scormtype="sco"', ' adlcp:scormtype="asset"'),) * 2, "c:assets_only"),
    "a folder lacks its slash": (
        ((ONE, ONE.replace('href="one/', 'xml:base="one" href="')), (FILE_ONE, ""), (SCRIPT, "")),
        "c:xml_base_mended c:file_undeclared",
    ),
    "a base leads up within the package": (
        (
            (ONE, ONE.replace('href="', 'xml:base="two/" href="../')),
            (FILE_ONE, ""),
            (SCRIPT, '<file href="../shared/api.js"/>'),
        ),
        "",
    ),
    "paths have back-slashes": (
        ((FILE_ONE, ""), ('"sco" href="one/index.html"', '"sco" href="one\\index.html"')),
        "c:href_mended",
    ),
    "paths have other capitals": (
        ((FILE_TWO, ""), ('"sco" href="two/index.html"', '"sco" href="Two/Index.HTML"')),
        "c:href_mended",
    ),
    "a slash is encoded": (((SCRIPT, '<file href="shared%2Fapi.js"/>'),), "c:href_mended"),
    "letters are encoded": (((SCRIPT, '<file href="shared/%61pi.js"/>'),), ""),
    "there are two structures": (
        (
            (
                "</organizations>",
                '<organization identifier="o2"><title>B</title><item identifier="x" identifierref="res_one">'
                "<title>X</title></item></organization></organizations>",
            ),
        ),
        "c:organization_several",
    ),
    "a manifest stands in the manifest": (
        (("</manifest>", '<manifest identifier="sub"/></manifest>'),),
        "c:submanifest_ignored",
    ),
    "two resources share an identifier": (
        (('identifier="res_two"', 'identifier="res_one"'),),
        "w:identifier_duplicate w:item_reference_dangling",
    ),
    "a prefix is not declared": (((f'\n    xmlns:adlcp="{ADL_12}"', ""),), "w:namespace_undeclared"),
    "an edition has blanks and a suffix": (((">1.2<", "> 1.2 <"),), ""),
    "an edition does not exist": (((">1.2<", ">1.3 beta<"),), "w:edition_unknown"),
    "an item leads nowhere": (((' identifierref="res_two"', ""), (FILE_TWO, "")), "w:item_leaf_without_resource"),
    "an item leads to nothing that exists": (
        (('identifierref="res_two"', 'identifierref="gone"'),),
        "w:item_reference_dangling",
    ),
    "a part of the course has no file": (
        (('"sco" href="two/index.html"', '"sco" href="two/gone.html"'),),
        "w:launch_file_missing",
    ),
}


@pytest.mark.parametrize(("changes", "codes"), MENDED.values(), ids=MENDED.keys())
def test_what_a_manifest_does_is_mended_or_reported(changes: tuple[Change, ...], codes: str) -> None:
    data = package_bytes(manifest_with(*changes))
    assert graded(data) == set(codes.split())
    assert read(data).launches


REFUSED: dict[str, tuple[tuple[Change, ...], str]] = {
    "no page is there": (
        (("res_one", "res_two"), ('"sco" href="two/index.html"', '"sco" href="index_scorm.html"')),
        "b:launch_file_missing",
    ),
    "no page is named": (
        (("res_one", "res_two"), ('"sco" href="two/index.html"', '"sco"')),
        "b:resource_without_href",
    ),
    "the page lies elsewhere": (
        (('"sco" href="one/index.html"', '"sco" href="https://example.org/course"'),),
        "b:launch_external",
    ),
    "the page lies above": ((('"sco" href="one/index.html"', '"sco" href="/one/index.html"'),), "b:href_escapes"),
    "the structure is empty": (
        (
            ('<item identifier="one" identifierref="res_one"><title>First</title></item>', ""),
            ('<item identifier="two" identifierref="res_two"><title>Second</title></item>', ""),
        ),
        "b:organization_empty",
    ),
    "an item leads into a manifest in the manifest": (
        (
            ("</manifest>", '<manifest identifier="sub"/></manifest>'),
            ('identifierref="res_two"', 'identifierref="sub"'),
        ),
        "b:submanifest_referenced",
    ),
    "white space stands in front": ((("<?xml", "\n<?xml"),), "b:manifest_not_well_formed"),
    "an ampersand stands alone": ((("First", "First & last"),), "b:manifest_not_well_formed"),
}


@pytest.mark.parametrize(("changes", "codes"), REFUSED.values(), ids=REFUSED.keys())
def test_what_nobody_could_play_is_refused(changes: tuple[Change, ...], codes: str) -> None:
    found = graded(package_bytes(manifest_with(*changes)))
    assert {one for one in found if one.startswith("b:")} == set(codes.split())


def without_structure(*resources: str) -> str:
    """Return the manifest with no organization, and with these resources."""
    text = manifest_with(("<organizations", "<!--"), ("</organizations>", "--><organizations/>"))
    start, end = text.index("<resources>") + len("<resources>"), text.index("</resources>")
    return text[:start] + "".join(resources) + text[end:]


SCO = '<resource identifier="sco" type="webcontent" adlcp:scormtype="sco" href="one/index.html"/>'
PAGE = '<resource identifier="page" type="webcontent" href="two/index.html"/>'
ASSET = '<resource identifier="asset" type="webcontent" adlcp:scormtype="asset" href="two/index.html"/>'
BUNDLE = '<resource identifier="all" type="webcontent" adlcp:scormtype="asset"/>'


@pytest.mark.parametrize(
    ("resources", "member"),
    [
        ((SCO,), "one/index.html"),
        ((SCO, BUNDLE), "one/index.html"),
        ((SCO, PAGE, ASSET), "one/index.html"),
        ((PAGE, BUNDLE), "two/index.html"),
    ],
)
def test_the_only_page_of_a_package_without_structure_is_offered(resources: tuple[str, ...], member: str) -> None:
    data = package_bytes(without_structure(*resources))
    assert "w:organization_missing" in graded(data)
    package = read(data)
    assert ([item.member for item in package.launches], package.title) == ([member], "course")


@pytest.mark.parametrize(
    "resources",
    [(), (BUNDLE,), (PAGE, ASSET), (SCO, SCO.replace('"sco" type', '"two" type'))],
)
def test_a_package_without_structure_offers_nothing_where_there_is_a_choice(resources: tuple[str, ...]) -> None:
    assert "b:organization_missing" in graded(package_bytes(without_structure(*resources)))


def test_the_only_page_of_a_package_without_structure_must_be_there() -> None:
    found = graded(package_bytes(without_structure(SCO.replace("index", "gone"))))
    assert {"b:launch_file_missing", "w:organization_missing"} <= found


def test_a_package_of_2004_without_structure_is_offered_in_its_edition() -> None:
    text = without_structure(SCO.replace("scormtype", "scormType"))
    text = text.replace(NAMESPACE_12, NAMESPACE_2004).replace(ADL_12, ADL_2004).replace(">1.2<", ">CAM 1.3<")
    package = read(package_bytes(text, API_2004))
    assert package.edition == "2004 2nd Edition"
    assert {one.code for one in package.findings} == {"organization_missing", "file_undeclared"}


def test_the_vocabulary_of_packages_may_have_a_prefix() -> None:
    text = manifest_with(("xmlns=", "xmlns:cp="), (' encoding="UTF-8"', ""))
    text = re.sub(r"<(/?)(?=[a-z])(?!adlcp)", r"<\1cp:", text)
    assert graded(package_bytes(text)) == set()


@pytest.mark.parametrize("title", ["Négociation", "Negociação", "“quoted”"])
def test_letters_of_windows_without_a_claim_are_mended(title: str) -> None:
    text = manifest_with((' encoding="UTF-8"', ""), ("Negotiation", title))
    package = read(package_bytes(text.encode("cp1252")))
    assert (package.title, [one.code for one in package.findings]) == (title, ["manifest_encoding"])


@pytest.mark.parametrize(
    ("claim", "encoding", "title"),
    [
        ("ISO-8859-1", "latin-1", "Négociation"),
        ("windows-1251", "cp1251", "Переговоры"),
        ("GB2312", "gb18030", "谈判"),
        ("UTF-8", "utf-8-sig", "Négociation"),
        ("UTF-16", "utf-16", "谈判"),
    ],
)
def test_the_encoding_that_is_claimed_is_believed_where_it_holds(claim: str, encoding: str, title: str) -> None:
    text = manifest_with(('"UTF-8"', f'"{claim}"'), ("Negotiation", title))
    package = read(package_bytes(text.encode(encoding)))
    assert (package.title, package.findings) == (title, ())


def test_five_thousand_files_that_nobody_lists_are_served() -> None:
    more = {f"media/{number}.js": b"" for number in range(5_000)}
    package = read(package_bytes(files={**FILES, **more}))
    assert len(package.index.members) == 5_004
    assert [(one.code, one.parameters["count"]) for one in package.findings] == [("file_undeclared", "5000")]


def zipped(*more: ZipEntry, prefix: str = "", **facts: object) -> bytes:
    """Return the good package, every entry with these facts and all in a folder."""
    files = {"imsmanifest.xml": manifest_with().encode(), **FILES}
    entries = [ZipEntry(name=f"{prefix}{name}".encode(), data=data) for name, data in files.items()]
    return ZipFile(entries=[*(replace(one, **facts) for one in entries), *more]).build()  # type: ignore[arg-type]


FOLDER = ZipEntry(name=b"one/", method=0, flags=DESCRIPTOR, attributes=0o40755 << 16 | 0x10)
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "folders have entries": (zipped(FOLDER, ZipEntry(name=b"empty/", method=0)), ""),
    "folders claim 4096 bytes": (zipped(ZipEntry(name=b"one/", method=0, size=4096)), ""),
    "sizes follow the data": (zipped(flags=DESCRIPTOR), ""),
    "names of plain letters have the mark of UTF-8": (zipped(flags=UTF8), ""),
    "files are stored": (zipped(method=0), ""),
    "everything lies in a folder": (zipped(prefix="My Course/"), "c:zip_wrapped_in_folder"),
    "macOS left its noise": (
        zipped(ZipEntry(name=b"__MACOSX/._imsmanifest.xml", data=b"x"), ZipEntry(name=b".DS_Store", data=b"x")),
        "c:zip_os_noise",
    ),
    "the manifest's name has capitals": (
        package_bytes(name="ImsManifest.xml"),
        "c:manifest_name_case",
    ),
    "other manifests lie in folders": (
        package_bytes(files={**FILES, "sub/imsmanifest.xml": b"<manifest/>"}),
        "c:file_undeclared",
    ),
    "programs and rules of servers lie about": (
        package_bytes(files={**FILES, ".htaccess": b"Deny", "relay.asp": b"x", "a.php": b"<?php", "g.py": b"x"}),
        "c:file_undeclared",
    ),
}


@pytest.mark.parametrize(("data", "codes"), ARCHIVES.values(), ids=ARCHIVES.keys())
def test_what_an_archive_does_is_mended_or_reported(data: bytes, codes: str) -> None:
    assert graded(data) == set(codes.split())
    assert len(read(data).launches) == 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("flags", [UTF8, 0])
def test_accents_are_found_however_they_are_written(form: str, flags: int) -> None:
    name = unicodedata.normalize(form, "médias/été.html")  # type: ignore[arg-type]
    text = manifest_with(('"sco" href="one/index.html"', '"sco" href="médias/été.html"'), (FILE_ONE, ""), (SCRIPT, ""))
    entries = [
        ZipEntry(name=b"imsmanifest.xml", data=text.encode()),
        ZipEntry(name=name.encode(), flags=flags, data=b"x"),
    ]
    entries += [ZipEntry(name=file.encode(), data=data) for file, data in FILES.items() if file != "one/index.html"]
    package = read(ZipFile(entries=entries).build())
    assert [item.member for item in package.launches] == ["médias/été.html", "two/index.html"]
    assert {one.code for one in package.findings} == {"file_undeclared", *(() if flags else ("zip_name_encoding",))}
