"""The proposal of a selection, pure: who gets the seats, who waits in what order, who falls out, and why (DOMAIN).

Seat by seat the candidate is taken whom the priorities of the plan put first: another beneficiary before a second
person of one, least-developed countries, Members without a mission, the region and then the sex that has fewer so far,
the language of the activity, the rank that the beneficiary gave, experience, who applied earlier. Quotas come before
priorities: nobody beyond "at most", and seats are kept for "at least" as long as somebody can fill them.

It is a proposal: people decide. The same candidates give the same proposal, in whatever order they come.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from courses.applications.quotas import NO_QUOTAS, Quotas, least_of
from courses.people.models import Gender

UNRANKED = 1_000_000
Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who can be selected, as the priorities see it; `key` names the application.

    `experience` counts the results that the person has; `languages` are those of the activity that the person speaks
    (None: the activity names none).
    """

    key: str
    beneficiary: str = ""
    region: str = ""
    is_ldc: bool = False
    has_mission: bool = True
    gender: Gender | None = None
    languages: tuple[str, ...] | None = ()
    endorsement_rank: int | None = None
    experience: int = 0
    applied_at: datetime | None = None


class Verdict(StrEnum):
    """What is proposed: a seat, a place on the waiting list, or neither because of a quota."""

    SEAT = "seat"
    WAIT = "wait"
    LEFT_OUT = "left_out"


class WhyCode(StrEnum):
    """What speaks for a place, or against one."""

    FIRST_OF_BENEFICIARY = "first_of_beneficiary"
    FURTHER_OF_BENEFICIARY = "further_of_beneficiary"
    LDC = "ldc"
    NO_MISSION = "no_mission"
    REGION = "region"
    BALANCE = "balance"
    LANGUAGE = "language"
    NO_LANGUAGE = "no_language"
    RANKED = "ranked"
    EXPERIENCE = "experience"
    KEPT_FOR = "kept_for"
    NO_SEAT_LEFT = "no_seat_left"
    BENEFICIARY_FULL = "beneficiary_full"
    REGION_FULL = "region_full"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a place: a stable code, and what its sentence names."""

    code: WhyCode
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What is proposed for one candidate: the number is that of the seats proposed, or on the waiting list."""

    key: str
    verdict: Verdict
    number: int
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Every candidate's place, in order: seats, waiting list, left out; and the least shares that are not reached."""

    places: tuple[Place, ...]
    missed: tuple[Why, ...] = ()

    def keys(self, verdict: Verdict) -> tuple[str, ...]:
        """Return who has a verdict, in order."""
        return tuple(place.key for place in self.places if place.verdict == verdict)


@dataclass(slots=True)
class _Tally:
    """Who is counted so far: in seats."""

    beneficiaries: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    genders: Counter[Gender | None] = field(default_factory=Counter)
    ldcs: int = 0

    def add(self, candidate: Candidate, number: int = 1) -> None:
        self.beneficiaries[candidate.beneficiary] += number
        self.regions[candidate.region] += number
        self.genders[candidate.gender] += number
        self.ldcs += number * candidate.is_ldc


_Chosen: TypeAlias = dict[Candidate, tuple[Why, ...]]
"""Who gets a seat, in order, and for whom the seat was kept where that decided."""


class _Needs(NamedTuple):
    """How many more of each are wanted by the least shares."""

    ldcs: int
    women: int
    men: int


def propose(
    candidates: Iterable[Candidate], free: int | None, quotas: Quotas = NO_QUOTAS, seated: Iterable[Candidate] = ()
) -> Proposal:
    """Return a proposal for the free seats (None: without limit); who is seated already counts for the quotas."""
    pool = sorted(candidates, key=lambda candidate: candidate.key)
    seats = _Tally()
    for one in seated:
        seats.add(one)
    total = sum(seats.beneficiaries.values()) + (len(pool) if free is None else free)
    chosen = _chosen(pool, _copy(seats), quotas, (total, free))
    if free is not None:
        chosen = _exchanged(chosen, pool, seats, quotas, total)
    places: list[Place] = []
    for candidate, kept in chosen.items():
        places.append(Place(candidate.key, Verdict.SEAT, len(places) + 1, (*_why(candidate, seats), *kept)))
        seats.add(candidate)
    left = [one for one in pool if one not in chosen]
    return Proposal((*places, *_unseated(left, seats, quotas)), _missed(seats, quotas, total))


def _chosen(pool: Sequence[Candidate], seats: _Tally, quotas: Quotas, room: tuple[int, int | None]) -> _Chosen:
    """Return who gets the seats, one after the other; `room`: seats in all, seats that are free."""
    chosen: _Chosen = {}
    left, (total, free) = list(pool), room
    while left and (free is None or len(chosen) < free):
        following = _next(left, seats, quotas, (total, None if free is None else free - len(chosen)))
        if following is None:
            break
        candidate, chosen[candidate] = following
        left.remove(candidate)
        seats.add(candidate)
    return chosen


