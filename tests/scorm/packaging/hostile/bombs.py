"""Archives that are small and would become large, or that ask for more than they are worth."""

import struct
import zlib
from dataclasses import replace
from functools import cache

from tests.scorm.packaging.hostile.cases import ACCEPTED, GOOD, archive, case, with_entries, with_page
from tests.scorm.packaging.zips import ZipEntry

MB = 1 << 20


@cache
def zeros(megabytes: int) -> tuple[bytes, int]:
    """Return a stream that inflates to so many megabytes of zeros, and their checksum."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    piece, packed, crc = bytes(MB), [], 0
    for _ in range(megabytes):
        packed.append(packer.compress(piece))
        crc = zlib.crc32(piece, crc)
    return b"".join(packed) + packer.flush(), crc


def member(name: bytes, megabytes: int, size: int | None = None) -> ZipEntry:
    """Return a member that inflates to so many megabytes; `size` is what it says, the truth if nothing."""
    stream, crc = zeros(megabytes)
    return ZipEntry(name=name, packed=stream, crc=crc, size=megabytes * MB if size is None else size)


@case("zip_over_limits", "ratio")
def one_member_of_two_hundred_megabytes() -> bytes:
    return archive(member(b"bomb.html", 200))


@case("zip_over_limits", "ratio")
def many_members_below_the_threshold_of_one() -> bytes:
    return archive(*(member(b"bomb%d.html" % number, 1) for number in range(100)))


@case("zip_over_limits", "ratio")
def two_members_of_sixteen_megabytes_and_a_byte_each() -> bytes:
    return archive(member(b"a.html", 17), member(b"b.html", 16))


@case("zip_damaged", "size")
def member_that_says_it_is_small() -> bytes:
    return archive(member(b"bomb.html", 200, size=1000))


@case("zip_damaged", "size")
def member_that_says_it_is_nothing() -> bytes:
    return archive(member(b"bomb.html", 200, size=0))


@case("zip_damaged", "size")
def member_that_says_it_is_just_below_the_threshold() -> bytes:
    return archive(member(b"bomb.html", 200, size=32 * MB))


@case("zip_damaged", "size")
def many_members_that_say_they_are_small() -> bytes:
    return archive(*(member(b"bomb%d.html" % number, 17, size=1000) for number in range(300)))


@case("zip_damaged", "size")
def manifest_that_says_it_is_small() -> bytes:
    return with_entries([member(b"imsmanifest.xml", 200, size=1000), *GOOD[1:]])


@case("manifest_over_limits", "size")
def manifest_of_six_megabytes() -> bytes:
    return with_entries([member(b"imsmanifest.xml", 6), *GOOD[1:]])


@case("zip_over_limits", "size")
def member_of_three_gigabytes_by_its_word() -> bytes:
    return archive(member(b"bomb.html", 17, size=3 << 30))


@case("zip_over_limits", "total")
def members_of_five_gigabytes_by_their_word() -> bytes:
    return archive(*(member(b"bomb%d.html" % number, 17, size=(1 << 30) + 1) for number in range(5)))


@case("zip_over_limits", "size")
def member_of_exabytes_by_its_word() -> bytes:
    wide = struct.pack("<HHQ", 1, 8, 1 << 60)
    return archive(replace(member(b"bomb.html", 17), size=0xFFFFFFFF, extra=wide, local_extra=wide))


@case("zip_over_limits", "ratio")
def noise_does_not_hide_a_bomb() -> bytes:
    return archive(ZipEntry(name=b"__MACOSX/._a", data=b"x"), member(b"bomb.html", 200))


@case(ACCEPTED, "zip_os_noise")
def bomb_that_is_nothing_but_noise() -> bytes:
    """Such files are neither served nor inflated."""
    return archive(member(b"__MACOSX/._bomb", 17, size=4000))


@case("zip_over_limits", "entries")
def twenty_thousand_and_some_files() -> bytes:
    return archive(*(ZipEntry(name=b"%d" % number, packed=b"") for number in range(20_001)))


@case("zip_over_limits", "directory")
def directory_of_comments() -> bytes:
    return archive(*(ZipEntry(name=b"%d" % n, packed=b"", comment=bytes(65_000)) for n in range(270)))


@case(ACCEPTED)
def packages_in_packages_in_a_package() -> bytes:
    """What lies in a package is content: it is not opened."""
    inner = archive()
    for number in range(10):
        inner = archive(ZipEntry(name=b"inner%d.zip" % number, data=inner))
    return inner


@case("zip_nested")
def archives_in_archives() -> bytes:
    inner = archive()
    for number in range(10):
        inner = with_entries([ZipEntry(name=b"inner%d.zip" % number, data=inner, method=0)])
    return inner


@case("zip_nested")
def sixteen_archives_of_sixteen_archives() -> bytes:
    inner = with_entries([member(b"bomb.bin", 17)])
    for _ in range(3):
        inner = with_entries([ZipEntry(name=b"%d.zip" % number, data=inner) for number in range(16)])
    return inner


@case("zip_over_limits", "ratio")
def archive_in_an_archive_that_is_a_bomb() -> bytes:
    return with_entries([member(b"inner.zip", 200)])


@case("zip_damaged", "size")
def archive_in_an_archive_that_says_it_is_small() -> bytes:
    return with_entries([member(b"inner.zip", 200, size=1000)])


@case(ACCEPTED)
def forty_megabytes_at_an_honest_ratio() -> bytes:
    block = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "little") for number in range(2000))
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    data = (block + bytes(192_000)) * 200
    return archive(ZipEntry(name=b"media.bin", data=data, packed=packer.compress(data) + packer.flush()))


@case("zip_over_limits", "ratio")
def page_that_is_a_bomb() -> bytes:
    stream, crc = zeros(64)
    return with_page(packed=stream, crc=crc, size=64 * MB)
