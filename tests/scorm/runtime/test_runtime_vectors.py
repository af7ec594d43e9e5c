"""Both profiles against our own vectors, written from the book; the browser is held to the same files."""

import json
from pathlib import Path

import pytest

from scorm.runtime.api import ApiInstance
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from scorm.runtime.tables import table_named
from tests.vectors import make_cmi12, make_cmi2004

VECTORS = Path(__file__).parents[2] / "vectors"
GROUPS = [
    {"edition": "1.2"} | group
    for name in ("cmi12.json", "cmi2004.json")
    for group in json.loads((VECTORS / name).read_text(encoding="ascii"))
]


def written_out(text: object) -> object:
    """Return a long text that the file abbreviates."""
    return text["repeat"][0] * text["repeat"][1] if isinstance(text, dict) else text


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group['edition']}, {group['profile']}: {group['name']}")
def test_every_call_answers_as_the_book_says(group: dict[str, object]) -> None:
    table = table_named(group["edition"])
    api = ApiInstance(RunTimeData(table, Profile(group["profile"]), group["values"]))
    for number, (function, arguments, result, code) in enumerate(group["calls"]):
        answer = api.call(function, *map(written_out, arguments))
        assert (answer[0], answer[1]) == (written_out(result), code), (number, function, arguments)


@pytest.mark.parametrize("edition", ["1.2", "2004 4th Edition"])
def test_the_vectors_name_every_element_of_the_table(edition: str) -> None:
    groups = [group for group in GROUPS if group["edition"] == edition]
    named = {argument for group in groups for _, arguments, *_ in group["calls"] for argument in arguments[:1]}
    wanted = {name.replace(".n.", ".0.").replace("=*", "=item-1") for name in table_named(edition).elements}
    assert wanted - named == set()


@pytest.mark.parametrize(("name", "maker"), [("cmi12.json", make_cmi12), ("cmi2004.json", make_cmi2004)])
def test_the_files_are_what_their_scripts_write(name: str, maker: object) -> None:
    assert (VECTORS / name).read_text(encoding="ascii") == maker.text_of_file()
