"""`palier enrol`, `decision`, `policy`, `token`: the same gate, its decisions answered again, its rules tried."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from courses.enrolment.models import Enrolment
from courses.people.models import Person, Role
from courses.policy.models import PolicyVersion, StoredDecision
from courses.policy.services import begin_draft, change_draft
from courses.progression.policy import HOUSE
from lms.cli import cli
from lms.db import Database
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the command line on an empty database, in English."""
    monkeypatch.setenv("LMS_DATABASE_URL", database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("LMS_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("LANG", "C")
    return lambda *words: CliRunner().invoke(cli, list(words))


@pytest.fixture
def alice(database: Database) -> Person:
    with database.transaction() as session:
        make_person(session, email="admin@example.org", roles=[Role.ADMINISTRATOR])
        make_course(session, code="ABOVE", level=2)
        return make_person(session, email="alice@example.org")


def decision_in(text: str) -> UUID:
    return UUID(text.rsplit("Decision ", 1)[1].strip().rstrip("."))


def test_every_reason_is_said_and_the_decision_kept_and_answered_again(
    run: Run, alice: Person, database: Database
) -> None:
    refused = run("enrol", "alice@example.org", "above")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "- prerequisite_missing: " in refused.stderr
    kept = decision_in(refused.stderr)
    shown, again = run("decision", "show", str(kept)), run("decision", "replay", str(kept))
    assert (shown.exit_code, again.exit_code) == (0, 0)
    assert "Refused." in shown.stdout
    assert "NOT MET" in shown.stdout
    assert "The same answer again" in again.stdout
    with database.transaction() as session:
        session.execute(update(StoredDecision).values(conditions=[]))
    other = run("decision", "replay", str(kept))
    assert other.exit_code == 1
    assert "ANOTHER ANSWER" in other.stdout
    assert run("decision", "replay", str(alice.id)).exit_code == 1


def test_an_override_carries_a_name_and_a_reason(run: Run, alice: Person, database: Database) -> None:
    words = ("enrol", "alice@example.org", "ABOVE", "--override", "Taught it")
    assert run(*words).exit_code == 2
    assert run(*words, "--as", "alice@example.org").exit_code == 1
    done = run(*words, "--as", "admin@example.org")
    assert done.exit_code == 0, done.output
    with database.reading() as session:
        stored = session.get_one(StoredDecision, decision_in(done.stdout))
        assert (stored.route, stored.override_reason, stored.is_allowed) == ("command_line", "Taught it", False)
        assert session.scalars(select(Enrolment)).one().decision_id == stored.id


def test_a_draft_is_tried_and_brought_into_force(run: Run, alice: Person, database: Database) -> None:
    with database.transaction() as session:
        make_enrolment(session, alice, make_cohort(session, make_course(session, code="OTHER")))
        draft = begin_draft(session, None, NOW)
        change_draft(session, draft.id, replace(HOUSE, rules=()), "no rules")
    report = json.loads(run("policy", "dry-run", "2", "--json").stdout)
    (change,) = report["changes"]
    assert (report["people"], change["code"], change["gain"]["people"]) == (1, "ABOVE", 1)
    assert [name["email"] for name in change["gain"]["names"]] == ["alice@example.org"]
    assert "ABOVE\tgain 1\tlose 0" in run("policy", "dry-run", "2").stdout
    assert run("policy", "enforce", "2", "--as", "alice@example.org").exit_code == 1
    assert run("policy", "enforce", "2", "--as", "admin@example.org").exit_code == 0
    assert run("enrol", "alice@example.org", "ABOVE").exit_code == 0
    assert "2\t20" in run("policy", "list").stdout
    with database.reading() as session:
        policy_id = session.scalars(select(StoredDecision.policy_id)).one()
        assert session.get_one(PolicyVersion, policy_id).number == 2


def test_a_token_is_shown_once_and_ends_for_good(run: Run, alice: Person) -> None:
    made = run("token", "make", "alice@example.org", "--name", "statistics")
    assert made.stdout.startswith("palier_")
    line = run("token", "list", "alice@example.org").stdout
    assert made.stdout.strip() not in line
    identifier, _, made_at, used_at, ends_at = line.strip().split("\t")
    assert datetime.fromisoformat(ends_at) - datetime.fromisoformat(made_at) == timedelta(days=365)
    assert used_at == "-"
    assert run("token", "end", identifier).stdout == "The token has ended.\n"
    assert "had ended already" in run("token", "end", identifier).stdout
    assert ends_at not in run("token", "list", "alice@example.org").stdout
