"""Which offerings a search for ways has to look at: of those that ask and give the same, the shortest few are enough.

With 500 courses most of the search is about alternatives that nobody would be shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from courses.progression.policy import Policy
from courses.progression.requirements import CoursePassed, Requirement, walk
from courses.progression.rules import Part, gate_of
from courses.progression.steps import Step
from courses.progression.terms import Terms
from courses.progression.topics import TopicTree

ENOUGH = 3
"""As many as there are ways to be shown."""

Ask: TypeAlias = frozenset[tuple[str, Requirement | None, bool]]
Alike: TypeAlias = tuple[Ask, frozenset[Step]]


def asks_of(policy: Policy, terms: Terms, topics: TopicTree) -> Ask:
    """Return what an offering asks, apart from not having been passed itself: the same for those that ask the same."""
    parts = gate_of(policy, terms, topics)
    return frozenset((part.code, part.requirement, part.blocks) for part in parts if part.code != "not_passed_yet")


def shortlist(
    policy: Policy, offers: Sequence[Terms], topics: TopicTree, passed: Collection[str]
) -> tuple[Terms, ...]:  # fmt: skip
    """Return the offerings that matter for ways, in their order; `passed` are the codes of what somebody has passed.

    What is named by its code somewhere, and what was passed already, always matters; so does what a rule of the house
    names, also for a level at which nothing is offered.
    """
    rules = [Part(code=rule.code, requirement=rule.requirement) for rule in policy.rules]
    parts = [*rules, *(part for offer in offers for part in gate_of(policy, offer, topics))]
    named = {code for part in parts for code in _named(part)}
    groups: dict[Alike, list[Terms]] = defaultdict(list)
    for offer in offers:
        if offer.is_open and offer.code not in named and offer.code not in passed:
            groups[asks_of(policy, offer, topics), frozenset(offer.confers)].append(offer)
    short = {id(each) for alike in groups.values() for each in _shortest(alike)}
    return tuple(each for each in offers if id(each) in short or each.code in named or each.code in passed)


def _shortest(alike: Iterable[Terms]) -> list[Terms]:
    return sorted(alike, key=lambda each: (each.estimated_hours, each.code))[:ENOUGH]


def _named(part: Part) -> Iterable[str]:
    """Yield the courses that a part names; that the offering itself was not passed yet is asked everywhere."""
    if part.requirement is not None and part.code != "not_passed_yet":
        yield from (leaf.code for leaf in walk(part.requirement) if isinstance(leaf, CoursePassed))
