"""What a draft of the policy would change for the people who are enrolled or have applied, before it is in force.

Only what the two policies ask differently is looked at, and what is asked alike of many courses is answered once for
each person, so that a hundred thousand people take less than a minute.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment
from courses.enrolment.outcomes import OPEN
from courses.enrolment.policy_check import terms_on_offer
from courses.enrolment.standing import AskNominations, records_of
from courses.enrolment.terms import House, house_at
from courses.people.models import Person
from courses.progression.engine import is_met
from courses.progression.facts import Known
from courses.progression.policy import Policy
from courses.progression.record import Record
from courses.progression.requirements import CoursePassed, Nominated, Not, Requirement, walk
from courses.progression.rules import gate_of
from courses.progression.terms import Terms

BATCH = 1000
MOST_NAMES = 200

Place: TypeAlias = tuple[UUID, UUID]
"""A person and the course or activity in which the person is now."""

AskPlaces: TypeAlias = Callable[[Session], Iterable[Place]]


@dataclass(frozen=True, slots=True)
class Ports:
    """What `courses.applications` knows: who has applied to what, and who was named for it."""

    applied: AskPlaces
    nominations: AskNominations


@dataclass(frozen=True, slots=True)
class _Ask:
    """Something that is asked of a person (None: what nobody meets); `code` matters where a nomination is."""

    requirement: Requirement | None
    code: str


@dataclass(slots=True)
class _Change:
    """A course or an activity of which the policies ask differently, and what was found out about it."""

    subject_id: UUID
    terms: Terms
    title: str
    alike: tuple[int, ...]
    own: tuple[int, ...]
    present: tuple[int, ...]
    draft: tuple[int, ...]
    gained: list[UUID] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)
    inside: int = 0
    inside_present: int = 0
    inside_draft: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    """The changes that differ in the same way, by their courses and activities; `code` as `_Asks.code_of()` says."""

    present: tuple[int, ...]
    draft: tuple[int, ...]
    changes: dict[UUID, _Change]
    code: str | None


@dataclass(slots=True)
class _Asks:
    """Everything that is asked anywhere, each once, by its number."""

    numbers: dict[_Ask, int] = field(default_factory=dict)
    _own: dict[str, set[int]] = field(default_factory=dict)
    _alike: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    def number(self, requirement: Requirement | None, code: str) -> int:
        names = requirement is not None and any(isinstance(part, Nominated) for part in walk(requirement))
        number = self.numbers.setdefault(_Ask(requirement, code if names else ""), len(self.numbers))
        match requirement:
            case Not(CoursePassed(passed)) if passed == code:
                self._own.setdefault(code, set()).add(number)
        return number

    def one(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Return numbers as the one tuple that stands for them."""
        ordered = tuple(sorted(numbers))
        return self._alike.setdefault(ordered, ordered)

    def code_of(self, numbers: Collection[int], changes: Collection[_Change]) -> str | None:
        """Return the code of the one course of which nothing but that it was not passed yet is asked differently."""
        codes = {change.terms.code for change in changes}
        code = next(iter(codes))
        return code if len(codes) == 1 and all(self.is_own(number, code) for number in numbers) else None

    def is_own(self, number: int, code: str) -> bool:
        """Tell whether something is nothing but that a course itself was not passed yet."""
        return number in self._own.get(code, ())


class _Answers:
    """What one person meets, found out when it is asked for."""

    def __init__(self, asks: Sequence[_Ask], record: Record, house: House) -> None:
        self._asks = asks
        self._known = Known(record, house.on, "")
        self.codes = {result.code for result in record.results}
        self._alike: dict[int, bool] = {}
        self._found: dict[int, bool] = {}

    def all(self, numbers: Iterable[int]) -> bool:
        """Tell whether the person meets all of these."""
        return all(self._is_met(number) for number in numbers)

    def all_alike(self, numbers: tuple[int, ...]) -> bool:
        """Tell the same of numbers that come again for many courses: one tuple for all of them."""
        found = self._alike.get(id(numbers))
        if found is None:
            found = self._alike[id(numbers)] = self.all(numbers)
        return found

    def _is_met(self, number: int) -> bool:
        found = self._found.get(number)
        if found is None:
            found = self._found[number] = self._answer(self._asks[number])
        return found

    def _answer(self, ask: _Ask) -> bool:
        match ask.requirement:
            case None:
                return False
            case Not(CoursePassed(code)) if code not in self.codes:  # asked of every course, true of nearly all
                return True
            case requirement:
                known = Known(self._known.record, self._known.on, ask.code) if ask.code else self._known
                return is_met(requirement, known)


