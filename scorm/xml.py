"""XML from strangers: bytes in, a tree of plain elements out.

A first pass refuses whatever is too large, too deep or carries a document type, in any encoding; only then is the
tree built. Names lose their prefix and their case, namespaces stay beside them, and nothing here recurses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from xml.parsers import expat

import xmltodict

from scorm.encoding import decode_document
from scorm.errors import ScormError

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

_MOST_PREFIXES = 256  # known in one place
_ATTRIBUTES_PER_ELEMENT = 4  # of the most elements that there may be, in all: real ones have two
# Attributes that follow each other; nothing here is looked at twice.
_ATTRIBUTES = r"<[^\s<>/!?]++(?:\s++[^\s<>=\"']++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')){%d}"


class XmlFault(StrEnum):
    """Why a document is refused."""

    EMPTY = "empty"
    NOT_WELL_FORMED = "not_well_formed"
    DOCTYPE = "doctype"
    OVER_LIMITS = "over_limits"


class XmlError(ScormError):
    """A document is refused; `line` and `column` count from one, 0 when they mean nothing."""

    def __init__(self, fault: XmlFault, detail: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(fault, detail, line, column)
        self.fault = fault
        self.detail = detail
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """How large a document may be; `text` is the characters of one element, `attribute` those of a name or value."""

    size: int
    depth: int
    elements: int
    attributes: int
    text: int
    attribute: int = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element by its local name in lower case; so are the names of its attributes.

    Children keep their order within one name. `namespace` is empty when there is none, and `prefix:<prefix>` when a
    prefix was never declared.
    """

    name: str
    namespace: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Element", ...] = ()

    def all(self, name: str) -> Iterator["Element"]:
        """Yield the children of this name, in any namespace."""
        return (child for child in self.children if child.name == name)

    def first(self, *path: str) -> "Element | None":
        """Return the first descendant along a path of names."""
        element: Element | None = self
        for name in path:
            element = next(element.all(name), None) if element else None
        return element

    def text_at(self, *path: str) -> str:
        """Return the trimmed text of the first descendant along a path, empty when it is not there."""
        element = self.first(*path)
        return element.text.strip() if element else ""

    def get(self, name: str) -> str:
        """Return a trimmed attribute, empty when it is not there."""
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as read.

    `is_mended` when its encoding was not the one that it claims; `undeclared` are prefixes used without being
    declared; `declared` and `used` are namespaces.
    """

    root: Element
    is_mended: bool
    undeclared: tuple[str, ...]
    declared: frozenset[str]
    used: frozenset[str]


def parse_document(data: bytes, limits: XmlLimits) -> Document:
    """Read a document; raise XmlError when it is refused."""
    if len(data) > limits.size:
        raise XmlError(XmlFault.OVER_LIMITS, "size")
    if not data.strip(b" \t\r\n\0"):
        raise XmlError(XmlFault.EMPTY)
    decoded = decode_document(data)
    _refuse_crowds(decoded.text, limits.attributes)
    encoded = decoded.text.encode()
    _FirstPass(limits).run(encoded)
    tree: dict[str, Any] = xmltodict.parse(
        encoded, encoding="utf-8", force_list=True, force_cdata=True, strip_whitespace=False
    )
    return _Builder().build(tree, is_mended=decoded.mended)


def _refuse_crowds(text: str, limit: int) -> None:
    """Refuse an element with too many attributes, which expat would all keep before anybody can count them."""
    crowd = re.search(_ATTRIBUTES % (limit + 1), text)
    if crowd:
        raise XmlError(XmlFault.OVER_LIMITS, "attributes", text.count("\n", 0, crowd.start()) + 1)


class _FirstPass:
    """Counts while expat reads, and stops it at the first thing that is refused."""

    def __init__(self, limits: XmlLimits) -> None:
        self._limits = limits
        self._texts: list[int] = []
        self._elements = self._attributes = 0
        # The encoding is settled: what the declaration claims is overruled.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self, encoded: bytes) -> None:
        try:
            self._parser.Parse(encoded, True)
        except expat.ExpatError as error:
            if not self._elements and error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
                raise XmlError(XmlFault.EMPTY) from error
            detail = expat.ErrorString(error.code) or ""
            raise XmlError(XmlFault.NOT_WELL_FORMED, detail, error.lineno, error.offset + 1) from error

    def _refuse(self, fault: XmlFault, detail: str) -> None:
        raise XmlError(fault, detail, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._attributes += len(attributes)
        self._texts.append(0)
        if self._elements > self._limits.elements:
            self._refuse(XmlFault.OVER_LIMITS, "elements")
        if len(self._texts) > self._limits.depth:
            self._refuse(XmlFault.OVER_LIMITS, "depth")
        most = self._limits.elements * _ATTRIBUTES_PER_ELEMENT
        if len(attributes) > self._limits.attributes or self._attributes > most:
            self._refuse(XmlFault.OVER_LIMITS, "attributes")
        longest = max(map(len, (name, *attributes, *attributes.values())))
        if longest > self._limits.attribute:
            self._refuse(XmlFault.OVER_LIMITS, "attribute")

    def _end(self, _name: str) -> None:
        self._texts.pop()

    def _characters(self, text: str) -> None:
        self._texts[-1] += len(text)
        if self._texts[-1] > self._limits.text:
            self._refuse(XmlFault.OVER_LIMITS, "text")

    def _doctype(self, name: str, *_rest: object) -> None:
        self._refuse(XmlFault.DOCTYPE, name)


@dataclass(slots=True)
class _Node:
    """An element on its way from dict to Element; `content` as xmltodict gives it."""

    parent: int
    name: str
    content: Mapping[str, Any]
    scope: Mapping[str, str]
    children: list[Element] = field(default_factory=list)


class _Builder:
    """Turns the dicts of xmltodict into elements, resolving prefixes on the way."""

    def __init__(self) -> None:
        self._undeclared: dict[str, None] = {}
        self._declared: set[str] = set()
        self._used: set[str] = set()

    def build(self, tree: Mapping[str, Any], *, is_mended: bool) -> Document:
        nodes = self._flattened(tree)
        root: Element | None = None
        # Children were appended after their parents: backwards, every node meets its children complete.
        for node in reversed(nodes):
            element = self._element(node)
            if node.parent < 0:
                root = element
            else:
                nodes[node.parent].children.append(element)
        assert root is not None
        return Document(
            root=root,
            is_mended=is_mended,
            undeclared=tuple(self._undeclared),
            declared=frozenset(self._declared),
            used=frozenset(self._used),
        )

    def _flattened(self, tree: Mapping[str, Any]) -> list[_Node]:
        nodes: list[_Node] = []
        self._append(nodes, -1, tree, {"xml": XML_NAMESPACE})
        for position, node in enumerate(nodes):
            self._append(nodes, position, node.content, node.scope)
        return nodes

    def _append(self, nodes: list[_Node], parent: int, content: Mapping[str, Any], scope: Mapping[str, str]) -> None:
        for key, values in content.items():
            if key.startswith(("@", "#")):
                continue
            for value in values:
                inner = value or {}
                nodes.append(_Node(parent, key, inner, self._scope(inner, scope)))

    def _scope(self, content: Mapping[str, Any], outer: Mapping[str, str]) -> Mapping[str, str]:
        """Return the prefixes known inside an element."""
        declared = {
            key.removeprefix("@xmlns").removeprefix(":"): str(uri).strip()
            for key, uri in content.items()
            if key == "@xmlns" or key.startswith("@xmlns:")
        }
        if not declared:
            return outer
        self._declared.update(uri for uri in declared.values() if uri)
        scope = {**outer, **declared}
        if len(scope) > _MOST_PREFIXES:  # each element that declares one more would copy them all
            raise XmlError(XmlFault.OVER_LIMITS, "namespaces")
        return scope

    def _element(self, node: _Node) -> Element:
        prefix, _, local = node.name.rpartition(":")
        namespace = self._namespace(prefix, node.scope)
        if namespace:
            self._used.add(namespace)
        return Element(
            name=local.lower(),
            namespace=namespace,
            text="".join(node.content.get("#text", ())),
            attributes=self._attributes(node),
            children=tuple(reversed(node.children)),
        )

    def _attributes(self, node: _Node) -> dict[str, str]:
        """Return the attributes by local name; where two share one, that without a prefix wins."""
        attributes: dict[str, str] = {}
        for key, value in node.content.items():
            if not key.startswith("@") or key == "@xmlns" or key.startswith("@xmlns:"):
                continue
            prefix, _, local = key[1:].rpartition(":")
            if prefix:
                self._used.add(self._namespace(prefix, node.scope))
                attributes.setdefault(local.lower(), str(value))
            else:
                attributes[local.lower()] = str(value)
        return attributes

    def _namespace(self, prefix: str, scope: Mapping[str, str]) -> str:
        if prefix and prefix not in scope:
            self._undeclared.setdefault(prefix)
            if len(self._undeclared) > _MOST_PREFIXES:
                raise XmlError(XmlFault.OVER_LIMITS, "namespaces")
            return f"prefix:{prefix}"
        return scope.get(prefix, "")
