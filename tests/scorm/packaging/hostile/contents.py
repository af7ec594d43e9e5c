"""Data that are not what their headers promise: sizes, checksums, streams, methods, passwords."""

import zlib
from functools import partial

from tests.scorm.packaging.hostile.cases import ACCEPTED, GOOD, add_all, archive, case, with_page
from tests.scorm.packaging.zips import DESCRIPTOR, ENCRYPTED, ZipEntry

CONTENT = GOOD[2].data
STREAM = GOOD[2].stored()


@case("zip_damaged", "checksum")
def checksum_lies() -> bytes:
    return with_page(crc=1)


@case("zip_damaged", "checksum")
def checksum_of_a_stored_member_lies() -> bytes:
    return with_page(method=0, crc=1)


@case("zip_damaged", "size")
def size_too_small() -> bytes:
    return with_page(size=len(CONTENT) - 1)


@case("zip_damaged", "size")
def size_too_large() -> bytes:
    return with_page(size=len(CONTENT) + 1)


@case("zip_damaged", "size")
def size_zero() -> bytes:
    return with_page(size=0)


@case("zip_damaged", "stored_sizes")
def stored_sizes_differ() -> bytes:
    return with_page(method=0, size=5)


@case("zip_damaged", "size")
def stream_of_nothing() -> bytes:
    return with_page(packed=b"\x03\0")


@case("zip_damaged", "size")
def no_stream_for_a_file_that_has_a_size() -> bytes:
    return with_page(packed=b"")


@case(ACCEPTED)
def no_stream_for_an_empty_file() -> bytes:
    return archive(ZipEntry(name=b"empty.css", packed=b""))


@case(ACCEPTED)
def empty_file_with_its_stream() -> bytes:
    return archive(ZipEntry(name=b"empty.css"))


@case("zip_damaged", "deflate")
def stream_cut() -> bytes:
    return with_page(packed=STREAM[:-3])


@case("zip_damaged", "deflate")
def stream_of_rubbish() -> bytes:
    return with_page(packed=b"\xff" * 40)


@case("zip_damaged", "deflate")
def stream_with_rubbish_behind() -> bytes:
    return with_page(packed=STREAM + b"xx")


@case("zip_damaged", "deflate")
def stream_with_a_megabyte_behind() -> bytes:
    return with_page(packed=STREAM + bytes(1_000_000))


@case("zip_damaged", "deflate")
def two_streams_in_a_row() -> bytes:
    return with_page(packed=STREAM + STREAM)


@case("zip_damaged", "deflate")
def stream_without_a_last_block() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return with_page(packed=packer.compress(CONTENT) + packer.flush(zlib.Z_FULL_FLUSH))


@case("zip_damaged", "deflate")
def stream_with_a_header_of_zlib() -> bytes:
    return with_page(packed=zlib.compress(CONTENT))


@case("zip_damaged", "deflate")
def stream_that_looks_back_before_its_beginning() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=CONTENT)
    return with_page(packed=packer.compress(CONTENT) + packer.flush())


@case("zip_damaged", "deflate")
def millions_of_empty_blocks() -> bytes:
    return with_page(packed=b"\0\0\0\xff\xff" * 2_000_000)


METHODS = (1, 2, 6, 7, 9, 10, 12, 14, 18, 19, 93, 95, 96, 97, 98, 99, 0xFFFF)
add_all({f"method_{one}": partial(with_page, method=one) for one in METHODS}, "zip_unsupported_method")


@case("zip_unsupported_method")
def data_that_patch_another_file() -> bytes:
    return with_page(flags=0x20)


@case("zip_encrypted")
def password() -> bytes:
    return with_page(flags=ENCRYPTED)


@case("zip_encrypted")
def password_and_streamed() -> bytes:
    return with_page(flags=ENCRYPTED | DESCRIPTOR)


@case("zip_encrypted")
def strong_encryption() -> bytes:
    return with_page(flags=ENCRYPTED | 0x40)


@case("zip_encrypted")
def encryption_of_the_directory() -> bytes:
    return with_page(flags=0x2000)


@case("zip_encrypted")
def password_with_the_method_of_aes() -> bytes:
    return with_page(flags=ENCRYPTED, method=99)
