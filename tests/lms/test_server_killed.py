"""A server killed while many learners commit: nothing that it acknowledged is missing, nothing is there twice."""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from courses.attempts.models import ActivityState
from courses.attempts.services import launch
from courses.people.models import Language
from lms import clock
from tests.browser.playing_site import PlayingSite
from tests.playing import make_played, package_of, sco

LEARNERS = 32


class Learner:
    """Somebody whose page appends one word after the other, and repeats what was not acknowledged."""

    def __init__(self, site: PlayingSite, code: str) -> None:
        self.site = site
        opened = self.post("/launch", {"code": code})
        self.attempt, self.token = opened["attempt"], opened["token"]
        self.seq = self.acked = 0
        self.words: list[str] = []

    def post(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """Post JSON to the player's host; raises OSError or HTTPException when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {
            "Host": f"play.content.localhost:{self.site.port}", "Content-Type": "application/json",
            "Authorization": f"Bearer {getattr(self, 'token', '')}",
        }  # fmt: skip
        try:
            connection.request("POST", path, json.dumps(document), headers)
            answer = connection.getresponse()
            body: dict[str, Any] = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, body
        return body

    def work(self, ended: threading.Event) -> None:
        """Add words and commit until the server is gone."""
        while not ended.is_set():
            self.words.append(f"{len(self.words)},")
            try:
                self.send()
            except (OSError, http.client.HTTPException):
                return

    def send(self) -> None:
        """Post every word since the last acknowledged one."""
        self.seq += 1
        changes = [["cmi.comments", word] for word in self.words[self.acked :]]
        document = {"seq": self.seq, "base": self.acked, "activity": "one", "changes": changes}
        self.acked = self.post("/commit", document)["acknowledged"]

    def stored(self) -> str:
        """Return what the database has."""
        with self.site.site.database.reading() as session:
            states = select(ActivityState.values, ActivityState.attempt_id)
            rows = {str(row.attempt_id): row[0] for row in session.execute(states)}
        return str(rows.get(self.attempt, {}).get("cmi.comments", ""))


@pytest.fixture
def site(tmp_path: Any) -> Iterator[PlayingSite]:
    """Return an installation whose server runs."""
    found = PlayingSite(tmp_path)
    found.start()
    yield found
    found.close()


def test_no_acknowledged_commit_is_missing_and_none_is_applied_twice(site: PlayingSite) -> None:
    data = package_of([sco("one")])
    with site.site.database.transaction() as session:
        played = [make_played(session, data) for _ in range(LEARNERS)]
        now = clock.now()
        codes = [launch(session, one.person, one.enrolment.id, None, Language.EN, now) for one in played]
    learners = [Learner(site, code) for code in codes]
    ended = threading.Event()
    threads = [threading.Thread(target=learner.work, args=(ended,)) for learner in learners]
    for thread in threads:
        thread.start()
    while min(len(learner.words) for learner in learners) < 5:
        ended.wait(0.01)
    site.kill()
    ended.set()
    for thread in threads:
        thread.join()
    for learner in learners:
        assert learner.stored().startswith("".join(learner.words[: learner.acked]))
    site.start()
    for learner in learners:
        learner.send()
        assert learner.stored() == "".join(learner.words)
