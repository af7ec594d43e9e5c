"""Find whom the lines of a table would match: by address, else who has the name in that country, to be chosen.

A name is never enough to be taken without a choice. Everything is asked for many lines at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses.enrolment.past_doubles import Pass, passes_of
from courses.people.models import Person
from courses.records.keys import folded, keys_of
from courses.records.lines import Line, Match, Remark
from courses.records.models import Participation

Value = TypeVar("Value")
AT_ONCE = 500
MOST_CANDIDATES = 10
MOST_WORDS = 8
_OURS = frozenset({Remark.NAME_DIFFERS, Remark.COUNTRY_DIFFERS, Remark.ADDRESS_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Known:
    """A person as far as lines are compared: the words of the name, without accents."""

    id: UUID
    words: frozenset[str]
    country: str | None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What people have by now: the keys of their participations, and the courses of ours that they passed."""

    keys: Mapping[UUID, frozenset[str]]
    passes: Mapping[UUID, Sequence[Pass]]


@dataclass(slots=True)
class Names:
    """The people of some countries by the words of their names."""

    exact: defaultdict[tuple[str | None, frozenset[str]], list[Known]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_word: defaultdict[tuple[str | None, str], list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, known: Known) -> None:
        """Take up a person."""
        self.exact[known.country, known.words].append(known)
        for word in known.words:
            self.by_word[known.country, word].append(known)

    def like(self, name: str, country: str) -> tuple[UUID, ...]:
        """Return who may be meant, the likeliest first: the same words, then one more or one fewer part of a name.

        People who have no country yet are among them.
        """
        words = frozenset(folded(name).split()[:MOST_WORDS])
        if not words:
            return ()
        found = [
            known for of in (country, None)
            for known in (*self.exact[of, words], *self._longer(of, words), *self._shorter(of, words))
        ]  # fmt: skip
        return tuple(dict.fromkeys(known.id for known in found))[:MOST_CANDIDATES]

    def _longer(self, country: str | None, words: frozenset[str]) -> list[Known]:
        """Return who has all these words and more; one word alone says too little."""
        if len(words) < 2:
            return []
        rarest = min((self.by_word.get((country, word), []) for word in words), key=len)
        return [known for known in rarest if words < known.words]

    def _shorter(self, country: str | None, words: frozenset[str]) -> list[Known]:
        """Return who has two or more of these words and no others."""
        return [
            known
            for size in range(len(words) - 1, 1, -1)
            for some in combinations(sorted(words), size)
            for known in self.exact.get((country, frozenset(some)), ())
        ]


def matched(session: Session, lines: Sequence[Line]) -> list[Line]:
    """Return the lines with whom each matches now and which of them are doubles; who was chosen stays chosen."""
    by_address = _by_address(session, {line.email for line in lines if line.email})
    unmatched = [line for line in lines if line.email not in by_address]
    names = _names(session, {line.country for line in unmatched if line.name and line.country})
    found = [_matched(line, by_address, names) for line in lines]
    return with_doubles(session, found)


def with_doubles(session: Session, lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those marked that say what an earlier line, or the record, says already."""
    known = _known_of(session, {line.person_id for line in lines if line.person_id})
    seen: dict[tuple[str, str], int] = {}
    result = []
    for line in lines:
        found = replace(line, double_of=None, own_course="", own_day=None)
        if line.held_on is not None and not line.is_taken:
            keys = keys_of(line.title, line.held_on, line.code)
            whose = str(line.person_id or line.email or f"{folded(line.name)}|{line.country}")
            found = _on_record(found, keys, known)
            if found.double_of is None:
                double_of = next((seen[whose, key] for key in keys if (whose, key) in seen), None)
                found = replace(found, double_of=double_of)
            if found.double_of is None and not line.problems:
                seen.update({(whose, key): line.row for key in keys})
        result.append(found)
    return result


def _known_of(session: Session, ids: Collection[UUID]) -> OnRecord:
    passes: dict[UUID, Sequence[Pass]] = {}
    for some in _some(sorted(ids)):
        passes |= passes_of(session, some)
    return OnRecord(recorded_keys(session, ids), passes)


def _on_record(line: Line, keys: frozenset[str], known: OnRecord) -> Line:
    """Return a line marked as a double where it is on record: as a participation, or as a course that was passed."""
    if line.person_id is None:
        return line
    if keys & known.keys.get(line.person_id, frozenset()):
        return replace(line, double_of=0)
    passed = next((one for one in known.passes.get(line.person_id, ()) if one.is_meant_by(line)), None)
    return replace(line, double_of=0, own_course=passed.code, own_day=passed.passed_on) if passed else line


def recorded_keys(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Return under which keys each of the people has participations that count."""
    found: dict[UUID, frozenset[str]] = {}
    for some in _some(sorted(ids)):
        query = select(
            Participation.person_id, Participation.key, Participation.title, Participation.held_on, Participation.code
        ).where(Participation.person_id.in_(some), Participation.taken_back_at.is_(None))
        for person_id, key, title, held_on, code in session.execute(query):
            found[person_id] = found.get(person_id, frozenset()) | keys_of(title, held_on, code) | {key}
    return found


def _matched(line: Line, by_address: Mapping[str, Known], names: Names) -> Line:
    remarks = tuple(remark for remark in line.remarks if remark not in _OURS)
    if line.match is Match.CHOSEN:
        return line
    known = by_address.get(line.email)
    if known is not None:
        remarks += _differences(line, known)
        return replace(line, match=Match.ADDRESS, person_id=known.id, candidates=(), remarks=remarks)
    if line.email:
        remarks += (Remark.ADDRESS_UNKNOWN,)
    candidates = names.like(line.name, line.country) if line.name and line.country else ()
    match = Match.CANDIDATES if candidates else Match.NOBODY
    return replace(line, match=match, person_id=None, candidates=candidates, remarks=remarks)


def _differences(line: Line, known: Known) -> tuple[Remark, ...]:
    """Return what the table says otherwise than the account: nothing that stops the line, but worth a look."""
    found: tuple[Remark, ...] = ()
    words = set(folded(line.name).split())
    if words and not words & known.words:
        found += (Remark.NAME_DIFFERS,)
    if line.country and known.country and line.country != known.country:
        found += (Remark.COUNTRY_DIFFERS,)
    return found


def _by_address(session: Session, addresses: Iterable[str]) -> Mapping[str, Known]:
    found = {}
    for some in _some(sorted(addresses)):
        query = select(Person.email, Person.id, Person.given_name, Person.family_name, Person.country)
        for email, person_id, given, family, country in session.execute(query.where(Person.email.in_(some))):
            found[email] = _known(person_id, given, family, country)
    return found


def _names(session: Session, countries: Iterable[str]) -> Names:
    names = Names()
    wanted = sorted(countries)
    if not wanted:
        return names
    query = select(Person.id, Person.given_name, Person.family_name, Person.country)
    of_countries = or_(Person.country.in_(wanted), Person.country.is_(None))
    for person_id, given, family, country in session.execute(query.where(of_countries)):
        names.add(_known(person_id, given, family, country))
    return names


def _known(person_id: UUID, given: str, family: str, country: str | None) -> Known:
    return Known(person_id, frozenset(folded(f"{given} {family}").split()), country)


def _some(values: list[Value]) -> Iterable[list[Value]]:
    return (values[first : first + AT_ONCE] for first in range(0, len(values), AT_ONCE))
