"""Terms, records and conditions as plain JSON, so that a decision can be stored and given again years later.

Each document carries its format; one of another format is refused rather than misread. What a decision depends on of
the topics, and its day, stand beside the terms: the institute's own tree may have grown by then.
"""

from datetime import date

from courses.progression import doors
from courses.progression.decision import Condition, Decision, Parameters, Reason
from courses.progression.doors import Document, DocumentError, at
from courses.progression.engine import decide
from courses.progression.policy import Policy
from courses.progression.record import (
    Category,
    MeasureDays,
    Membership,
    Recognised,
    Record,
    Result,
    Source,
    Standing,
)
from courses.progression.requirements import Requirement, as_document, requirement_of
from courses.progression.rules import topics_for
from courses.progression.steps import Step, StepError, Track, parse_step
from courses.progression.terms import Kind, Purpose, Terms
from courses.progression.topics import TopicTree

MOST_DEEP = 20


def case_document(terms: Terms, topics: TopicTree, on: date) -> Document:
    """Return what was decided about: the terms, the topics that they depend on, and the day."""
    parents = topics_for(terms, topics).parents
    return doors.with_format({"terms": terms_document(terms), "topics": dict(parents), "on": on.isoformat()})


def replay(policy: Policy, case: object, record: object) -> Decision:
    """Decide again what was decided once, from the documents.

    Raises:
        DocumentError: one of them is of an unknown format, or is not what it should be.
    """
    document = doors.of_format(case)
    written = doors.as_document(document.get("topics"), "topics")
    parents = {topic: doors.maybe(_topic, written, topic, "topics") for topic in written}
    on = doors.day(document.get("on"), "on")
    return decide(policy, terms_of(document.get("terms")), record_of(record), TopicTree(parents), on)


def terms_document(terms: Terms) -> Document:
    """Return terms as plain JSON."""
    return doors.with_format(
        {
            "code": terms.code,
            "kind": terms.kind.value,
            "purpose": terms.purpose.value,
            "level": terms.level,
            "track": terms.track.value if terms.track else None,
            "topic": terms.topic,
            "asks_for": [str(step) for step in terms.asks_for],
            "confers": [str(step) for step in terms.confers],
            "requirement": as_document(terms.requirement) if terms.requirement else None,
            "replaces_rule": terms.replaces_rule,
            "categories": sorted(each.value for each in terms.categories),
            "languages": sorted(terms.languages),
            "countries": sorted(terms.countries),
            "regions": sorted(terms.regions),
            "is_for_credit": terms.is_for_credit,
            "is_advisory": terms.is_advisory,
            "hours": terms.hours,
            "has_lower_course": terms.has_lower_course,
            "availability": list(terms.availability),
        }
    )


def terms_of(value: object) -> Terms:
    """Return the terms that a document stands for.

    Raises:
        DocumentError: it stands for none, or is of an unknown format.
    """
    document = doors.of_format(value)
    return Terms(
        code=doors.text(document.get("code"), "code"),
        kind=doors.word(Kind, document.get("kind"), "kind"),
        purpose=doors.word(Purpose, document.get("purpose"), "purpose"),
        level=doors.maybe(doors.whole, document, "level"),
        track=doors.maybe(_track, document, "track"),
        topic=doors.maybe(doors.text, document, "topic"),
        asks_for=_steps(document, "asks_for"),
        confers=_steps(document, "confers"),
        requirement=doors.maybe(_requirement, document, "requirement"),
        replaces_rule=doors.flag(document.get("replaces_rule"), "replaces_rule"),
        categories=doors.all_of(Category, document, "categories"),
        languages=frozenset(doors.texts(document, "languages")),
        countries=frozenset(doors.texts(document, "countries")),
        regions=frozenset(doors.texts(document, "regions")),
        is_for_credit=doors.flag(document.get("is_for_credit"), "is_for_credit"),
        is_advisory=doors.flag(document.get("is_advisory"), "is_advisory"),
        hours=doors.maybe(doors.number, document, "hours"),
        has_lower_course=doors.flag(document.get("has_lower_course"), "has_lower_course"),
        availability=doors.texts(document, "availability"),
    )


