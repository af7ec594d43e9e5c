"""Which item is delivered, and what the table of contents shows, in SCORM 1.2, which has no sequencing (pure)."""

from collections.abc import Mapping

from courses.attempts.contents import Contents, Entry
from courses.attempts.messages import RequestKind
from courses.attempts.played import PlayedVersion
from courses.attempts.sessions import Outcome, best_status, joined_status
from scorm.packaging.items import Item
from scorm.packaging.prerequisites import prerequisites_met
from scorm.sequencing.lookahead import Offer
from scorm.sequencing.words import Control

LEAVING = frozenset(
    {
        RequestKind.EXIT, RequestKind.EXIT_ALL, RequestKind.SUSPEND_ALL, RequestKind.ABANDON, RequestKind.ABANDON_ALL,
    }
)  # fmt: skip
"""Every way out of the course means the same in 1.2."""


class Tour:
    """A version with what each of its activities has come to: what is open, what comes before and after."""

    def __init__(self, version: PlayedVersion, outcomes: Mapping[str, Outcome]) -> None:
        self.version = version
        self._outcomes = outcomes

    def status(self, identifier: str) -> str:
        """Return the status of an item in the words of 1.2, empty for an unknown one; a folder's from its children."""
        item = self.version.known.get(identifier)
        if item is None:
            return ""
        if not item.is_launchable:
            return self._status_of_folder(item)
        return best_status(self._outcomes.get(identifier, Outcome()))

    def _status_of_folder(self, item: Item) -> str:
        below = [child for child in item.walk() if child.is_launchable]
        return joined_status([best_status(self._outcomes.get(child.identifier, Outcome())) for child in below])

    def is_enabled(self, item: Item) -> bool:
        """Tell whether the learner may open an item (CAM 1.2, 2.3.2.5.1)."""
        if not item.prerequisites:
            return True
        return prerequisites_met(item.prerequisites, self.status, self.version.known)

    def first(self, wanted: str | None) -> Item | None:
        """Return what a launch delivers: where the learner was, else the first that is open, else the first."""
        steps = self.version.steps
        chosen = self.version.by_id.get(wanted or "")
        if chosen is not None:
            return chosen
        return next((item for item in steps if self.is_enabled(item)), steps[0] if steps else None)

    def requested(self, kind: RequestKind, target: str | None, current: str | None) -> Item | None:
        """Return the item that a request leads to; None when it leads nowhere."""
        if kind in (RequestKind.CHOICE, RequestKind.JUMP):
            chosen = self.version.by_id.get(target or "")
            return chosen if chosen is not None and self.is_enabled(chosen) else None
        neighbour = self._neighbour(current, 1 if kind is RequestKind.CONTINUE else -1)
        return self.version.by_id.get(neighbour) if neighbour else None

    def contents(self, current: str | None) -> Contents:
        """Return the table of contents around the item that is open; of the ways out, which are all one, it has one."""
        entries = tuple(self._entries(self.version.items, 0))
        return Contents(
            entries=entries,
            controls=dict.fromkeys(Control, Offer.HIDDEN)
            | {
                Control.EXIT: Offer.ENABLED,
                Control.PREVIOUS: self._offer(current, -1),
                Control.CONTINUE: self._offer(current, 1),
            },
            is_offered=len(entries) > 1,
        )

    def _offer(self, current: str | None, step: int) -> Offer:
        return Offer.DISABLED if self._neighbour(current, step) is None else Offer.ENABLED

    def _entries(self, items: tuple[Item, ...], depth: int) -> list[Entry]:
        found: list[Entry] = []
        for item in items:
            is_shown = item.visible or item.identifier in self.version.by_id
            if is_shown:
                found.append(self._entry(item, depth))
            found += self._entries(item.children, depth + is_shown)
        return found

    def _entry(self, item: Item, depth: int) -> Entry:
        is_launchable = item.identifier in self.version.by_id
        return Entry(
            id=item.identifier, title=item.title, depth=depth, status=self.status(item.identifier),
            is_launchable=is_launchable, is_enabled=is_launchable and self.is_enabled(item),
        )  # fmt: skip

    def _neighbour(self, current: str | None, step: int) -> str | None:
        steps = self.version.steps
        places = [place for place, item in enumerate(steps) if item.identifier == current]
        if not places:
            return None
        place = places[0] + step
        while 0 <= place < len(steps):
            if self.is_enabled(steps[place]):
                return steps[place].identifier
            place += step
        return None
