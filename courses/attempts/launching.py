"""Deliver an item: what its SCO finds at the launch, and what the player's page needs to show it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attempts.activities import Activity, activities_of, save_activity
from courses.attempts.facts import launch_facts, learner_id
from courses.attempts.leases import Held
from courses.attempts.played import is_asset, played_version
from courses.attempts.sessions import begun, visible
from courses.people.models import Person
from scorm.packaging.items import Item
from scorm.runtime.closing import LaunchFacts


def facts_for(session: Session, held: Held, item: Item, secret: str) -> LaunchFacts:
    """Return what the SCO of an item is told about its learner and itself."""
    names = select(Person.given_name, Person.family_name).where(Person.id == held.person_id)
    given_name, family_name = session.execute(names).one()
    return launch_facts(item, learner_id(secret, held.person_id), given_name, family_name)


def deliver(session: Session, held: Held, item: Item, activities: dict[str, Activity], now: datetime) -> dict[str, Any]:
    """Note that an item is opened and return what the page is told of it, without the values; see `with_values`.

    An asset never calls, so that showing it completes it. The session of a SCO begins with its first commit.
    """
    before = activities.get(item.identifier) or Activity(id=item.identifier, values={}, is_new=True)
    if not before.is_new and not before.values:
        before = activities_of(session, held.attempt_id, item.identifier)[item.identifier]
    outcome = before.outcome
    if is_asset(item):
        outcome = replace(outcome, status="completed", is_completed=True)
    after = replace(before, outcome=outcome, visits=before.visits + 1, is_new=False)
    save_activity(session, held.attempt_id, before, after, now)
    activities[item.identifier] = after
    return {"activity": item.identifier, "title": item.title, "href": item.href, "is_asset": is_asset(item)}


def with_values(session: Session, held: Held, answer: dict[str, Any], secret: str) -> dict[str, Any]:
    """Return an answer with the values that the delivered SCO finds, read anew: they are not kept with the answer."""
    delivered = answer.get("deliver")
    if delivered is None:
        return answer
    version = played_version(session, held.version_id)
    item = version.by_id.get(delivered["activity"])
    values: dict[str, str] = {}
    if item is not None and not is_asset(item):
        activity = activities_of(session, held.attempt_id, item.identifier).get(item.identifier)
        stored = activity.values if activity else {}
        measured_cs = activity.measured_cs if activity else 0
        values = visible(begun(stored, facts_for(session, held, item, secret), held.lease_id.hex, measured_cs))
    return answer | {"deliver": delivered | {"values": values}}