def _exchanged(chosen: _Chosen, pool: Sequence[Candidate], seated: _Tally, quotas: Quotas, total: int) -> _Chosen:
    """Return who gets the seats after exchanges by which a least share is missed by fewer.

    Chosen one after the other, people use up an "at most", and may leave no room for the only ones who fill a share.
    """
    kept = dict(chosen)
    while exchange := _exchange(kept, pool, seated, quotas, total):
        out, into, why = exchange
        del kept[out]
        kept[into] = why
    return chosen if kept.keys() == chosen.keys() else _in_order(kept, _copy(seated))


def _exchange(
    kept: _Chosen, pool: Sequence[Candidate], seated: _Tally, quotas: Quotas, total: int
) -> tuple[Candidate, Candidate, tuple[Why, ...]] | None:
    """Return who makes room for whom, so that less is missed: of those chosen the last, of the others the first."""
    seats = _copy(seated)
    for one in kept:
        seats.add(one)
    short = _short(seats, quotas, total)
    others = [one for one in pool if one not in kept and _serves(short, one)]
    for into in sorted(others, key=lambda one: _order(one, seated)):
        for out in reversed(kept):
            seats.add(out, -1)
            has_room = not _full(into, seats, quotas)
            seats.add(into)
            is_better = sum(_short(seats, quotas, total)) < sum(short)
            seats.add(into, -1)
            seats.add(out)
            if has_room and is_better:
                return out, into, tuple(Why(WhyCode.KEPT_FOR, (("whom", whom),)) for whom in _serves(short, into))
    return None


def _in_order(kept: _Chosen, seats: _Tally) -> _Chosen:
    """Return the same people in the order of the priorities."""
    ordered: _Chosen = {}
    while len(ordered) < len(kept):
        first = min((one for one in kept if one not in ordered), key=lambda one: _order(one, seats))
        ordered[first] = kept[first]
        seats.add(first)
    return ordered


def _next(
    pool: Sequence[Candidate], seats: _Tally, quotas: Quotas, room: tuple[int, int | None]
) -> tuple[Candidate, tuple[Why, ...]] | None:
    """Return who comes next, and for whom the seat was kept where that decided; `room`: seats in all, seats left."""
    allowed = [one for one in pool if not _full(one, seats, quotas)]
    if not allowed:
        return None
    first = min(allowed, key=lambda one: _order(one, seats))
    total, left = room
    if left is None:
        return first, ()
    needs = _needs(allowed, seats, quotas, total)
    costs = {kind: _least_seats(needs, allowed, kind) for kind in {_kind(one) for one in allowed}}
    most = max(left - 1, min(costs.values()))
    if costs[_kind(first)] <= most:
        return first, ()
    keeping = [one for one in allowed if costs[_kind(one)] <= most]
    chosen = min(keeping, key=lambda one: _order(one, seats))
    return chosen, tuple(Why(WhyCode.KEPT_FOR, (("whom", whom),)) for whom in _serves(needs, chosen))


def _full(candidate: Candidate, seats: _Tally, quotas: Quotas) -> Why | None:
    """Return the "at most" that keeps somebody out."""
    most = quotas.at_most_per_beneficiary
    if most is not None and candidate.beneficiary and seats.beneficiaries[candidate.beneficiary] >= most:
        return Why(WhyCode.BENEFICIARY_FULL, (("beneficiary", candidate.beneficiary), ("most", str(most))))
    most = quotas.at_most_per_region
    if most is not None and candidate.region and seats.regions[candidate.region] >= most:
        return Why(WhyCode.REGION_FULL, (("region", candidate.region), ("most", str(most))))
    return None


def _needs(allowed: Sequence[Candidate], seats: _Tally, quotas: Quotas, total: int) -> _Needs:
    """Return how many more the least shares want, as far as there are any."""
    short = _short(seats, quotas, total)
    return _Needs(
        min(short.ldcs, sum(one.is_ldc for one in allowed)),
        min(short.women, sum(one.gender == Gender.WOMAN for one in allowed)),
        min(short.men, sum(one.gender == Gender.MAN for one in allowed)),
    )


