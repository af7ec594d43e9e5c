"""Launch an attempt: from the learner's click to the page that plays it, by a code that works once."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from courses.attempts.activities import Heard, activities_of, project, result_as_dict
from courses.attempts.choices import Standing, attempt_choice, standing_of
from courses.attempts.commits import Answer, Verdict
from courses.attempts.generations import generation_of
from courses.attempts.journal import Journal, Recovery, recover
from courses.attempts.leases import (
    ATTEMPT_TABLE,
    Held,
    Taking,
    change_lease,
    hash_of,
    held_by,
    lease_before,
    lock_attempt,
    locking,
    take_lease,
)
from courses.attempts.lost_launches import count_lost_launches
from courses.attempts.models import Attempt, AttemptReason, AttemptState, LaunchCode, PlayMode
from courses.attempts.moving import is_newly_moved, moved_on, version_to_begin
from courses.attempts.play import Play
from courses.attempts.played import played_version
from courses.attempts.policy import AttemptChoice, LaunchWish, Reason, choice_of, is_decided, reason_for
from courses.catalogue.models import Course
from courses.db import table_of
from courses.enrolment.models import Enrolment
from courses.enrolment.services import record_start
from courses.errors import NotFound, Refusal
from courses.events import Event, record
from courses.people.models import Language, Person, SignIn

CODE_LIFE = timedelta(seconds=60)
HEARTBEAT_EVERY = timedelta(seconds=50)


_attempt, _enrolment = ATTEMPT_TABLE.c, table_of(Enrolment).c
_CODE = table_of(LaunchCode)
_SIGN_IN, _COURSE = table_of(SignIn), table_of(Course)
_OWN = select(_enrolment.id).where(_enrolment.id == bindparam("enrolment"), _enrolment.person_id == bindparam("person"))
_RUNNING = select(_attempt.id).where(
    _attempt.enrolment_id == bindparam("enrolment"), _attempt.state == AttemptState.OPEN
)
_LOCK_RUNNING = locking(_RUNNING)
_END_RUNNING = (
    update(ATTEMPT_TABLE)
    .where(_attempt.enrolment_id == bindparam("enrolment"), _attempt.state == AttemptState.OPEN)
    .values(state=AttemptState.ENDED)
)
_ADD_CODE = insert(_CODE)
_AGAIN = select(_CODE.c.attempt_id, _CODE.c.sign_in_id, _CODE.c.language, _CODE.c.mode).where(
    _CODE.c.code_hash == bindparam("hash"), _CODE.c.expires_at > bindparam("moment")
)
_SPEND = (
    update(_CODE)
    .where(_CODE.c.code_hash == bindparam("hash"), _CODE.c.used_at.is_(None), _CODE.c.expires_at > bindparam("moment"))
    .returning(_CODE.c.attempt_id, _CODE.c.sign_in_id, _CODE.c.language, _CODE.c.mode)
)
_ENDED_AT = select(_SIGN_IN.c.ended_at).where(_SIGN_IN.c.id == bindparam("sign_in"))
_TITLES = select(_COURSE.c.title_en, _COURSE.c.title_fr, _COURSE.c.title_es).where(_COURSE.c.id == bindparam("course"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Who opens a page, as far as it can say; `nonce`: a secret that it made before, and that no address holds.

    `device` is the random name that the browser gave itself.
    """

    nonce: str = ""
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a page load gets: whom and what it plays, and the rest, with the lease's token, as plain values for JSON."""

    person_id: UUID
    attempt_id: UUID
    version_id: UUID
    enrolment_id: UUID | None
    trial_id: UUID | None
    body: dict[str, Any]


def launch(  # noqa: PLR0913  # whose click it was, and what was wanted: a value would only name them once more
    session: Session,
    person: Person,
    enrolment_id: UUID,
    sign_in_id: UUID | None,
    language: Language,
    now: datetime,
    *,
    wish: LaunchWish = LaunchWish.RESUME,
) -> str:
    """Begin, resume or review the person's attempt and return a code for the player, good once and for a minute.

    Raises:
        NotFound: the enrolment is not the person's own.
        Refusal: access has not begun, is over, or nothing is published to play; `no_attempt_left`, `too_soon`,
            `nothing_to_review` or `attempt_not_kept`.
    """
    connection = session.connection()
    if connection.scalar(_OWN, {"enrolment": enrolment_id, "person": person.id}) is None:
        raise NotFound("enrolment")
    connection.execute(_LOCK_RUNNING, {"enrolment": enrolment_id})
    record_start(session, enrolment_id, now)
    attempt_id, mode = _wanted(session, enrolment_id, wish, now)
    count_lost_launches(session, enrolment_id, attempt_id, CODE_LIFE, now)
    return give_code(session, attempt_id, sign_in_id, language, now, mode)


def give_code(
    session: Session,
    attempt_id: UUID,
    sign_in_id: UUID | None,
    language: Language,
    now: datetime,
    mode: PlayMode = PlayMode.NORMAL,
) -> str:
    """Return a code that opens an attempt in the player, good once and for a minute."""
    code = secrets.token_urlsafe(24)
    row = {
        "code_hash": hash_of(code), "attempt_id": attempt_id, "sign_in_id": sign_in_id, "language": language.value,
        "mode": mode, "expires_at": now + CODE_LIFE,
    }  # fmt: skip
    session.connection().execute(_ADD_CODE, row)
    return code


