"""The words about people and beneficiaries: refusals, what was changed, on whose word somebody was verified."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.offerings.list_uses import Use
from courses.people.models import VerifiedHow
from courses.progression.record import Category, Membership
from lms.countries import country_text
from lms.languages import short_day

REFUSALS = {
    "institution_too_long": _l("This name is too long; up to 200 characters can be kept."),
    "reason_missing": _l("Please write the reason; it is kept."),
    "verified_not": _l("This person is not verified; nothing was changed."),
    "status_claim_open": _l("You have sent a claim already. Wait for the decision, or take it back first."),
    "status_claim_decided": _l("This claim was decided already; nothing was changed."),
    "status_document_missing": _l("Please choose at least one document that shows what you are."),
    "measure_order": _l("The last day comes before the first one."),
    "measure_day_invalid": _l("This day is too far away to be meant."),
    "measure_overlaps": _l(
        "There are measures for some of these days already. End those, or take them back, before you enter others."
    ),
    "region_code_invalid": _l("A code has small letters, digits, hyphens and underscores only, up to 64 of them."),
    "region_code_taken": _l("Another region has this code already."),
    "region_unknown": _l("There is no such region any more."),
    "topic_code_invalid": _l("A code has up to 64 characters, and no dot between words (·)."),
    "topic_code_taken": _l("Another topic has this code already."),
    "topic_unknown": _l("There is no such topic any more."),
    "topic_below_itself": _l("A topic cannot stand below itself, nor below one that stands below it."),
    "topic_too_deep": _l("The tree has six stages at most."),
}
CATEGORIES = {
    Category.OFFICIAL: _l("Government official"),
    Category.ACADEMIC: _l("Academic"),
    Category.PARLIAMENTARIAN: _l("Parliamentarian"),
    Category.JOURNALIST: _l("Journalist"),
    Category.NGO: _l("Non-governmental organisation"),
    Category.PRIVATE_SECTOR: _l("Private sector"),
}
MEMBERSHIPS = {
    Membership.MEMBER: _l("Member"),
    Membership.OBSERVER: _l("Observer"),
    Membership.ACCEDING: _l("Acceding government"),
    Membership.NONE: _l("Neither Member nor observer"),
}
HOW = {
    VerifiedHow.COORDINATOR: _l("by the coordinator"),
    VerifiedHow.DOCUMENT: _l("by a document"),
    VerifiedHow.ADMINISTRATOR: _l("by the institute"),
    VerifiedHow.COMMAND_LINE: _l("by the institute"),
}
TRACES = {
    "verified": _l("Verified"),
    "verification_taken_back": _l("Verification taken back"),
    "status_changed": _l("Changed by the person"),
    "country_entered": _l("Country entered by the institute"),
    "beneficiary_added": _l("Added"),
    "beneficiary_changed": _l("Changed"),
    "measure_entered": _l("Measures entered"),
    "measure_ended": _l("End of measures changed"),
    "measure_taken_back": _l("Measures taken back"),
    "region_added": _l("Added"),
    "region_changed": _l("Changed"),
    "region_deleted": _l("Deleted"),
    "topic_added": _l("Added"),
    "topic_changed": _l("Changed"),
    "topic_deleted": _l("Deleted"),
}
USES = {
    Use.TOPICS: _l("topics below it"),
    Use.COURSES: _l("courses"),
    Use.ACTIVITIES: _l("activities"),
    Use.RECORDS: _l("what people have"),
    Use.GUIDELINES: _l("guidelines"),
    Use.POLICY: _l("the policy"),
    Use.BENEFICIARIES: _l("beneficiaries"),
}
FIELDS = {
    "category": _l("Category"),
    "country": _l("Country"),
    "institution": _l("Institution"),
    "region_code": _l("Region"),
    "membership": _l("Membership"),
    "is_ldc": _l("Least-developed country"),
    "has_mission": _l("Permanent mission"),
    "begins_on": _l("First day"),
    "ends_on": _l("Last day"),
    "name_en": _l("Name in English"),
    "name_fr": _l("Name in French"),
    "name_es": _l("Name in Spanish"),
    "parent_code": _l("Below"),
    "place": _l("Place in the list"),
}


def category_text(category: Category | str) -> str:
    """Return what a person is, in words."""
    return str(CATEGORIES[Category(category)])


def membership_text(membership: Membership | str) -> str:
    """Return how a beneficiary stands to the organisation, in words."""
    return str(MEMBERSHIPS[Membership(membership)])


def uses_text(uses: Iterable[Use]) -> str:
    """Return where something is named, in one sentence."""
    return str(
        gettext(
            "It cannot be deleted, because it is named by: %(uses)s.", uses=", ".join(str(USES[use]) for use in uses)
        )
    )


def trace_text(kind: str) -> str:
    """Return what happened; a kind of another release as it is."""
    return str(TRACES.get(kind, kind))


def trace_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what a change was, one line for each value that differs; a new one where there was none before."""
    names = [name for name in FIELDS if before.get(name) != after.get(name)]
    return [_line(name, before, after) for name in names]


def _line(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    facts = {"what": str(FIELDS[name]), "old": _value(name, before), "new": _value(name, after)}
    if name in before and name in after:
        return str(gettext("%(what)s: %(old)s → %(new)s", **facts))
    return str(gettext("%(what)s: %(value)s", what=facts["what"], value=facts["new" if name in after else "old"]))


def _value(name: str, facts: Mapping[str, Any]) -> str:
    value = facts.get(name)
    if value is None or value == "":
        return str(gettext("until further notice")) if name == "ends_on" and name in facts else "–"
    match name:
        case "category":
            return category_text(value)
        case "membership":
            return membership_text(value)
        case "country":
            return country_text(value)
        case "is_ldc" | "has_mission":
            return str(gettext("yes") if value else gettext("no"))
        case "begins_on" | "ends_on":
            return str(short_day(date.fromisoformat(value)))
        case _:
            return str(value)


WORDS = {
    "category_names": CATEGORIES, "category_text": category_text, "membership_names": MEMBERSHIPS,
    "membership_text": membership_text, "verified_how": HOW, "trace_text": trace_text, "trace_lines": trace_lines,
    "country_text": country_text,
}  # fmt: skip
"""What templates need of this module, by name."""
