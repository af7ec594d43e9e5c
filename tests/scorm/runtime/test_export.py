"""The tables as the browser gets them."""

import gzip
import json
import re
from pathlib import Path

import pytest

from scorm.runtime.elements import Profile, Table
from scorm.runtime.export import table_as_json, types_of
from scorm.runtime.tables import TABLES

SCRIPTS = [Path(__file__).parents[3] / "lms" / "static" / "player" / name for name in ("table.js", "player.js")]

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.edition)
every_profile = pytest.mark.parametrize("profile", Profile)


@every_table
@every_profile
def test_scripts_and_table_together_stay_under_12_kb_compressed(table: Table, profile: Profile) -> None:
    together = b"".join(script.read_bytes() for script in SCRIPTS) + table_as_json(table, profile).encode()
    assert len(gzip.compress(together)) < 12_000


@every_table
@every_profile
def test_the_table_may_stand_inside_a_script_element(table: Table, profile: Profile) -> None:
    text = table_as_json(table, profile)
    assert text.isascii()
    assert "<" not in text


@every_table
def test_every_element_reaches_the_browser(table: Table) -> None:
    assert json.loads(table_as_json(table, Profile.STRICT))["elements"].keys() == table.elements.keys()


@every_table
def test_patterns_use_only_what_both_languages_share(table: Table) -> None:
    for kind in types_of(table):
        for pattern in (kind.pattern, kind.loose):
            left = (pattern or "").replace(r"[\s\S]", "")
            assert not re.search(r"\\[dDwWsSbB]|\(\?|(?<![\\[])\^|\$", left), kind.name


@every_table
def test_every_condition_has_a_code_and_every_code_a_text(table: Table) -> None:
    codes = {*table.codes.values(), *table.set_codes.values(), *table.failures.values()}
    codes |= {refusal.code for refusal in table.refusals.values()}
    assert codes <= table.texts.keys()
    assert all(0 < len(text) < 255 for texts in table.texts.values() for text in texts)
