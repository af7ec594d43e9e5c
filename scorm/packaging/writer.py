"""Writing a conformant SCORM 1.2 package: same source, same bytes (CAM 1.2, 2.3 and 2.5)."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import xmltodict

from scorm.packaging.archive import MANIFEST_NAME
from scorm.packaging.hrefs import split_href
from scorm.packaging.source import CourseSource, ScoSource

__all__ = ["CourseSource", "ScoSource", "write_manifest", "write_package"]

_CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_IMSMD = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_FILE_MODE = 0o100644 << 16
_SHARED = "shared_files"


def write_package(course: CourseSource) -> bytes:
    """Return the package of a course.

    The control documents of the books are left out, and so is the `schemaLocation` that would name them.
    """
    files = {MANIFEST_NAME: write_manifest(course), **_sorted(course.files), **_sorted(course.shared_files)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = _FILE_MODE
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    return buffer.getvalue()


def write_manifest(course: CourseSource) -> bytes:
    """Return the manifest of a course, in UTF-8."""
    manifest = {
        "@identifier": course.identifier,
        "@version": course.version,
        "@xmlns": _CP,
        "@xmlns:adlcp": _ADLCP,
        "@xmlns:imsmd": _IMSMD,
        "metadata": _metadata(course),
        "organizations": {
            "@default": _own(course, "organization"),
            "organization": {
                "@identifier": _own(course, "organization"),
                "title": course.title,
                "item": [_item(item, course) for item in course.scos],
            },
        },
        "resources": {"resource": _resources(course)},
    }
    text: str = xmltodict.unparse({"manifest": manifest}, pretty=True, indent="  ", short_empty_elements=True)
    return text.encode()


def _sorted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return dict(sorted(files.items()))


def _own(course: CourseSource, name: str) -> str:
    """Return an identifier of our own that no item of the course has."""
    taken = {item.identifier for item in course.walk()} | {course.identifier}
    while name in taken:
        name += "_"
    return name


def _metadata(course: CourseSource) -> dict[str, Any]:
    general: dict[str, Any] = {
        "imsmd:title": {"imsmd:langstring": {"@xml:lang": course.language, "#text": course.title}},
        "imsmd:language": course.language,
    }
    if course.description:
        text = {"@xml:lang": course.language, "#text": course.description}
        general["imsmd:description"] = {"imsmd:langstring": text}
    return {"schema": "ADL SCORM", "schemaversion": "1.2", "imsmd:lom": {"imsmd:general": general}}


def _item(item: ScoSource, course: CourseSource) -> dict[str, Any]:
    """Return an item in the order of the books (CAM 1.2, 2.3.2.5)."""
    entry: dict[str, Any] = {"@identifier": item.identifier}
    if item.href:
        entry["@identifierref"] = _resource_identifier(item, course)
    entry["@isvisible"] = "true" if item.visible else "false"
    if item.parameters:
        entry["@parameters"] = item.parameters
    entry["title"] = item.title
    if item.children:
        entry["item"] = [_item(child, course) for child in item.children]
    if item.prerequisites:
        entry["adlcp:prerequisites"] = {"@type": "aicc_script", "#text": item.prerequisites}
    score = "" if item.mastery_score is None else f"{item.mastery_score:g}"
    values = (item.max_time_allowed, item.time_limit_action, item.launch_data, score)
    names = ("maxtimeallowed", "timelimitaction", "datafromlms", "masteryscore")
    return entry | {f"adlcp:{name}": value for name, value in zip(names, values, strict=True) if value}


def _resource_identifier(item: ScoSource, course: CourseSource) -> str:
    return _own(course, f"resource_{item.identifier}")


def _resources(course: CourseSource) -> list[dict[str, Any]]:
    """Return a resource for each SCO, its page first, and one for what they share."""
    pages = {item.identifier: split_href(item.href)[0] for item in course.walk() if item.href}
    owned = {name: _owners(name, pages) for name in course.files}
    shared = sorted([*(name for name, owners in owned.items() if not owners), *course.shared_files])
    resources: list[dict[str, Any]] = []
    for item in course.walk():
        if not item.href:
            continue
        page = pages[item.identifier]
        names = [page, *sorted(name for name, owners in owned.items() if item.identifier in owners and name != page)]
        resource = _resource(_resource_identifier(item, course), "sco", names)
        resource["@href"] = item.href
        if shared:
            resource["dependency"] = {"@identifierref": _own(course, _SHARED)}
        resources.append(resource)
    if shared:
        resources.append(_resource(_own(course, _SHARED), "asset", shared))
    return resources


def _resource(identifier: str, scorm_type: str, names: Iterable[str]) -> dict[str, Any]:
    return {
        "@identifier": identifier,
        "@type": "webcontent",
        "@adlcp:scormtype": scorm_type,
        "file": [{"@href": name} for name in names],
    }


def _owners(name: str, pages: Mapping[str, str]) -> frozenset[str]:
    """Return the SCOs that a file lies with: of those whose folder holds it, the nearest ones. Pages own themselves."""
    if name in pages.values():
        return frozenset(identifier for identifier, page in pages.items() if page == name)
    folders = {identifier: page.rpartition("/")[0] for identifier, page in pages.items()}
    holding = {
        identifier: len(folder) for identifier, folder in folders.items() if folder and name.startswith(folder + "/")
    }
    nearest = max(holding.values(), default=0)
    return frozenset(identifier for identifier, length in holding.items() if length == nearest)
