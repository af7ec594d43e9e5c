"""Both profiles against our own vectors, written from the book; the browser is held to the same file."""

import json
from pathlib import Path

import pytest

from scorm.runtime.api import ApiInstance
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from tests.vectors.make_cmi12 import text_of_file

VECTORS = Path(__file__).parents[2] / "vectors" / "cmi12.json"
GROUPS = json.loads(VECTORS.read_text(encoding="ascii"))


def written_out(text: object) -> object:
    """Return a long text that the file abbreviates."""
    return text["repeat"][0] * text["repeat"][1] if isinstance(text, dict) else text


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group['profile']}: {group['name']}")
def test_every_call_answers_as_the_book_says(group: dict[str, object]) -> None:
    api = ApiInstance(RunTimeData(CMI12, Profile(group["profile"]), group["values"]))
    for number, (function, arguments, result, code) in enumerate(group["calls"]):
        answer = api.call(function, *map(written_out, arguments))
        assert (answer[0], answer[1]) == (written_out(result), code), (number, function, arguments)


def test_the_vectors_name_every_element_of_the_table() -> None:
    named = {argument for group in GROUPS for _, arguments, *_ in group["calls"] for argument in arguments[:1]}
    missing = {name for name in CMI12.elements if name.replace(".n", ".0") not in named}
    assert missing == set()


def test_the_file_is_what_its_script_writes() -> None:
    assert VECTORS.read_text(encoding="ascii") == text_of_file()
