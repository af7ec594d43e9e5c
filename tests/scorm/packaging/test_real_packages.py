"""Real packages, and the same with one hazard each: the exact outcome, finding by finding.

They lie beside the project and are not part of it; test_hazards.py builds the same hazards.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorm.errors import PackageError
from scorm.packaging.findings import GRADES, Grade
from scorm.packaging.package import read_package
from tests.scorm.packaging.packages import shared_packages

REFUSED: dict[str, str] = {
    "emp-zip-aicc": "other_standard",
    "emp-zip-cmi5": "other_standard",
    "emp12-malformedxml": "manifest_not_well_formed",
    "emp12-missinglaunchurl": "resource_without_href file_missing",
    "emp2004-3-adlattributes": "launch_file_missing element_misplaced scorm_type_missing schema_files_missing",
    "jcputney-scorm-again-multisco-demo": "manifest_missing",
    "d-manifest-doctype-xxe": "manifest_doctype",
    "d-manifest-billion-laughs": "manifest_doctype",
    "d-external-launch-url": "launch_external file_undeclared",
    "d-zip-slip": "zip_unsafe_name",
    "d-zip-symlink": "zip_special_entry",
    "d-zip-truncated": "zip_damaged",
    "d-rar-renamed": "not_a_zip",
    "d-zip-deflate64": "zip_unsupported_method",
    "d-zip-encrypted-zipcrypto": "zip_encrypted",
}
ACCEPTED: dict[str, str] = {
    "emp12-prerequisitestest": (
        "prerequisites_unknown_item prerequisites_unreadable schema_files_missing api_not_used"
    ),
    "golf12-contentpackagingonefilepersco": "assets_only",
    "golf12-runtimebasiccalls": "",
    "golf2004-2-contentpackagingsinglesco": "api_not_used",
    "golf2004-3-runtimeadvancedcalls": "",
    "golf2004-3-sequencingposttestrollup": "",
    "golf2004-3-sequencingsimpleremediation": "",
    "golf2004-4-sequencingposttestrollup4thed": "file_undeclared hosts_called",
    "moodle-runtimeminimumcalls-scorm12-mini": "",
    "moodle-singlescobasic-missingorg": "organization_missing file_undeclared",
    "d-wrapped-top-folder": "zip_wrapped_in_folder",
    "d-macosx": "zip_os_noise",
    "d-manifest-utf16le-bom": "",
    "d-manifest-latin1-undeclared": "manifest_encoding",
    "d-manifest-gbk": "",
    "d-manifest-prefixed": "",
    "d-manifest-undeclared-prefix": "namespace_undeclared",
    "d-wrong-case-hrefs": "href_mended",
    "d-backslash-hrefs": "href_mended",
    "d-dangling-default-org": "organization_default_dangling",
    "d-zip-data-descriptor": "",
    "d-zip64-entries": "",
    "d-names-utf8-noflag": "zip_name_encoding",
    "d-names-nfd": "",
    "d-two-organizations": "organization_several",
}
# The grades that differ from those of their codes, because the rest of the package makes up for it.
EASED = {("moodle-singlescobasic-missingorg", "organization_missing"): Grade.WILL_MISBEHAVE}
# The words of an INDEX by which a package may be accepted, and those by which it may be refused.
MAY_BE_ACCEPTED = ("ok", "or cp1252 fallback", "or offer the single SCO")
MAY_BE_REFUSED = ("clear error", "refused")


def indexed() -> Iterator[tuple[Path, str]]:
    """Yield the packages of both folders with the outcome that their INDEX wants."""
    folder = shared_packages()
    if folder is None:
        return
    for index in (folder / "INDEX.csv", folder / "derived" / "INDEX.csv"):
        with index.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                outcome = row.get("expected_import") or row.get("expected outcome") or ""
                yield index.parent / f"{row['slug']}.zip", outcome


def report(path: Path) -> tuple[bool, dict[str, Grade]]:
    """Say whether a package is accepted, and what is found in it; read from a file, as the import does."""
    descriptor = os.open(path, os.O_RDONLY)
    size = os.fstat(descriptor).st_size
    try:
        package = read_package(lambda offset, length: os.pread(descriptor, length, offset), size)
    except PackageError as error:
        return False, {one.code: one.grade for one in error.findings}
    finally:
        os.close(descriptor)
    return True, {one.code: one.grade for one in package.findings}


def expected(slug: str) -> tuple[bool, dict[str, Grade]]:
    """Return what the tables say about a package."""
    codes = ACCEPTED.get(slug, REFUSED.get(slug, "")).split()
    return slug in ACCEPTED, {code: EASED.get((slug, code), GRADES[code]) for code in codes}


def test_every_real_package_gets_exactly_its_findings() -> None:
    packages = [path for path, _ in indexed()]
    if not packages:
        print("no folder of real packages here: only our own were read")
        return
    assert {path.stem: report(path) for path in packages} == {path.stem: expected(path.stem) for path in packages}
    assert {path.stem for path in packages} == {*ACCEPTED, *REFUSED}


def test_the_tables_want_what_the_index_wants() -> None:
    for path, outcome in indexed():
        words = MAY_BE_ACCEPTED if path.stem in ACCEPTED else MAY_BE_REFUSED
        assert any(word in outcome for word in words), (path.stem, outcome)


@pytest.mark.parametrize("slug", sorted(REFUSED))
def test_what_is_refused_has_a_blocker(slug: str) -> None:
    assert GRADES[REFUSED[slug].split()[0]] is Grade.BLOCKER
