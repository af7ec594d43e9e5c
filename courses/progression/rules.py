"""What is asked of whoever wants to enter, as one list of parts: the base conditions, the rule of the house, what else.

The rule of the house counts where an offering lists no steps. One over two levels asks for what the lower one asks
(DOMAIN: levels): its levels are those that it confers, and the one on its label where it confers nothing.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from courses.progression.decision import Parameters
from courses.progression.policy import HouseRule, Policy
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    Not,
    Requirement,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, Track
from courses.progression.terms import Kind, Terms
from courses.progression.topics import TopicTree

NOTHING = AllOf(())
LISTED = "listed"
"""The rule of an offering that lists the steps it asks for."""


@dataclass(frozen=True, slots=True)
class Label:
    """A level, track and topic that an offering is at, as far as it says so."""

    level: int
    track: Track | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the conditions that must all be met: its code, what is asked for (None: what can never be met).

    `blocks`: it keeps people out; else it is only recorded. `is_plain`: it is said as one condition, without its parts,
    and as `unmet` where it is not met.
    """

    code: str
    requirement: Requirement | None
    parameters: Parameters = ()
    blocks: bool = True
    is_plain: bool = False
    unmet: str | None = None


def gate_of(policy: Policy, terms: Terms, topics: TopicTree) -> tuple[Part, ...]:
    """Return everything that is asked of whoever wants to enter, in the order in which it is said.

    Self-study material is open to all and never for credit, so nothing else is said about it. What follows for an
    offering is remembered: many people are decided on by it.
    """
    return _gate(policy, terms, tuple(topics_for(terms, topics).parents.items()))


def topics_for(terms: Terms, topics: TopicTree) -> TopicTree:
    """Return the tree of nothing but the topics of an offering and those above them: all that its gate depends on."""
    named = [terms.topic, *(step.topic for step in terms.confers)]
    return TopicTree({topic: topics.parents.get(topic) for each in named if each for topic in topics.line(each)})


def lower_steps(policy: Policy, terms: Terms, topics: TopicTree) -> tuple[Step, ...]:
    """Return the steps in the topic, or in one above it, of which the rule of the house asks for one; else none.

    Where no published course confers one of them, `Terms.has_lower_course` is false.
    """
    return tuple(dict.fromkeys(step for label in _labels(terms) for step in _in_topic(policy, label, topics)))


def rule_for(policy: Policy, level: int, track: Track | None) -> HouseRule | None:
    """Return the rule of the house for a level and track: the first for that track, or for any.

    LMS choice: what names no track is treated as generalist, so that nothing is open because a label was forgotten.
    """
    tracks = {None, track or Track.GENERALIST}
    return next((each for each in policy.rules if each.level == level and each.track in tracks), None)


@lru_cache(maxsize=4_096)
def _gate(policy: Policy, terms: Terms, branch: tuple[tuple[str, str | None], ...]) -> tuple[Part, ...]:
    topics = TopicTree(dict(branch))
    if not terms.is_for_credit:
        return (Part(code="not_for_credit", requirement=None),)
    parts = [*_opening(policy, terms), *_person(policy, terms), *_asked(policy, terms, topics)]
    if not terms.is_advisory:
        return tuple(parts)
    return tuple(_recorded(part) if part.code in policy.advisory_parts else part for part in parts)


def _opening(policy: Policy, terms: Terms) -> list[Part]:
    closed = [Part(code=code, requirement=None) for code in dict.fromkeys(terms.availability)]
    parts = closed or [Part(code="open", requirement=NOTHING, is_plain=True)]
    if terms.kind == Kind.COURSE:
        passed = CoursePassed(terms.code, within_months=policy.retake_months)
        parts.append(Part(code="not_passed_yet", requirement=Not(passed), is_plain=True, unmet="already_passed"))
    return parts


