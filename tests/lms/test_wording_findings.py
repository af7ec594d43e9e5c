"""Every finding has its words; none leaves a blank for a parameter."""

import re

import pytest

from lms.wording_findings import GRADE_NAMES, SENTENCES, finding_words, worst_first
from scorm.packaging.findings import GRADES, finding


@pytest.mark.parametrize("code", sorted(GRADES))
def test_a_code_has_a_sentence_and_what_to_do(code: str) -> None:
    words = finding_words(finding(code).as_dict())
    assert words.sentence
    assert words.advice
    assert not re.search(r"%\(|Something is unusual", words.sentence)


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
