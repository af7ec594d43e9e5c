"""Who calls whom in our own code, read from its sources: every name that a function mentions leads to what it names.

So does every name in a table of a module, by which a function calls another.

A name that is only handed on counts like a call: what could be reached is found, and a little more.
"""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PACKAGES = ("courses", "lms")


@dataclass(slots=True)
class Graph:
    """By dotted name, what each function or class mentions, and what it calls itself."""

    mentions: dict[str, set[str]] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    """What each mentions with a point in it, like `Action.SELECT`."""

    mentioned_by: dict[str, set[str]] = field(default_factory=dict)

    def leading_to(self, target: str) -> set[str]:
        """Return everything that leads to something, itself included."""
        if not self.mentioned_by:
            for name, mentioned in self.mentions.items():
                for one in mentioned:
                    self.mentioned_by.setdefault(one, set()).add(name)
        found, waiting = set(), [target]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.mentioned_by.get(name, ())
        return found


def services(names: Iterable[str]) -> set[str]:
    """Return the public functions of what writes enrolments and applications, of those named."""
    packages = ("courses.enrolment.", "courses.applications.")
    return {name for name in names if name.startswith(packages) and not name.rsplit(".", 1)[1].startswith("_")}


@cache
def graph() -> Graph:
    """Return the graph of all our modules."""
    reader, found = _Reader(), Graph()
    for module, things in reader.defined.items():
        for name, node in things.items():
            _note(reader, found, module, (f"{module}.{name}", node))
    return found


def _note(reader: "_Reader", found: Graph, module: str, thing: tuple[str, ast.AST]) -> None:
    here, node = thing
    mentions, calls, words = set(), set(), set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute):
            mentions.add(reader.named(module, part))
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            words.add(f"{part.value.id}.{part.attr}")
        if isinstance(part, ast.Call):
            calls.add(reader.named(module, part.func))
    found.mentions[here] = {target for target in mentions if target is not None and target != here}
    found.calls[here] = {target for target in calls if target is not None}
    found.words[here] = words


class _Reader:
    """The modules as read: what each defines, what each imports of ours, and what a name in it stands for."""

    def __init__(self) -> None:
        self.trees = {name: ast.parse(source) for name, source in _sources()}
        self.imported = {name: _imports(tree) for name, tree in self.trees.items()}
        self.defined = {
            name: {thing: node for node in tree.body for thing in _defined(node)} for name, tree in self.trees.items()
        }

    def named(self, module: str, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return self.resolved(module, node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self.resolved(module, node.value.id)
            return self.resolved(owner, node.attr) if owner in self.trees else None
        return None

    def resolved(self, module: str, name: str, seen: frozenset[str] = frozenset()) -> str | None:
        here = f"{module}.{name}"
        if name in self.defined.get(module, {}):
            return here
        target = self.imported.get(module, {}).get(name)
        if target is None or here in seen:
            return None
        if target in self.trees:
            return target
        parent, _, last = target.rpartition(".")
        return self.resolved(parent, last, seen | {here}) if parent in self.trees else None


def name_of(view: Callable[..., object]) -> str:
    """Return the dotted name of a view, below whatever wraps it."""
    inner = inspect.unwrap(view)
    return f"{inner.__module__}.{inner.__name__}"


def _defined(node: ast.stmt) -> list[str]:
    """Return what a statement of a module defines: a function, a class, a table of them."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign():
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []


def _sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for path in sorted(Path(root.__path__[0]).rglob("*.py")):
            parts = [package, *path.relative_to(root.__path__[0]).with_suffix("").parts]
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text(encoding="utf-8")


def _imports(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found
