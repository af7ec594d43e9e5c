"""The files of uploads that arrive piece by piece: how much is there, one more piece, the whole.

A piece is checked before it is added, so that whatever stands on the disk is right: the size of the file is the truth
about how much has arrived, whenever a server dies. Who adds holds a lock that other processes see as well.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from courses.catalogue.uploads import Upload, finish, forget
from lms.arriving import StagedUpload
from lms.site import Site
from lms.storage import Storage
from lms.tus import Checksum, TusRefusal, expected_sha256

SETTLERS = ThreadPoolExecutor(2, "settler")
"""Not the writers: one of these may itself wait here, when a line breaks behind the last byte of an upload."""


def key_of(upload_id: UUID) -> str:
    """Return the key under which the file of an upload waits in the storage."""
    return f"upload-{upload_id}"


def path_of(storage: Storage, upload: Upload) -> Path:
    """Return where the file of an upload stands once something has arrived."""
    return storage.aside(key_of(upload.id))


def offset_of(storage: Storage, upload: Upload) -> int:
    """Return how many bytes of an upload have arrived."""
    if upload.sha256 is not None:
        return upload.size
    try:
        return path_of(storage, upload).stat().st_size
    except FileNotFoundError:
        return 0


def check_piece(piece: StagedUpload, checksum: Checksum | None) -> None:
    """Refuse a piece that is not what its sender meant.

    Raises:
        TusRefusal: 460.
    """
    if checksum is None:
        return
    if checksum.algorithm == "sha256":
        digest = bytes.fromhex(piece.sha256)
    else:
        counted = hashlib.new(checksum.algorithm, usedforsecurity=False)
        for data in piece.chunks():
            counted.update(data)
        digest = counted.digest()
    if digest != checksum.digest:
        raise TusRefusal(460, "upload_piece_damaged")


@contextmanager
def held(storage: Storage, upload: Upload) -> Iterator[int]:
    """Hold the file of an upload, open for adding to it; no other request adds or removes meanwhile.

    Raises:
        TusRefusal: 423: another request holds it. 404: it was given up a moment ago.
    """
    path = path_of(storage, upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TusRefusal(423, "upload_busy") from error
        if os.fstat(descriptor).st_nlink == 0:
            raise TusRefusal(404, "upload_unknown")
        yield descriptor
    finally:
        os.close(descriptor)


def add_piece(descriptor: int, piece: StagedUpload, offset: int, size: int) -> int:
    """Add a piece to a file that is held; return how many bytes are there then.

    Should the disk be full, what fitted stays. A killed server loses nothing of it. The disk is not waited for: after
    a power cut the file may be shorter, and whoever asks how much has arrived sends the rest again.

    Raises:
        TusRefusal: 409: the file is not as long as the sender thinks. 413: more comes than was announced.
        OSError: the disk did not take it.
    """
    there = os.fstat(descriptor).st_size
    if there != offset:
        raise TusRefusal(409, "upload_elsewhere")
    if offset + piece.size > size:
        raise TusRefusal(413, "upload_overfull")
    os.lseek(descriptor, 0, os.SEEK_END)
    piece.add_to(descriptor)
    return there + piece.size


def settle_soon(storage: Storage, upload: Upload) -> None:
    """Bring what has arrived to the disk while the next piece comes; nobody waits for it."""

    def settle() -> None:
        with suppress(FileNotFoundError):  # an import has it already, or it was given up
            storage.settle(path_of(storage, upload))

    SETTLERS.submit(settle)


def digest_of(descriptor: int) -> str:
    """Return the SHA-256 of a whole file that is held."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def complete(parts: Site, upload: Upload, descriptor: int, now: datetime) -> None:
    """Write down that all of an upload has arrived, if so; what is not what its sender meant is given up.

    The file is held, and is read once to its end.

    Raises:
        TusRefusal: 460.
    """
    if upload.sha256 is not None or os.fstat(descriptor).st_size != upload.size:
        return
    settled = SETTLERS.submit(os.fsync, descriptor)
    sha256 = digest_of(descriptor)
    settled.result()  # its sender forgets it from now on
    if expected_sha256(upload.client_metadata) not in {None, sha256}:
        give_up(parts, upload)
        raise TusRefusal(460, "upload_damaged")
    with parts.database.transaction() as session:
        finish(session, upload.id, sha256, now)


def give_up(parts: Site, upload: Upload) -> None:
    """Forget an upload and remove what has arrived of it; an import that took it keeps its own name for the file."""
    with parts.database.transaction() as session:
        forget(session, upload.id)
    path_of(parts.storage, upload).unlink(missing_ok=True)
