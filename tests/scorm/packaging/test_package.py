"""Packages as a whole: traces in their content, and what chance makes of them."""

import pickle
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.errors import PackageError
from scorm.packaging.items import Edition
from scorm.packaging.package import read_package
from tests.scorm.packaging.packages import (
    FILES,
    MANIFEST,
    codes_of,
    findings_of,
    manifest_with,
    package_bytes,
    port,
    read,
)


def test_a_package_travels_between_processes() -> None:
    package = read(package_bytes())
    assert pickle.loads(pickle.dumps(package)) == package
    assert (package.edition, package.title, package.scos) == (Edition.SCORM_12, "Negotiation", 2)


def test_progress_counts_every_byte() -> None:
    data = package_bytes()
    heard: list[tuple[int, int]] = []
    package = read_package(port(data), len(data), progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (package.index.total_size, package.index.total_size)


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("shared/api.js", b"nothing here", "api_not_used"),
        ("shared/api.js", b"window.API_1484_11", "api_other_edition"),
        ("one/index.html", b"<applet code='x'>", "obsolete_technology"),
        ("one/index.html", b"<embed type='application/x-shockwave-flash'>", "obsolete_technology"),
        ("two/index.html", b'<script async src="http://example.org/x.js"></script>', "insecure_reference"),
        ("two/index.html", b"<IMG alt='' SRC=http://example.org/x.png>", "insecure_reference"),
    ],
)
def test_content_betrays_what_will_not_work(file: str, content: bytes, code: str) -> None:
    assert codes_of(package_bytes(files={**FILES, file: content})) == [code]


@pytest.mark.parametrize(
    "script",
    [
        b"/* a bundle */ 0;\n" * 200_000 + FILES["shared/api.js"],
        b"\xff\xfe" + FILES["shared/api.js"].decode().encode("utf-16-le"),
    ],
    ids=["late in a bundle", "in two bytes a letter"],
)
def test_the_api_is_found_wherever_a_script_calls_it(script: bytes) -> None:
    assert codes_of(package_bytes(files={**FILES, "shared/api.js": script})) == []


@pytest.mark.parametrize(
    "content",
    [b"<a href='http://example.org'>x</a>", b"<img src='x.png'>", b"x" * 2_000_000],
)
def test_content_that_works_is_not_blamed(content: bytes) -> None:
    assert codes_of(package_bytes(files={**FILES, "two/index.html": content})) == []


def test_a_trace_across_two_pieces_is_seen() -> None:
    script = b"x" * (1024 * 1024 - 5) + b"LMSInitialize('')"
    assert codes_of(package_bytes(files={**FILES, "shared/api.js": script})) == []


def test_a_package_without_a_sco_needs_no_api() -> None:
    text = manifest_with(*((('scormtype="sco"', 'scormtype="asset"'),) * 2))
    assert codes_of(package_bytes(text, {**FILES, "shared/api.js": b""})) == ["assets_only"]


def test_thousands_of_declared_files_are_read() -> None:
    names = [f"media/{number}.js" for number in range(5_690)]
    declared = "".join(f'<file href="{name}"/>' for name in names)
    text = manifest_with(('<file href="shared/api.js"/>', f'<file href="shared/api.js"/>{declared}'))
    assert codes_of(package_bytes(text, {**FILES, **dict.fromkeys(names, b"")})) == []


def test_the_tool_is_recognised_by_its_files() -> None:
    files = {**FILES, "story_content/user.js": b"", "story.html": b""}
    assert read(package_bytes(files=files)).tool == "Articulate Storyline"
    assert read(package_bytes()).tool == ""


class TestChance:
    """Whatever chance makes of a package: it is accepted or refused, nothing else happens."""

    GOOD = package_bytes()

    @settings(max_examples=400, deadline=None)
    @given(st.data())
    def test_on_the_archive(self, data: st.DataObject) -> None:
        spoilt = bytearray(self.GOOD)
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(spoilt) - 1))
            match data.draw(st.sampled_from(["set", "cut", "insert", "end"])):
                case "set":
                    spoilt[place] = data.draw(st.integers(0, 255))
                case "cut":
                    del spoilt[place : place + data.draw(st.integers(1, 40))]
                case "insert":
                    spoilt[place:place] = data.draw(st.binary(max_size=40))
                case _:
                    spoilt[-min(place, 200) - 1] = data.draw(st.sampled_from([0, 1, 255]))
            if not spoilt:
                break
        findings_of(bytes(spoilt))

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_on_the_manifest(self, data: st.DataObject) -> None:
        text = MANIFEST
        words = ("<item>", "</item>", "<manifest>", "", "\0", "<!DOCTYPE x>", "&x;", "<![CDATA[", "é", '"', "xmlns=")
        for _ in range(data.draw(st.integers(1, 5))):
            start = data.draw(st.integers(0, len(text)))
            end = start + data.draw(st.integers(0, 60))
            text = text[:start] + data.draw(st.sampled_from(words) | st.text(max_size=8)) + text[end:]
        encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32", "gb18030"]))
        findings_of(package_bytes(text.encode(encoding, "replace")))

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300) | st.sampled_from([b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(30)]))
    def test_on_anything(self, data: bytes) -> None:
        findings_of(data)

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=400))
    def test_on_the_bytes_of_the_manifest(self, data: bytes) -> None:
        findings_of(package_bytes(data))

    def test_on_a_port_that_gives_too_little(self) -> None:
        short = partial(self.give, len(self.GOOD) // 2)
        with pytest.raises(PackageError):
            read_package(short, len(self.GOOD))

    def give(self, end: int, offset: int, size: int) -> bytes:
        return self.GOOD[offset : min(end, offset + size)]
