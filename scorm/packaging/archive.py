"""The structure of a whole zip, checked before a single byte of it is inflated.

Nothing here trusts a field: the two headers of a member must agree, no two members may share bytes, no name may be
one that a file system would follow out of the package.
"""

import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scorm.errors import PackageError
from scorm.packaging import names
from scorm.packaging.findings import Finding, condensed, finding, has_blocker, refuse
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from scorm.packaging.localheaders import locate_data
from scorm.packaging.zipfields import Entry, ReadAt, read_end, read_entries, read_exactly

__all__ = ["DEFLATED", "MANIFEST_NAME", "STORED", "ArchiveIndex", "Member", "ReadAt", "read_index"]

MANIFEST_NAME = "imsmanifest.xml"
STORED = 0
DEFLATED = 8

_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # APPNOTE 4.4.4: bits 0, 6, 13
_PATCH = 0x0020  # bit 5: the data change another file
_UTF8 = 0x0800
_DOS_VOLUME_LABEL = 0x08
_DOS_DIRECTORY = 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of the archive; `offset` is where its data begin, `name` is in NFC with forward slashes."""

    name: str
    offset: int
    method: int
    compressed_size: int
    size: int
    crc: int

    def as_dict(self) -> dict[str, int | str]:
        """Return the member as plain values for JSON."""
        return {field: getattr(self, field) for field in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIndex:
    """The files of an archive by name, without directories and operating-system noise.

    `prefix` is the folder that everything lay in and that the names no longer carry, with its slash.
    """

    members: Mapping[str, Member]
    prefix: str = ""

    @property
    def total_size(self) -> int:
        """Return the bytes that all members have unpacked."""
        return sum(member.size for member in self.members.values())


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry that is a file, with its name as text."""

    entry: Entry
    name: str


@dataclass(slots=True)
class _Sorted:
    """The entries of an archive: its files, its folders, and everything wrong with any of them."""

    files: list[_Named] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_index(read_at: ReadAt, size: int, limits: Limits = DEFAULT_LIMITS) -> tuple[ArchiveIndex, tuple[Finding, ...]]:
    """Check the structure of the whole archive and return its files, with what was mended.

    Raises PackageError when the archive must not be accepted.
    """
    end = read_end(read_at, size)
    if end.entries > limits.entries:
        refuse("zip_over_limits", what="entries", found=end.entries, limit=limits.entries)
    if end.directory_size > limits.directory_size:
        refuse("zip_over_limits", what="directory", found=end.directory_size, limit=limits.directory_size)
    directory = read_exactly(read_at, end.directory_offset, end.directory_size)
    entries = list(read_entries(directory, end.entries))
    found = _sort(entries, limits)
    files, findings = found.files, found.findings
    findings += _size_findings(files, limits)
    findings += names.twins(((file.entry.raw_name, file.name) for file in files), found.folders)
    if has_blocker(findings):
        raise PackageError(condensed(findings))
    offsets = {entry.offset: data for entry, data in locate_data(read_at, entries, end.directory_offset)}
    prefix = _wrapping_folder(files)
    if prefix:
        findings.append(finding("zip_wrapped_in_folder", file=prefix))
    members = (_member(file, file.name.removeprefix(prefix), offsets[file.entry.offset]) for file in files)
    index = ArchiveIndex(members={member.name: member for member in members}, prefix=prefix)
    return index, condensed(findings)


def _member(file: _Named, name: str, data_offset: int) -> Member:
    entry = file.entry
    return Member(
        name=name,
        offset=data_offset,
        method=entry.method if entry.compressed_size else STORED,  # an empty file may lack even its empty stream
        compressed_size=entry.compressed_size,
        size=entry.size,
        crc=entry.crc,
    )


def _sort(entries: Iterable[Entry], limits: Limits) -> _Sorted:
    """Return the entries by what they are."""
    found = _Sorted()
    for entry in entries:
        _sort_one(entry, limits, found)
    if found.noise:
        found.findings.append(finding("zip_os_noise", file=found.noise[0], count=len(found.noise)))
    return found


def _sort_one(entry: Entry, limits: Limits, found: _Sorted) -> None:
    decoded = names.decode_name(entry.raw_name, is_utf8=bool(entry.flags & _UTF8), repeated=entry.unicode_path)
    tidy = names.tidy_name(decoded.text)
    is_directory = _is_directory(entry, decoded.text)
    refusals = _entry_findings(entry, decoded.text, limits, is_directory=is_directory)
    found.findings += refusals
    if refusals:
        return
    if is_directory:
        found.folders.append(tidy)
    elif names.is_noise(tidy):
        found.noise.append(tidy)
    else:
        if decoded.guessed:
            found.findings.append(finding("zip_name_encoding", file=tidy))
        if tidy != decoded.text:
            found.findings.append(finding("zip_name_mended", file=tidy, stored=decoded.text))
        found.files.append(_Named(entry, tidy))


