"""Going through trees that strangers made: without recursion, whatever their depth."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Node = TypeVar("Node")
Result = TypeVar("Result")


def preorder(root: Node, children_of: Callable[[Node], Sequence[Node]]) -> Iterator[Node]:
    """Yield a node and everything below it, in document order."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children_of(node)))


def folded(
    root: Node, children_of: Callable[[Node], Sequence[Node]], build: Callable[[Node, Sequence[Result]], Result]
) -> Result:
    """Build one result from the root and the results of its children, each of which is built likewise."""
    built: list[Result] = []
    # Backwards, every node meets the results of its children complete, the first child's on top.
    for node in reversed(list(preorder(root, children_of))):
        results = [built.pop() for _ in children_of(node)]
        built.append(build(node, results))
    return built.pop()
