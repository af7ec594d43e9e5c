"""What an archive without a manifest at its top is instead of a package, told by the names of its files."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NoReturn

from scorm.packaging.archive import MANIFEST_NAME, ArchiveIndex, Member, ReadAt
from scorm.packaging.findings import refuse
from scorm.packaging.inflating import inflate

_STANDARDS = (
    ("cmi5", re.compile(r"(.*/)?cmi5\.xml")),
    ("xAPI", re.compile(r"(.*/)?tincan\.xml")),
    ("H5P", re.compile(r"([^/]*/)?h5p\.json")),
    ("IMS QTI", re.compile(r"(.*/)?assessment_?(test|item)\.xml")),
)
_AICC = re.compile(r".*\.(au|crs|des|cst)")
# Archives that are other things than courses; the first that fits counts.
_DOCUMENTS = (
    ("storyline_project", re.compile(r"story/story\.xml")),
    ("moodle_backup", re.compile(r"moodle_backup\.xml")),
    ("office", re.compile(r"\[content_types\]\.xml|meta-inf/manifest\.xml")),
    ("epub", re.compile(r"meta-inf/container\.xml")),
    ("java", re.compile(r"meta-inf/manifest\.mf|androidmanifest\.xml")),
    ("exelearning_project", re.compile(r"contentv3\.xml|content\.data")),
    ("website", re.compile(r"([^/]*/)?(index|story|default|start|main)(_lms|_html5)?\.html?")),
)
_ARCHIVES = (".zip", ".pif")
_NAME = MANIFEST_NAME.encode()
_LOOKED_THROUGH = 256 * 1024 * 1024  # bytes of archives in the archive
_SHOWN = 5


def refuse_without_manifest(read_at: ReadAt, index: ArchiveIndex) -> NoReturn:
    """Say what the archive is instead of a package, and which file in it is the one to send."""
    names = {name.casefold() for name in index.members}
    standard = _other_standard(names)
    if standard:
        refuse("other_standard", standard=standard)
    deeper = _manifests(index.members)
    if deeper:
        what = "several" if len(deeper) > 1 else "deeper"
        refuse("manifest_missing", file=deeper[0], what=what, found=len(deeper), names=_listed(deeper))
    kind = _kind(names)
    archives = [member for name, member in sorted(index.members.items()) if name.casefold().endswith(_ARCHIVES)]
    if archives and kind in ("", "website"):
        _refuse_nested(read_at, archives)
    refuse("manifest_missing", what=kind, kind=kind, found=0)


def _other_standard(names: Collection[str]) -> str:
    """Return the standard that the files betray, in whatever folder they lie (PACKAGING 1.3)."""
    for standard, trace in _STANDARDS:
        if any(trace.fullmatch(name) for name in names):
            return standard
    suffixes = {found.group(1) for name in names if (found := _AICC.fullmatch(name))}
    return "AICC" if "crs" in suffixes and suffixes != {"crs"} else ""


def _kind(names: Collection[str]) -> str:
    """Return what kind of archive this is; empty when nothing betrays it."""
    if not names:
        return "empty"
    return next((kind for kind, trace in _DOCUMENTS if any(trace.fullmatch(name) for name in names)), "")


def _manifests(names: Collection[str]) -> list[str]:
    """Return the manifests of the packages that lie in folders, without those that lie in another one's folder."""
    found = sorted((name for name in names if name.rpartition("/")[2].casefold() == MANIFEST_NAME), key=len)
    tops: list[str] = []
    for name in found:
        if not any(name.startswith(top.rpartition("/")[0] + "/") for top in tops):
            tops.append(name)
    return sorted(tops)


def _refuse_nested(read_at: ReadAt, archives: Sequence[Member]) -> NoReturn:
    """Name the archives in the archive that are packages; where none is, all of them."""
    packages = list(_packages(read_at, archives)) or [member.name for member in archives]
    what = "several" if len(packages) > 1 else ""
    refuse("zip_nested", file=packages[0], what=what, found=len(packages), names=_listed(packages))


def _packages(read_at: ReadAt, archives: Sequence[Member]) -> Iterator[str]:
    """Yield the archives whose directories name a manifest; names lie in them as they are."""
    left = _LOOKED_THROUGH
    for member in archives:
        left -= member.size
        if left < 0:
            return
        tail = b""
        for piece in inflate(read_at, member):
            text = (tail + piece).lower()
            tail = piece[-len(_NAME) :]
            if _NAME in text:
                yield member.name
                break


def _listed(names: Sequence[str]) -> str:
    """Return the first few names in one line."""
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
