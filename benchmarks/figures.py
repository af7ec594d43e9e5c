"""A measured figure beside what it may be."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in which unit, and the most it may be (or the least, for `at_least`); none: only shown."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Tell whether the limit is kept."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def show(figures: list[Figure]) -> None:
    """Print the figures as a table."""
    for figure in figures:
        bound = "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:g} {figure.unit}"
        mark = "  " if figure.limit is None else ("ok" if figure.is_kept else "NO")
        print(f"{mark}  {figure.name:<66} {figure.value:>10.2f} {figure.unit:<4} {bound}", flush=True)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: list[float]) -> float:
    """Return the median."""
    return median(values)
