"""Files come in by one rename, and what nothing names any more goes."""

import os
import resource
import threading
from pathlib import Path

import pytest

from lms.cli.packages import CHUNK, _copied
from lms.storage import GRACE_S, Storage

DIGEST = "ab" * 32


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return an empty store."""
    return Storage(tmp_path)


def aged(path: Path) -> Path:
    moment = path.stat().st_mtime - 2 * GRACE_S
    os.utime(path, (moment, moment))
    return path


def kept(storage: Storage, digest: str, content: bytes = b"content") -> Path:
    with storage.staging() as staged:
        staged.write_bytes(content)
        storage.keep(staged, digest)
    return storage.path(digest)


def nothing() -> tuple[set[str], set[str]]:
    return set(), set()


def test_a_file_that_does_not_fit_on_the_disk_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 2 * CHUNK)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK * 3 // 2, hard))
    try:
        with pytest.raises(OSError, match="large"):
            _copied(source, tmp_path / "target", 3 * CHUNK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_staged_file_is_removed_unless_it_is_kept(storage: Storage) -> None:
    with storage.staging() as staged:
        staged.write_bytes(b"x")
    assert not staged.exists()
    assert kept(storage, DIGEST).read_bytes() == b"content"


def test_the_same_content_may_be_kept_again(storage: Storage) -> None:
    kept(storage, DIGEST)
    assert kept(storage, DIGEST).read_bytes() == b"content"


def test_a_file_is_set_aside_under_a_key(storage: Storage) -> None:
    with storage.staging() as staged:
        staged.write_bytes(b"x")
        storage.set_aside(staged, "key")
    assert storage.aside("key").read_bytes() == b"x"


class TestSweep:
    def test_old_files_that_nothing_names_go(self, storage: Storage) -> None:
        stored, staged = aged(kept(storage, DIGEST)), storage.stage()
        staged.write_bytes(b"x")
        aged(staged)
        assert storage.sweep(nothing) == 2
        assert not stored.exists()
        assert not staged.exists()

    def test_files_that_rows_name_stay_however_old(self, storage: Storage) -> None:
        stored, staged = aged(kept(storage, DIGEST)), storage.stage()
        staged.write_bytes(b"x")
        waiting = aged(storage.set_aside(staged, "key"))
        assert storage.sweep(lambda: ({DIGEST}, {"key"})) == 0
        assert stored.exists()
        assert waiting.exists()

    def test_young_files_stay_their_rows_may_be_on_the_way(self, storage: Storage) -> None:
        stored, staged = kept(storage, DIGEST), storage.stage()
        staged.write_bytes(b"x")
        assert storage.sweep(nothing) == 0
        assert stored.exists()
        assert staged.exists()

    def test_content_that_comes_again_during_the_sweep_stays(self, storage: Storage) -> None:
        stored = aged(kept(storage, DIGEST))

        def comes_again() -> tuple[set[str], set[str]]:
            kept(storage, DIGEST)
            return nothing()

        assert storage.sweep(comes_again) == 0
        assert stored.exists()

    def test_imports_at_the_same_time_lose_nothing(self, storage: Storage) -> None:
        digests = [f"{number:02x}" * 32 for number in range(40)]
        for digest in digests:
            aged(kept(storage, digest))
        importing = threading.Thread(target=lambda: [kept(storage, digest) for digest in digests])
        importing.start()
        while importing.is_alive():
            storage.sweep(nothing)
        importing.join()
        assert all(storage.path(digest).exists() for digest in digests)