def _wanted(session: Session, enrolment_id: UUID, wish: LaunchWish, now: datetime) -> tuple[UUID, PlayMode]:
    """Return the attempt that a launch opens, begun where it has to be, and how it is played.

    The enrolment is locked: what two clicks want is decided one after the other.
    """
    standing = standing_of(session, enrolment_id)
    choice = choice_of(*standing, now)
    is_new = choice.number == 0 or (wish is LaunchWish.AGAIN and Reason.STILL_OPEN not in choice.reasons)
    if wish is LaunchWish.REVIEW and choice.number == 0:
        raise Refusal("nothing_to_review")
    if is_new:
        _check_policy(choice)
        return _begin_next(session, enrolment_id, standing, now), PlayMode.NORMAL
    is_review = choice.is_review or wish is LaunchWish.REVIEW
    open_id = session.connection().scalar(_RUNNING, {"enrolment": enrolment_id})
    attempt_id = None if open_id is None else moved_on(session, open_id, now)
    if attempt_id is not None:
        return attempt_id, PlayMode.REVIEW if is_review else PlayMode.NORMAL
    if choice.is_review and choice.left is not None:
        if not choice.can_begin:
            raise Refusal("attempt_not_kept")
        return _begin_next(session, enrolment_id, standing, now), PlayMode.NORMAL
    return _begin_attempt(session, enrolment_id, AttemptReason.VERSION, now), PlayMode.NORMAL


def _check_policy(choice: AttemptChoice) -> None:
    """Refuse a new attempt that the policy does not allow now."""
    if choice.left == 0:
        raise Refusal("no_attempt_left")
    if choice.next_at is not None:
        raise Refusal("too_soon", until=choice.next_at.isoformat())


def _begin_next(session: Session, enrolment_id: UUID, standing: Standing, now: datetime) -> UUID:
    """End the attempt that is open and begin the next one, both or neither."""
    session.connection().execute(_END_RUNNING, {"enrolment": enrolment_id, "ended_at": now})
    return _begin_attempt(session, enrolment_id, reason_for(*standing), now)


def _begin_attempt(session: Session, enrolment_id: UUID, reason: AttemptReason, now: datetime) -> UUID:
    """Begin an attempt on the version that the course's rule gives it."""
    version_id = version_to_begin(session, enrolment_id)
    last = session.scalar(select(func.max(Attempt.number)).where(Attempt.enrolment_id == enrolment_id)) or 0
    attempt = Attempt(
        enrolment_id=enrolment_id, version_id=version_id, number=last + 1, reason=reason, started_at=now, seen_at=now
    )
    session.add(attempt)
    session.flush()
    facts = (("enrolment", str(enrolment_id)), ("number", str(attempt.number)), ("reason", reason.value))
    record(session, Event("attempt_begun", attempt.id, facts))
    return attempt.id


def exchange(
    session: Session, code: str, journal: Journal, secret: str, now: datetime, browser: Browser = Browser()
) -> Opening | None:
    """Spend a launch code for a lease; None when it is spent, too old, or its sign-in has ended.

    The page whose answer was lost may spend its code once more within a minute, by its nonce.

    `journal` is what a page of the same attempt on this device could not send; it counts first. The door was open when
    the code was given, a minute ago at most; the first commit asks again.
    """
    spent = _spend(session, code, browser.nonce, now)
    if spent is None or _is_signed_out(session, spent.sign_in_id):
        return None
    lock_attempt(session, spent.attempt_id)
    recovery = recover(session, spent.attempt_id, journal, secret, now)
    is_moved = is_newly_moved(session, spent.attempt_id)
    taking = Taking(sign_in_id=spent.sign_in_id, mode=spent.mode, device=browser.device)
    opening = _open(session, spent.attempt_id, taking, recovery, secret, now)
    return replace(opening, body=opening.body | {"moved": True}) if is_moved else opening