def _is_directory(entry: Entry, name: str) -> bool:
    """Say whether an entry is a folder: by its name, or by its attributes if it holds nothing."""
    if name.endswith(("/", "\\")):
        return True
    marked = bool(entry.attributes & _DOS_DIRECTORY) or stat.S_ISDIR(entry.attributes >> 16)
    return marked and not entry.size and not entry.compressed_size


def _entry_findings(entry: Entry, name: str, limits: Limits, *, is_directory: bool) -> list[Finding]:
    """Judge one entry by its name, its kind and the way it is packed."""
    found: list[Finding] = []
    shown = _printable(name)
    fault = names.name_fault(name, limits.name_length) or _repeated_fault(entry, limits)
    if fault and not (is_directory and fault is names.NameFault.EMPTY):
        found.append(finding("zip_unsafe_name", file=shown, reason=fault))
    if entry.flags & _ENCRYPTED:
        found.append(finding("zip_encrypted", file=shown))
    if _is_special(entry, is_directory=is_directory):
        found.append(finding("zip_special_entry", file=shown))
    return found if is_directory else found + _packing_findings(entry, shown)


def _repeated_fault(entry: Entry, limits: Limits) -> names.NameFault | None:
    """Refuse what only some readers see: the other of two names, one in an extra field."""
    if not entry.unicode_path:
        return None
    if entry.unicode_path != entry.raw_name and (entry.raw_name.isascii() or entry.flags & _UTF8):
        return names.NameFault.TWO_NAMES
    return names.name_fault(entry.raw_name.decode("cp437"), limits.name_length)


def _is_special(entry: Entry, *, is_directory: bool) -> bool:
    """Say whether an entry is a link, a device or the like, on whatever system it says it was made."""
    mode = entry.attributes >> 16
    kind = stat.S_IFMT(mode)
    if is_directory:
        return kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    is_privileged = bool(mode & stat.S_ISUID)
    return kind not in (0, stat.S_IFREG) or is_privileged or bool(entry.attributes & _DOS_VOLUME_LABEL)


def _packing_findings(entry: Entry, shown: str) -> list[Finding]:
    """Judge the way a file is packed."""
    if entry.method not in (STORED, DEFLATED) or entry.flags & _PATCH:
        return [finding("zip_unsupported_method", file=shown, method=entry.method)]
    is_encrypted = bool(entry.flags & _ENCRYPTED)
    if entry.method == STORED and entry.size != entry.compressed_size and not is_encrypted:
        return [finding("zip_damaged", file=shown, reason="stored_sizes")]
    return []


def _printable(name: str) -> str:
    """Return a refused name in a form that can be shown."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:300])


def _size_findings(files: Iterable[_Named], limits: Limits) -> list[Finding]:
    """Refuse what is too large, or larger than honest compression makes it."""
    found: list[Finding] = []
    total = packed = 0
    for file in files:
        entry = file.entry
        total += entry.size
        packed += entry.compressed_size
        if entry.size > limits.member_size:
            found.append(
                finding("zip_over_limits", file=file.name, what="size", found=entry.size, limit=limits.member_size)
            )
        elif entry.size > limits.ratio_from and entry.size > entry.compressed_size * limits.ratio:
            found.append(finding("zip_over_limits", file=file.name, what="ratio", limit=limits.ratio))
    if total > limits.total_size:
        found.append(finding("zip_over_limits", what="total", found=total, limit=limits.total_size))
    most = limits.ratio if total <= limits.whole_ratio_from else limits.whole_ratio
    if not found and total > limits.ratio_from and total > packed * most:
        found.append(finding("zip_over_limits", what="ratio", limit=most))
    return found


def _wrapping_folder(files: list[_Named]) -> str:
    """Return the folder that holds the manifest and everything else, with its slash; empty when there is none."""
    tops = [file.name.rpartition("/")[0] for file in files if _is_manifest(file.name)]
    if not tops:
        return ""
    folder = min(tops, key=len) + "/"
    return folder if folder != "/" and all(file.name.startswith(folder) for file in files) else ""


def _is_manifest(name: str) -> bool:
    return name.rpartition("/")[2].casefold() == MANIFEST_NAME
