"""End records (APPNOTE 4.3.14 to 4.3.16) that are missing, doubled or lie."""

from tests.scorm.packaging.hostile.cases import ACCEPTED, GOOD, archive, case, patched
from tests.scorm.packaging.zips import ZipEntry, ZipFile

# Fields of the last 22 bytes, and of the 76 before them in an archive of 64 bits.
DISK, DIRECTORY_DISK, HERE, ENTRIES, SIZE, OFFSET, COMMENT = -18, -16, -14, -12, -10, -6, -2
WIDE = -22 - 20 - 56
LOCATOR = -22 - 20


def wide() -> bytes:
    return ZipFile(entries=GOOD, is_zip64=True).build()


def directory_of(data: bytes) -> int:
    """Return where the directory begins."""
    return int.from_bytes(data[OFFSET : OFFSET + 4], "little")


@case("not_a_zip", "empty")
def nothing_at_all() -> bytes:
    return b""


@case("not_a_zip", "blank")
def zeros_only() -> bytes:
    return bytes(70_000)


@case("zip_damaged", "end_missing")
def cut_in_half() -> bytes:
    return archive()[: len(archive()) // 2]


@case("zip_damaged", "end_missing")
def end_record_missing() -> bytes:
    return archive()[:-22]


@case("zip_damaged", "end_missing")
def end_record_cut_by_a_byte() -> bytes:
    return archive()[:-1]


@case("zip_damaged", "end_missing")
def byte_behind_the_end() -> bytes:
    return archive() + b"\0"


@case("zip_damaged", "end_missing")
def megabyte_behind_the_end() -> bytes:
    return archive() + b"x" * 1_000_000


@case("zip_damaged", "directory_outside")
def two_archives_in_a_row() -> bytes:
    return archive() + archive()


@case("zip_damaged", "several_ends")
def comment_that_is_an_end_record() -> bytes:
    return ZipFile(entries=GOOD, comment=archive()[-22:]).build()


@case("zip_damaged", "several_ends")
def comment_that_is_another_archive() -> bytes:
    return ZipFile(entries=GOOD, comment=archive(ZipEntry(name=b"evil.html", data=b"x"))).build()


@case("zip_damaged", "several_ends")
def three_end_records() -> bytes:
    end = archive()[-22:]
    return ZipFile(entries=GOOD, comment=patched(end, COMMENT, "H", 22) + end).build()


@case(ACCEPTED)
def comment_with_the_signature_of_an_end() -> bytes:
    return ZipFile(entries=GOOD, comment=b"made on Friday PK\x05\x06 by me, and more than a record's length").build()


@case(ACCEPTED)
def longest_comment() -> bytes:
    return ZipFile(entries=GOOD, comment=b"x" * 65_535).build()


@case("zip_damaged", "end_missing")
def comment_shorter_than_said() -> bytes:
    return patched(archive(), COMMENT, "H", 500)


@case("zip_damaged", "end_missing")
def comment_longer_than_said() -> bytes:
    return patched(ZipFile(entries=GOOD, comment=b"xyz").build(), COMMENT - 3, "H", 1)


@case("zip_damaged", "directory")
def more_entries_than_there_are() -> bytes:
    return ZipFile(entries=GOOD, entry_count=9).build()


@case("zip_damaged", "directory")
def fewer_entries_than_there_are() -> bytes:
    return ZipFile(entries=GOOD, entry_count=2).build()


@case("zip_damaged", "directory")
def no_entries_but_a_directory() -> bytes:
    return ZipFile(entries=GOOD, entry_count=0).build()


@case("zip_damaged", "several_disks")
def entries_on_this_disk_differ() -> bytes:
    return patched(archive(), HERE, "H", 1)


@case("zip_damaged", "several_disks")
def on_a_second_disk() -> bytes:
    return patched(archive(), DISK, "H", 1)


@case("zip_damaged", "several_disks")
def directory_on_a_second_disk() -> bytes:
    return patched(archive(), DIRECTORY_DISK, "H", 1)


@case("zip_damaged", "directory_outside")
def directory_among_the_members() -> bytes:
    return patched(archive(), OFFSET, "L", 40)


@case("zip_damaged", "directory_outside")
def directory_behind_the_end() -> bytes:
    return patched(archive(), OFFSET, "L", 1 << 31)


@case("zip_damaged", "directory_outside")
def directory_larger_than_it_is() -> bytes:
    return patched(archive(), SIZE, "L", 1 << 20)


@case("zip_damaged", "directory_outside")
def directory_smaller_than_it_is() -> bytes:
    return patched(archive(), SIZE, "L", 46)


@case("zip_damaged", "directory_outside")
def gap_before_the_end() -> bytes:
    """A reader that counts back from the end finds another directory than one that believes the offset."""
    data = archive()
    directory = data[directory_of(data) : -22]
    return data[:-22] + directory.replace(b"two/", b"bad/") + data[-22:]


@case("zip_damaged", "directory")
def rubbish_behind_the_directory() -> bytes:
    data = archive()
    size = int.from_bytes(data[SIZE : SIZE + 4], "little")
    return patched(data[:-22] + b"rubbish!" + data[-22:], SIZE, "L", size + 8)


@case(ACCEPTED)
def digital_signature_behind_the_directory() -> bytes:
    data = archive()
    size = int.from_bytes(data[SIZE : SIZE + 4], "little")
    return patched(data[:-22] + b"PK\x05\x05\x04\0sign" + data[-22:], SIZE, "L", size + 10)


@case("zip_damaged", "directory")
def records_behind_a_digital_signature() -> bytes:
    data = archive()
    size = int.from_bytes(data[SIZE : SIZE + 4], "little")
    more = b"PK\x05\x05\x04\0sign" + data[directory_of(data) : -22].replace(b"two/", b"bad/")
    return patched(data[:-22] + more + data[-22:], SIZE, "L", size + len(more))


@case("manifest_missing", "empty")
def archive_of_nothing() -> bytes:
    return ZipFile(entries=[]).build()


@case("zip_damaged", "directory_outside")
def program_in_front() -> bytes:
    return b"MZ" + bytes(62) + archive()


@case("zip_damaged", "front")
def program_in_front_with_the_offsets_put_right() -> bytes:
    first, *others = GOOD
    return ZipFile(entries=[ZipEntry(name=first.name, data=first.data, before=b"MZ" + bytes(62)), *others]).build()


@case("zip_damaged", "front")
def page_in_front_with_the_offsets_put_right() -> bytes:
    first, *others = GOOD
    page = b"<!doctype html><script>alert(1)</script><!--"
    return ZipFile(entries=[ZipEntry(name=first.name, data=first.data, before=page), *others]).build()


@case("zip_damaged", "front")
def member_in_front_that_no_directory_lists() -> bytes:
    first, *others = GOOD
    hidden = ZipFile(entries=[ZipEntry(name=b"hidden.html", data=b"x")]).build()
    return ZipFile(entries=[ZipEntry(name=first.name, data=first.data, before=hidden), *others]).build()


@case(ACCEPTED)
def marker_of_split_archives_in_front() -> bytes:
    first, *others = GOOD
    return ZipFile(entries=[ZipEntry(name=first.name, data=first.data, before=b"PK00"), *others]).build()


@case(ACCEPTED)
def zip64_of_good_faith() -> bytes:
    return wide()


@case("zip_damaged", "end64")
def zip64_locator_to_nowhere() -> bytes:
    return patched(wide(), LOCATOR + 8, "Q", 1 << 62)


@case("zip_damaged", "end64")
def zip64_locator_to_a_member() -> bytes:
    return patched(wide(), LOCATOR + 8, "Q", 0)


@case("zip_damaged", "end64")
def zip64_locator_on_a_second_disk() -> bytes:
    return patched(wide(), LOCATOR + 4, "L", 1)


@case("zip_damaged", "end64")
def zip64_locator_of_three_disks() -> bytes:
    return patched(wide(), LOCATOR + 16, "L", 3)


@case("zip_damaged", "end64")
def zip64_record_without_signature() -> bytes:
    return patched(wide(), WIDE, "L", 0)


@case("zip_damaged", "end64")
def zip64_record_longer_than_it_is() -> bytes:
    return patched(wide(), WIDE + 4, "Q", 1 << 40)


@case("zip_damaged", "end64")
def zip64_record_on_a_second_disk() -> bytes:
    return patched(wide(), WIDE + 16, "L", 1)


@case("zip_damaged", "end64")
def zip64_entries_on_this_disk_differ() -> bytes:
    return patched(wide(), WIDE + 24, "Q", 1)


@case("zip_damaged", "end_records_differ")
def zip64_count_differs_from_the_narrow_one() -> bytes:
    return ZipFile(entries=GOOD, is_zip64=True, zip64_count_shift=1).build()


@case("zip_over_limits", "entries")
def zip64_count_beyond_all_measure() -> bytes:
    return patched(patched(wide(), WIDE + 24, "Q", 1 << 60), WIDE + 32, "Q", 1 << 60)


@case("zip_damaged", "directory_outside")
def zip64_directory_beyond_all_measure() -> bytes:
    return patched(wide(), WIDE + 40, "Q", (1 << 64) - 1)


@case("zip_damaged", "directory_outside")
def zip64_offset_beyond_all_measure() -> bytes:
    return patched(wide(), WIDE + 48, "Q", (1 << 64) - 1)


@case("zip_damaged", "directory_outside")
def zip64_offset_without_its_record() -> bytes:
    return patched(archive(), OFFSET, "L", 0xFFFFFFFF)


@case("zip_over_limits", "entries")
def zip64_count_without_its_record() -> bytes:
    return patched(patched(archive(), HERE, "H", 0xFFFF), ENTRIES, "H", 0xFFFF)
