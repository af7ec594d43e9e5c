"""Write the policy: its first version, drafts, and bringing one into force at a moment."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.people.models import Person, Role
from courses.people.queries import holds
from courses.policy.models import PolicyVersion
from courses.policy.queries import policy_at, version_by_number, version_in_force
from courses.progression.policy import HOUSE, Policy

__all__ = [
    "begin_draft", "bring_into_force", "change_draft", "check_may_decide", "discard_draft", "keep_report",
    "policy_at", "put_off", "version_at",
]  # fmt: skip

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""From when the first version is in force: before anything that the platform keeps."""
FIRST = 1
LONGEST_NOTE = 2000


def version_at(session: Session, moment: datetime) -> PolicyVersion:
    """Return the version in force at a moment; the rule of the house is written as version 1 when there is none.

    Two transactions at once write it once: the number is unique, and who comes second reads what the first wrote.
    """
    return version_in_force(session, moment) or _write_first(session, moment)


def begin_draft(session: Session, actor_id: UUID | None, now: datetime, like: UUID | None = None) -> PolicyVersion:
    """Begin a draft with the rules in force, or with those of another version.

    Raises:
        NotFound: there is no such version.
    """
    present = version_at(session, now)
    rules = _locked(session, like).rules if like is not None else present.rules
    _hold_numbers(session)
    last = session.scalar(select(func.max(PolicyVersion.number))) or FIRST
    draft = PolicyVersion(number=last + 1, rules=dict(rules), created_at=now, created_by_id=actor_id)
    session.add(draft)
    session.flush()
    return draft


def change_draft(session: Session, version_id: UUID, policy: Policy, note: str) -> PolicyVersion:
    """Keep what was changed of a draft; what its dry run had found is of the past then.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_not_draft`, `value_too_long`.
    """
    draft = _locked_draft(session, version_id)
    if len(note) > LONGEST_NOTE:
        raise Refusal("value_too_long")
    rules = policy.as_document()
    if rules != draft.rules:
        draft.rules, draft.report = rules, None
    draft.note = note.strip()
    session.flush()
    return draft


def keep_report(session: Session, version_id: UUID, report: dict[str, object] | None) -> PolicyVersion:
    """Keep with a draft what its dry run has found; without people where it was decided while the run went on.

    Raises:
        NotFound: there is no such version.
    """
    version = _locked(session, version_id)
    version.report = report if version.in_force_from is None else _without_people(report)
    session.flush()
    return version


def discard_draft(session: Session, version_id: UUID) -> None:
    """Throw a draft away; no decision was taken by it.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_not_draft`.
    """
    session.delete(_locked_draft(session, version_id))
    session.flush()


def bring_into_force(
    session: Session, version_id: UUID, moment: datetime, actor_id: UUID | None, now: datetime
) -> PolicyVersion:
    """Let a draft be in force from a moment on, now at the earliest: what was decided before stands.

    Whom its dry run has named is forgotten then. Whether anything is wrong with its rules is for
    `courses.enrolment.policy_check.enforce()`, which knows the offers.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_not_draft`, `policy_moment_past`, or `policy_moment_taken` by another version.
    """
    draft = _locked_draft(session, version_id)
    if moment < now:
        raise Refusal("policy_moment_past")
    _hold_numbers(session)
    if session.scalar(select(func.count()).where(PolicyVersion.in_force_from == moment)):
        raise Refusal("policy_moment_taken")
    draft.in_force_from, draft.decided_by_id = moment, actor_id
    draft.report = _without_people(draft.report)
    session.flush()
    facts = (("number", str(draft.number)), ("from", moment.isoformat()), ("actor", str(actor_id or "")))
    record(session, Event("policy_in_force", draft.id, facts))
    return draft


def check_may_decide(session: Session, actor: Person) -> None:
    """Refuse somebody who is not an administrator.

    Raises:
        Refusal: `administrator_needed`.
    """
    if not session.scalar(select(holds(actor, Role.ADMINISTRATOR))):
        raise Refusal("administrator_needed")


def put_off(session: Session, version_id: UUID, now: datetime) -> PolicyVersion:
    """Make a draft again of a version whose moment has not come.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_in_force`: it is, or was.
    """
    version = _locked(session, version_id)
    if version.in_force_from is not None:
        if version.in_force_from <= now:
            raise Refusal("policy_in_force")
        version.in_force_from = version.decided_by_id = None
        session.flush()
        record(session, Event("policy_put_off", version.id, (("number", str(version.number)),)))
    return version


def _without_people(report: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what a dry run has found without who it was: once it is decided the counts are enough, for good."""
    if report is None or "changes" not in report:
        return report
    effects = ("gain", "lose")
    changes = [
        {**change, **{effect: {**change[effect], "names": []} for effect in effects}} for change in report["changes"]
    ]
    return {**report, "changes": changes}


def _write_first(session: Session, moment: datetime) -> PolicyVersion:
    first = PolicyVersion(number=FIRST, rules=HOUSE.as_document(), created_at=moment, in_force_from=BEGINNING)
    try:
        with session.begin_nested():
            session.add(first)
    except IntegrityError:
        return version_by_number(session, FIRST)
    return first


def _hold_numbers(session: Session) -> None:
    """Let nobody else begin a draft or choose a moment until the transaction ends: the first version is the lock."""
    session.scalars(select(PolicyVersion.id).where(PolicyVersion.number == FIRST).with_for_update()).one_or_none()


def _locked(session: Session, version_id: UUID) -> PolicyVersion:
    query = select(PolicyVersion).where(PolicyVersion.id == version_id).with_for_update()
    version = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if version is None:
        raise NotFound("policy version")
    return version


def _locked_draft(session: Session, version_id: UUID) -> PolicyVersion:
    version = _locked(session, version_id)
    if version.in_force_from is not None:
        raise Refusal("policy_not_draft")
    return version
