"""The door through which stored JSON comes in: every value is checked for its type, every fault says where it is."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

Document = dict[str, Any]
Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)

FORMAT = 1
"""The format of the documents that are written now; one of another is refused rather than misread."""


class DocumentError(ValueError):
    """Raised when a document is not what it should be; `place` says where in it, `reason` is a stable code."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place or 'document'}: {reason}")
        self.place = place
        self.reason = reason


def at(place: str, name: str | int) -> str:
    """Return the place of a part of what stands at a place."""
    return f"{place}/{name}" if place else str(name)


def as_document(value: object, place: str = "") -> Document:
    """Return a value that is a JSON object.

    Raises:
        DocumentError: it is none.
    """
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise DocumentError(place, "not_an_object")
    return value


def with_format(document: Document) -> Document:
    """Return a document with the format in which it is written."""
    return {"format": FORMAT, **document}


def of_format(value: object) -> Document:
    """Return a document that is written in the format known here.

    Raises:
        DocumentError: it is no object, or of a format that is not known.
    """
    document = as_document(value)
    if document.get("format") != FORMAT or isinstance(document["format"], bool):
        raise DocumentError("format", "format_unknown")
    return document


def items(document: Document, name: str, place: str = "") -> list[Any]:
    """Return a list of a document, empty where it is absent.

    Raises:
        DocumentError: it is no list.
    """
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise DocumentError(at(place, name), "not_a_list")
    return value


def text(value: object, place: str) -> str:
    """Return a value that is a text.

    Raises:
        DocumentError: it is none.
    """
    if not isinstance(value, str):
        raise DocumentError(place, "not_a_text")
    return value


def number(value: object, place: str) -> float:
    """Return a value that is a number (and finite).

    Raises:
        DocumentError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise DocumentError(place, "not_a_number")
    return value


def whole(value: object, place: str) -> int:
    """Return a value that is a whole number.

    Raises:
        DocumentError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise DocumentError(place, "not_a_whole_number")
    return value


def flag(value: object, place: str) -> bool:
    """Return a value that is true or false.

    Raises:
        DocumentError: it is neither.
    """
    if not isinstance(value, bool):
        raise DocumentError(place, "not_true_or_false")
    return value


def day(value: object, place: str) -> date:
    """Return the day that a text names (ISO 8601).

    Raises:
        DocumentError: it names none.
    """
    written = text(value, place)
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise DocumentError(place, "not_a_date") from error


def word(kind: type[Word], value: object, place: str) -> Word:
    """Return the word of a closed set.

    Raises:
        DocumentError: the set does not know it.
    """
    written = text(value, place)
    try:
        return kind(written)
    except ValueError as error:
        raise DocumentError(place, "word_unknown") from error


def maybe(read: Callable[[object, str], Value], document: Document, name: str, place: str = "") -> Value | None:
    """Return a value of a document, or None where it is absent.

    Raises:
        DocumentError: it is there and not of its type.
    """
    value = document.get(name)
    return None if value is None else read(value, at(place, name))


def texts(document: Document, name: str, place: str = "") -> tuple[str, ...]:
    """Return the texts of a list.

    Raises:
        DocumentError: it is no list, or not of texts.
    """
    return tuple(text(value, at(at(place, name), i)) for i, value in enumerate(items(document, name, place)))


def all_of(kind: type[Word], document: Document, name: str, place: str = "") -> frozenset[Word]:
    """Return the words of a list of a closed set.

    Raises:
        DocumentError: it is no list, or the set does not know one of them.
    """
    return frozenset(word(kind, value, at(place, name)) for value in items(document, name, place))
