"""A page of the player as tests of the protocol drive it, without a browser."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from courses.attempts.commits import Answer, accept, post_of
from courses.attempts.services import Opening, exchange, launch
from courses.people.models import Language, SignIn
from tests.playing import Played

SECRET = "s" * 40
STATUS = "cmi.core.lesson_status"


@dataclass
class Page:
    """A page of the player as a test drives it: it counts its posts and its changes."""

    session: Session
    opening: dict[str, Any]
    now: datetime
    seq: int = 0
    sent: int = 0
    log: list[Answer] = field(default_factory=list)

    @property
    def token(self) -> str:
        return str(self.opening["token"])

    def document(self, activity: str, *changes: tuple[str, str], **more: Any) -> dict[str, Any]:
        self.seq += 1
        found = {"seq": self.seq, "base": self.sent, "activity": activity, "changes": [list(one) for one in changes]}
        self.sent += len(changes)
        return found | more

    def post(self, document: dict[str, Any], **more: Any) -> Answer:
        raw = json.dumps(document).encode()
        answer = accept(self.session, post_of(self.token, document, raw), SECRET, self.now, **more)
        self.log.append(answer)
        return answer

    def commit(self, activity: str, *changes: tuple[str, str], **more: Any) -> Answer:
        return self.post(self.document(activity, *changes, **more))


def open_page(session: Session, played: Played, now: datetime, sign_in: SignIn | None = None) -> Page:
    code = launch(session, played.person, played.enrolment.id, sign_in.id if sign_in else None, Language.EN, now)
    opening = exchange(session, code, (), SECRET, now)
    assert isinstance(opening, Opening)
    return Page(session, opening.body, now)
