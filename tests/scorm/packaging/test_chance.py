"""Whatever chance makes of archives and manifests: accepted and sound, or refused by PackageError, and soon."""

import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scorm.packaging.names import decode_name, name_fault, tidy_name, twin_key
from tests.fuzz.mutating import EDGES
from tests.fuzz.targets import check_archive, check_manifest, check_package
from tests.scorm.packaging.hostile import CASES
from tests.scorm.packaging.hostile.cases import GOOD, archive
from tests.scorm.packaging.packages import MANIFEST, package_bytes
from tests.scorm.packaging.packages2004 import MANIFEST as MANIFEST_2004
from tests.scorm.packaging.packages2004 import NAMESPACES
from tests.scorm.packaging.zips import DESCRIPTOR, UTF8, ZipEntry, ZipFile

SOON_S = 3
FREE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SMALL = [
    data
    for one in CASES.values()
    if not one.build.__module__.endswith(("bombs", "documents")) and 0 < len(data := one.build()) < 5_000
]
SIGNATURES = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08")


def soon(check: Callable[[bytes], bool], data: bytes) -> bool:
    """Return what a check says, within a bounded time."""
    began = time.process_time()
    is_accepted = check(data)
    assert time.process_time() - began < SOON_S
    return is_accepted


class TestArchives:
    """The reader of archives."""

    @settings(FREE, max_examples=400)
    @given(st.sampled_from(SMALL), st.data())
    def test_a_field_of_a_header_says_something_else(self, data: bytes, draw: st.DataObject) -> None:
        places = [at for mark in SIGNATURES for at in found(data, mark)]
        spoilt = bytearray(data)
        for _ in range(draw.draw(st.integers(1, 3))):
            at = draw.draw(st.sampled_from(places or [0])) + draw.draw(st.integers(0, 60))
            form = draw.draw(st.sampled_from("BHLQ"))
            size = struct.calcsize(f"<{form}")
            value = draw.draw(st.sampled_from(EDGES) | st.integers(0, 400)) & ((1 << 8 * size) - 1)
            spoilt[at : at + size] = struct.pack(f"<{form}", value)
        soon(check_archive, bytes(spoilt))

    @settings(FREE, max_examples=200)
    @given(st.sampled_from(SMALL), st.integers(0, 40_000))
    def test_a_bit_is_turned(self, data: bytes, bit: int) -> None:
        spoilt = bytearray(data)
        spoilt[bit // 8 % len(data)] ^= 1 << bit % 8
        soon(check_archive, bytes(spoilt))

    @settings(FREE, max_examples=150)
    @given(st.sampled_from(SMALL), st.sampled_from(SMALL), st.integers(0, 5_000), st.integers(0, 5_000))
    def test_two_archives_are_spliced(self, one: bytes, other: bytes, end: int, start: int) -> None:
        soon(check_archive, one[:end] + other[start:])

    @pytest.mark.parametrize("end", range(0, len(archive()), 7))
    def test_an_archive_that_is_cut_is_refused(self, end: int) -> None:
        assert not check_archive(archive()[:end])

    @settings(FREE, max_examples=150)
    @given(
        st.lists(
            st.builds(
                ZipEntry,
                name=st.sampled_from([b"a", b"a/b", b"A", b"a/", b"../a", b"c.html", b"\xc3\xa9", b"\x82", b"con.x"]),
                data=st.binary(max_size=20),
                method=st.sampled_from([0, 8, 8, 8, 9]),
                flags=st.sampled_from([0, 0, UTF8, DESCRIPTOR, 1]),
                attributes=st.sampled_from([0, 0o100644 << 16, 0o40755 << 16, 0o120777 << 16, 0x10]),
                packed_size=st.none() | st.integers(0, 50),
                size=st.none() | st.integers(0, 50),
                central_offset=st.none() | st.integers(0, 300),
                extra=st.sampled_from([b"", b"\1\0\0\0", b"\x75\x70\6\0\1aaaab"]),
                before=st.sampled_from([b"", b"", b"gap"]),
            ),
            max_size=5,
        ),
        st.booleans(),
    )
    def test_entries_are_made_at_random(self, entries: Sequence[ZipEntry], is_zip64: bool) -> None:
        soon(check_archive, ZipFile(entries=[*GOOD, *entries], is_zip64=is_zip64).build())

    @settings(FREE, max_examples=100)
    @given(st.lists(st.binary(max_size=40), max_size=6, unique=True), st.sampled_from([0, 8]))
    def test_files_of_good_faith_are_read_as_they_were_packed(self, contents: list[bytes], method: int) -> None:
        entries = [ZipEntry(name=b"%d.bin" % number, data=data, method=method) for number, data in enumerate(contents)]
        assert soon(check_package, ZipFile(entries=[*GOOD, *entries]).build())


def found(data: bytes, mark: bytes) -> list[int]:
    """Return where a mark stands."""
    return [at for at in range(len(data)) if data.startswith(mark, at)]


class TestNames:
    """Names of any bytes."""

    @settings(FREE, max_examples=400)
    @given(st.text(alphabet="ab./\\: ~\u00df\u0130\u03c2CON\u202e\0", max_size=12) | st.text(max_size=20))
    @example("a/../b")
    @example("a/. ./b")
    @example("a/.")
    def test_a_name_that_is_accepted_stays_in_the_package_on_every_system(self, name: str) -> None:
        if name_fault(name, 500):
            return
        segments = tidy_name(name).rstrip("/").split("/")
        assert all(segment.strip(". ") for segment in segments)
        assert not any(len(one) > 1 and one[1] == ":" and one[0].isascii() and one[0].isalpha() for one in segments[:1])
        assert "\\" not in tidy_name(name) or "\\" not in name

    @settings(FREE, max_examples=200)
    @given(st.binary(max_size=20), st.booleans(), st.binary(max_size=10))
    def test_any_bytes_are_decoded_and_have_a_key(self, raw: bytes, is_utf8: bool, repeated: bytes) -> None:
        decoded = decode_name(raw, is_utf8=is_utf8, repeated=repeated)
        assert twin_key(decoded.text) == twin_key(twin_key(decoded.text))


ELEMENTS = (
    "manifest", "metadata", "schema", "schemaversion", "organizations", "organization", "item", "title", "resources",
    "resource", "file", "dependency", "adlcp:location", "adlcp:prerequisites", "adlcp:masteryscore", "adlcp:data",
    "adlcp:map", "adlcp:completionThreshold", "adlcp:timeLimitAction", "adlcp:dataFromLMS", "imsss:sequencing",
    "imsss:sequencingCollection", "imsss:controlMode", "imsss:sequencingRules", "imsss:preConditionRule",
    "imsss:ruleConditions", "imsss:ruleCondition", "imsss:ruleAction", "imsss:objectives", "imsss:primaryObjective",
    "imsss:objective", "imsss:mapInfo", "imsss:minNormalizedMeasure", "imsss:rollupRules", "imsss:rollupRule",
    "imsss:limitConditions", "imsss:randomizationControls", "imsss:deliveryControls", "adlseq:objectives",
    "adlseq:objective", "adlseq:mapInfo", "adlnav:presentation", "adlnav:navigationInterface", "adlnav:hideLMSUI",
    "lom", "general", "string", "langstring", "x:unknown",
)  # fmt: skip
ATTRIBUTES = (
    "identifier", "identifierref", "default", "href", "xml:base", "isvisible", "parameters", "type", "adlcp:scormType",
    "adlcp:scormtype", "ID", "IDRef", "objectiveID", "targetObjectiveID", "targetID", "condition", "action", "flow",
    "choice", "attemptLimit", "selectCount", "minimumCount", "minimumPercent", "progressWeight", "minProgressMeasure",
    "completedByMeasure", "satisfiedByMeasure", "objectiveMeasureWeight", "childActivitySet", "xml:lang",
)  # fmt: skip
VALUES = (
    "a", "b", "c", "sco", "asset", "true", "false", "1", "0", "-1", "0.5", "NaN", "9" * 40, "", " a ", "one/index.html",
    "two/", "../x", "//h/x", "C:/x", "?p=1", "#f", "%2e%2e/x", "satisfied", "skip", "all", "1.2", "2004 4th Edition",
    "CAM 1.3", "00:10:00", "a&amp;b", "exit,message", "&#233;",
)  # fmt: skip


def opened(name: str, attributes: dict[str, str]) -> str:
    return f"<{name} " + " ".join(f'{key}="{value}"' for key, value in attributes.items())


ATTRIBUTE_SETS = st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=4)
LEAVES = st.builds(
    lambda name, attributes, text: f"{opened(name, attributes)}>{text}</{name}>",
    st.sampled_from(ELEMENTS), ATTRIBUTE_SETS, st.sampled_from(VALUES),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, attributes, children: f"{opened(name, attributes)}>{''.join(children)}</{name}>",
        st.sampled_from(ELEMENTS), ATTRIBUTE_SETS, st.lists(inner, max_size=5),
    ),
    max_leaves=25,
)  # fmt: skip


