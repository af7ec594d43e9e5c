"""The few facts of a package's metadata that are worth reading (IMS MD 1.2, IEEE LOM)."""

from dataclasses import dataclass

from scorm.xml import XML_NAMESPACE, Element

__all__ = ["XML_NAMESPACE", "Facts", "read_facts"]

_NO_LANGUAGE = ("none", "x-none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the author says about the course: proposals, never rules."""

    title: str = ""
    description: str = ""
    languages: tuple[str, ...] = ()


def read_facts(parent: Element) -> Facts:
    """Return what the metadata under an element say."""
    lom = parent.first("metadata", "lom")
    general = lom.first("general") if lom else None
    if general is None:
        return Facts()
    title, tag = _langstring(general.first("title"))
    description, _ = _langstring(general.first("description"))
    stated = [element.text.strip() for element in general.all("language")] or [tag]
    languages = tuple(dict.fromkeys(one for one in stated if one and one.lower() not in _NO_LANGUAGE))
    return Facts(title=title, description=description, languages=languages)


def _langstring(element: Element | None) -> tuple[str, str]:
    """Return the first text of a language string and its language tag."""
    if element is None:
        return "", ""
    for child in element.children:
        text = " ".join(child.text.split())
        if child.name in ("langstring", "string") and text:
            return text, child.get("lang") or child.get("language")
    return " ".join(element.text.split()), ""
