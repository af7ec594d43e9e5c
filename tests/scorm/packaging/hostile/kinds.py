"""Entries that are no files: links, devices and the like, by mode or by attribute, on any system."""

from functools import partial

from tests.scorm.packaging.hostile.cases import ACCEPTED, add_all, archive, case, with_page
from tests.scorm.packaging.zips import ZipEntry

UNIX, DOS, NTFS, MAC = 3 << 8, 0, 10 << 8, 19 << 8
LINK = 0o120777 << 16
SPECIAL = {
    "link": 0o120777,
    "character_device": 0o020644,
    "block_device": 0o060644,
    "fifo": 0o010644,
    "socket": 0o140755,
    "door": 0o150644,
    "kind_that_nobody_knows": 0o170644,
    "setuid": 0o104755,
}
add_all({name: partial(with_page, attributes=mode << 16) for name, mode in SPECIAL.items()}, "zip_special_entry")


def link_of(system: int) -> bytes:
    return archive(ZipEntry(name=b"link", data=b"/etc/passwd", method=0, made_by=system, attributes=LINK))


add_all(
    {f"link_made_on_{name}": partial(link_of, system) for name, system in (("dos", DOS), ("ntfs", NTFS), ("mac", MAC))},
    "zip_special_entry",
)


@case("zip_special_entry")
def link_with_the_name_of_a_folder() -> bytes:
    return archive(ZipEntry(name=b"folder/", data=b"/etc", method=0, attributes=LINK))


@case("zip_special_entry")
def link_over_which_a_file_is_written() -> bytes:
    link = ZipEntry(name=b"out", data=b"/tmp", method=0, attributes=LINK)
    return archive(link, ZipEntry(name=b"out/evil.sh", data=b"x"))


@case("zip_special_entry")
def label_of_a_disk() -> bytes:
    return with_page(made_by=DOS, attributes=0x08)


@case("zip_special_entry")
def folder_by_its_mode_that_holds_data() -> bytes:
    return archive(ZipEntry(name=b"folder", data=b"x" * 100, attributes=0o40755 << 16))


@case(ACCEPTED)
def folder_by_its_mode() -> bytes:
    return archive(ZipEntry(name=b"folder", method=0, attributes=0o40755 << 16))


@case(ACCEPTED)
def folder_that_claims_4096_bytes() -> bytes:
    return archive(ZipEntry(name=b"folder/", method=0, size=4096, attributes=0o40755 << 16 | 0x10))


@case(ACCEPTED)
def folder_that_claims_gigabytes() -> bytes:
    return archive(ZipEntry(name=b"folder/", method=0, size=0xFFFFFFF0))


@case(ACCEPTED)
def folder_of_all_rights() -> bytes:
    return archive(ZipEntry(name=b"folder/", method=0, attributes=0o43777 << 16))


@case(ACCEPTED)
def mode_without_a_kind() -> bytes:
    return with_page(attributes=0o644 << 16)


@case(ACCEPTED)
def hidden_read_only_file_of_dos() -> bytes:
    return with_page(made_by=DOS, attributes=0x27)
