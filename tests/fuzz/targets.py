"""What must hold of any bytes: a package is accepted or refused by PackageError, and what is accepted is sound."""

import io
import zipfile
from dataclasses import replace

from scorm.errors import PackageError
from scorm.packaging.archive import STORED, ArchiveIndex, read_index
from scorm.packaging.inflating import verify
from scorm.packaging.limits import DEFAULT_LIMITS
from scorm.packaging.manifest import read_manifest
from scorm.packaging.names import name_fault, twin_key
from scorm.packaging.package import read_package
from tests.scorm.packaging.packages import port

LIMITS = replace(DEFAULT_LIMITS, total_size=64 * 1024 * 1024, member_size=64 * 1024 * 1024)


def check_archive(data: bytes) -> bool:
    """Say whether bytes are accepted as an archive; raise when what is accepted is unsound."""
    try:
        index, _ = read_index(port(data), len(data), LIMITS)
        verify(port(data), index)
    except PackageError:
        return False
    assert all(name_fault(name, LIMITS.name_length) is None for name in index.members)
    assert len({twin_key(name) for name in index.members}) == len(index.members)
    _check_ranges(index, len(data))
    _check_against_another_reader(data, index)
    return True


def _check_ranges(index: ArchiveIndex, size: int) -> None:
    end = 0
    for member in sorted(index.members.values(), key=lambda one: (one.offset, one.compressed_size)):
        assert end <= member.offset <= member.offset + member.compressed_size <= size
        end = member.offset + member.compressed_size


def _check_against_another_reader(data: bytes, index: ArchiveIndex) -> None:
    """Hold the files against those that the reader of the standard library finds: two see the same."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # it has its own limits, of versions and extra fields
    theirs = {(one.header_offset, one.file_size, one.CRC) for one in archive.infolist()}
    for member in index.members.values():
        matching = [at for at, size, crc in theirs if (size, crc) == (member.size, member.crc) and at < member.offset]
        assert matching, member
        assert member.method == STORED or member.compressed_size


def check_package(data: bytes) -> bool:
    """Say whether bytes are accepted as a package."""
    try:
        package = read_package(port(data), len(data), limits=LIMITS)
    except PackageError:
        return False
    assert all(item.member in package.index.members for item in package.launches)
    package.manifest.as_dict()
    return True


def check_manifest(data: bytes) -> bool:
    """Say whether bytes are accepted as a manifest."""
    try:
        manifest, _ = read_manifest(data, LIMITS)
    except PackageError:
        return False
    assert type(manifest).from_dict(manifest.as_dict()) == manifest.without_inventory()
    return True
