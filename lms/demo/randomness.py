"""Chance that can be repeated: one generator from the seed, decks that keep their proportions, identifiers."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

Card = TypeVar("Card")


class Chance:
    """The one source of chance of a demonstration; what was drawn before decides what comes next."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable is the point; no secret comes from here

    def deck(self, cards: Mapping[Card, int]) -> Iterator[Card]:
        """Yield cards without end, shuffled, each as often in every round as `cards` says."""
        one_round = [card for card, count in cards.items() for _ in range(count)]
        while True:
            self.random.shuffle(one_round)
            yield from one_round

    def days(self, least: float, most: float) -> timedelta:
        """Return a span between two numbers of days."""
        return timedelta(days=self.random.uniform(least, most))

    def identifier(self, moment: datetime) -> UUID:
        """Return a UUIDv7 of a moment (RFC 9562, 5.7)."""
        milliseconds = int(moment.timestamp() * 1000)
        value = (milliseconds & (2**48 - 1)) << 80 | self.random.getrandbits(76)
        return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
