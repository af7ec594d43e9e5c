"""The steps of the progressive learning strategy: `1`, `2·generalist`, `2·specialist·<topic>`, `3·…`.

Level 1 is common to all; levels 2 and 3 have two tracks, and the specialist one names its topic. A course lists the
steps that it confers and those it asks for; its level, track and topic are labels for statistics (DOMAIN: levels).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

SEPARATOR = "·"
LEVELS = (1, 2, 3)


class Track(StrEnum):
    """The whole picture, or one subject in depth (DOMAIN: words)."""

    GENERALIST = "generalist"
    SPECIALIST = "specialist"


class StepError(ValueError):
    """Raised when a text names no step; the text says which."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a level, from level 2 on a track, and the topic of a specialist."""

    level: int
    track: Track | None = None
    topic: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the strategy does not know."""
        if self.level not in LEVELS:
            raise StepError(f"there is no level {self.level}")
        if (self.level == 1) != (self.track is None):
            raise StepError("level 1 has no track, the others have one")
        if (self.track == Track.SPECIALIST) != bool(self.topic):
            raise StepError("a specialist step names its topic, no other step does")

    def __str__(self) -> str:
        """Return the step as it is written."""
        return SEPARATOR.join(part for part in (str(self.level), self.track, self.topic) if part)


def parse_step(text: str) -> Step:
    """Return the step that a text names; blanks around its parts do not count.

    Raises:
        StepError: it names none.
    """
    level, *rest = (part.strip() for part in text.split(SEPARATOR, 2))
    track = rest[0] if rest else None
    if not (level.isascii() and level.isdigit() and len(level) < 3) or (track is not None and track not in set(Track)):
        raise StepError(f"{text!r} is not a step: write 1, 2·generalist or 2·specialist·topic")
    try:
        return Step(int(level), Track(track) if track else None, rest[1] if len(rest) > 1 else None)
    except StepError as error:
        raise StepError(f"{text!r} is not a step: {error}") from None


def parse_steps(texts: Iterable[str]) -> tuple[Step, ...]:
    """Return the steps that the texts name, each once, in their order.

    Raises:
        StepError: one of them names none.
    """
    return tuple(dict.fromkeys(parse_step(text) for text in texts if text.strip()))


@cache
def covered_by(step: Step) -> tuple[Step, ...]:
    """Return the steps below a step, which who holds it need not take any more (DOMAIN: attainment).

    LMS choice: those are level 1 and the lower level of the same track, for a specialist in the same topic. Neither
    track covers the other, and a topic covers none above or below it: that would say more than anybody has shown.
    """
    lower = tuple(Step(level, step.track, step.topic) for level in LEVELS if 1 < level < step.level)
    return (*lower, Step(1)) if step.level > 1 else ()