class TestManifests:
    """The reader of manifests."""

    @settings(FREE, max_examples=250)
    @given(st.lists(TREES, max_size=3), st.lists(TREES, max_size=3), st.lists(TREES, max_size=3))
    def test_a_tree_of_words_that_scorm_knows(self, tops: list[str], items: list[str], resources: list[str]) -> None:
        text = (
            f'<manifest identifier="m" xmlns:x="u" {NAMESPACES}>{"".join(tops)}<organizations><organization>'
            f"<item identifier='a' identifierref='a'/>{''.join(items)}</organization></organizations>"
            f"<resources><resource identifier='a' href='one/index.html'/>{''.join(resources)}</resources></manifest>"
        )
        soon(check_manifest, text.encode())
        soon(check_package, package_bytes(text))

    @settings(FREE, max_examples=200)
    @given(st.sampled_from([MANIFEST, MANIFEST_2004]), st.data())
    def test_a_good_manifest_with_words_in_other_places(self, text: str, draw: st.DataObject) -> None:
        for _ in range(draw.draw(st.integers(1, 4))):
            at = draw.draw(st.integers(0, len(text)))
            end = at + draw.draw(st.integers(0, 80))
            start = draw.draw(st.integers(0, len(text)))
            text = text[:at] + text[start : start + draw.draw(st.integers(0, 80))] + text[end:]
        encoding = draw.draw(st.sampled_from(["utf-8", "utf-16", "utf-32-be", "hz", "iso2022_jp"]))
        soon(check_manifest, text.encode(encoding, "replace"))

    @settings(FREE, max_examples=200)
    @given(
        st.binary(max_size=200), st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf", b"<?xml encoding='GBK'?>", b"<"])
    )
    def test_any_bytes_behind_any_mark(self, data: bytes, mark: bytes) -> None:
        soon(check_manifest, mark + data)

    @settings(FREE, max_examples=150)
    @given(st.sampled_from(["utf-16", "big5", "hz", "utf-7", "cp037", "idna", "zlib", "x"]), st.binary(max_size=60))
    def test_any_bytes_behind_any_claim(self, claim: str, data: bytes) -> None:
        declared = MANIFEST.replace('"UTF-8"', f'"{claim}"').encode()
        soon(check_manifest, declared.replace(b"Negotiation", data))


def test_a_check_can_fail() -> None:
    """Two files that share their bytes are what the check of ranges is for: reading refuses them first."""
    good = ZipFile(entries=[*GOOD, replace(GOOD[1], name=b"twin.html")]).build()
    assert check_archive(good)
    assert not check_archive(CASES["one_header_under_many_names"].build())
