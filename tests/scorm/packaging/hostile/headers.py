"""Local headers against central ones (APPNOTE 4.3.7, 4.3.12): every field that can disagree, or lead astray."""

import struct
import zlib
from dataclasses import replace

from tests.scorm.packaging.hostile.cases import ACCEPTED, GOOD, PAGE, archive, case, patched, with_page
from tests.scorm.packaging.zips import ENCRYPTED, UTF8, ZipEntry, ZipFile

CONTENT = GOOD[2].data
CENTRAL = 46


def first_central(data: bytes) -> int:
    """Return where the first record of the directory begins."""
    return data.index(b"PK\x01\x02")


def extra(tag: int, body: bytes) -> bytes:
    return struct.pack("<HH", tag, len(body)) + body


def unicode_path(raw: bytes, repeated: bytes, *, is_current: bool = True) -> bytes:
    """Return the extra field that repeats a name in UTF-8 (4.6.9)."""
    checksum = zlib.crc32(raw) if is_current else 1
    return extra(0x7075, b"\x01" + struct.pack("<L", checksum) + repeated)


@case("zip_damaged", "headers_differ")
def local_name_is_another() -> bytes:
    return with_page(local_name=b"two/evil_.html")


@case("zip_damaged", "headers_differ")
def local_name_is_longer() -> bytes:
    return with_page(local_name=PAGE + b".exe")


@case("zip_damaged", "headers_differ")
def local_name_climbs() -> bytes:
    return with_page(local_name=b"../../evil.php")


@case("zip_damaged", "headers_differ")
def local_name_differs_in_case() -> bytes:
    return with_page(local_name=PAGE.upper())


@case("zip_damaged", "headers_differ")
def local_name_is_empty() -> bytes:
    return with_page(local_name=b"")


@case("zip_damaged", "headers_differ")
def local_method_is_stored() -> bytes:
    return with_page(local_method=0)


@case("zip_damaged", "headers_differ")
def local_size_is_smaller() -> bytes:
    return with_page(local_size=7)


@case("zip_damaged", "headers_differ")
def local_size_is_larger() -> bytes:
    return with_page(local_size=1 << 30)


@case("zip_damaged", "headers_differ")
def local_packed_size_is_smaller() -> bytes:
    return with_page(local_packed=1)


@case("zip_damaged", "headers_differ")
def local_packed_size_is_zero() -> bytes:
    return with_page(local_packed=0)


@case("zip_damaged", "headers_differ")
def local_checksum_is_another() -> bytes:
    return with_page(local_crc=1)


@case("zip_damaged", "headers_differ")
def encrypted_for_local_readers_only() -> bytes:
    return with_page(local_flags=ENCRYPTED)


@case("zip_damaged", "headers_differ")
def strongly_encrypted_for_local_readers_only() -> bytes:
    return with_page(local_flags=0x40)


@case("zip_damaged", "headers_differ")
def local_header_masked() -> bytes:
    return with_page(local_flags=0x2000)


@case("zip_damaged", "headers_differ")
def letters_of_another_alphabet_for_local_readers() -> bytes:
    return archive(ZipEntry(name="été.html".encode(), flags=UTF8, local_flags=0, data=b"x"))


@case(ACCEPTED)
def times_differ() -> bytes:
    return with_page(time=4711)


@case(ACCEPTED)
def versions_differ() -> bytes:
    data = archive()
    return patched(data, first_central(data) + 6, "H", 45)


@case("zip_damaged", "local_header")
def local_signature_is_missing() -> bytes:
    data = archive()
    return patched(data, data.index(PAGE) - 30, "L", 0)


@case("zip_damaged", "front")
def first_member_elsewhere() -> bytes:
    return ZipFile(entries=[replace(GOOD[0], central_offset=9), *GOOD[1:]]).build()


@case("zip_damaged", "local_header")
def member_behind_the_members() -> bytes:
    return with_page(central_offset=1 << 30)


@case("zip_damaged", "local_header")
def member_in_the_directory() -> bytes:
    data = archive()
    return with_page(central_offset=first_central(data))


@case("zip_damaged", "outside")
def data_reach_into_the_directory() -> bytes:
    last = GOOD[-1]
    return ZipFile(entries=[*GOOD[:-1], replace(last, packed_size=len(last.stored()) + 60)]).build()


@case("zip_damaged", "outside")
def local_extra_field_longer_than_the_file() -> bytes:
    data = archive()
    return patched(data, data.rindex(b"shared/api.js", 0, first_central(data)) - 2, "H", 0xFFFF)


@case("zip_damaged", "directory")
def central_signature_is_missing() -> bytes:
    data = archive()
    return patched(data, first_central(data), "L", 0)


