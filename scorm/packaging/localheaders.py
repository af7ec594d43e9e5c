"""Local headers: each must repeat what the central directory says, and no two members may share bytes."""

import struct
from collections.abc import Collection, Iterator

from scorm.packaging.zipfields import (
    DESCRIPTOR_SIGNATURE,
    LOCAL,
    LOCAL_SIGNATURE,
    SPLIT_MARKERS,
    Entry,
    ReadAt,
    damaged,
    read_exactly,
    unicode_path,
    widened,
)

_HAS_DESCRIPTOR = 0x0008  # APPNOTE 4.4.4: bit 3
_UTF8 = 0x0800
_MUST_AGREE = 0x0001 | 0x0020 | 0x0040 | 0x2000  # encrypted, patched, strongly encrypted, header masked
_LONGEST_DESCRIPTOR = 24
_DESCRIPTOR = struct.Struct("<3L")
_WIDE_DESCRIPTOR = struct.Struct("<L2Q")
_WINDOW = 16 * 1024


class _Window:
    """Reads ahead a little, so that neighbouring headers of small members cost one read."""

    __slots__ = ("_data", "_end", "_read_at", "_start")

    def __init__(self, read_at: ReadAt, end: int) -> None:
        self._read_at = read_at
        self._end = end
        self._start = 0
        self._data = b""

    def get(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`, fewer only where the members end."""
        size = max(0, min(size, self._end - offset))
        within = offset - self._start
        if within < 0 or within + size > len(self._data):
            wanted = min(max(size, _WINDOW), self._end - offset) if size else 0
            self._data = read_exactly(self._read_at, offset, wanted) if wanted else b""
            self._start, within = offset, 0
        return self._data[within : within + size]


def locate_data(read_at: ReadAt, entries: Collection[Entry], end: int) -> Iterator[tuple[Entry, int]]:
    """Yield each entry with the offset of its data, in the order of the file.

    `end` is where the members must end: the start of the central directory. Gaps between members are allowed,
    overlaps are not.
    """
    window = _Window(read_at, end)
    previous_end = 0
    if entries:
        _check_front(window, min(entry.offset for entry in entries))
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset < previous_end:
            damaged("overlap", _shown(entry))
        header = window.get(entry.offset, LOCAL.size)
        if len(header) < LOCAL.size or not header.startswith(LOCAL_SIGNATURE):
            damaged("local_header", _shown(entry))
        fields = LOCAL.unpack(header)
        lengths: int = fields[9] + fields[10]
        variable = window.get(entry.offset + LOCAL.size, lengths)
        data_offset = entry.offset + LOCAL.size + lengths
        if len(variable) < lengths or data_offset + entry.compressed_size > end:
            damaged("outside", _shown(entry))
        is_descriptor_due = _check_agreement(entry, fields, variable)
        previous_end = data_offset + entry.compressed_size
        if is_descriptor_due:
            previous_end += _descriptor_length(entry, window.get(previous_end, _LONGEST_DESCRIPTOR))
        yield entry, data_offset


def _check_front(window: _Window, first: int) -> None:
    """Refuse what stands in front of the first member: the archive would be a program or a page as well."""
    if first and not (first == len(SPLIT_MARKERS[0]) and window.get(0, first) in SPLIT_MARKERS):
        damaged("front")


def _shown(entry: Entry) -> str:
    return entry.raw_name.decode("utf-8", "replace")


def _check_agreement(entry: Entry, fields: tuple[int, ...], variable: bytes) -> bool:
    """Compare a local header with the central one; say whether a data descriptor must follow the data."""
    _, _, flags, method, _, _, crc, packed, size, name_length, _ = fields
    size, packed, _, _ = widened(variable[name_length:], (size, packed, 0))
    is_directory = entry.raw_name.endswith((b"/", b"\\"))
    if variable[:name_length] != entry.raw_name or (method != entry.method and not is_directory):
        damaged("headers_differ", _shown(entry))
    _check_names_and_flags(entry, flags, variable[name_length:])
    # Directories carry no data worth checking; writers are careless with them.
    if (crc, packed, size) == (entry.crc, entry.compressed_size, entry.size) or is_directory:
        return False
    # APPNOTE 4.4.4: with bit 3 the local fields may be zero, and the true ones follow the data.
    if not flags & _HAS_DESCRIPTOR or any(
        local not in (0, central)
        for local, central in ((crc, entry.crc), (packed, entry.compressed_size), (size, entry.size))
    ):
        damaged("headers_differ", _shown(entry))
    return True


def _check_names_and_flags(entry: Entry, flags: int, extra: bytes) -> None:
    """Refuse headers by which one reader sees another name, or other bytes, than the next."""
    must_agree = _MUST_AGREE if entry.raw_name.isascii() else _MUST_AGREE | _UTF8
    if (flags ^ entry.flags) & must_agree:
        damaged("headers_differ", _shown(entry))
    repeated = unicode_path(extra, entry.raw_name)
    if repeated and repeated not in (entry.unicode_path, entry.raw_name):
        damaged("headers_differ", _shown(entry))


def _descriptor_length(entry: Entry, found: bytes) -> int:
    """Return the length of the data descriptor, in whichever of its four forms it is (APPNOTE 4.3.9)."""
    values = (entry.crc, entry.compressed_size, entry.size)
    forms = [_WIDE_DESCRIPTOR.pack(*values)]
    if max(values) < 1 << 32:
        forms.append(_DESCRIPTOR.pack(*values))
    forms = [DESCRIPTOR_SIGNATURE + form for form in forms] + forms
    lengths = [len(form) for form in forms if found.startswith(form)]
    if not lengths:
        damaged("descriptor", _shown(entry))
    return lengths[0]
