"""The form of a policy: its rules as cards with a requirement each, and what else the institute decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from courses.policy.services import LONGEST_NOTE
from courses.progression.policy import HOUSE, MOST_RULES, HouseRule, Policy
from courses.progression.record import Category
from courses.progression.requirements import MOST_MONTHS
from courses.progression.steps import Track
from courses.progression.terms import Purpose
from lms.web.requirement_form import RequirementField, pressed, sent, shown

Form = MultiDict[str, str]
Word = TypeVar("Word", bound=StrEnum)
MOST_REACH = 20


class Reach(StrEnum):
    """How far above its own topic a rule accepts a lower step; a number is written by itself."""

    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """The fields of one rule, as they were typed; `faults` are codes of refusals by field, as they are shown."""

    code: str = ""
    level: str = "1"
    track: str = ""
    topic_level: str = ""
    topic_reach: str = "1"
    requirement: RequirementField
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        """Tell whether the fields mean something."""
        return not _faults_of_rule(self) and self.requirement.is_read

    def rule(self, code: str) -> HouseRule:
        """Return what the fields mean; only where nothing is wrong with them."""
        return HouseRule(
            code=code,
            level=int(self.level),
            track=Track(self.track) if self.track else None,
            requirement=self.requirement.requirement,
            topic_level=int(self.topic_level) if self.topic_level else None,
            topic_reach=None if self.topic_reach == Reach.ANY else int(self.topic_reach),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFields:
    """The fields of a policy, as they were typed; `policy` is what they mean, None where `has_faults`."""

    rules: tuple[RuleFields, ...]
    step_months: str = ""
    retake_months: str = ""
    course_categories: frozenset[str] = frozenset()
    activity_categories: frozenset[str] = frozenset()
    barred_purposes: frozenset[str] = frozenset()
    stops_courses: bool = False
    never_overridden: frozenset[str] = frozenset()
    advisory_parts: frozenset[str] = frozenset()
    note: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_faults(self) -> bool:
        """Tell whether something in it means nothing."""
        return bool(self.faults) or any(rule.faults or rule.requirement.faults for rule in self.rules)

    @property
    def policy(self) -> Policy | None:
        """Return the policy that the fields mean, or None."""
        if self.has_faults:
            return None
        codes = rule_codes(self.rules)
        return Policy(
            rules=tuple(rule.rule(code) for rule, code in zip(self.rules, codes, strict=True)),
            step_months=int(self.step_months) if self.step_months else None,
            retake_months=int(self.retake_months) if self.retake_months else None,
            course_categories=_words(Category, self.course_categories),
            activity_categories=_words(Category, self.activity_categories),
            barred_purposes=_words(Purpose, self.barred_purposes),
            stops_courses=self.stops_courses,
            never_overridden=self.never_overridden,
            advisory_parts=self.advisory_parts,
        )

    def readable(self) -> tuple[Policy, frozenset[str]]:
        """Return a policy of all that can be read, and the codes of the rules that cannot."""
        codes = rule_codes(self.rules)
        pairs = list(zip(self.rules, codes, strict=True))
        doubtful = {f"rule:{code}" for rule, code in pairs if not rule.is_read} | set(_faults_of_months(self))
        rest = replace(
            self, rules=(), faults={}, step_months="" if "step_months" in doubtful else self.step_months,
            retake_months="" if "retake_months" in doubtful else self.retake_months,
        )  # fmt: skip
        rules = tuple(rule.rule(code) if rule.is_read else HouseRule(code=code, level=1) for rule, code in pairs)
        return replace(rest.policy or HOUSE, rules=rules), frozenset(doubtful)


def shown_policy(policy: Policy, note: str) -> PolicyFields:
    """Return the fields for a policy that is kept."""
    return PolicyFields(
        rules=tuple(_shown_rule(place, rule) for place, rule in enumerate(policy.rules)),
        step_months=str(policy.step_months or ""),
        retake_months=str(policy.retake_months or ""),
        course_categories=frozenset(policy.course_categories),
        activity_categories=frozenset(policy.activity_categories),
        barred_purposes=frozenset(policy.barred_purposes),
        stops_courses=policy.stops_courses,
        never_overridden=policy.never_overridden,
        advisory_parts=policy.advisory_parts,
        note=note,
    )


def sent_policy(form: Form) -> PolicyFields:
    """Return the fields as they were sent, read."""
    fields = _sent(form, tuple(_sent_rule(place, form, _requirement(place, form)) for place in _places(form)))
    faults = _faults_of_months(fields)
    if len(fields.note) > LONGEST_NOTE:
        faults["note"] = "value_too_long"
    return replace(fields, faults=faults)


def pressed_policy(form: Form) -> PolicyFields | None:
    """Return the fields after one of the buttons within them; None when none of them was pressed."""
    places = _places(form)
    changed = {place: pressed(f"rule-{place}", form) for place in places}
    if not any(changed.values()) and not form.get("rules-do"):
        return None
    rules = tuple(_calm(_sent_rule(place, form, changed[place] or _requirement(place, form))) for place in places)
    return _sent(form, _numbered(_moved(rules, form.get("rules-do", ""))))


def _calm(rule: RuleFields) -> RuleFields:
    """Return a rule without its faults: nobody has asked to save it yet."""
    return replace(rule, faults={}, requirement=replace(rule.requirement, faults={}))


def _moved(rules: tuple[RuleFields, ...], button: str) -> tuple[RuleFields, ...]:
    action, _, at = button.partition(":")
    if action == "add" and len(rules) < MOST_RULES:
        return (*rules, RuleFields(requirement=RequirementField(name="")))
    if not (at.isascii() and at.isdigit() and len(at) < 3 and int(at) < len(rules)):
        return rules
    place = int(at)
    rest = [*rules[:place], *rules[place + 1 :]]
    if action in {"up", "down"}:
        rest.insert(max(0, place - 1) if action == "up" else place + 1, rules[place])
    return tuple(rest) if action in {"up", "down", "remove"} else rules


def _numbered(rules: tuple[RuleFields, ...]) -> tuple[RuleFields, ...]:
    """Name the fields of each rule by the place where it stands now."""
    return tuple(
        replace(rule, requirement=replace(rule.requirement, name=f"rule-{place}")) for place, rule in enumerate(rules)
    )


def _places(form: Form) -> range:
    count = 0
    while count < MOST_RULES and f"rule-{count}-level" in form:
        count += 1
    return range(count)


def _requirement(place: int, form: Form) -> RequirementField:
    return sent(f"rule-{place}", form)


def _sent_rule(place: int, form: Form, requirement: RequirementField) -> RuleFields:
    level, track, topic_level, reach, code = (
        form.get(f"rule-{place}-{name}", "").strip()[:64]
        for name in ("level", "track", "topic_level", "topic_reach", "code")
    )
    rule = RuleFields(
        code=code, level=level, track=track if track in set(Track) else "", topic_level=topic_level,
        topic_reach=reach, requirement=requirement,
    )  # fmt: skip
    return replace(rule, faults=_faults_of_rule(rule))


def _faults_of_rule(rule: RuleFields) -> dict[str, str]:
    faults = {}
    if rule.level not in {"1", "2", "3"}:
        faults["level"] = "level_invalid"
    if rule.topic_level not in {"", "2", "3"}:
        faults["topic_level"] = "level_invalid"
    if rule.topic_reach != Reach.ANY and not _is_number(rule.topic_reach, 0, MOST_REACH):
        faults["topic_reach"] = "reach_out_of_range"
    return faults


def _sent(form: Form, rules: tuple[RuleFields, ...]) -> PolicyFields:
    def chosen(name: str) -> frozenset[str]:
        return frozenset(code for code in form.getlist(name)[:100] if code and len(code) <= 64)

    return PolicyFields(
        rules=rules,
        step_months=form.get("step_months", "").strip()[:64],
        retake_months=form.get("retake_months", "").strip()[:64],
        course_categories=chosen("course_categories"),
        activity_categories=chosen("activity_categories"),
        barred_purposes=chosen("barred_purposes"),
        stops_courses=bool(chosen("stops_courses")),
        never_overridden=chosen("never_overridden"),
        advisory_parts=chosen("advisory_parts"),
        note=form.get("note", "").replace("\r\n", "\n").strip(),
    )


def _faults_of_months(fields: PolicyFields) -> dict[str, str]:
    """Return which of the fields for months are neither empty nor a whole number that can be."""
    texts = {"step_months": fields.step_months, "retake_months": fields.retake_months}
    return {
        name: "months_out_of_range" for name, text in texts.items() if text and not _is_number(text, 1, MOST_MONTHS)
    }


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= int(text) <= most


def _shown_rule(place: int, rule: HouseRule) -> RuleFields:
    return RuleFields(
        code=rule.code,
        level=str(rule.level),
        track=rule.track or "",
        topic_level=str(rule.topic_level or ""),
        topic_reach=Reach.ANY if rule.topic_reach is None else str(rule.topic_reach),
        requirement=shown(f"rule-{place}", rule.requirement),
    )


def rule_codes(rules: tuple[RuleFields, ...]) -> list[str]:
    """Return a code for each rule: its own, else one made of level and track; each once."""
    found: list[str] = []
    for rule in rules:
        code = rule.code or "_".join(part for part in ("level", rule.level, rule.track) if part)
        free = (f"{code}_{number}" for number in range(2, MOST_RULES + 2))
        found.append(code if code not in found else next(each for each in free if each not in found))
    return found


def _words(kind: type[Word], chosen: frozenset[str]) -> frozenset[Word]:
    return frozenset(kind(code) for code in chosen if code in set(kind))