def _person(policy: Policy, terms: Terms) -> list[Part]:
    house = policy.course_categories if terms.kind == Kind.COURSE else policy.activity_categories
    categories = CategoryIs(terms.categories or house)
    parts = [
        Part(code="verified", requirement=Verified(), is_plain=True),
        Part(code="category", requirement=categories, is_plain=True),
    ]
    if terms.countries or terms.regions:
        audience = AnyOf((FromCountry(terms.countries), FromRegion(terms.regions)))
        named = _audience(terms)
        parts.append(
            Part(
                code="audience", requirement=audience, parameters=named, is_plain=True, unmet="beneficiary_not_admitted"
            )
        )
    bars = terms.purpose in policy.barred_purposes
    parts.append(Part(code="standing", requirement=GoodStanding(), blocks=bars, is_plain=True))
    return parts


def _audience(terms: Terms) -> Parameters:
    named = (("countries", terms.countries), ("regions", terms.regions))
    return tuple((name, ", ".join(sorted(codes))) for name, codes in named if codes)


def _asked(policy: Policy, terms: Terms, topics: TopicTree) -> list[Part]:
    parts = []
    if not (terms.replaces_rule and terms.requirement is not None):
        parts.append(_prerequisites(policy, terms, topics))
    if terms.requirement is not None:
        parts.append(Part(code="requirement", requirement=terms.requirement))
    return parts


def _prerequisites(policy: Policy, terms: Terms, topics: TopicTree) -> Part:
    if terms.asks_for:
        listed = AllOf(tuple(StepHeld(step, policy.step_months) for step in terms.asks_for))
        return Part(code="prerequisites", requirement=listed, parameters=(("rule", LISTED),))
    rules = [(label, rule_for(policy, label.level, label.track)) for label in _labels(terms)]
    asked = [_by_rule(policy, rule, label, terms, topics) for label, rule in rules if rule]
    together = asked[0] if len(asked) == 1 else AllOf(tuple(dict.fromkeys(asked)))
    codes = dict.fromkeys(rule.code for _, rule in rules if rule)
    return Part(code="prerequisites", requirement=together, parameters=(("rule", ", ".join(codes)),) if codes else ())


def _by_rule(policy: Policy, rule: HouseRule, label: Label, terms: Terms, topics: TopicTree) -> Requirement:
    """Return what a rule asks for a label: one of the steps in its topic where it says so, else what it names."""
    named = () if rule.requirement is None else (_aged(rule.requirement, policy.step_months),)
    steps = tuple(StepHeld(step, policy.step_months) for step in _in_topic(policy, label, topics))
    if steps:
        enough = steps if terms.has_lower_course else (*steps, *named)
        return enough[0] if len(enough) == 1 else AnyOf(enough)
    return named[0] if named else NOTHING


def _in_topic(policy: Policy, label: Label, topics: TopicTree) -> tuple[Step, ...]:
    rule = rule_for(policy, label.level, label.track)
    if rule is None or rule.topic_level is None or label.topic is None:
        return ()
    line = topics.line(label.topic)
    near = line if rule.topic_reach is None else line[: max(rule.topic_reach, 0) + 1]
    return tuple(Step(rule.topic_level, Track.SPECIALIST, topic) for topic in near)


def _labels(terms: Terms) -> tuple[Label, ...]:
    """Return the labels of the lowest level that is conferred; the offering's own only where it confers nothing.

    LMS choice: what is conferred says at which levels an offering is. Its own level is a label for statistics, and one
    that is too low opens nothing.
    """
    conferred = tuple(dict.fromkeys(Label(step.level, step.track, step.topic) for step in terms.confers))
    lowest = min((label.level for label in conferred), default=0)
    own = () if terms.level is None else (Label(terms.level, terms.track, terms.topic),)
    return tuple(each for each in conferred if each.level == lowest) or own


def _aged(requirement: Requirement, months: int | None) -> Requirement:
    """Return a requirement whose steps count no longer than so many months, where they do not say so themselves."""
    match requirement:
        case StepHeld(step, None):
            return StepHeld(step, months)
        case AllOf(of):
            return AllOf(tuple(_aged(part, months) for part in of))
        case AnyOf(of):
            return AnyOf(tuple(_aged(part, months) for part in of))
        case AtLeast(count, of):
            return AtLeast(count, tuple(_aged(part, months) for part in of))
        case Not(inner):
            return Not(_aged(inner, months))
        case _:
            return requirement


def _recorded(part: Part) -> Part:
    return replace(part, blocks=False)
