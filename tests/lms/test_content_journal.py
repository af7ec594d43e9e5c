"""What earlier pages could not send arrives with a launch; what can never be taken is named and holds nothing up."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses.attempts.models import ActivityState
from courses.attempts.services import launch
from courses.enrolment.models import DropoutKind, Enrolment, Outcome
from courses.people.models import Language
from lms import clock
from tests.browsing import installation
from tests.playing import Played, make_played, package_of, sco

SHELL = "http://play.content.localhost"
LOCATION = "cmi.core.lesson_location"


@pytest.fixture
def played(app: Flask) -> Played:
    with installation(app).database.transaction() as session:
        return make_played(session, package_of([sco("one")]))


def new_code(app: Flask, played: Played) -> str:
    with installation(app).database.transaction() as session:
        return launch(session, played.person, played.enrolment.id, None, Language.EN, clock.now())


@pytest.fixture
def opened(app: Flask, client: FlaskClient, played: Played) -> dict[str, Any]:
    answer = client.post("/launch", json={"code": new_code(app, played)}, base_url=SHELL)
    assert answer.json is not None
    assert answer.json["journal"] == {"taken": 0, "left": 0, "set_aside": [], "late": []}
    return dict(answer.json)


def entry(opened: dict[str, Any], number: int = 0, **facts: Any) -> dict[str, Any]:
    found = {"token": opened["token"], "base": number, "activity": "one", "changes": [[LOCATION, f"p{number}"]]}
    return found | facts


def location(session: Session) -> str:
    values: dict[str, str] = session.scalars(select(ActivityState.values)).one()
    return values[LOCATION]


def test_entries_that_can_never_be_taken_are_named_and_the_others_count(
    app: Flask, client: FlaskClient, played: Played, opened: dict[str, Any]
) -> None:
    journal: list[Any] = [
        entry(opened), "nonsense", entry(opened, 1, activity="gone"), entry(opened, 2, changes=[["a"]]),
        entry(opened, 3, token=None), entry(opened, 4, token="forged"), entry(opened, 5),
    ]  # fmt: skip
    answer = client.post("/launch", json={"code": new_code(app, played), "journal": journal}, base_url=SHELL)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["recovered"] == {opened["lease"]: 6}
    assert answer.json["journal"]["taken"] == 7
    aside = answer.json["journal"]["set_aside"]
    assert [found["index"] for found in aside] == [1, 2, 3, 4, 5]
    assert aside[1]["reason"] == "activity is no item of this course"
    with installation(app).database.reading() as session:
        assert location(session) == "p5"


def test_a_long_journal_is_taken_in_parts(
    app: Flask, client: FlaskClient, played: Played, opened: dict[str, Any]
) -> None:
    journal = [entry(opened, number) for number in range(250)]
    first = client.post("/launch", json={"code": new_code(app, played), "journal": journal}, base_url=SHELL)
    assert first.status_code == 200
    assert first.json is not None
    assert first.json["journal"] == {"taken": 200, "left": 50, "set_aside": [], "late": []}
    assert first.json["recovered"] == {opened["lease"]: 200}
    headers = {"Authorization": f"Bearer {first.json['token']}"}
    second = client.post("/lease", json={"journal": journal[200:]}, headers=headers, base_url=SHELL)
    assert second.json is not None
    assert second.json["journal"] == {"taken": 50, "left": 0, "set_aside": [], "late": []}
    assert second.json["deliver"]["values"][LOCATION] == "p249"


def test_what_comes_after_another_device_has_written_is_named_and_leaves_its_place(
    app: Flask, client: FlaskClient, played: Played, opened: dict[str, Any]
) -> None:
    def launched(*journal: dict[str, Any]) -> dict[str, Any]:
        document = {"code": new_code(app, played), "journal": list(journal)}
        return dict(client.post("/launch", json=document, base_url=SHELL).json or {})

    other = launched()
    assert launched(entry(opened))["journal"]["late"] == []  # the other device has written nothing yet
    headers = {"Authorization": f"Bearer {other['token']}"}
    document = {"seq": 1, "base": 0, "activity": "one", "changes": [[LOCATION, "theirs"]]}
    assert client.post("/commit", json=document, headers=headers, base_url=SHELL).status_code == 409
    third = launched()
    headers = {"Authorization": f"Bearer {third['token']}"}
    assert client.post("/commit", json=document, headers=headers, base_url=SHELL).status_code == 200
    last = launched("nonsense", entry(opened, 1))  # type: ignore[arg-type]
    assert (last["journal"]["late"], last["deliver"]["values"][LOCATION]) == ([1], "theirs")


@pytest.mark.parametrize("change", [{"activity": "gone"}, {"changes": [["a"]]}, {"numbers": [1, 2]}])
def test_a_commit_that_can_never_be_taken_is_to_be_set_aside_and_the_next_one_counts(
    client: FlaskClient, opened: dict[str, Any], change: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    document = {"seq": 1, "base": 0, "activity": "one", "changes": [[LOCATION, "p1"]]}
    answer = client.post("/commit", json=document | change, headers=headers, base_url=SHELL)
    assert answer.status_code == 422
    assert answer.json is not None
    assert (answer.json["error"], answer.json["set_aside"]) == ("invalid", True)
    document = {"seq": 2, "base": 1, "activity": "one", "changes": [[LOCATION, "p2"]]}
    assert client.post("/commit", json=document, headers=headers, base_url=SHELL).status_code == 200


def test_a_closed_door_is_answered_as_such(app: Flask, client: FlaskClient, opened: dict[str, Any]) -> None:
    withdrawn = {"outcome": Outcome.DROPPED_OUT, "dropout_kind": DropoutKind.WITHDREW, "closed_at": clock.now()}
    with installation(app).database.transaction() as session:
        session.execute(update(Enrolment).values(withdrawn))
    headers = {"Authorization": f"Bearer {opened['token']}"}
    commit = {"seq": 1, "base": 0, "activity": "one", "changes": [[LOCATION, "p1"]]}
    for path, document in (("/commit", commit), ("/heartbeat", {}), ("/lease", {})):
        answer = client.post(path, json=document, headers=headers, base_url=SHELL)
        assert answer.status_code == 403
        assert answer.json is not None
        assert (answer.json["error"], answer.json["reason"]) == ("closed", "enrolment_withdrawn")