def record_document(record: Record) -> Document:
    """Return a record as plain JSON."""
    return doors.with_format(
        {
            "category": record.category.value if record.category else None,
            "verified_on": _written(record.verified_on),
            "languages": sorted(record.languages),
            "beneficiary": _standing_document(record.beneficiary) if record.beneficiary else None,
            "results": [_result_document(each) for each in record.results],
            "recognised": [_recognised_document(each) for each in record.recognised],
            "nominated_for": sorted(record.nominated_for),
        }
    )


def record_of(value: object) -> Record:
    """Return the record that a document stands for.

    Raises:
        DocumentError: it stands for none, or is of an unknown format.
    """
    document = doors.of_format(value)
    results = enumerate(doors.items(document, "results"))
    recognised = enumerate(doors.items(document, "recognised"))
    return Record(
        category=doors.maybe(_category, document, "category"),
        verified_on=doors.maybe(doors.day, document, "verified_on"),
        languages=frozenset(doors.texts(document, "languages")),
        beneficiary=doors.maybe(_standing, document, "beneficiary"),
        results=tuple(_result(each, at("results", i)) for i, each in results),
        recognised=tuple(_recognised(each, at("recognised", i)) for i, each in recognised),
        nominated_for=frozenset(doors.texts(document, "nominated_for")),
    )


def conditions_document(decision: Decision) -> list[Document]:
    """Return the conditions of a decision as plain JSON."""
    return [_condition_document(each) for each in decision.conditions]


def decision_document(decision: Decision) -> Document:
    """Return a decision as plain JSON."""
    written = {"conditions": conditions_document(decision), "is_allowed": decision.is_allowed}
    return doors.with_format({**written, "is_advisory": decision.is_advisory})


def decision_of(value: object) -> Decision:
    """Return the decision that a document stands for.

    Raises:
        DocumentError: it stands for none, or is of an unknown format.
    """
    document = doors.of_format(value)
    is_advisory = doors.flag(document.get("is_advisory"), "is_advisory")
    return Decision(conditions_of(doors.items(document, "conditions")), is_advisory)


def conditions_of(rows: list[object]) -> tuple[Condition, ...]:
    """Return the conditions that stored rows stand for.

    Raises:
        DocumentError: one of them stands for none.
    """
    return tuple(_condition(row, at("conditions", i), 1) for i, row in enumerate(rows))


def _condition_document(condition: Condition) -> Document:
    return {
        "code": condition.code,
        "is_met": condition.is_met,
        "fact": {"code": condition.fact.code, "parameters": [list(each) for each in condition.fact.parameters]},
        "parameters": [list(each) for each in condition.parameters],
        "blocks": condition.blocks,
        "may_override": condition.may_override,
        "parts": [_condition_document(part) for part in condition.parts],
    }


def _condition(value: object, place: str, depth: int) -> Condition:
    if depth > MOST_DEEP:
        raise DocumentError(place, "too_deep")
    document = doors.as_document(value, place)
    fact = doors.as_document(document.get("fact"), at(place, "fact"))
    inside = enumerate(doors.items(document, "parts", place))
    return Condition(
        code=doors.text(document.get("code"), at(place, "code")),
        is_met=doors.flag(document.get("is_met"), at(place, "is_met")),
        fact=Reason(doors.text(fact.get("code"), at(place, "fact/code")), _parameters(fact, at(place, "fact"))),
        parameters=_parameters(document, place),
        blocks=doors.flag(document.get("blocks"), at(place, "blocks")),
        may_override=doors.flag(document.get("may_override"), at(place, "may_override")),
        parts=tuple(_condition(part, at(at(place, "parts"), i), depth + 1) for i, part in inside),
    )


