"""A good package of SCORM 1.2, to be spoilt in one place, and ways to read packages from bytes."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scorm.errors import PackageError
from scorm.packaging.archive import ReadAt
from scorm.packaging.findings import Finding
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from scorm.packaging.package import Package, read_package
from tests.scorm.packaging.carried import lacking

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="course" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="org">
    <organization identifier="org">
      <title>Negotiation</title>
      <item identifier="one" identifierref="res_one"><title>First</title></item>
      <item identifier="two" identifierref="res_two"><title>Second</title></item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="res_one" type="webcontent" adlcp:scormtype="sco" href="one/index.html">
      <file href="one/index.html"/>
      <file href="shared/api.js"/>
    </resource>
    <resource identifier="res_two" type="webcontent" adlcp:scormtype="sco" href="two/index.html">
      <file href="two/index.html"/>
    </resource>
  </resources>
</manifest>
"""
FILES: Mapping[str, bytes] = {
    "one/index.html": b"<!DOCTYPE html><title>One</title><script src='../shared/api.js'></script>",
    "two/index.html": b"<!DOCTYPE html><title>Two</title>",
    "shared/api.js": b"api.LMSInitialize('');",
}


def port(data: bytes) -> ReadAt:
    """Return the port through which these bytes are read."""
    return lambda offset, size: data[offset : offset + size]


def manifest_with(*changes: tuple[str, str]) -> str:
    """Return the good manifest with some words replaced; each must occur."""
    text = MANIFEST
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def in_item_one(words: str) -> tuple[str, str]:
    """Return the change that puts these words into the first item."""
    return ("<title>First</title>", f"<title>First</title>{words}")


def package_bytes(
    manifest: str | bytes = MANIFEST, files: Mapping[str, bytes] = FILES, *, name: str = "imsmanifest.xml"
) -> bytes:
    """Return a package with this manifest and these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, manifest if isinstance(manifest, bytes) else manifest.encode())
        for file, data in files.items():
            archive.writestr(file, data)
    return buffer.getvalue()


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Read a package from bytes."""
    return read_package(port(data), len(data), limits=limits)


def findings_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Finding, ...]:
    """Return what reading a package finds, whether it is accepted or not."""
    try:
        found = read(data, limits).findings
    except PackageError as error:
        found = error.findings
    assert {one.code: lacking(one) for one in found if lacking(one)} == {}
    return found


def codes_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """Return the codes of what reading a package finds."""
    return [finding.code for finding in findings_of(data, limits)]


def shared_packages() -> Path | None:
    """Return the folder of real packages, where there is one beside the project."""
    configured = os.environ.get("PALIER_SHARED")
    places = [Path(configured)] if configured else [parent.parent / "shared" for parent in Path(__file__).parents]
    return next((place / "packages" for place in places if (place / "packages" / "INDEX.csv").is_file()), None)
