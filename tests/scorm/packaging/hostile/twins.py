"""Two names that one file system or another takes for the same."""

from functools import partial

from tests.scorm.packaging.hostile.cases import ACCEPTED, add_all, archive
from tests.scorm.packaging.zips import UTF8, ZipEntry

COLLIDING = {
    "twins_in_case": ("two/page.html", "TWO/Page.HTML"),
    "twins_in_accents": ("\u00e9.html", "e\u0301.html"),
    "twins_in_sharp_s": ("Stra\u00dfe.html", "STRASSE.html"),
    "twins_in_dotted_i": ("\u0130.html", "i\u0307.html"),
    "twins_in_final_sigma": ("\u03c3\u03c2.html", "\u03a3\u03a3.html"),
    "twins_in_a_ligature": ("\ufb01le.html", "File.html"),
    "twins_in_the_kelvin_sign": ("\u212a.html", "k.html"),
    "twins_in_hangul": ("\uac00.html", "\u1100\u1161.html"),
    "twins_in_a_dot_at_the_end": ("a.html", "a.html."),
    "twins_in_a_blank_at_the_end": ("folder/a.html", "folder /a.html"),
    "twins_in_slashes": ("a/b.html", "a//b.html"),
    "twins_in_a_dot_segment": ("a/b.html", "./a/b.html"),
    "twins_in_back_slashes": ("a/b.html", "a\\b.html"),
    "twins_of_the_manifest": ("IMSMANIFEST.XML", "other.html"),
}
EQUAL = {
    "same_name": ("a.html", "a.html"),
    "same_name_thrice": ("a.html", "a.html", "a.html"),
    "manifest_twice": ("imsmanifest.xml", "a.html"),
    "file_and_its_folder": ("a", "a/b.html"),
    "file_and_its_folder_deeper": ("x/a", "x/a/b/c/d.html"),
    "file_and_its_folder_in_other_case": ("x/A", "x/a/b.html"),
    "file_and_the_entry_of_its_folder": ("a", "a/"),
    "file_under_a_page": ("one/index.html/evil.php", "b"),
}
DISTINCT = {
    "names_in_full_width": ("\uff21.html", "A.html"),
    "names_alike_in_letters_of_two_alphabets": ("\u0430.html", "a.html"),
    "file_beside_a_longer_folder": ("a", "ab/c.html", "a.b/c.html", "a-/c.html"),
    "folders_in_other_case": ("Img/a.png", "img/b.png"),
    "folder_twice": ("a/", "a/", "a/b.html"),
}


def together(*names: str) -> bytes:
    return archive(
        *(ZipEntry(name=name.encode(), data=b"" if name.endswith("/") else b"x", flags=UTF8) for name in names)
    )


for table, code in ((COLLIDING, "zip_case_collision"), (EQUAL, "zip_duplicate_name"), (DISTINCT, ACCEPTED)):
    add_all({name: partial(together, *names) for name, names in table.items()}, code)