def _spend(session: Session, code: str, nonce: str, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """Spend a code and note who did, or find that note again; None for everybody else."""
    connection = session.connection()
    own = hash_of(f"{code} {nonce}")
    spent = connection.execute(_SPEND, {"hash": hash_of(code), "moment": now, "used_at": now}).one_or_none()
    if not nonce:
        return spent
    if spent is None:
        return connection.execute(_AGAIN, {"hash": own, "moment": now}).one_or_none()
    note = {**spent._mapping, "code_hash": own, "expires_at": now + CODE_LIFE, "used_at": now}
    connection.execute(_ADD_CODE, note)
    return spent


def resume(
    session: Session, token: str, journal: Journal, secret: str, now: datetime, browser: Browser = Browser()
) -> Opening | Answer:
    """Take a new lease by an old one: after a reload, or to take over from another page; or say why not.

    What could not be sent before the door was closed is taken first. The page plays as the one before did; what was
    decided meanwhile, where attempts are limited, is only reviewed.
    """
    held = held_by(session, token)
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    if held.is_signed_out(now):
        return Answer(Verdict.SIGNED_OUT, {})
    recovery = recover(session, held.attempt_id, journal, secret, now)
    door = held.door(now)
    if door is not None:
        change_lease(session, held.lease_id, ended_at=now)
        return Answer(Verdict.CLOSED, {"reason": door, **recovery.as_dict()})
    taking = Taking(sign_in_id=held.sign_in_id, mode=held.mode, device=browser.device, since=held.taken_at)
    return _open(session, held.attempt_id, taking, recovery, secret, now)


def beat(session: Session, token: str, now: datetime) -> Answer:
    """Note that a page is still seen, and tell it the time; more often than every minute it costs nothing."""
    held = held_by(session, token)
    refused = _refused(held, now)
    if held is None or refused is not None:
        return refused or Answer(Verdict.UNKNOWN, {})
    if now - held.lease_seen_at >= HEARTBEAT_EVERY:
        return Answer(Verdict.SAVED, {"measured_cs": _note_life(session, held, now)})
    return Answer(Verdict.SAVED, {})


def _refused(held: Held | None, now: datetime) -> Answer | None:
    """Return why a page may not go on; None when it may."""
    if held is None:
        return Answer(Verdict.UNKNOWN, {})
    if held.is_signed_out(now):
        return Answer(Verdict.SIGNED_OUT, {})
    door = held.door(now)
    if door is not None:
        return Answer(Verdict.CLOSED, {"reason": door})
    return Answer(Verdict.REPLACED, {}) if held.replaced_at is not None else None


def _note_life(session: Session, held: Held, now: datetime) -> int:
    """Count the time since the last sign of life, and return that of the attempt."""
    play = _play(session, held, "", now)
    before = play.activities.get(held.activity_id or "")
    if before is not None:
        play.keep(before, replace(before, measured_cs=play.measured(before)))
    result = project(session, held, generation_of(play).result(), Heard(activity_id=held.activity_id, now=now))
    change_lease(session, held.lease_id, seen_at=now, ended_at=None)
    return result.measured_cs


def _play(session: Session, held: Held, secret: str, now: datetime) -> Play:
    return Play(
        session=session, held=held, version=played_version(session, held.version_id),
        activities=activities_of(session, held.attempt_id, held.activity_id), secret=secret, now=now,
    )  # fmt: skip


def _is_signed_out(session: Session, sign_in_id: UUID | None) -> bool:
    if sign_in_id is None:
        return False
    return session.connection().scalar(_ENDED_AT, {"sign_in": sign_in_id}) is not None


def _open(
    session: Session, attempt_id: UUID, taking: Taking, recovery: Recovery, secret: str, now: datetime
) -> Opening:
    """Give the attempt to a page load, and deliver the item at which the learner was.

    What is decided, where attempts are limited, is only reviewed, whatever the page was before.
    """
    before = lease_before(session, attempt_id)
    token = take_lease(session, attempt_id, taking, now)
    held = held_by(session, token)
    if held is None:
        raise NotFound("lease")
    choice = None if held.enrolment_id is None else attempt_choice(session, held.enrolment_id, now)
    play = _play(session, held, secret, now)
    if held.attempts_allowed is not None and (_is_decided_trial(play) if choice is None else choice.is_review):
        held = replace(held, mode=PlayMode.REVIEW)
        change_lease(session, held.lease_id, mode=held.mode)
        play = replace(play, held=held)
    generation = generation_of(play)
    answer = generation.open()
    result = project(session, held, generation.result(), Heard(activity_id=generation.current, now=now))
    body = {
        "attempt": str(held.attempt_id),
        "lease": str(held.lease_id),
        "token": token,
        "saved_at": now.isoformat(),
        "title": _title(session, held, play.version.language),
        "language": play.version.language.value,
        "content_language": play.version.content_language,
        "edition": play.version.edition,
        "mode": held.mode.value,
        "attempts": {"number": held.number, "left": None if choice is None else choice.left},
        "previous": None if before is None else before.as_dict(taking.device),
        **recovery.as_dict(),
        "contents": generation.contents(),
        "result": result_as_dict(result, play.activities),
        **generation.filled(answer),
        **({} if held.trial_id is None else {"trace": True}),
    }
    return Opening(
        person_id=held.person_id, attempt_id=held.attempt_id, version_id=held.version_id,
        enrolment_id=held.enrolment_id, trial_id=held.trial_id, body=body,
    )  # fmt: skip


def _is_decided_trial(play: Play) -> bool:
    """Tell whether a trial that is no mere look is over as it would be for a learner, by its own attempt."""
    held, is_running = play.held, any(activity.is_running for activity in play.activities.values())
    decided = is_decided(is_passed=held.is_passed, is_completed=held.is_completed, is_running=is_running)
    return held.mode is PlayMode.NORMAL and decided


def _title(session: Session, held: Held, language: Language) -> str:
    row = session.connection().execute(_TITLES, {"course": held.course_id}).one()
    return str({"fr": row.title_fr, "es": row.title_es}.get(language.value, row.title_en))
