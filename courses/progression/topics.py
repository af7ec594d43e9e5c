"""The topics of the institute as a tree: intellectual property → patents (DOMAIN: levels)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TopicTree:
    """Which topic stands below which: `parents` gives the one above, None for a topic at the top.

    A topic that the tree does not know stands alone.
    """

    parents: Mapping[str, str | None] = field(default_factory=dict)

    def line(self, topic: str) -> tuple[str, ...]:
        """Return a topic and those above it, itself first; a tree that bites its tail ends where it would repeat."""
        line = [topic]
        above = self.parents.get(topic)
        while above is not None and above not in line:
            line.append(above)
            above = self.parents.get(above)
        return tuple(line)

    def is_within(self, topic: str, other: str) -> bool:
        """Tell whether a topic is another one, or stands somewhere below it."""
        return other in self.line(topic)

    def only(self, topic: str | None) -> "TopicTree":
        """Return the tree of nothing but a topic and those above it: all that a decision about it depends on."""
        line = self.line(topic) if topic else ()
        return TopicTree({topic: self.parents.get(topic) for topic in line if self.parents.get(topic)})
