"""The table as the browser gets it."""

import gzip
import json
import re
from pathlib import Path

import pytest

from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.export import table_as_json

PLAYER = Path(__file__).parents[3] / "lms" / "static" / "player" / "player.js"


@pytest.mark.parametrize("profile", Profile)
def test_script_and_table_together_stay_under_10_kb_compressed(profile: Profile) -> None:
    together = PLAYER.read_bytes() + table_as_json(CMI12, profile).encode()
    assert len(gzip.compress(together)) < 10_000


@pytest.mark.parametrize("profile", Profile)
def test_the_table_may_stand_inside_a_script_element(profile: Profile) -> None:
    text = table_as_json(CMI12, profile)
    assert text.isascii()
    assert "<" not in text


def test_every_element_reaches_the_browser() -> None:
    assert json.loads(table_as_json(CMI12, Profile.STRICT))["elements"].keys() == CMI12.elements.keys()


def test_patterns_use_only_what_both_languages_share() -> None:
    for element in CMI12.elements.values():
        for pattern in (element.type.pattern, element.type.loose):
            left = (pattern or "").replace(r"[\s\S]", "")
            assert not re.search(r"\\[dDwWsSbB]|\(\?|\^(?!\\x00)|\$", left), element.name
