"""Deliver an item: what its SCO finds at the launch, and what the player's page needs to show it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.attempts.activities import Activity, activities_of, save_activity
from courses.attempts.facts import launch_facts, learner_id
from courses.attempts.leases import Held
from courses.attempts.played import is_asset, played_version
from courses.attempts.sessions import begun, visible
from courses.db import table_of
from courses.people.models import Person
from scorm.packaging.items import Item
from scorm.runtime.closing import LaunchFacts

_PERSON = table_of(Person)
_NAMES = select(_PERSON.c.given_name, _PERSON.c.family_name).where(_PERSON.c.id == bindparam("person"))


def facts_for(session: Session, held: Held, item: Item, secret: str) -> LaunchFacts:
    """Return what the SCO of an item is told about its learner and itself."""
    names = session.connection().execute(_NAMES, {"person": held.person_id}).one()
    return launch_facts(item, learner_id(secret, held.person_id), names.given_name, names.family_name)


def deliver(session: Session, held: Held, item: Item, activities: dict[str, Activity], now: datetime) -> dict[str, Any]:
    """Note that an item is opened and return what the page is told of it, without the values; see `with_values`.

    An asset never calls, so that showing it completes it. The session of a SCO begins with its first commit.
    """
    before = activities.get(item.identifier) or Activity(id=item.identifier, values={}, is_new=True)
    if not before.is_loaded:
        before = activities_of(session, held.attempt_id, item.identifier)[item.identifier]
    outcome = before.outcome
    if is_asset(item):
        outcome = replace(outcome, status="completed", is_completed=True)
    after = replace(before, outcome=outcome, visits=before.visits + 1, is_new=False)
    save_activity(session, held.attempt_id, before, after, now)
    activities[item.identifier] = after
    return {"activity": item.identifier, "title": item.title, "href": item.href, "is_asset": is_asset(item)}


def with_values(
    session: Session, held: Held, answer: dict[str, Any], activities: dict[str, Activity], secret: str
) -> dict[str, Any]:
    """Return an answer with the values that the delivered SCO finds: they are not kept with the answer."""
    delivered = answer.get("deliver")
    if delivered is None:
        return answer
    item = played_version(session, held.version_id).by_id[delivered["activity"]]
    values: dict[str, str] = {}
    if not is_asset(item):
        activity = activities[item.identifier]
        facts = facts_for(session, held, item, secret)
        values = visible(begun(activity.values, facts, held.lease_id.hex, activity.measured_cs))
    return answer | {"deliver": delivered | {"values": values}}
