"""Fuzz the reader of archives, and that of packages behind it.

    python -m tests.fuzz.fuzz_archive 30                     # without atheris: for 30 minutes
    pip install -e '.[fuzz]'
    python -m tests.fuzz.fuzz_archive -max_total_time=1800   # with atheris: the options of libFuzzer, and a folder

Nothing but PackageError may come out, and of what is accepted another reader sees the same. What ends it lies in
crash.bin, or in the file that libFuzzer names.
"""

from tests.fuzz.mutating import fuzz
from tests.fuzz.targets import check_archive, check_package
from tests.scorm.packaging.hostile import CASES

LARGEST_SEED = 50_000
WORDS = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08", b"PK\x05\x05",
    b"imsmanifest.xml", b"../", b"\\", b"/", b"\0", b"\x01\0\x10\0", b"\x75\x70\x09\0", b"\x03\0", b"\xff" * 8,
)  # fmt: skip


def check(data: bytes) -> bool:
    """Look at bytes as an archive, and what is one as a package."""
    if not check_archive(data):
        return False
    check_package(data)
    return True


if __name__ == "__main__":
    built = (one.build() for one in CASES.values() if not one.build.__module__.endswith("bombs"))
    fuzz(check, [data for data in built if 0 < len(data) < LARGEST_SEED], WORDS)