def dry_run(session: Session, draft: Policy, ports: Ports, now: datetime) -> dict[str, Any]:
    """Return the report on a draft as plain values: who would gain and who would lose, for each course and activity.

    LMS choice: everybody with an open enrolment or application counts, for every course and activity on offer;
    activities are looked at as at their selection. Nobody loses a place that is held: decisions that were taken stand.
    """
    house = house_at(session, now)
    asks = _Asks()
    changes = list(_changes(session, house, draft, asks, now))
    places = _places(session, ports)
    people = sorted(places)
    groups, asked = _grouped(changes, asks), tuple(asks.numbers)
    if changes:
        for first in range(0, len(people), BATCH):
            ids = people[first : first + BATCH]
            records = records_of(session, ids, now, ports.nominations(session, ids))
            for person_id, record in records.items():
                answers = _Answers(asked, record, house)
                _compare(_concerning(groups, places[person_id], answers.codes), person_id, places[person_id], answers)
    return {
        "made_at": now.isoformat(),
        "people": len(people),
        "names_at_most": MOST_NAMES,
        "changes": _documents(session, [change for change in changes if _is_felt(change)]),
        "asked_differently": sorted(change.terms.code for change in changes),
    }


def _changes(session: Session, house: House, draft: Policy, asks: _Asks, now: datetime) -> Iterator[_Change]:
    """Yield the courses and activities of which the draft asks something else; what is only recorded does not count."""
    new = House(policy=draft, topics=house.topics, taught=house.taught, on=house.on)
    for subject_id, terms, title in terms_on_offer(session, now):
        present, then = (_asked(each, terms, asks) for each in (house, new))
        both = present & then
        if present != then:
            own = {number for number in both if asks.is_own(number, terms.code)}
            yield _Change(
                subject_id, terms, title, asks.one(both - own), tuple(own), tuple(sorted(present - both)),
                tuple(sorted(then - both)),
            )  # fmt: skip


def _asked(house: House, terms: Terms, asks: _Asks) -> frozenset[int]:
    parts = gate_of(house.policy, house.told(terms), house.topics)
    return frozenset(asks.number(part.requirement, terms.code) for part in parts if part.blocks)


def _places(session: Session, ports: Ports) -> dict[UUID, set[UUID]]:
    """Return where everybody is now: enrolled, or applied."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    enrolled = select(Enrolment.person_id, Enrolment.course_id).where(Enrolment.outcome.in_(OPEN))
    for person_id, subject_id in session.execute(enrolled):
        found[person_id].add(subject_id)
    for person_id, subject_id in ports.applied(session):
        found[person_id].add(subject_id)
    return found


def _grouped(changes: Sequence[_Change], asks: _Asks) -> list[_Group]:
    """Return the changes together that differ in the same way: what is asked of one is asked of all of them."""
    groups: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[UUID, _Change]] = defaultdict(dict)
    for change in changes:
        groups[change.present, change.draft][change.subject_id] = change
    return [
        _Group(*differing, changes=together, code=asks.code_of({*differing[0], *differing[1]}, together.values()))
        for differing, together in groups.items()
    ]


def _concerning(groups: Sequence[_Group], inside: Collection[UUID], codes: Collection[str]) -> Iterator[_Group]:
    """Yield the groups that can differ for somebody: what is asked of who has passed a course concerns nobody else."""
    for group in groups:
        if group.code is None or group.code in codes or not group.changes.keys().isdisjoint(inside):
            yield group


def _compare(groups: Iterable[_Group], person_id: UUID, inside: Collection[UUID], answers: _Answers) -> None:
    for group in groups:
        present, then = answers.all(group.present), answers.all(group.draft)
        concerned = group.changes if present != then else [one for one in inside if one in group.changes]
        for subject_id in concerned:
            change = group.changes[subject_id]
            is_so = answers.all_alike(change.alike) and (
                change.terms.code not in answers.codes or answers.all(change.own)
            )
            if subject_id in inside:
                change.inside += 1
                change.inside_present += is_so and present
                change.inside_draft += is_so and then
            if is_so and present != then:
                (change.gained if then else change.lost).append(person_id)


def _is_felt(change: _Change) -> bool:
    return bool(change.gained or change.lost or change.inside)


def _documents(session: Session, changes: Sequence[_Change]) -> list[dict[str, Any]]:
    shown = {one for change in changes for who in (change.gained, change.lost) for one in who[:MOST_NAMES]}
    names = _names(session, sorted(shown))
    return [
        {
            "kind": change.terms.kind.value, "code": change.terms.code, "title": change.title,
            "gain": {"people": len(change.gained), "names": [names[one] for one in change.gained[:MOST_NAMES]]},
            "lose": {"people": len(change.lost), "names": [names[one] for one in change.lost[:MOST_NAMES]]},
            "inside": {
                "people": change.inside, "admitted_now": change.inside_present, "admitted_then": change.inside_draft
            },
        }
        for change in changes
    ]  # fmt: skip


def _names(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    found: dict[UUID, dict[str, str]] = {}
    for first in range(0, len(ids), BATCH):
        query = select(Person.id, Person.given_name, Person.family_name, Person.email)
        for row in session.execute(query.where(Person.id.in_(ids[first : first + BATCH]))):
            found[row.id] = {"id": str(row.id), "name": f"{row.given_name} {row.family_name}", "email": row.email}
    return found
