"""The archives that we write: as the library of Python writes them, carried over exactly, never held."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from scorm.errors import PackageError
from scorm.packaging.archive import STORED, Member, read_index
from scorm.packaging.inflating import read_member, verify
from scorm.packaging.zipfields import read_end, read_entries
from scorm.packaging.zipwriting import Content, Packed, zip_pieces
from tests.scorm.packaging.packages import port

FILES: list[tuple[str, bytes]] = [
    ("imsmanifest.xml", b"<manifest/>" * 99),
    ("été/ß.txt", b""),
    ("b.bin", bytes(range(256))),
]


def written(*files: tuple[str, Content]) -> bytes:
    """Return an archive of files."""
    return b"".join(zip_pieces(files))


def by_the_library(*files: tuple[str, bytes]) -> bytes:
    """Return the archive that Python's own library writes of the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    return buffer.getvalue()


def test_an_archive_has_the_very_bytes_that_the_library_writes() -> None:
    assert written(*FILES) == by_the_library(*FILES)


def test_an_archive_of_nothing_is_an_archive() -> None:
    assert written() == by_the_library()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_is_carried_over_as_it_is_packed(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.txt", b"abc" * 999)
    source = buffer.getvalue()
    index, _ = read_index(port(source), len(source))
    carried = written(("new/name.txt", Packed(index.members["a.txt"], port(source))))
    found, _ = read_index(port(carried), len(carried))
    member = found.members["new/name.txt"]
    assert (member.method, read_member(port(carried), member)) == (method, b"abc" * 999)
    verify(port(carried), found)


def test_an_archive_that_has_become_shorter_is_noticed() -> None:
    member = Member(name="a", offset=0, method=STORED, compressed_size=9, size=9, crc=0)
    with pytest.raises(PackageError):
        written(("a", Packed(member, port(b"short"))))


class Giants:
    """Three files of two gigabytes each that stand nowhere."""

    SIZE = 2**31 - 1

    def __init__(self) -> None:
        self.zeros = bytes(256 * 1024)
        self.total = 0
        self.tail = b""

    def files(self) -> Iterator[tuple[str, Content]]:
        """Yield the files."""
        for number in range(3):
            member = Member(name="any", offset=7, method=STORED, compressed_size=self.SIZE, size=self.SIZE, crc=number)
            yield f"{number}.bin", Packed(member, self.read_at)

    def read_at(self, offset: int, size: int) -> bytes:
        """Return zeros."""
        return self.zeros if size == len(self.zeros) else bytes(size)

    def take(self) -> None:
        """Write the archive down to its last thousand bytes."""
        for piece in zip_pieces(self.files()):
            self.total += len(piece)
            self.tail = (self.tail + piece)[-1000:] if len(piece) < 1000 else piece[-1000:]


def test_more_than_four_gigabytes_are_written_in_the_memory_of_a_few_pieces_and_read_again() -> None:
    giants = Giants()
    tracemalloc.start()
    giants.take()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * 1024 * 1024
    start = giants.total - len(giants.tail)

    def read_at(offset: int, size: int) -> bytes:
        return giants.tail[max(offset - start, 0) : offset - start + size] if offset >= start else bytes(size)

    end = read_end(lambda offset, size: (bytes(size) + giants.tail)[-(giants.total - offset) :][:size], giants.total)
    directory = read_at(end.directory_offset, end.directory_size)
    entries = list(read_entries(directory, end.entries))
    local = 30 + len("0.bin")
    assert [entry.offset for entry in entries] == [number * (Giants.SIZE + local) for number in range(3)]
    assert [(entry.size, entry.compressed_size) for entry in entries] == [(Giants.SIZE, Giants.SIZE)] * 3
