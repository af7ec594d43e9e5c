"""Invented facts for looking at letters before anybody gets one."""

from datetime import datetime, timedelta
from uuid import UUID

from courses.applications.models import Outcome
from courses.notices.kinds import CLAIMS, STATUS, NoticeKind, plain
from courses.notices.services import Due
from courses.people.models import Person
from courses.progression.record import Category
from courses.records.models import ClaimReason

NOBODY = UUID(int=0)


def sample(kind: NoticeKind, person: Person, now: datetime) -> Due:
    """Return a notice of a kind to a person, with invented facts."""
    return Due(
        notice_id=NOBODY,
        key="sample",
        kind=kind,
        facts=plain(_facts(kind, now)),
        person=person,
        created_at=now,
        tries=1,
    )


CLAIM_REASONS = {
    NoticeKind.CLAIM_GRANTED: ClaimReason.EQUIVALENT_COURSE,
    NoticeKind.CLAIM_RETURNED: ClaimReason.MORE_EVIDENCE,
    NoticeKind.CLAIM_REFUSED: ClaimReason.NOT_EQUIVALENT,
    NoticeKind.CLAIM_REVOKED: ClaimReason.GRANTED_IN_ERROR,
}


def _facts(kind: NoticeKind, now: datetime) -> dict[str, object]:
    if kind in CLAIMS:
        reason = CLAIM_REASONS.get(kind)
        return {"applicant": "David Invented", "steps": ["1", "2·generalist"], "reason": reason, "note": "…"}
    if kind in STATUS:
        return {"applicant": "David Invented", "category": Category.OFFICIAL, "note": "…"}
    first, day = (now + timedelta(days=30)).date(), timedelta(days=1)
    changed = {"before": {"days": [[first - 14 * day, first - 10 * day]]}}
    return {
        "activity": "SAMPLE", "title_en": "Seminar on trade in services", "mode": "face_to_face", "dating": "days",
        "title_fr": "Séminaire sur le commerce des services", "title_es": "Seminario sobre el comercio de servicios",
        "days": [[first, first + 4 * day]], "time_zone": "Africa/Nairobi", "city": "Nairobi", "country": "KE",
        "until": now + 7 * day, "waiting": 3, "by": "Carla Invented", "applicant": "David Invented",
        "outcome": Outcome.PASSED, "mark": 0.82, "attendance": 0.9, "reasons": [["not_verified", {}]],
        "starts_at": now + day, "ends_at": now + day + timedelta(hours=2), "link": "https://meet.example.org/sample",
        "course": "SAMPLE", "closes_at": now + 90 * day, **(changed if kind is NoticeKind.ACTIVITY_CHANGED else {}),
    }  # fmt: skip