def _parameters(document: Document, place: str) -> Parameters:
    found = []
    for i, pair in enumerate(doors.items(document, "parameters", place)):
        here = at(at(place, "parameters"), i)
        if not isinstance(pair, list) or len(pair) != 2:
            raise DocumentError(here, "not_a_pair")
        found.append((doors.text(pair[0], here), doors.text(pair[1], here)))
    return tuple(found)


def _standing_document(standing: Standing) -> Document:
    measures = [
        {"begins_on": _written(each.begins_on), "ends_on": _written(each.ends_on)} for each in standing.measures
    ]
    return {
        "code": standing.code,
        "region": standing.region,
        "membership": standing.membership.value,
        "is_ldc": standing.is_ldc,
        "measures": measures,
    }


def _standing(value: object, place: str) -> Standing:
    document = doors.as_document(value, place)
    measures = enumerate(doors.items(document, "measures", place))
    return Standing(
        code=doors.text(document.get("code"), at(place, "code")),
        region=doors.maybe(doors.text, document, "region", place),
        membership=doors.word(Membership, document.get("membership"), at(place, "membership")),
        is_ldc=doors.flag(document.get("is_ldc"), at(place, "is_ldc")),
        measures=tuple(_measure(each, at(at(place, "measures"), i)) for i, each in measures),
    )


def _measure(value: object, place: str) -> MeasureDays:
    document = doors.as_document(value, place)
    begins_on = doors.day(document.get("begins_on"), at(place, "begins_on"))
    return MeasureDays(begins_on=begins_on, ends_on=doors.maybe(doors.day, document, "ends_on", place))


def _result_document(result: Result) -> Document:
    return {
        "source": result.source.value,
        "code": result.code,
        "title": result.title,
        "passed_on": _written(result.passed_on),
        "mark": result.mark,
        "confers": [str(step) for step in result.confers],
    }


def _result(value: object, place: str) -> Result:
    document = doors.as_document(value, place)
    return Result(
        source=doors.word(Source, document.get("source"), at(place, "source")),
        code=doors.text(document.get("code"), at(place, "code")),
        title=doors.text(document.get("title"), at(place, "title")),
        passed_on=doors.day(document.get("passed_on"), at(place, "passed_on")),
        mark=doors.maybe(doors.number, document, "mark", place),
        confers=_steps(document, "confers", place),
    )


def _recognised_document(recognised: Recognised) -> Document:
    days = {"decided_on": _written(recognised.decided_on), "expires_on": _written(recognised.expires_on)}
    return {"step": str(recognised.step), **days}


def _recognised(value: object, place: str) -> Recognised:
    document = doors.as_document(value, place)
    return Recognised(
        step=_step(document.get("step"), at(place, "step")),
        decided_on=doors.day(document.get("decided_on"), at(place, "decided_on")),
        expires_on=doors.maybe(doors.day, document, "expires_on", place),
    )


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _step(value: object, place: str) -> Step:
    written = doors.text(value, place)
    try:
        return parse_step(written)
    except StepError as error:
        raise DocumentError(place, "step_unknown") from error


def _steps(document: Document, name: str, place: str = "") -> tuple[Step, ...]:
    here = at(place, name)
    return tuple(_step(each, at(here, i)) for i, each in enumerate(doors.items(document, name, place)))


def _track(value: object, place: str) -> Track:
    return doors.word(Track, value, place)


def _topic(value: object, place: str) -> str:
    if not (topic := doors.text(value, place)):
        raise DocumentError(place, "topic_unnamed")
    return topic


def _category(value: object, place: str) -> Category:
    return doors.word(Category, value, place)


def _requirement(value: object, place: str) -> Requirement:
    try:
        return requirement_of(value)
    except DocumentError as error:
        raise DocumentError(at(place, error.place) if error.place else place, error.reason) from error
