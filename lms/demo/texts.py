"""The texts of the demonstration courses, as they stand in `content/`: written for it, in the three languages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from courses.people.models import Language

FOLDER = Path(__file__).resolve().parent / "content"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a part: paragraphs, then what is worth remembering."""

    title: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part to read, a SCO of its own."""

    title: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with one right choice, by its index; `why` explains it afterwards.

    `objective` is what a course of 2004 learns from the answer.
    """

    text: str
    choices: tuple[str, ...]
    right: int
    why: str
    objective: str = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    """The test at the end, a SCO of its own."""

    title: str
    lead: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """All that a course says; without a test where nothing is for credit."""

    parts: tuple[Part, ...]
    quiz: Quiz | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeredText:
    """All that the course of 2004 says; `words` are its own, besides those of every course."""

    placement: Quiz
    lessons_title: str
    lessons: tuple[Part, ...]
    quiz: Quiz
    after: Page
    words: Mapping[str, str]


def text_of(code: str, language: Language, title: str, about: str) -> Text:
    """Return the text of a course: its own for the first one, that of all others with its title and subject."""
    own = code in {"INTRO", "WTO-10"}
    text = _read("introduction" if own else "common", language, title, about)
    return _ten_minutes(text) if code == "WTO-10" else text


def steered_text(language: Language, title: str, about: str) -> SteeredText:
    """Return the text of the course of 2004."""
    raw = _json(f"services.{language.value}.json")
    lessons = tuple(
        Part(lesson["title"], tuple(_page(page, title, about) for page in lesson["pages"])) for lesson in raw["lessons"]
    )
    return SteeredText(
        placement=_quiz(raw["placement"]), lessons_title=raw["lessons_title"], lessons=lessons, quiz=_quiz(raw["quiz"]),
        after=_page(raw["after"], title, about), words=raw["words"],
    )  # fmt: skip


def words(language: Language) -> Mapping[str, str]:
    """Return the words on the buttons and beside them."""
    found: Mapping[str, str] = _json("words.json")[language.value]
    return found


def asset(name: str) -> bytes:
    """Return a file that every course carries."""
    return (FOLDER / name).read_bytes()


@cache
def _json(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def _read(name: str, language: Language, title: str, about: str) -> Text:
    raw = _json(f"{name}.{language.value}.json")
    parts = tuple(
        Part(part["title"], tuple(_page(page, title, about) for page in part["pages"])) for part in raw["parts"]
    )
    return Text(parts, _quiz(raw["quiz"]))


def _quiz(raw: dict[str, Any]) -> Quiz:
    questions = tuple(
        Question(
            text=one["text"], choices=tuple(one["choices"]), right=one["right"], why=one["why"],
            objective=one.get("objective", ""),
        )
        for one in raw["questions"]
    )  # fmt: skip
    return Quiz(raw["title"], raw["lead"], questions)


def _page(raw: dict[str, Any], title: str, about: str) -> Page:
    paragraphs = tuple(line.replace("{about}", about).replace("{title}", title) for line in raw["paragraphs"])
    return Page(raw["title"], paragraphs, tuple(raw["points"]))


def _ten_minutes(text: Text) -> Text:
    """Return the micro-course for everybody: the subject in two lines, then the first half of each module."""
    welcome, *modules = text.parts
    subject = replace(welcome.pages[0], paragraphs=welcome.pages[0].paragraphs[:1], points=())
    first, *others = (replace(module, pages=module.pages[:2]) for module in modules)
    return Text((replace(first, pages=(subject, *first.pages)), *others), None)
