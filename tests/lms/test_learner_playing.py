"""The page of an own course before the player opens and after it was left, and the way back to a signed-out player."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update

from courses.attempts.models import Attempt, KeptCopy, LaunchCode
from courses.catalogue.models import Archive, CourseLanguage, FirstGenerationFile
from courses.enrolment.models import Enrolment
from courses.enrolment.services import request_enrolment, withdraw
from courses.people.models import Language, Person
from lms.wording_playing import slow_line_text
from tests.browsing import installation, sign_in, submit
from tests.builders import NOW
from tests.lms.test_learner import page
from tests.paging import STATUS, Page, open_page
from tests.playing import Played, make_played, package_of, sco

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SCORE = "cmi.core.score.raw"
DONE = ((SCORE, "90"), (STATUS, "passed"))
FAILED = ((SCORE, "20"), (STATUS, "failed"))
WISH = re.compile(r'name="wish" value="(\w+)"')


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Any:
    with time_machine.travel(now + 60 * MINUTE, tick=False):
        yield


def publish(app: Flask, person: Person, count: int = 2, **facts: Any) -> Played:
    with installation(app).database.transaction() as session:
        scos = [sco(f"part{number}", mastery_score=60) for number in range(count)]
        return make_played(session, package_of(scos), person=person, **facts)


def play(app: Flask, played: Played, *commits: Any, leaves: bool = True) -> None:
    """Play the parts in their order: each commit is a part's changes; the last one is left unless it stays open."""
    with installation(app).database.transaction() as session:
        found = open_page(session, played, NOW)
        for number, changes in enumerate(commits):
            found.now += MINUTE
            is_last = number == len(commits) - 1
            kind = "exit" if is_last else "continue"
            more: dict[str, Any] = {} if is_last and not leaves else {"request": {"kind": kind}}
            Page.commit(found, f"part{number}", *changes, **more)


def shown(client: FlaskClient, played: Played, query: str = "") -> str:
    return page(client, f"/my/{played.enrolment.id}{query}")


def wishes(text: str) -> list[str]:
    return WISH.findall(text)


def codes(app: Flask) -> int:
    with installation(app).database.reading() as session:
        return session.scalar(select(func.count()).select_from(LaunchCode)) or 0


