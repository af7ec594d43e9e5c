"""Manifests in many encodings, and in those that hide a document type from who looks at bytes."""

import codecs
from collections.abc import Callable
from functools import partial

from tests.scorm.packaging.hostile.cases import ACCEPTED, add_all, case
from tests.scorm.packaging.packages import MANIFEST, package_bytes

TYPED = MANIFEST.replace("<manifest identifier=", '<!DOCTYPE manifest [<!ENTITY x "y">]><manifest identifier=', 1)
TITLE = "<title>Negotiation</title>"


def claimed(text: str, claim: str) -> str:
    """Return a manifest that claims this encoding, none when it is empty."""
    return text.replace(' encoding="UTF-8"', f' encoding="{claim}"' if claim else "", 1)


def encoded(text: str, claim: str, encoding: str, mark: bytes = b"") -> bytes:
    return package_bytes(mark + claimed(text, claim).encode(encoding))


WIDE: dict[str, tuple[str, str, bytes]] = {
    "utf8": ("UTF-8", "utf-8", b""),
    "utf8_with_a_mark": ("UTF-8", "utf-8", codecs.BOM_UTF8),
    "utf16le_with_a_mark": ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
    "utf16be_with_a_mark": ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
    "utf16le": ("UTF-16LE", "utf-16-le", b""),
    "utf16be": ("UTF-16BE", "utf-16-be", b""),
    "utf32le_with_a_mark": ("UTF-32", "utf-32-le", codecs.BOM_UTF32_LE),
    "utf32be_with_a_mark": ("UTF-32", "utf-32-be", codecs.BOM_UTF32_BE),
    "utf32le": ("UTF-32LE", "utf-32-le", b""),
    "utf32be": ("UTF-32BE", "utf-32-be", b""),
    "latin1": ("ISO-8859-1", "latin-1", b""),
    "gbk": ("GBK", "gbk", b""),
    "big5": ("Big5", "big5", b""),
    "shift_jis": ("Shift_JIS", "shift_jis", b""),
    "euc_kr": ("EUC-KR", "euc_kr", b""),
    "euc_jp": ("EUC-JP", "euc_jp", b""),
    "iso2022_jp": ("ISO-2022-JP", "iso2022_jp", b""),
    "hz": ("HZ-GB-2312", "hz", b""),
}


def family(text: str, prefix: str) -> dict[str, Callable[[], bytes]]:
    return {f"{prefix}_{name}": partial(encoded, text, *facts) for name, facts in WIDE.items()}


add_all(family(TYPED, "document_type_in"), "manifest_doctype")
add_all(family(MANIFEST, "good_manifest_in"), ACCEPTED)
TITLES = {
    "gbk": "谈判",
    "big5": "談判",
    "shift_jis": "交渉",
    "euc_kr": "협상",
    "euc_jp": "交渉",
    "iso2022_jp": "交渉",
    "hz": "谈判",
}
add_all(
    {
        f"title_in_{name}": partial(encoded, MANIFEST.replace("Negotiation", title), *WIDE[name])
        for name, title in TITLES.items()
    },
    ACCEPTED,
)


@case("manifest_doctype")
def document_type_that_says_utf16_and_is_not() -> bytes:
    return encoded(TYPED, "UTF-16", "utf-8")


@case("manifest_doctype")
def document_type_that_says_utf8_and_is_utf16() -> bytes:
    return encoded(TYPED, "UTF-8", "utf-16-le", codecs.BOM_UTF16_LE)


@case("manifest_doctype")
def document_type_that_says_what_nobody_knows() -> bytes:
    return encoded(TYPED, "x-evil", "utf-8")


@case("manifest_doctype")
def document_type_that_says_a_codec_that_is_no_encoding() -> bytes:
    return encoded(TYPED, "rot13", "utf-8")


@case("manifest_doctype")
def document_type_in_letters_of_windows() -> bytes:
    return encoded(TYPED.replace("Negotiation", "Négociation"), "", "cp1252")


@case("manifest_doctype")
def document_type_that_says_utf7_in_plain_letters() -> bytes:
    return encoded(TYPED, "UTF-7", "utf-8")


@case("manifest_not_well_formed")
def document_type_in_utf7() -> bytes:
    return package_bytes(b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<manifest/>')


@case("manifest_not_well_formed")
def document_type_in_ebcdic() -> bytes:
    return encoded(TYPED, "cp037", "cp037")


@case("manifest_doctype")
def document_type_that_says_ebcdic_in_plain_letters() -> bytes:
    return encoded(TYPED, "cp037", "utf-8")


@case("manifest_doctype")
def document_type_in_escapes_of_hz() -> bytes:
    """Two bytes of a character are a greater-than sign to who does not decode them."""
    return encoded(TYPED.replace("Negotiation", "谈判"), "HZ-GB-2312", "hz")


@case(ACCEPTED, "manifest_encoding")
def document_type_in_overlong_utf8() -> bytes:
    """Bytes that are no UTF-8 are letters of Windows: what is parsed is the same text that was looked at."""
    text = MANIFEST.replace("Negotiation", "XX").encode()
    return package_bytes(text.replace(b"XX", b"\xc0\xbc!DOCTYPE x>"))


@case("manifest_not_well_formed")
def two_marks() -> bytes:
    return package_bytes(codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + MANIFEST.encode("utf-16-le"))


@case("manifest_not_well_formed")
def mark_of_another_byte_order() -> bytes:
    return package_bytes(codecs.BOM_UTF16_BE + MANIFEST.encode("utf-16-le"))


@case("manifest_not_well_formed")
def zeros_between_the_letters() -> bytes:
    return package_bytes(b"\0".join(bytes([one]) for one in b" " + MANIFEST.encode()))


@case(ACCEPTED, "manifest_encoding")
def half_a_pair_in_utf16() -> bytes:
    data = MANIFEST.replace("Negotiation", "N\ud800").encode("utf-16-le", "surrogatepass")
    return package_bytes(codecs.BOM_UTF16_LE + data)


@case(ACCEPTED, "manifest_encoding")
def half_a_pair_in_utf8() -> bytes:
    return package_bytes(MANIFEST.replace("Negotiation", "N\ud800").encode("utf-8", "surrogatepass"))


@case(ACCEPTED, "manifest_encoding")
def letters_of_windows_without_a_claim() -> bytes:
    return encoded(MANIFEST.replace("Negotiation", "Négociation"), "", "cp1252")
