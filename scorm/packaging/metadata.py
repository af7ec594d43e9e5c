"""The few facts of a package's metadata that are worth reading (IMS MD 1.2, IEEE LOM)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scorm.xml import XML_NAMESPACE, Element

__all__ = ["XML_NAMESPACE", "Facts", "read_facts"]

_NO_LANGUAGE = ("none", "x-none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the author says about the course: proposals, never rules.

    `titles` are by language, those without one left out; `learning_time` is a duration as written.
    """

    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    description: str = ""
    languages: tuple[str, ...] = ()
    learning_time: str = ""


def read_facts(parent: Element) -> Facts:
    """Return what the metadata under an element say."""
    lom = parent.first("metadata", "lom")
    general = lom.first("general") if lom else None
    if lom is None or general is None:
        return Facts(learning_time=_learning_time(lom))
    titles = list(_langstrings(general.first("title")))
    title, tag = titles[0] if titles else ("", "")
    description = next((text for text, _ in _langstrings(general.first("description"))), "")
    stated = [element.text.strip() for element in general.all("language")] or [tag]
    languages = tuple(dict.fromkeys(one for one in stated if one and one.lower() not in _NO_LANGUAGE))
    return Facts(
        title=title,
        titles={tag: text for text, tag in reversed(titles) if tag},
        description=description,
        languages=languages,
        learning_time=_learning_time(lom),
    )


def _learning_time(lom: Element | None) -> str:
    """Return the typical learning time: a duration in LOM, a date and time by its name in the vocabulary of 1.2."""
    if lom is None:
        return ""
    path = ("educational", "typicallearningtime")
    return lom.text_at(*path, "duration") or lom.text_at(*path, "datetime")


def _langstrings(element: Element | None) -> Iterator[tuple[str, str]]:
    """Yield the texts of a language string, each with its language tag."""
    if element is None:
        return
    found = False
    for child in element.children:
        text = " ".join(child.text.split())
        if child.name in ("langstring", "string") and text:
            found = True
            yield text, child.get("lang") or child.get("language")
    bare = " ".join(element.text.split())
    if bare and not found:
        yield bare, ""
