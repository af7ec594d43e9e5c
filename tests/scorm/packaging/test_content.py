"""What the content itself shows: whom it calls, what the player refuses it, what it weighs, what it is."""

import random
import time
from collections.abc import Mapping

import pytest

from scorm.packaging.facts import Budgets
from scorm.packaging.findings import Finding, Grade
from scorm.packaging.package import Package, read_package
from tests.scorm.packaging.packages import (
    FILES,
    MANIFEST,
    findings_of,
    in_item_one,
    manifest_with,
    package_bytes,
    port,
    read,
    shared_packages,
)

PAGE = b"<!DOCTYPE html>\n<title>Two</title>\n%s\n<p>The end"
SCRIPT = b"/* ours */\n'use strict';\n%s\nend();"


def with_page(content: bytes) -> dict[str, bytes]:
    """Return the good files, the second page with something in its third line."""
    return {**FILES, "two/index.html": PAGE % content}


def with_script(content: bytes) -> dict[str, bytes]:
    """Return the good files, and the shared script with something in its third line."""
    return {**FILES, "shared/api.js": FILES["shared/api.js"] + SCRIPT % content}


def only(files: Mapping[str, bytes]) -> Finding:
    """Return the only finding of a package with these files."""
    found = findings_of(package_bytes(files=files))
    assert len(found) == 1, found
    return found[0]


def hosts_of(files: Mapping[str, bytes]) -> list[str]:
    """Return the hosts that the content of a package calls."""
    hosts = read(package_bytes(files=files)).facts.as_dict()["hosts"]
    assert isinstance(hosts, list)
    return hosts


