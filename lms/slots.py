"""Slots of worker processes: each holds a locked file, and so a name that the next worker in it takes over."""

import fcntl
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SLOTS = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that this process holds for as long as it lives; names are unique among installations."""

    name: str
    lock: IO[str]


def take_slot(folder: Path) -> Slot:
    """Take the first free slot of an installation."""
    for number in range(1, SLOTS + 1):
        lock = _locked(folder, number)
        if lock:
            return Slot(f"{_installation(folder)}-{number}", lock)
    raise RuntimeError(f"more than {SLOTS} workers share {folder}")


def is_held(folder: Path, name: str) -> bool | None:
    """Tell whether a living process holds the slot of that name; None when it belongs to another installation."""
    installation, _, number = name.rpartition("-")
    if installation != _installation(folder) or not number.isdigit():
        return None
    lock = _locked(folder, int(number))
    if lock:
        lock.close()
    return lock is None


def _locked(folder: Path, number: int) -> IO[str] | None:
    (folder / "workers").mkdir(parents=True, exist_ok=True)
    file = (folder / "workers" / str(number)).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _installation(folder: Path) -> str:
    """Return the name of the folder's own, made at the first need."""
    path = folder / "workers" / "name"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        name = secrets.token_hex(8)
        draft = path.with_name(name)
        draft.write_text(name)
        with suppress(FileExistsError):  # another process was faster; its name counts
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
