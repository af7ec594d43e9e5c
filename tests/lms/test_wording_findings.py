"""Every finding has its words; none leaves a blank for a parameter."""

import re

import pytest
from flask import Flask

from lms.wording_findings import GRADE_NAMES, SENTENCES, finding_words, worst_first
from scorm.packaging.findings import GRADES, Finding, finding
from tests.scorm.packaging.carried import CARRIED


@pytest.mark.parametrize("code", sorted(GRADES))
def test_a_code_has_a_sentence_and_what_to_do(code: str) -> None:
    words = finding_words(finding(code).as_dict())
    assert words.sentence
    assert words.advice
    assert not re.search(r"%\(|Something is unusual", words.sentence)


def test_no_words_name_a_parameter_that_the_finding_never_carries() -> None:
    names = {name for names in CARRIED.values() for name in names} | {"count", "hosts", "size", "budget"}
    marked = {name: f"%({name})s" for name in names}
    for key, (sentence, advice) in SENTENCES.items():
        texts = [sentence(count, marked) for count in (1, 2)] if callable(sentence) else [str(sentence)]
        named = set(re.findall(r"%\((\w+)\)s", " ".join([*texts, str(advice)])))
        assert named == set(CARRIED.get(key, ())), key


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (finding("zip_os_noise", count=1), "A file that only"),
        (finding("zip_os_noise", count=1200), "1,200 files that only"),
        (finding("hosts_called", count=1, hosts="a.example"), "from another website or sends to it (a.example)"),
        (finding("hosts_called", count=2, hosts="a.example, b.example"), "from 2 other websites"),
        (
            finding("course_heavy", size=31_457_280, budget=20_971_520),
            "weighs 30\N{NO-BREAK SPACE}MB; 20\N{NO-BREAK SPACE}MB",
        ),
        (finding("zip_over_limits", what="entries", found=30000, limit=20000), "30,000 files; at most 20,000"),
        (finding("zip_over_limits", what="total", found=2**33, limit=2**32), "8\N{NO-BREAK SPACE}GB"),
    ],
)
def test_numbers_and_sizes_are_written_as_people_write_them(app: Flask, found: Finding, words: str) -> None:
    with app.app_context():
        assert words in finding_words(found.as_dict()).sentence


@pytest.mark.parametrize(
    ("found", "where"),
    [
        (finding("top_access", file="a/b.js", line=12), "a/b.js · line 12"),
        (
            finding("title_missing", file="imsmanifest.xml", place="one", line=9),
            "imsmanifest.xml · line 9 · element one",
        ),
        (finding("title_missing", file="imsmanifest.xml", place="12"), "imsmanifest.xml · element 12"),
        (finding("manifest_not_well_formed", file="imsmanifest.xml", place="7", column=2), "imsmanifest.xml · line 7"),
        (
            finding("file_missing", file="a.js", place="res", manifest_line=30),
            "a.js · element res · imsmanifest.xml, line 30",
        ),
        (finding("assets_only"), ""),
    ],
)
def test_the_words_say_where_it_is(found: Finding, where: str) -> None:
    assert finding_words(found.as_dict()).where == where


def test_what_an_older_report_did_not_keep_is_a_dash() -> None:
    assert "(–)" in finding_words({"code": "hosts_called", "grade": "will_misbehave"}).sentence


def test_there_are_no_words_for_codes_that_do_not_exist() -> None:
    assert {key.partition(".")[0] for key in SENTENCES} == set(GRADES)


def test_a_kind_of_a_finding_has_words_of_its_own() -> None:
    assert "too long" in finding_words(finding("zip_over_limits", what="time").as_dict()).sentence


def test_a_code_of_a_later_release_is_shown_all_the_same() -> None:
    words = finding_words({"code": "from_the_future", "grade": "cosmetic"})
    assert "from_the_future" in words.sentence


def test_the_worst_stands_first() -> None:
    found = [finding(code).as_dict() for code in ("assets_only", "not_a_zip", "api_not_used")]
    assert [words.grade for words in worst_first(found)] == list(GRADE_NAMES)


def test_what_was_left_out_is_counted() -> None:
    assert finding_words(finding("file_missing", more=7).as_dict()).more == 7
