"""Files that are no SCORM packages: each is recognised by what it holds, and named."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

import pytest

from scorm.packaging.findings import Finding
from tests.scorm.packaging.packages import FILES, MANIFEST, findings_of, package_bytes

ISO_MEDIA = b"\0\0\0\x20ftypisom"


def zipped(*names: str, **files: bytes) -> bytes:
    """Return an archive of empty files, and of files with content."""
    return archive_of({**dict.fromkeys(names, b""), **files})


def archive_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(*names: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    return buffer.getvalue()


def refused(data: bytes) -> Finding:
    """Return the only finding of a file that is refused."""
    [found] = findings_of(data)
    assert found.grade == "blocker"
    return found


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (bytes(5_000), "blank"),
        (b"Rar!\x1a\x07\x00" + b"x" * 400, "rar"),
        (b"Rar!\x1a\x07\x01\x00" + b"x" * 400, "rar"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 400, "7z"),
        (gzip.compress(b"anything"), "gzip"),
        (b"\x1f\x8bcut", "gzip"),
        (gzip.compress(tarred("course/a.txt")), "gzip"),
        (gzip.compress(tarred(".ARCHIVE_INDEX", "files.xml", "moodle_backup.xml")), "moodle_backup"),
        (tarred("imsmanifest.xml"), "tar"),
        (tarred("moodle_backup.xml"), "moodle_backup"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"%PDF-1.7\n" * 50, "pdf"),
        (b"MZ\x90\0" + b"x" * 400, "executable"),
        (b"\x7fELF" + b"x" * 400, "executable"),
        (b"#!/bin/sh\n", "executable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 400, "office"),
        (b"\x89PNG\r\n\x1a\n", "media"),
        (ISO_MEDIA, "media"),
        (b"CWS\x0a", "flash"),
        (b"\n<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf<HTML lang=en>", "html"),
        ("<!doctype html>".encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (MANIFEST.encode(), "manifest"),
        (b"<?xml version='1.0'?><course/>", "xml"),
    ],
)
def test_what_is_no_zip_archive_is_told_by_its_first_bytes(data: bytes, kind: str) -> None:
    found = refused(data)
    assert (found.code, found.parameters["kind"]) == ("not_a_zip", kind)


def test_what_betrays_nothing_is_no_zip_archive() -> None:
    found = refused(b"anything at all")
    assert (found.code, dict(found.parameters)) == ("not_a_zip", {})


@pytest.mark.parametrize(
    ("names", "standard"),
    [
        (("course.au", "course.crs", "course.des", "course.cst"), "AICC"),
        (("Course/MODULE.AU", "Course/Module.CRS", "Course/module.Des"), "AICC"),
        (("a/b/c/x.crs", "a/b/c/x.des"), "AICC"),
        (("cmi5.xml", "index.html"), "cmi5"),
        (("Course/CMI5.XML",), "cmi5"),
        (("tincan.xml", "index.html"), "xAPI"),
        (("Course v1/tincan.xml",), "xAPI"),
        (("h5p.json", "content/content.json"), "H5P"),
    ],
)
def test_another_standard_is_told_by_its_files(names: tuple[str, ...], standard: str) -> None:
    found = refused(zipped(*names))
    assert (found.code, found.parameters["standard"]) == ("other_standard", standard)


@pytest.mark.parametrize(
    "extra", [("course.au", "course.crs", "course.des"), ("cmi5.xml",), ("tincan.xml",), ("h5p.json",)]
)
def test_a_manifest_counts_for_more_than_the_files_of_other_standards(extra: tuple[str, ...]) -> None:
    found = findings_of(package_bytes(files={**FILES, **dict.fromkeys(extra, b"")}))
    assert {one.code for one in found} <= {"file_undeclared"}


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ((), "empty"),
        (("mimetype", "META-INF/container.xml", "content.opf"), "epub"),
        (("[Content_Types].xml", "word/document.xml"), "office"),
        (("mimetype", "META-INF/manifest.xml", "content.xml"), "office"),
        (("[Content_Types].xml", "story/story.xml"), "storyline_project"),
        (("moodle_backup.xml", "files.xml"), "moodle_backup"),
        (("META-INF/MANIFEST.MF", "a/B.class"), "java"),
        (("contentv3.xml", "content.data"), "exelearning_project"),
        (("index.html", "a.js"), "website"),
        (("Course/story.html", "Course/a.js"), "website"),
        (("a.txt",), ""),
    ],
)
def test_an_archive_without_a_manifest_is_told_by_its_files(names: tuple[str, ...], kind: str) -> None:
    found = refused(zipped(*names))
    assert (found.code, found.parameters["kind"]) == ("manifest_missing", kind)


def test_a_package_in_a_folder_beside_other_things_is_named() -> None:
    found = refused(zipped("readme.txt", "course/imsmanifest.xml", "course/index.html", "course/sub/imsmanifest.xml"))
    assert (found.code, found.file) == ("manifest_missing", "course/imsmanifest.xml")
    assert found.parameters["what"] == "deeper"


def test_several_packages_in_one_archive_are_named() -> None:
    found = refused(zipped("one/imsmanifest.xml", "two/IMSMANIFEST.xml", "two/index.html"))
    assert (found.code, found.parameters["what"]) == ("manifest_missing", "several")
    assert found.parameters["names"] == "one/imsmanifest.xml, two/IMSMANIFEST.xml"


def test_of_archives_in_an_archive_the_package_is_named() -> None:
    package = package_bytes()
    found = refused(archive_of({"a.zip": zipped("a.txt"), "doc.txt": b"", "z/Course.ZIP": package}))
    assert (found.code, found.file, found.parameters["what"]) == ("zip_nested", "z/Course.ZIP", "")


def test_several_packages_in_archives_are_all_named() -> None:
    package = package_bytes()
    found = refused(archive_of({"a.zip": package, "b.pif": package, "index.html": b""}))
    assert (found.parameters["what"], found.parameters["names"]) == ("several", "a.zip, b.pif")


def test_an_archive_in_an_archive_without_any_package_is_named_all_the_same() -> None:
    found = refused(archive_of({"a.zip": zipped("a.txt")}))
    assert (found.code, found.file) == ("zip_nested", "a.zip")


CONTENT_PACKAGE = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">
  <metadata><schema>{schema}</schema><schemaversion>{version}</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>T</title>
    <item identifier="i" identifierref="r"><title>I</title></item></organization></organizations>
  <resources><resource identifier="r" type="{type}" href="one/index.html"/></resources>
</manifest>"""