class TestHosts:
    """What loads from or sends to another host is a call; what only names one is none."""

    @pytest.mark.parametrize(
        "content",
        [
            b"<script src='https://cdn.example.org/x.js'></script>",
            b"<script async\n src=//cdn.example.org/x.js></script>",
            b'<link rel="stylesheet" href="https://cdn.example.org/x.css">',
            b'<link href="https://cdn.example.org/x.css" media=all rel=stylesheet>',
            b"<img alt='a > b' src='https://cdn.example.org:8443/x.png'>",
            b"<video poster='https://cdn.example.org/x.jpg'></video>",
            b"<source src='https://cdn.example.org/x.mp4'>",
            b"<p style='background: url(https://cdn.example.org/x.png)'>",
            b"<style>@import 'https://cdn.example.org/x.css';</style>",
            b"<script>fetch('https://cdn.example.org/x')</script>",
            b"<script><!--\ndocument.write('<script src=\"https://cdn.example.org/x.js\">');\n//--></script>",
        ],
    )
    def test_a_page_calls(self, content: bytes) -> None:
        one = only(with_page(content))
        assert (one.code, one.grade, one.file) == ("hosts_called", Grade.WILL_MISBEHAVE, "two/index.html")
        line = 4 if content.find(b"\n") > 0 else 3
        assert one.parameters == {"hosts": "cdn.example.org", "count": "1", "line": str(line)}

    @pytest.mark.parametrize(
        "content",
        [
            b"fetch(`https://api.example.org/x`)",
            b"new WebSocket('wss://api.example.org')",
            b'new EventSource( "https://api.example.org/x")',
            b"request.open('GET', 'https://api.example.org/x', false);",
            b"import x from 'https://api.example.org/x.js';",
            b"import('https://api.example.org/x.js');",
            b"importScripts('//api.example.org/x.js');",
            b"tag.src = 'https://api.example.org/iframe_api';",
            b"tag.setAttribute('src', 'https://api.example.org/x.js');",
            b"navigator.sendBeacon('https://api.example.org/x');",
            b"$.getJSON('https://api.example.org/x');",
            b'document.write("<script src=\\"//api.example.org/x.js\\">");',
        ],
    )
    def test_a_script_calls(self, content: bytes) -> None:
        one = only(with_script(content))
        assert (one.code, one.file, one.parameters["hosts"]) == ("hosts_called", "shared/api.js", "api.example.org")
        assert one.parameters["line"] == "3"

    def test_a_style_calls(self) -> None:
        text = MANIFEST.replace('<file href="two/index.html"/>', '<file href="two/index.html"/><file href="a.css"/>')
        style = b"body {\n  background: url( 'https://img.example.org/a.png' );\n}"
        found = findings_of(package_bytes(text, {**FILES, "a.css": style}))
        assert [(one.code, one.file, one.parameters["line"]) for one in found] == [("hosts_called", "a.css", "2")]

    @pytest.mark.parametrize(
        "content",
        [
            b"<a href='https://example.org/x'>x</a>",
            b"<form action='https://example.org/x'></form>",
            b'<link rel="canonical" href="https://example.org/">',
            b'<link rel="dns-prefetch" href="//fonts.example.org"><link rel=preconnect href="//fonts.example.org">',
            b"<!--[if lt IE 9]><script src='https://example.org/shiv.js'></script><![endif]-->",
            b"<html xmlns='http://www.w3.org/1999/xhtml'>",
            b"<svg xmlns:x='https://ns.example.org/'></svg>",
            b"<script src='x.js'></script> See https://example.org/x",
            b"<img src='//x.png'>",
            b"<script>/* https://example.org/licence */ // fetch('https://example.org/x')</script>",
            b"<script>\n// fetch('https://example.org/x')\n</script>",
            b"<script>\n/*\n * fetch('https://example.org/x')\n */</script>",
            b"<script>var home = 'https://example.org/';</script>",
            b"<script>location.href = 'https://example.org/';</script>",
            b"<script>document.createElementNS('http://www.w3.org/2000/svg', 'svg');</script>",
        ],
    )
    def test_a_mere_mention_is_no_call(self, content: bytes) -> None:
        assert findings_of(package_bytes(files=with_page(content))) == ()
        assert hosts_of(with_page(content)) == []

    def test_frames_of_others_are_told_apart_for_they_stay_closed(self) -> None:
        one = only(with_page(b"<iframe src='https://video.example.org/embed/1'></iframe>"))
        assert (one.code, one.grade, one.file) == ("foreign_frames", Grade.WILL_MISBEHAVE, "two/index.html")
        assert one.parameters == {"hosts": "video.example.org", "count": "1", "line": "3"}

    def test_plain_http_is_another_trouble(self) -> None:
        one = only(with_page(b"<link rel=stylesheet href='http://example.org/x.css'>"))
        assert (one.code, one.file) == ("insecure_reference", "two/index.html")
        assert one.parameters == {"url": "http://example.org/x.css", "line": "3"}

    def test_what_a_bundle_of_libraries_could_call_is_a_remark(self) -> None:
        bundle = b"tag.src = 'https://video.example.org/api';\n" + b"x = 1;\n" * 10_000
        one = only(with_script(bundle))
        assert (one.code, one.grade, one.parameters["what"]) == ("hosts_called", Grade.COSMETIC, "possible")
        page = b"<script src='https://video.example.org/api'></script>"
        assert only({**with_script(bundle), "two/index.html": page}).grade is Grade.WILL_MISBEHAVE

    def test_every_host_stands_once_those_of_most_files_first(self) -> None:
        page = b"<script src='https://a.example.org/1'></script><script src='https://B.example.org/2'></script>"
        files = {**with_script(b"fetch('https://b.example.org/3')"), "two/index.html": page}
        assert hosts_of(files) == ["b.example.org", "a.example.org"]
        assert only(files).parameters["hosts"] == "a.example.org, b.example.org"

    def test_a_page_in_utf_16_is_read_too(self) -> None:
        page = "\ufeff<img src='https://cdn.example.org/x.png'>".encode("utf-16-le")
        assert hosts_of({**FILES, "two/index.html": page}) == ["cdn.example.org"]

    @pytest.mark.parametrize(
        "word",
        [
            b"<!--", b"<!-->", b" ", b"<a ", b"url(", b"try{top.document;", b"@font-face {", b"<img src='//ab.cd/' ",
            b"<link rel=x href=//ab.cd/ ",
        ],
    )  # fmt: skip
    def test_a_text_made_to_take_long_is_read_in_time(self, word: bytes) -> None:
        text = b"url(" + word * (1_500_000 // len(word))
        data = package_bytes(files={**FILES, "one/index.html": text, "two/index.html": b"<script>" + text})
        began = time.process_time()
        findings_of(data)
        assert time.process_time() - began < 5


class TestHabits:
    """Habits that matter in our player, each with its file and line."""

    @pytest.mark.parametrize(
        ("content", "code", "grade"),
        [
            (b"window.onunload = finish;", "unload_only", Grade.COSMETIC),
            (b"addEventListener('unload', finish);", "unload_only", Grade.COSMETIC),
            (b"$(window).unload(finish);", "unload_only", Grade.COSMETIC),
            (b"top.location = 'menu.html';", "top_access", Grade.COSMETIC),
            (b"window.top.location.href='x';", "top_access", Grade.COSMETIC),
            (b"x = parent.top.document.title;", "top_access", Grade.COSMETIC),
            (b"try { a(); } catch (e) {}\ntop.document.title;".replace(b"\n", b" "), "top_access", Grade.COSMETIC),
            (b"window.open('help.html', 'help');", "pop_ups", Grade.COSMETIC),
            (b"navigator.serviceWorker.register('sw.js');", "service_worker", Grade.COSMETIC),
            (b"navigator.mediaDevices.getUserMedia({audio: true});", "device_closed", Grade.COSMETIC),
            (b"navigator.geolocation.getCurrentPosition(f);", "device_closed", Grade.COSMETIC),
            (b"document.domain = 'example.org';", "domain_set", Grade.COSMETIC),
        ],
    )
    def test_a_habit_is_reported_where_it_stands(self, content: bytes, code: str, grade: Grade) -> None:
        one = only(with_script(content))
        assert (one.code, one.grade, one.file, one.parameters) == (code, grade, "shared/api.js", {"line": "3"})

    @pytest.mark.parametrize(
        "content",
        [
            b"window.onunload = finish; window.onbeforeunload = finish;",
            b"addEventListener('unload', f); addEventListener(\"pagehide\", f);",
            b"addEventListener('unload', f); document.addEventListener('visibilitychange', f);",
            b"$(window).on('beforeunload unload', f);",
            b"try { t = top.document.title; } catch (e) {}",
            b"if (top.location == self.location) {}",
            b"desktop.location = 1; scroll.stop.document;",
            b"window.open('', '_self').close();",
            b"try { document.domain = 'example.org' } catch (e) {}",
            b"if (document.domain == 'example.org') {}",
            b"var reload = unloaded;",
        ],
    )
    def test_what_harms_nobody_is_not_reported(self, content: bytes) -> None:
        assert findings_of(package_bytes(files=with_script(content))) == ()

    def test_a_link_that_leads_the_whole_window_away_is_one_of_them(self) -> None:
        assert only(with_page(b"<a href='x.html' target=\"_top\">x</a>")).code == "top_access"

    def test_a_library_is_not_the_packages_own_habit(self) -> None:
        text = MANIFEST.replace(
            '<file href="two/index.html"/>', '<file href="two/index.html"/><file href="jquery.js"/>'
        )
        assert findings_of(package_bytes(text, {**FILES, "jquery.js": b"window.onunload = clean;"})) == ()

    @pytest.mark.parametrize(
        "content",
        [
            b"<object data='map.svg' type='image/svg+xml'></object>",
            b"<embed src='book.pdf'>",
            b"<iframe src='book.pdf#page=2'></iframe>",
        ],
    )
    def test_what_the_player_does_not_let_a_page_embed_is_named(self, content: bytes) -> None:
        one = only(with_page(content))
        assert (one.code, one.grade, one.file) == ("embedded_file", Grade.WILL_MISBEHAVE, "two/index.html")
        assert one.parameters["line"] == "3"
        assert one.parameters["address"].startswith(("map.svg", "book.pdf"))

    def test_old_technology_is_found_in_its_line(self) -> None:
        one = only({**FILES, "one/index.html": b"<p>\n<applet code='x.class'></applet>"})
        assert (one.code, one.file, one.parameters) == ("obsolete_technology", "one/index.html", {"line": "2"})


class TestFacts:
    """What a package is."""

    def test_a_package_says_what_it_is(self) -> None:
        facts = read(package_bytes()).facts.as_dict()
        assert facts["organizations"] == [{"identifier": "org", "title": "Negotiation", "items": 2, "is_default": True}]
        assert facts["items"][0] == {
            "identifier": "one", "title": "First", "kind": "sco", "href": "one/index.html", "mastery": None, "depth": 0,
        }  # fmt: skip
        assert (facts["files"], facts["hosts"], facts["languages"]) == (4, [], [])
        assert facts["total_size"] == len(MANIFEST) + sum(map(len, FILES.values()))
        assert facts["packed_size"] == sum(one["packed"] for one in facts["largest"])
        assert facts["largest"][0]["name"] == "imsmanifest.xml"
        assert facts["budgets"] == {"first_screen": 512_000, "course": 20_971_520}

    def test_mastery_is_a_number_from_0_to_100(self) -> None:
        text = manifest_with(in_item_one("<adlcp:masteryscore>80</adlcp:masteryscore>"))
        assert [item["mastery"] for item in read(package_bytes(text)).facts.as_dict()["items"]] == [80, None]

    def test_the_depth_of_an_item_is_that_of_the_tree(self) -> None:
        text = MANIFEST.replace(
            '<item identifier="two"', '<item identifier="unit"><title>U</title><item identifier="two"'
        )
        text = text.replace("<title>Second</title></item>", "<title>Second</title></item></item>")
        assert [item["depth"] for item in read(package_bytes(text)).facts.as_dict()["items"]] == [0, 1]

    def test_languages_come_from_the_launch_pages_too(self) -> None:
        files = {**FILES, "one/index.html": b"<html dir=ltr lang='fr-CA'>", "two/index.html": b"<html lang=FR-ca>"}
        assert read(package_bytes(files=files)).facts.as_dict()["languages"] == ["fr-CA"]

    def test_the_tool_is_known_by_what_its_pages_say(self) -> None:
        page = b'<meta content="eXeLearning 3.0.2" name="Generator">'
        assert read(package_bytes(files=with_page(page))).tool == "eXeLearning"

    def test_the_first_screen_is_the_page_with_what_it_names(self) -> None:
        noise = {name: random.Random(name).randbytes(1000) for name in ("a", "b", "c", "d", "e", "f", "g")}
        files = {
            **FILES,
            "one/index.html": b"<link rel=stylesheet href='../shared/a.css'><img src='pic%20one.png'>"
            b"<iframe src=f.html><!-- <img src='left-out.png'> --><a href='g.bin'>x</a><img loading=lazy src=g.bin>",
            "one/f.html": b"<script src='f.js'></script>",
            "one/f.js": noise["a"],
            "one/pic one.png": noise["b"],
            "one/left-out.png": noise["c"],
            "one/g.bin": noise["d"],
            "shared/a.css": b"@font-face { src: url(f.eot), url(f.woff2) format('woff2'), url(f.ttf) }"
            b'p { background: url("b.png") }',
            "shared/f.woff2": noise["e"],
            "shared/f.ttf": noise["f"],
            "shared/b.png": noise["g"],
        }
        package = read(package_bytes(files=files))
        loaded = ["one/index.html", "one/f.html", "one/f.js", "one/pic one.png"]
        loaded += ["shared/a.css", "shared/f.woff2", "shared/b.png"]
        size = sum(package.index.members[name].compressed_size for name in loaded)
        assert package.facts.as_dict()["first_screen"] == {"name": "one/index.html", "size": size, "files": 7}

    def test_pages_that_name_each_other_are_weighed_once(self) -> None:
        files = {**FILES, "one/index.html": b"<frame src='index.html'><frame src='../two/index.html'>"}
        files["two/index.html"] = b"<frame src='../one/index.html'><img src='../../../x.png'><img src='/x.png'>"
        assert read(package_bytes(files=files)).facts.as_dict()["first_screen"]["files"] == 2

    def test_what_weighs_more_than_its_budget_is_told(self) -> None:
        package = within(Budgets(first_screen=20, course=2_000))
        codes = [(one.code, one.grade, one.file) for one in package.findings]
        assert codes == [("first_screen_heavy", Grade.COSMETIC, "one/index.html")]
        package = within(Budgets(first_screen=2_000, course=300))
        assert [(one.code, one.file) for one in package.findings] == [("course_heavy", "imsmanifest.xml")]
        assert package.findings[0].parameters["budget"] == "300"

    def test_a_real_course_says_what_it_is(self) -> None:
        folder = shared_packages()
        if folder is None:
            print("no folder of real packages here: only our own were read")
            return
        facts = read((folder / "golf2004-4-sequencingposttestrollup4thed.zip").read_bytes()).facts.as_dict()
        assert facts["hosts"] == ["ajax.googleapis.com"]
        assert {item["kind"] for item in facts["items"]} == {"sco"}
        assert facts["first_screen"]["name"] == "shared/launchpage.html"


def within(budgets: Budgets) -> Package:
    data = package_bytes()
    return read_package(port(data), len(data), budgets=budgets)
