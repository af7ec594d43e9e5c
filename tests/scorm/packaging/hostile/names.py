"""Names that lead out of the package on one system or another, or that no system can write (APPNOTE 4.4.17)."""

from functools import partial

from tests.scorm.packaging.hostile.cases import ACCEPTED, Build, add_all, archive
from tests.scorm.packaging.zips import UTF8, ZipEntry

UNSAFE: dict[str, dict[str, bytes]] = {
    "absolute": {
        "absolute": b"/etc/passwd",
        "absolute_twice": b"//etc/passwd",
        "absolute_by_back_slash": b"\\evil.html",
        "server_and_share": b"\\\\server\\share\\evil.html",
        "server_and_share_by_slashes": b"//server/share/evil.html",
        "device_path": b"\\\\?\\C:\\evil.html",
    },
    "climbs": {
        "climbing": b"../evil.html",
        "climbing_far": b"../" * 50 + b"etc/cron.d/evil",
        "climbing_from_a_folder": b"one/../../evil.html",
        "climbing_within": b"one/../two/other.html",
        "climbing_at_the_end": b"one/..",
        "climbing_folder": b"../",
        "climbing_alone": b"..",
        "climbing_by_back_slashes": b"..\\evil.html",
        "climbing_by_back_slashes_from_a_folder": b"one\\..\\..\\evil.html",
        "climbing_by_both": b"one/..\\../evil.html",
        "climbing_with_a_blank": b".. /evil.html",
        "climbing_with_dots": b".../evil.html",
        "climbing_with_dots_and_blanks": b"one/. ./evil.html",
        "climbing_behind_a_dot": b"./../evil.html",
        "segment_of_blanks": b"one/ /evil.html",
    },
    "drive": {
        "drive": b"C:\\evil.html",
        "drive_by_slash": b"c:/evil.html",
        "drive_relative": b"c:evil.html",
        "drive_in_the_middle": b"one/D:/evil.html",
    },
    "control": {
        "nul": b"one/evil.html\0.png",
        "nul_in_front": b"\0evil.html",
        "new_line": b"one/a\nb.html",
        "return": b"one/a\rb.html",
        "escape": b"one/\x1b[31mred.html",
        "delete": b"one/a\x7f.html",
        "next_line": "one/a\x85b.html".encode(),
        "line_separator": "one/a\u2028b.html".encode(),
        "direction_override": "one/evil\u202egnp.exe".encode(),
        "direction_embedding": "one/\u202aevil.html".encode(),
        "direction_isolate": "one/\u2067evil.html".encode(),
    },
    "device": {
        "con": b"con",
        "nul_device": b"one/NUL",
        "aux_with_suffix": b"one/aux.htm",
        "prn_with_suffixes": b"PRN.tar.gz",
        "com1": b"com1.html",
        "lpt9_as_a_folder": b"lpt9/index.html",
        "com_of_a_superscript": "com².txt".encode(),
        "console_input": b"CONIN$",
        "con_with_blanks": b"con  .txt",
        "con_with_a_stream": b"con:x",
        "stream_of_a_file": b"index.html::$DATA",
        "named_stream_of_a_file": b"index.html:evil:$data",
    },
    "too_long": {
        "segment_too_long": b"one/" + b"n" * 256 + b".html",
        "folder_too_long": b"n" * 300 + b"/a.html",
        "name_too_long": b"folder/" * 80 + b"a.html",
        "name_of_64_kilobytes": b"n/" * 32_000 + b"a",
        "dots_of_64_kilobytes": b"a" + b"." * 60_000 + b"b",
    },
    "empty": {
        "nameless": b"",
        "dot_alone": b".",
        "dot_at_the_end": b"one/.",
    },
}
HARMLESS = {
    "three_dots_in_a_name": b"one/wait...html",
    "dots_in_front": b"one/..hidden.html",
    "device_within_a_name": b"one/console.html",
    "device_as_a_suffix": b"one/page.con",
    "colon_in_a_name": b"one/Lesson 1: begin.html",
    "blank_at_the_end": b"one/Lesson 1 /page.html",
    "marks_of_arabic_words": "one/\u200fدرس.html".encode(),
    "encoded_climbing": b"one/%2e%2e%2fevil.html",
    "climbing_in_full_width": "one/\uff0e\uff0e\uff0fevil.html".encode(),
    "longest_segment": b"n" * 250 + b".html",
    "tilde_and_dollar": b"~root/$HOME/a.html",
    "shell_words": b"one/;rm -rf ~;.html",
    "markup": b"one/<script>alert(1)<.html",
}


def named(name: bytes) -> bytes:
    """Return the good package with a file of this name."""
    return archive(ZipEntry(name=name, data=b"x", flags=0 if name.isascii() else UTF8))


def _family(table: dict[str, bytes]) -> dict[str, Build]:
    return {f"name_{name}": partial(named, raw) for name, raw in table.items()}


for reason, table in UNSAFE.items():
    add_all(_family(table), "zip_unsafe_name", reason)
add_all(_family(HARMLESS), ACCEPTED)
add_all({"name_overlong_utf8": partial(named, b"one/..\xc0\xafevil.html")}, ACCEPTED, "zip_name_encoding")
