"""What the gate answers, in plain words: each condition and the fact behind it, to the person and about a person.

A fact is a code with values as they are stored; here it becomes a whole sentence, in the language at hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.names import Names
from courses.progression.decision import Condition, Decision, Reason
from courses.progression.outline import Kind
from courses.progression.record import Category, Membership, Source
from lms.countries import country_text
from lms.languages import current_language, exact_percentage, percentage, short_day
from lms.naming import names as names_of_request
from lms.wording_facts import FACTS, SHORT, Said
from lms.wording_people import CATEGORIES, MEMBERSHIPS
from lms.wording_policy import condition_name
from lms.wording_requirements import KINDS, all_of, language_text, one_of, step_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A condition in words: what is asked for, whether it is met, the fact; the parts of a group stand below it."""

    code: str
    asked: str
    fact: str
    is_met: bool
    blocks: bool
    may_override: bool
    parts: tuple["Told", ...] = ()


def told(decision: Decision, names: Names, person: str | None = None) -> tuple[Told, ...]:
    """Return every condition in words, to the person (None), or about a person of that name."""
    return tuple(condition_told(each, names, person) for each in decision.conditions)


def condition_told(condition: Condition, names: Names, person: str | None = None) -> Told:
    """Return a condition in words; what a group has to say is said by its parts, where it has several."""
    parts = tuple(condition_told(part, names, person) for part in condition.parts)
    return Told(
        code=condition.code, asked=asked_text(condition, names), fact=fact_text(condition.fact, names, person),
        is_met=condition.is_met, blocks=condition.blocks, may_override=condition.may_override, parts=parts,
    )  # fmt: skip


def asked_text(condition: Condition, names: Names) -> str:
    """Return what a condition asks for, as a short heading."""
    given = shown(Reason(condition.code, condition.parameters), names)
    if condition.code == "at_least":
        return str(gettext("At least %(count)s of these", count=given.get("count", "")))
    if condition.code in _HEADINGS:
        key = _HEADINGS[condition.code](given)
        return str(key) % given
    if condition.code in set(Kind):
        return str(KINDS[Kind(condition.code)])
    name = condition_name(condition.code)
    return name[:1].upper() + name[1:]


def fact_text(fact: Reason, names: Names, person: str | None = None) -> str:
    """Return the sentence for what is so, or why something is not; `person` is the name of whom it is about."""
    said = FACTS.get(variant(fact)) or FACTS.get(fact.code)
    if said is None:
        return str(gettext("This is not possible (%(code)s).", code=fact.code))
    return _filled(said, shown(fact, names), person)


def reason_text(fact: Reason, person: str | None = None) -> str:
    """Return the sentence for what is missing, with the names of the page at hand."""
    return fact_text(fact, names_of_request(), person)


def short_text(code: str) -> str:
    """Return in a few words what would have to be so, by the code of what is missing."""
    return str(SHORT.get(code, code))


def variant(fact: Reason) -> str:
    """Return the key of the sentence that fits the values of a fact: a mark or a day may be absent."""
    given = dict(fact.parameters)
    match fact.code:
        case "result" if given.get("source") != Source.COURSE and "mark" not in given:
            return "result/took_part"
        case "excluded":
            return f"excluded/{given.get('condition')}"
        case "mark_too_low" | "category_not_admitted":
            empty = "mark" if fact.code == "mark_too_low" else "category"
            return fact.code if given.get(empty) else f"{fact.code}/none"
        case "one_prerequisite_missing" | "one_condition_missing" if given.get("lacking") == "1":
            return f"{fact.code}/one"
        case "prerequisite_missing":
            return "prerequisite_missing/steps" if "steps" in given else fact.code
    present = [name for name in ("mark", "until", "lacking", "beneficiary", "countries", "regions") if name in given]
    return "/".join([fact.code, *present])


def shown(fact: Reason, names: Names) -> dict[str, str]:
    """Return the values of a fact as people read them."""
    given = dict(fact.parameters)
    found = {name: _SHOWN[name](value, names) if name in _SHOWN else value for name, value in given.items()}
    if given.get("title") and given.get("course") not in names.courses:
        found["course"] = given["title"]
    return found


def _filled(said: Said, given: Mapping[str, str], person: str | None) -> str:
    sentence = said.you if person is None else said.they
    months = given.get("months", "")
    if said.months is not None and months:
        plural = said.months[0 if person is None else 1]
        return plural(int(months), **{**given, "person": person or ""})
    return str(sentence) % {**given, "person": person or ""}


def _day(text: str, _names: Names) -> str:
    """Return a stored day or moment as people read it."""
    return short_day(date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text))


def _mark(text: str, _names: Names) -> str:
    return percentage(float(text), 0 if round(float(text) * 100, 4).is_integer() else 1) if text else ""


def _category(text: str, _names: Names) -> str:
    return str(CATEGORIES[Category(text)]) if text in set(Category) else text


def _split(text: str) -> list[str]:
    return [part for part in text.split(", ") if part]


_SHOWN: Mapping[str, Callable[[str, Names], str]] = {
    "date": _day,
    "until": _day,
    "mark": _mark,
    "minimum_mark": lambda text, _names: exact_percentage(float(text)) if text else "",
    "course": lambda text, names: names.course(text, current_language()),
    "step": step_words,
    "steps": lambda text, names: str(gettext("; ")).join(step_words(step, names) for step in _split(text)),
    "category": _category,
    "categories": lambda text, names: one_of(_category(each, names) for each in _split(text)),
    "membership": lambda text, _names: str(MEMBERSHIPS[Membership(text)]),
    "memberships": lambda text, _names: one_of(MEMBERSHIPS[Membership(each)] for each in _split(text)),
    "beneficiary": lambda text, _names: country_text(text),
    "countries": lambda text, _names: one_of(sorted(country_text(code) for code in _split(text))),
    "regions": lambda text, names: one_of(sorted(names.region(code, current_language()) for code in _split(text))),
    "region": lambda text, names: names.region(text, current_language()),
    "languages": lambda text, _names: one_of(sorted(language_text(code) for code in _split(text))),
    "condition": lambda text, _names: str(KINDS[Kind(text)]) if text in set(Kind) else text,
    "codes": lambda text, _names: all_of(short_text(code) for code in _split(text)),
}


def _within(plain: object, lately: object) -> Callable[[Mapping[str, str]], object]:
    return lambda given: lately if given.get("within_months") else plain


def _course_heading(given: Mapping[str, str]) -> object:
    with_mark = (
        _l("“%(course)s” passed with %(minimum_mark)s or more"),
        _l("“%(course)s” passed with %(minimum_mark)s or more, at most %(within_months)s months ago"),
    )
    plain = (_l("“%(course)s” passed"), _l("“%(course)s” passed at most %(within_months)s months ago"))
    return (with_mark if "minimum_mark" in given else plain)["within_months" in given]


_HEADINGS: Mapping[str, Callable[[Mapping[str, str]], object]] = {
    "open": lambda _given: _l("Open at the moment"),
    "course_passed": _course_heading,
    "step_held": _within("%(step)s", _l("%(step)s, obtained at most %(within_months)s months ago")),
    "category_is": lambda _given: _l("Category: %(categories)s"),
    "speaks": lambda _given: _l("Language: %(languages)s"),
    "membership_is": lambda _given: _l("Membership of the beneficiary: %(memberships)s"),
    "from_region": lambda _given: _l("Region: %(regions)s"),
    "from_country": lambda _given: _l("Country or territory: %(countries)s"),
}

WORDS = {"reason_text": reason_text, "short_text": short_text}
"""What templates need of this module, by name."""
