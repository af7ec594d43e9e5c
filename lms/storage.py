"""Files of the installation: stored under their SHA-256, on a disk. Only this module knows where.

A file comes in by `staging()`: written under a name of its own, then put in its place by one rename.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Storage:
    """The store of one installation, below `<folder>/store`; staged files below `<folder>/staging`."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / "store"
        self._staging = folder / "staging"

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield the path of a new file that is removed at the end unless it was kept."""
        self._staging.mkdir(parents=True, exist_ok=True)
        path = self._staging / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, staged: Path, sha256: str) -> None:
        """Move a staged file to its place, durably; a file of the same content may stand there already."""
        place = self.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("rb") as file:
            os.fsync(file.fileno())
        staged.replace(place)

    def path(self, sha256: str) -> Path:
        """Return where the file of that content stands."""
        return self._store / sha256[:2] / sha256

    def open(self, sha256: str) -> IO[bytes]:
        """Open a stored file for reading; raises FileNotFoundError when it is not there."""
        return self.path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Remove a stored file; nothing happens when it is not there."""
        self.path(sha256).unlink(missing_ok=True)
