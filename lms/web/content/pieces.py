"""Bodies that the server can seek in: parts of files with a few bytes before and after, sent without a generator."""

import io
import os
from typing import IO


class Joined(io.RawIOBase):
    """Bytes, a stretch of a file, bytes: read as one, sought as one.

    Closing it closes the file, which is its own.
    """

    def __init__(self, file: IO[bytes], offset: int, length: int, around: tuple[bytes, bytes] = (b"", b"")) -> None:
        super().__init__()
        self._file = file
        self._offset = offset
        self._length = length
        self._head, self._tail = around
        self._place = 0

    @property
    def size(self) -> int:
        """Return how many bytes there are in all."""
        return len(self._head) + self._length + len(self._tail)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place; never before the first byte."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = max(start + offset, 0)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        """Return at most `size` bytes from the present place; all that are left without a size."""
        wanted = self.size - self._place if size is None or size < 0 else size
        found: list[bytes] = []
        while wanted > 0 and (piece := self._piece(wanted)):
            found.append(piece)
            self._place += len(piece)
            wanted -= len(piece)
        return b"".join(found)

    def _piece(self, wanted: int) -> bytes:
        place = self._place
        if place < len(self._head):
            return self._head[place : place + wanted]
        place -= len(self._head)
        if place < self._length:
            self._file.seek(self._offset + place)
            return self._file.read(min(wanted, self._length - place))
        place -= self._length
        return self._tail[place : place + wanted]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