class TestBeforeTheFirstLaunch:
    def test_the_page_says_what_there_is_to_load(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        with installation(app).database.transaction() as session:
            session.execute(update(Archive).values(size=12 * 2**20))
        text = shown(alices, played)
        assert wishes(text) == ["resume"]
        assert "about 12\xa0MB to load. On a slow mobile line (2G) that takes about 17\xa0min in all." in text
        assert "attempt" not in text.partition("<main")[2]

    def test_who_gave_up_and_spent_every_attempt_reads_so(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice, 1, attempts_allowed=1)
        play(app, played, FAILED)
        with installation(app).database.transaction() as session:
            withdraw(session, played.enrolment.id, NOW, alice.id)
            again = request_enrolment(session, alice, played.course.id, Language.EN, NOW)
        text = shown(alices, replace(played, enrolment=again))
        assert wishes(text) == wishes(page(alices, "/my")) == []
        assert "No attempt is left. The trainer of your cohort can grant one more." in text

    def test_attempts_are_counted_where_they_are_limited(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        assert "You have 3 attempts. The best attempt gives the mark." in shown(
            alices, publish(app, alice, attempts_allowed=3)
        )

    @pytest.mark.parametrize(("size", "words"), [(1, "a minute"), (750_000, "a minute"), (800_000, "2\xa0min")])
    def test_a_slow_line_is_put_in_minutes(self, app: Flask, size: int, words: str) -> None:
        with app.test_request_context():
            assert words in slow_line_text(size)


class TestTheAttempts:
    def test_one_that_is_begun_can_be_resumed_or_another_begun(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice, attempts_allowed=3)
        play(app, played, [(STATUS, "incomplete")], leaves=False)
        text = shown(alices, played)
        assert wishes(text) == ["resume", "again"]
        assert "You are in attempt 1. 2 more attempts are left." in text
        assert "Begin attempt 2" in text
        address = f"/enrolments/{played.enrolment.id}/launch"
        assert submit(alices, address, {"wish": "again"}, page="/my").status_code == 303
        with installation(app).database.reading() as session:
            assert session.scalars(select(Attempt.number).order_by(Attempt.number)).all() == [1, 2]
        assert "You are in attempt 2. 1 more attempt is left." in shown(alices, played)

    def test_the_last_one_is_called_that_and_who_can_grant_more(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice, count=1, attempts_allowed=1)
        play(app, played, FAILED)
        text = shown(alices, played)
        assert wishes(text) == ["review"]
        assert "Attempt 1 is over. It is the last one." in text
        assert "trainer of your cohort can grant one more" in text
        assert "try once more" not in text

    def test_one_that_is_not_allowed_is_refused_in_words_with_the_way_back(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice, count=1, attempts_allowed=1)
        play(app, played, FAILED)
        answer = submit(alices, f"/enrolments/{played.enrolment.id}/launch", {"wish": "again"}, page="/my")
        assert answer.status_code == 409
        text = answer.get_data(as_text=True)
        assert "You have used every attempt that this course allows." in text
        assert f'href="/my/{played.enrolment.id}"' in text

    def test_too_soon_says_when(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice, count=1, attempts_allowed=2, days_between=7)
        play(app, played, FAILED)
        text = shown(alices, played)
        assert wishes(text) == ["review"]
        assert "The next attempt can begin on Nov 27, 2026, 09:01 (UTC) at the earliest" in text

    @pytest.mark.parametrize(
        ("facts", "words", "wanted"),
        [
            ({}, "nothing you do there makes your result any worse", ["review", "again"]),
            ({"attempts_allowed": 1}, "nothing you do there changes your result", ["review"]),
        ],
    )
    def test_a_passed_course_is_reviewed(
        self, app: Flask, alices: FlaskClient, alice: Person, facts: Any, words: str, wanted: list[str]
    ) -> None:
        played = publish(app, alice, count=1, **facts)
        play(app, played, DONE)
        text = shown(alices, played)
        assert "You have passed" in text
        assert words in text
        assert wishes(text) == wanted
        assert wishes(page(alices, "/my")) == ["review"]

    def test_a_pass_before_everything_is_done_goes_on(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        play(app, played, DONE, leaves=False)
        with installation(app).database.transaction() as session:
            session.execute(update(Enrolment).values(outcome="passed"))
        text = shown(alices, played)
        assert "What is not done yet can still be done" in text
        assert wishes(text)[0] == "resume"


class TestWhatIsReadInstead:
    def publish(self, app: Flask, person: Person, media_type: str = "application/pdf", **facts: Any) -> Played:
        played = publish(app, person, **facts)
        with installation(app).database.transaction() as session:
            entry = session.scalars(select(CourseLanguage)).one()
            session.add(
                FirstGenerationFile(
                    course_language_id=entry.id, name="Module 1.pdf", media_type=media_type, size=2**20, sha256="0" * 64
                )
            )
        return played

    def test_stands_on_the_page(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = self.publish(app, alice)
        text = shown(alices, played)
        assert "PDF instead" in text
        assert re.search(rf'href="/courses/{played.course.code}/files/[^"]+">Module 1.pdf', text)

    def test_is_not_called_pdf_where_it_is_something_else(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        assert "PDF instead" not in shown(alices, self.publish(app, alice, "application/msword"))

    def test_is_only_for_those_who_may_read_it(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        assert "Module 1.pdf" not in shown(alices, self.publish(app, alice, asks_for=["1"]))

    def test_is_in_the_language_of_the_enrolment(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = self.publish(app, alice)
        with installation(app).database.transaction() as session:
            session.execute(update(CourseLanguage).values(language=Language.FR))
        assert "Module 1.pdf" not in shown(alices, played)


class TestCopiesOnDevices:
    def keep(self, app: Flask, device: str, **facts: Any) -> None:
        with installation(app).database.transaction() as session:
            attempt_id = session.scalars(select(Attempt.id)).one()
            values = {"scope": "course", "files": 12, "size": 5 * 2**20, "kept_at": NOW - 9 * DAY, "synced_at": NOW}
            session.add(KeptCopy(attempt_id=attempt_id, device=device, **(values | facts)))

    def test_are_listed_with_what_only_they_may_know(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        play(app, played, [(STATUS, "incomplete")])
        assert "Kept on devices" not in shown(alices, played)
        self.keep(app, "a")
        self.keep(app, "b", scope="activity", synced_at=NOW - DAY)
        self.keep(app, "c", removed_at=NOW)
        text = shown(alices, played)
        assert text.count("data-kept-copy") == 2
        assert text.index("The whole course (5\xa0MB)") < text.index("One part of the course (5\xa0MB)")
        assert "kept on a device since Nov 11, 2026" in text
        assert "Last synchronised on Nov 19, 2026, 09:00 (UTC). What was done on that device since then is" in text


class TestAfterThePlayer:
    def test_the_page_says_what_was_done_the_mark_and_what_remains(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice, count=3)
        play(app, played, [(SCORE, "40"), (STATUS, "failed")], [(STATUS, "completed")])
        text = shown(alices, played, "?left=1")
        assert "Everything you did is saved." in text
        done = text.partition("data-done")[2].partition("</ul>")[0]
        assert [words in done for words in ("The part0", "Failed", "The part1", "Completed", "The part2")] == [
            True, True, True, True, False,
        ]  # fmt: skip
        assert "Together: 2\xa0min" in text
        assert "No mark yet. Pass mark: 60%." in text
        assert "You have not passed yet." in text
        remaining = text.partition("data-remaining")[2].partition("</ul>")[0]
        assert [name in remaining for name in ("The part0", "The part1", "The part2")] == [True, False, True]
        assert text.index("data-remaining") < text.index("data-next")
        assert "You have left the course" not in shown(alices, played)

    def test_what_no_page_has_said_yet_is_not_called_saved(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice)
        play(app, played, [(STATUS, "incomplete")], leaves=False)
        text = shown(alices, played, "?left=1")
        assert "What reached us by Nov 20, 2026, 09:01 (UTC) is saved." in text
        assert "Everything you did is saved" not in text

    def test_a_course_that_is_done_has_nothing_left(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice, count=1)
        play(app, played, DONE)
        text = shown(alices, played, "?left=1")
        assert "Nothing: all parts are done." in text
        assert "90.0%; the pass mark is 60%" in text

    def test_before_the_first_launch_there_is_nothing_to_tell(
        self, app: Flask, alices: FlaskClient, alice: Person
    ) -> None:
        assert "You have left the course" not in shown(alices, publish(app, alice), "?left=1")


def queries_of(app: Flask, client: FlaskClient, played: Played) -> int:
    counted: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            counted.append(statement)

    engine = installation(app).database.engine
    event.listen(engine, "before_cursor_execute", note)
    shown(client, played, "?left=1")
    event.remove(engine, "before_cursor_execute", note)
    return len(counted)


def test_the_page_asks_no_more_of_the_database_for_a_long_course(
    app: Flask, alices: FlaskClient, alice: Person
) -> None:
    few, many = publish(app, alice, count=1), publish(app, alice, count=30)
    play(app, few, [(STATUS, "incomplete")])
    play(app, many, *([(STATUS, "incomplete")] for _ in range(20)))
    assert queries_of(app, alices, few) == queries_of(app, alices, many) <= 16


class TestTheWayBack:
    def test_leads_through_the_sign_in_to_a_form_and_opens_nothing_by_itself(
        self, app: Flask, client: FlaskClient, alices: FlaskClient, alice: Person
    ) -> None:
        played = publish(app, alice)
        address = f"/my/{played.enrolment.id}/resume"
        asked = client.get(address)
        assert asked.location == f"/sign-in?next={address}"
        assert sign_in(client, alice.email, next=address).location == address
        text = page(client, address)
        assert f'action="/enrolments/{played.enrolment.id}/launch"' in text
        assert 'src="/static/' in text.partition("<script nonce=")[2]
        assert codes(app) == 0
        assert (
            submit(client, f"/enrolments/{played.enrolment.id}/launch", {"wish": "resume"}, page=address).status_code
            == 303
        )

    def test_is_nobody_elses(self, app: Flask, charlies: FlaskClient, bobs: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        for browser in (charlies, bobs):
            page(browser, f"/my/{played.enrolment.id}/resume", 404)

    def test_of_a_course_that_is_over_leads_to_its_page(self, app: Flask, alices: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        with installation(app).database.transaction() as session:
            session.execute(update(Enrolment).values(outcome="cancelled"))
        answer = alices.get(f"/my/{played.enrolment.id}/resume")
        assert (answer.status_code, answer.location) == (303, f"/my/{played.enrolment.id}")


class TestAFormSentAfterTheSignInHadEnded:
    def test_leads_through_the_sign_in_back_to_its_page(self, app: Flask, client: FlaskClient, alice: Person) -> None:
        played = publish(app, alice)
        course = f"/my/{played.enrolment.id}"
        headers = {"Referer": f"http://localhost{course}?left=1"}
        answer = client.post(f"/enrolments/{played.enrolment.id}/launch", headers=headers)
        assert answer.location == f"/sign-in?next={course}?left%3D1"

    @pytest.mark.parametrize(
        "referrer",
        ["http://elsewhere.example/my", "http://localhost//elsewhere.example", "http://localhost/nowhere", ""],
    )
    def test_leads_nowhere_else(self, app: Flask, client: FlaskClient, alice: Person, referrer: str) -> None:
        played = publish(app, alice)
        headers = {"Referer": referrer, "Sec-Fetch-Site": "same-origin"}
        answer = client.post(f"/enrolments/{played.enrolment.id}/launch", headers=headers)
        assert answer.location == "/sign-in"


def test_the_catalogue_says_what_there_is_to_load_in_each_language(
    app: Flask, client: FlaskClient, alice: Person
) -> None:
    played = publish(app, alice)
    with installation(app).database.transaction() as session:
        session.execute(update(Archive).values(size=12 * 2**20))
    text = page(client, f"/courses/{played.course.code}")
    assert '<span class="quiet">(12\xa0MB)</span>' in text
    assert "On a slow mobile line (2G) that takes about 17\xa0min in all." in text
