"""Data descriptors (APPNOTE 4.3.9): what follows the data of a streamed member, in four forms, and lies."""

import struct
import zlib

from tests.scorm.packaging.hostile.cases import ACCEPTED, GOOD, case, with_page
from tests.scorm.packaging.zips import DESCRIPTOR

CONTENT = GOOD[2].data
PACKED = len(GOOD[2].stored())
SIGNATURE = b"PK\x07\x08"


def told(form: str, crc: int = zlib.crc32(CONTENT), packed: int = PACKED, size: int = len(CONTENT)) -> bytes:
    """Return a descriptor; what is not told otherwise is true."""
    return struct.pack(form, crc, packed, size)


def streamed(descriptor: bytes) -> bytes:
    return with_page(flags=DESCRIPTOR, descriptor=descriptor)


@case(ACCEPTED)
def descriptor_with_signature() -> bytes:
    return streamed(SIGNATURE + told("<3L"))


@case(ACCEPTED)
def descriptor_without_signature() -> bytes:
    return streamed(told("<3L"))


@case(ACCEPTED)
def descriptor_of_64_bits() -> bytes:
    return streamed(SIGNATURE + told("<LQQ"))


@case(ACCEPTED)
def descriptor_of_64_bits_without_signature() -> bytes:
    return streamed(told("<LQQ"))


@case("zip_damaged", "descriptor")
def descriptor_missing() -> bytes:
    return streamed(b"")


@case("zip_damaged", "descriptor")
def descriptor_cut() -> bytes:
    return streamed((SIGNATURE + told("<3L"))[:9])


@case("zip_damaged", "descriptor")
def descriptor_with_another_checksum() -> bytes:
    return streamed(SIGNATURE + told("<3L", crc=1))


@case("zip_damaged", "descriptor")
def descriptor_with_another_packed_size() -> bytes:
    return streamed(SIGNATURE + told("<3L", packed=1))


@case("zip_damaged", "descriptor")
def descriptor_with_another_size() -> bytes:
    return streamed(told("<3L", size=1 << 31))


@case("zip_damaged", "descriptor")
def descriptor_of_64_bits_with_another_size() -> bytes:
    return streamed(SIGNATURE + told("<LQQ", size=1 << 40))


@case("zip_damaged", "headers_differ")
def streamed_with_half_the_truth_in_front() -> bytes:
    return with_page(flags=DESCRIPTOR, local_size=5)


@case("zip_damaged", "headers_differ")
def zeros_in_front_and_no_descriptor_promised() -> bytes:
    return with_page(local_crc=0, local_packed=0, local_size=0)
