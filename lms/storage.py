"""Files of the installation: stored under their SHA-256, on a disk. Only this module knows where.

A file comes in by `staging()`: written under a name of its own, then put in its place by one rename. What waits for
a job is set aside under the name of what waits, still in the staging folder.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

GRACE_S = 3600.0
"""A file younger than this is never swept: its row may be on the way."""


class Storage:
    """The store of one installation, below `<folder>/store`; staged files below `<folder>/staging`."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / "store"
        self._staging = folder / "staging"

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield the path of a new file that is removed at the end unless it was kept or set aside."""
        path = self.stage()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def stage(self) -> Path:
        """Return the path of a new file; who asks removes it, or a later sweep does."""
        self._staging.mkdir(parents=True, exist_ok=True)
        return self._staging / secrets.token_hex(16)

    def stage_unnamed(self) -> tuple[int, Path]:
        """Return a new file, open for writing and reading, and the path that `name_staged` is to give it.

        Until then it has no name, where the system can do that: a process that is killed leaves nothing behind.
        """
        path = self.stage()
        with suppress(OSError, AttributeError):  # not Linux, or not this file system
            return os.open(self._staging, os.O_TMPFILE | os.O_RDWR, 0o644), path
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644), path

    def name_staged(self, descriptor: int, path: Path) -> None:
        """Give an unnamed staged file its name; nothing happens when it has it."""
        if os.fstat(descriptor).st_nlink == 0:
            # The folder is named only so that the call follows the link to the open file.
            folder = os.open(self._staging, os.O_RDONLY)
            try:
                os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(folder)

    def set_aside(self, staged: Path, key: str) -> Path:
        """Let a staged file wait under a key; return its path."""
        place = self.aside(key)
        staged.replace(place)
        return place

    def share(self, staged: Path, key: str) -> Path:
        """Let a staged file wait under a key as well; return that path. Who calls removes the first name later.

        Killed in between, both names stand for the same file: nothing is lost, and the sweep removes what is too many.
        """
        place = self.aside(key)
        os.utime(staged)  # fresh again: a sweep leaves it alone until its row is committed
        try:
            os.link(staged, place)
        except FileExistsError:
            pass
        except PermissionError:  # a file system without links
            staged.replace(place)
        return place

    def free_bytes(self) -> int:
        """Return how many more bytes the disk can stage."""
        self._staging.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._staging).free

    def aside(self, key: str) -> Path:
        """Return where the file waits that was set aside under the key."""
        return self._staging / f"waiting-{key}"

    def keep(self, staged: Path, sha256: str) -> None:
        """Move a staged file to its place, durably; a file of the same content may stand there already."""
        place = self.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        self.settle(staged)
        with self._locked(fcntl.LOCK_SH):
            os.utime(staged)  # fresh again: a sweep leaves it alone until its row is committed
            staged.replace(place)
        self.settle(place.parent)

    def settle(self, path: Path) -> None:
        """Wait until a file, or the names in a folder, would survive a power cut."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def path(self, sha256: str) -> Path:
        """Return where the file of that content stands."""
        return self._store / sha256[:2] / sha256

    def open(self, sha256: str) -> IO[bytes]:
        """Open a stored file for reading; raises FileNotFoundError when it is not there."""
        return self.path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        """Remove a stored file; nothing happens when it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, named: Callable[[], tuple[Collection[str], Collection[str]]], grace_s: float = GRACE_S) -> int:
        """Remove what nothing names any more; return how many files that were.

        `named` is asked after the folders were read, for the SHA-256 that rows name and the keys that wait: what is
        added meanwhile is younger than `grace_s` and stays.
        """
        before = time.time() - grace_s
        staged = _older_than(self._staging.glob("*"), before)
        stored = _older_than(self._store.glob("??/*"), before)
        digests, keys = named()
        waiting = {self.aside(key) for key in keys}
        doomed = [path for path in staged if path not in waiting] + [
            path for path in stored if path.name not in digests
        ]
        with self._locked(fcntl.LOCK_EX):
            doomed = _older_than(doomed, before)
            for path in doomed:
                path.unlink(missing_ok=True)
        return len(doomed)

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        self._store.mkdir(parents=True, exist_ok=True)
        with (self._store / ".lock").open("a") as file:
            fcntl.flock(file, kind)
            yield


def write_all(descriptor: int, data: "bytes | memoryview") -> None:
    """Write every byte; the system may take a part of them at once."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _older_than(paths: Iterator[Path] | list[Path], moment: float) -> list[Path]:
    """Return those of the paths that are files, last touched before the moment (in seconds of the epoch)."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file() and status.st_mtime < moment:
            found.append(path)
    return found
