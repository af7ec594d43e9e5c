"""The quotas of an activity, pure: what the proposal of a selection keeps to (DOMAIN: activities)."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from courses.errors import Refusal

EDGE = 1e-9
"""What two thirds of nine seats may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """At most so many of one beneficiary or region; at least this share (0 to 1) of seats for LDCs; women and men.

    `women_share` is the least share of women, and of men alike. None: no such quota.
    """

    at_most_per_beneficiary: int | None = None
    at_most_per_region: int | None = None
    ldc_share: float | None = None
    women_share: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        for most in (self.at_most_per_beneficiary, self.at_most_per_region):
            if most is not None and most < 1:
                raise Refusal("quota_too_small")
        if self.ldc_share is not None and not 0 <= self.ldc_share <= 1:
            raise Refusal("share_out_of_range")
        if self.women_share is not None and not 0 <= self.women_share <= 0.5:  # of both alike
            raise Refusal("balance_out_of_range")

    def as_document(self) -> dict[str, Any]:
        """Return the quotas as plain values, those that are set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


NO_QUOTAS = Quotas()


def quotas_of(document: Mapping[str, Any]) -> Quotas:
    """Return the quotas of a document; names that it does not know are left out.

    Raises:
        Refusal: `quota_too_small`, `share_out_of_range`, `balance_out_of_range`.
    """
    return Quotas(**{name: document.get(name) for name in Quotas.__slots__})


def least_of(share: float | None, seats: int) -> int:
    """Return how many of so many seats a least share makes, rounded up."""
    return 0 if share is None else math.ceil(share * seats - EDGE)
