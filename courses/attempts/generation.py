"""What SCORM 1.2 and SCORM 2004 answer in their own ways; everything around them is the same for both."""

from dataclasses import dataclass
from typing import Any, Protocol

from courses.attempts.messages import Message
from courses.enrolment.results import CourseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a commit: its part of the answer, and whether the page has to be shown anew what stands around."""

    answer: dict[str, Any]
    has_news: bool


class Generation(Protocol):
    """An attempt in play by the rules of one generation of SCORM.

    Answers are plain values for JSON, and carry no values of a SCO until `filled` adds them: what is kept with a raw
    commit stays small, however long the table of contents is, and tells nothing.
    """

    @property
    def current(self) -> str | None:
        """Return the item that is delivered now, None where there is none."""
        ...

    def knows(self, activity: str) -> bool:
        """Tell whether a commit may be about an activity."""
        ...

    def open(self) -> dict[str, Any]:
        """Deliver an item to a page that has just taken the lease, or say why there is none."""
        ...

    def take(self, message: Message) -> Taken:
        """Take in a commit of the page that holds the attempt, and carry out its request."""
        ...

    def take_late(self, message: Message) -> bool:
        """Raise the results by a commit whose values must not touch the state; return whether there was an activity."""
        ...

    def turn_to_review(self) -> bool:
        """Let the learner only review what is delivered from now on; False where sequencing decides on retries."""
        ...

    def fall_silent(self) -> bool:
        """Draw what nobody will end any more as if it had been suspended; return whether there was anything."""
        ...

    def redraw(self) -> None:
        """Draw anew what the result follows from, also where nothing was heard that could change it; write nothing."""
        ...

    def result(self) -> CourseResult:
        """Return what the attempt amounts to now."""
        ...

    def contents(self) -> dict[str, Any]:
        """Return the table of contents with its controls."""
        ...

    def valid(self) -> dict[str, str]:
        """Return which requests of the SCO would succeed, by the elements of its data model; none where it has none."""
        ...

    def filled(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer with the values that the delivered SCO finds."""
        ...