@case("zip_damaged", "directory")
def central_name_longer_than_the_directory() -> bytes:
    data = archive()
    return patched(data, first_central(data) + 28, "H", 0xFFFF)


@case("zip_damaged", "directory")
def central_extra_field_longer_than_the_directory() -> bytes:
    data = archive()
    return patched(data, first_central(data) + 30, "H", 0xFFFF)


@case("zip_damaged", "directory")
def central_comment_longer_than_the_directory() -> bytes:
    data = archive()
    return patched(data, first_central(data) + 32, "H", 0xFFFF)


@case("zip_damaged", "directory")
def central_name_swallows_the_next_record() -> bytes:
    data = archive()
    name_length = len(GOOD[0].name)
    return patched(data, first_central(data) + 28, "H", name_length + CENTRAL)


@case("zip_damaged", "several_disks")
def member_on_a_second_disk() -> bytes:
    return with_page(disk=1)


@case("zip_damaged", "zip64")
def disk_of_32_bits_without_its_field() -> bytes:
    return with_page(disk=0xFFFF)


@case("zip_damaged", "zip64")
def size_of_64_bits_without_its_field() -> bytes:
    return with_page(size=0xFFFFFFFF)


@case("zip_damaged", "zip64")
def size_of_64_bits_with_a_short_field() -> bytes:
    return with_page(size=0xFFFFFFFF, extra=extra(1, b"\1\2\3"))


@case("zip_damaged", "zip64")
def two_fields_for_sizes_of_64_bits() -> bytes:
    field = extra(1, struct.pack("<Q", len(CONTENT)))
    return with_page(size=0xFFFFFFFF, extra=field + extra(1, struct.pack("<Q", 1)), local_size=len(CONTENT))


@case("zip_over_limits", "size")
def size_of_64_bits_beyond_all_measure() -> bytes:
    return with_page(size=0xFFFFFFFF, extra=extra(1, struct.pack("<Q", 1 << 62)))


@case("zip_damaged", "local_header")
def offset_of_64_bits_beyond_all_measure() -> bytes:
    return with_page(central_offset=0xFFFFFFFF, extra=extra(1, struct.pack("<Q", (1 << 64) - 1)))


@case("zip_damaged", "headers_differ")
def local_size_of_64_bits_lies() -> bytes:
    field = extra(1, struct.pack("<QQ", 1, 1))
    return with_page(local_size=0xFFFFFFFF, local_packed=0xFFFFFFFF, local_extra=field)


@case(ACCEPTED)
def local_size_of_64_bits_in_good_faith() -> bytes:
    field = extra(1, struct.pack("<QQ", len(CONTENT), len(GOOD[2].stored())))
    return with_page(local_size=0xFFFFFFFF, local_packed=0xFFFFFFFF, local_extra=field)


@case(ACCEPTED)
def extra_fields_of_rubbish() -> bytes:
    return with_page(extra=b"\x99\x99\xff\xffrubbish", local_extra=b"\1\2\3")


@case(ACCEPTED)
def directory_in_another_order() -> bytes:
    data = archive()
    start = first_central(data)
    records = [b"PK\x01\x02" + one for one in data[start:-22].split(b"PK\x01\x02")[1:]]
    return data[:start] + b"".join(reversed(records)) + data[-22:]


@case(ACCEPTED)
def gap_with_a_member_that_nobody_lists() -> bytes:
    hidden = ZipFile(entries=[ZipEntry(name=b"hidden.html", data=b"x")]).build()
    return with_page(before=hidden)


@case("zip_unsafe_name", "two_names")
def repeated_name_climbs() -> bytes:
    return with_page(extra=unicode_path(PAGE, b"../../evil.php"))


@case("zip_unsafe_name", "two_names")
def repeated_name_is_another() -> bytes:
    return with_page(extra=unicode_path(PAGE, b"two/evil_.html"))


@case("zip_damaged", "headers_differ")
def repeated_name_is_another_for_local_readers() -> bytes:
    return with_page(local_extra=unicode_path(PAGE, b"two/evil_.html"))


@case("zip_unsafe_name", "climbs")
def repeated_name_hides_one_that_climbs() -> bytes:
    raw = b"../\x82.html"
    return archive(ZipEntry(name=raw, extra=unicode_path(raw, "é.html".encode()), data=b"x"))


@case(ACCEPTED)
def repeated_name_of_an_earlier_one_is_ignored() -> bytes:
    return with_page(extra=unicode_path(PAGE, b"../../evil.php", is_current=False))


@case(ACCEPTED)
def repeated_name_in_good_faith() -> bytes:
    raw = b"\xa5t\x82.html"
    field = unicode_path(raw, "ñté.html".encode())
    return archive(ZipEntry(name=raw, extra=field, local_extra=field, data=b"x"))
