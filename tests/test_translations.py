"""English, French and Spanish are complete: no string is missing, untranslated or doubtful."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def strings_in_the_code() -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None}
    found = extract_from_dir(str(ROOT), methods, options, keywords=keywords, directory_filter=_is_ours)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def _is_ours(path: str) -> bool:
    return not {".venv", "var", ".git", "node_modules"} & set(Path(path).parts)


def catalogue(language: str) -> Catalog:
    path = ROOT / "lms" / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(path.read_bytes()), locale=language)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_string_is_translated_and_none_is_fuzzy(language: str) -> None:
    translated = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts = [message.string] if isinstance(message.string, str) else list(message.string)
            translated[key] = all(texts) and not message.fuzzy
    missing = sorted(text for text in strings_in_the_code() if not translated.get(text))
    assert missing == []


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    wrong = [
        message.id
        for message in catalogue(language)
        if isinstance(message.id, str) and message.id and isinstance(message.string, str)
        if sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(message.string))
    ]
    assert wrong == []


def test_the_catalogues_hold_no_string_that_the_code_lost() -> None:
    known = strings_in_the_code()
    for language in ("fr", "es"):
        kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language) if m.id}
        assert sorted(kept - known) == []
