"""What the gate answers: every condition, met or not, with the fact behind it, and the reasons that a page shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What is so, or why something is not: a stable code, and what its sentence names."""

    code: str
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: what is asked for, whether it is met, and by which fact, or what is missing.

    `blocks`: where it is not met, it keeps the person out; else it is only recorded. `may_override`: a person may let
    somebody in all the same, with a reason. Groups hold their conditions as `parts`.
    """

    code: str
    is_met: bool
    fact: Reason
    parameters: Parameters = ()
    blocks: bool = True
    may_override: bool = True
    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may enter, by which conditions; `is_advisory` where what is missing is only recorded."""

    conditions: tuple[Condition, ...] = ()
    is_advisory: bool = False

    @property
    def is_allowed(self) -> bool:
        """Tell whether nothing stands in the way."""
        return all(condition.is_met or not condition.blocks for condition in self.conditions)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return everything that stands in the way, as a page shows it."""
        return reasons_of([each for each in self.conditions if each.blocks])

    @property
    def lacks(self) -> tuple[Reason, ...]:
        """Return everything that is not met, also what is only recorded."""
        return reasons_of(self.conditions)

    @property
    def may_be_overridden(self) -> bool:
        """Tell whether a person may let somebody in whom this keeps out."""
        return all(each.may_override for each in self.conditions if each.blocks and not each.is_met)


def reasons_of(conditions: Sequence[Condition]) -> tuple[Reason, ...]:
    """Return the reasons of conditions all of which must be met: missing steps as one, each of the others once."""
    leaves = [leaf for condition in conditions for leaf in _missing(condition)]
    steps = [value for leaf in leaves if leaf.code == "prerequisite_missing" for _, value in leaf.parameters]
    together = Reason("prerequisite_missing", (("steps", ", ".join(dict.fromkeys(steps))),))
    return tuple(dict.fromkeys(together if leaf.code == "prerequisite_missing" else leaf for leaf in leaves))


def _missing(condition: Condition) -> Iterator[Reason]:
    """Yield what is missing; of a group of which some are enough, one reason that names what would do."""
    if condition.is_met:
        return
    unmet = [part for part in condition.parts if not part.is_met]
    if condition.code == "not" or not unmet:
        yield condition.fact
    elif condition.code not in {"any_of", "at_least"} or dict(condition.fact.parameters).get("lacking") == str(
        len(unmet)
    ):
        for part in unmet:
            yield from _missing(part)
    else:
        yield _one_of(condition, unmet)


def _one_of(condition: Condition, unmet: Sequence[Condition]) -> Reason:
    lacking = dict(condition.fact.parameters).get("lacking", "1")
    if all(part.code == "step_held" for part in unmet):
        steps = ", ".join(dict(part.parameters)["step"] for part in unmet)
        return Reason("one_prerequisite_missing", (("lacking", lacking), ("steps", steps)))
    codes = dict.fromkeys(reason.code for part in unmet for reason in _missing(part))
    return Reason("one_condition_missing", (("lacking", lacking), ("codes", ", ".join(codes))))