def _balance(quotas: Quotas, total: int) -> int:
    """Return the least number of women, and of men: half of an odd number is rounded down, for it is of both."""
    return min(least_of(quotas.women_share, total), total // 2)


def _short(seats: _Tally, quotas: Quotas, total: int) -> _Needs:
    """Return how many more the least shares want, whether there are any or not."""
    balance = _balance(quotas, total)
    return _Needs(
        max(0, least_of(quotas.ldc_share, total) - seats.ldcs),
        max(0, balance - seats.genders[Gender.WOMAN]),
        max(0, balance - seats.genders[Gender.MAN]),
    )


def _kind(one: Candidate) -> tuple[bool, Gender | None]:
    """Return what the least shares see of somebody."""
    return one.is_ldc, one.gender


def _least_seats(needs: _Needs, allowed: Sequence[Candidate], taken: tuple[bool, Gender | None]) -> int:
    """Return how many seats fill the needs that are left when one of a kind was taken: a person can fill two."""
    is_ldc, gender = taken
    ldcs = max(0, needs.ldcs - is_ldc)
    women, men = max(0, needs.women - (gender == Gender.WOMAN)), max(0, needs.men - (gender == Gender.MAN))
    if not (ldcs or women or men):
        return 0
    supply = Counter(one.gender for one in allowed if one.is_ldc)
    supply[gender] -= is_ldc
    both = min(women, supply[Gender.WOMAN]) + min(men, supply[Gender.MAN])
    return women + men + max(0, ldcs - both)


def _serves(needs: _Needs, chosen: Candidate) -> tuple[str, ...]:
    """Return for whom a seat was kept that somebody takes."""
    served = (
        ("ldc", needs.ldcs > 0 and chosen.is_ldc),
        ("women", needs.women > 0 and chosen.gender == Gender.WOMAN),
        ("men", needs.men > 0 and chosen.gender == Gender.MAN),
    )
    return tuple(whom for whom, is_served in served if is_served)


def _order(one: Candidate, seats: _Tally) -> tuple[object, ...]:
    """Return what puts one candidate before another, the priorities in their order."""
    return (
        seats.beneficiaries[one.beneficiary],
        not one.is_ldc,
        one.has_mission,
        seats.regions[one.region],
        not _balances(one, seats),
        one.languages == (),
        one.endorsement_rank or UNRANKED,
        -one.experience,
        one.applied_at.timestamp() if one.applied_at else 0.0,
        one.key,
    )


def _balances(one: Candidate, seats: _Tally) -> bool:
    """Tell whether somebody is of the sex that has fewer seats so far."""
    women, men = seats.genders[Gender.WOMAN], seats.genders[Gender.MAN]
    return women != men and one.gender == (Gender.WOMAN if women < men else Gender.MAN)


def _why(one: Candidate, seats: _Tally) -> tuple[Why, ...]:
    """Return what speaks for somebody, in the order of the priorities."""
    before = seats.beneficiaries[one.beneficiary]
    beneficiary = WhyCode.FURTHER_OF_BENEFICIARY if before else WhyCode.FIRST_OF_BENEFICIARY
    number = (("beneficiary", one.beneficiary), ("number", str(before + 1)))
    why = [Why(beneficiary, number)] if one.beneficiary else []
    why += [Why(WhyCode.LDC)] * one.is_ldc
    why += [Why(WhyCode.NO_MISSION)] * (not one.has_mission)
    if one.region:
        why.append(Why(WhyCode.REGION, (("region", one.region), ("count", str(seats.regions[one.region])))))
    if _balances(one, seats) and one.gender:
        why.append(Why(WhyCode.BALANCE, (("whom", "women" if one.gender == Gender.WOMAN else "men"),)))
    if one.languages is not None:
        languages = (("languages", ", ".join(one.languages)),) if one.languages else ()
        why.append(Why(WhyCode.LANGUAGE if one.languages else WhyCode.NO_LANGUAGE, languages))
    if one.endorsement_rank:
        why.append(Why(WhyCode.RANKED, (("rank", str(one.endorsement_rank)),)))
    why.append(Why(WhyCode.EXPERIENCE, (("count", str(one.experience)),)))
    return tuple(why)


def _unseated(pool: Sequence[Candidate], seats: _Tally, quotas: Quotas) -> list[Place]:
    """Return the places of those without a seat: the waiting list in its order, then whom an "at most" leaves out."""
    left_out = {one.key: full for one in pool if (full := _full(one, seats, quotas))}
    order, waiting = _copy(seats), [one for one in pool if one.key not in left_out]
    places: list[Place] = []
    while waiting:
        first = min(waiting, key=lambda one: _order(one, order))
        number = len(places) + 1
        full = Why(WhyCode.NO_SEAT_LEFT, (("number", str(number)),))
        places.append(Place(first.key, Verdict.WAIT, number, (full, *_why(first, order))))
        waiting.remove(first)
        order.add(first)
    out = sorted((one for one in pool if one.key in left_out), key=lambda one: _order(one, seats))
    for number, one in enumerate(out, 1):
        places.append(Place(one.key, Verdict.LEFT_OUT, number, (left_out[one.key], *_why(one, seats))))
    return places


def _copy(tally: _Tally) -> _Tally:
    return _Tally(Counter(tally.beneficiaries), Counter(tally.regions), Counter(tally.genders), tally.ldcs)


def _missed(seats: _Tally, quotas: Quotas, total: int) -> tuple[Why, ...]:
    """Return the least shares that the proposal does not reach: there were too few candidates."""
    balance = _balance(quotas, total)
    shares = (
        ("ldc", seats.ldcs, least_of(quotas.ldc_share, total)),
        ("women", seats.genders[Gender.WOMAN], balance),
        ("men", seats.genders[Gender.MAN], balance),
    )
    return tuple(
        Why(WhyCode.KEPT_FOR, (("whom", whom), ("count", str(count)), ("least", str(least))))
        for whom, count, least in shares
        if count < least
    )
