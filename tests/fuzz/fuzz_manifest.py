"""Fuzz the reader of manifests.

    python -m tests.fuzz.fuzz_manifest 30                     # without atheris: for 30 minutes
    pip install -e '.[fuzz]'
    python -m tests.fuzz.fuzz_manifest -max_total_time=1800   # with atheris: the options of libFuzzer, and a folder

Nothing but PackageError may come out, and what is accepted survives being stored. What ends it lies in crash.bin, or
in the file that libFuzzer names.
"""

import re

from tests.fuzz.mutating import fuzz
from tests.fuzz.targets import check_manifest
from tests.scorm.packaging.packages import MANIFEST
from tests.scorm.packaging.packages2004 import MANIFEST as MANIFEST_2004

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "iso2022_jp", "hz")
TEXTS = (MANIFEST, MANIFEST_2004)
MARKUP = (
    "<!DOCTYPE x>", "<!ENTITY x 'y'>", "&x;", "&#0;", "<![CDATA[", "]]>", "<?x y?>", "<!--", "-->", "xmlns:a='b'",
    "xml:base='a/'", "parameters='?a=1'", "<item identifier='one'>", "</item>", "<manifest>", "encoding='GBK'",
    "encoding='UTF-7'", "isvisible='false'", "type='aicc_script'", "a&amp;b|~c", "9999999999", "NaN", "-1", "1e400",
    "\0", "\ufeff", "é", "\U0001f600",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Return good manifests in many encodings, those of bytes that claim another, and pieces."""
    found = [text.encode(encoding) for text in TEXTS for encoding in ENCODINGS]
    found += [text.replace('"UTF-8"', f'"{claim}"').encode() for text in TEXTS for claim in ("UTF-16", "HZ", "cp037")]
    return [*found, b"", b"<manifest/>"]


def words() -> list[bytes]:
    """Return the tags and attributes of the good manifests, and markup that hurts."""
    own = {word for text in TEXTS for word in re.findall(r"</?[^<>]+>|[\w:]+=\"[^\"]*\"", text)}
    return sorted(word.encode() for word in (*own, *MARKUP))


if __name__ == "__main__":
    fuzz(check_manifest, seeds(), words())
