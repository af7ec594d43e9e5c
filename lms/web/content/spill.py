"""A bounded store of inflated members: media that are deflated in their zip and asked for in ranges.

A file stands under a hash of its archive and place, never under a name of its own, and can be removed at any moment:
it is made again.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LIMIT = 1024**3
PART = ".part"
GRACE_S = 3600.0
"""A file that is still being made is left alone, unless its maker has been silent for so long."""


class Spill:
    """Inflated members below a folder, of at most `limit` bytes in all; the ones used longest ago go first."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    def find(self, archive: str, offset: int) -> IO[bytes] | None:
        """Open an inflated member, or return None when it has to be made."""
        try:
            file = self._path(archive, offset).open("rb")
        except FileNotFoundError:
            return None
        os.utime(file.fileno())
        return file

    def make(self, archive: str, offset: int, pieces: Iterator[bytes]) -> IO[bytes]:
        """Keep a member's bytes and open them; two makers at once do not disturb each other."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(archive, offset)
        staged = self._folder / f"{secrets.token_hex(8)}{PART}"
        try:
            with staged.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            opened = staged.open("rb")
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)
        self._trim(path)
        return opened

    def _path(self, archive: str, offset: int) -> Path:
        return self._folder / hashlib.sha256(f"{archive}:{offset}".encode()).hexdigest()

    def _trim(self, newest: Path) -> None:
        kept = []
        before = time.time() - GRACE_S
        for path in self._folder.iterdir():
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.suffix != PART:
                kept.append((status.st_mtime, status.st_size, path))
            elif status.st_mtime < before:
                path.unlink(missing_ok=True)
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._limit:
                return
            if path != newest:
                path.unlink(missing_ok=True)
                total -= size