@pytest.mark.parametrize(
    ("schema", "version", "kind", "standard"),
    [
        ("IMS Content", "1.1.3", "webcontent", "IMS Content Package"),
        ("IMS\n  CONTENT", "", "webcontent", "IMS Content Package"),
        ("IMS Content", "", "webcontent", "IMS Content Package"),
        ("", "1.1.4", "webcontent", "IMS Content Package"),
        ("IMS Common Cartridge", "1.1.0", "webcontent", "Common Cartridge"),
        ("", "", "imscc_xmlv1p1", "Common Cartridge"),
        ("QTIv2.1 Package", "1.0.0", "webcontent", "IMS QTI"),
        ("", "", "imsqti_item_xmlv2p1", "IMS QTI"),
        ("IMS Learning Design", "1.0", "webcontent", "IMS Learning Design"),
        ("ADL SCORM", "1.2", "webcontent", ""),
        ("ADL SCORM", "", "webcontent", ""),
        ("", "", "webcontent", ""),
        ("", "1.2", "webcontent", ""),
        ("My own", "CAM 1.3", "webcontent", ""),
    ],
)
def test_a_manifest_of_another_standard_is_told_by_what_it_says(
    schema: str, version: str, kind: str, standard: str
) -> None:
    text = CONTENT_PACKAGE.format(schema=schema, version=version, type=kind)
    found = findings_of(package_bytes(text))
    told = next((one.parameters["standard"] for one in found if one.code == "other_standard"), "")
    assert told == standard
    assert bool(standard) == any(one.grade == "blocker" for one in found)


@pytest.mark.parametrize(
    ("namespace", "standard"),
    [
        ("http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1", "Common Cartridge"),
        ("http://www.imsglobal.org/xsd/imsld_v1p0", "IMS Learning Design"),
        ("http://www.imsglobal.org/xsd/imsqti_v2p1", "IMS QTI"),
    ],
)
def test_a_manifest_of_another_standard_is_told_by_its_namespace(namespace: str, standard: str) -> None:
    text = CONTENT_PACKAGE.format(schema="", version="", type="webcontent")
    found = refused(package_bytes(text.replace("http://www.imsglobal.org/xsd/imscp_v1p1", namespace)))
    assert (found.code, found.parameters["standard"]) == ("other_standard", standard)


def test_a_word_of_adl_makes_a_content_package_scorm() -> None:
    text = CONTENT_PACKAGE.format(schema="IMS Content", version="1.1.4", type="webcontent")
    text = text.replace('type="web', 'adlcp:scormType="sco" type="web')
    assert all(one.code != "other_standard" for one in findings_of(package_bytes(text)))
