"""What is wrong with something that somebody has entered: every fault at once, each at its field."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.errors import DomainError


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the field, a stable code with its sentence in `lms.wording`, and what the sentence needs."""

    field: str
    code: str
    parameters: tuple[tuple[str, str], ...] = ()


class FaultyEntry(DomainError):
    """Raised when what was entered cannot be kept; nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


def check(faults: Sequence[Fault]) -> None:
    """Go on when there is no fault.

    Raises:
        FaultyEntry: with all of them.
    """
    if faults:
        raise FaultyEntry(faults)
