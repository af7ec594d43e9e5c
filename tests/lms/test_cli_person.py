"""`palier person`: what it does, what it says, and how it ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from courses.people import queries
from courses.people.models import Language, Person, Role
from lms.cli import cli
from lms.db import Database
from lms.migrate import VERSION_TABLE
from tests.builders import make_person

Run = Callable[..., Result]
NAMES = ("--given-name", "Alice", "--family-name", "Learner")


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the command line on an empty database."""
    monkeypatch.setenv("LMS_DATABASE_URL", database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("LMS_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("LMS_FAST_PASSWORDS", "yes")
    return lambda *words, typed="": CliRunner().invoke(cli, ["person", *words], input=typed)


@contextmanager
def migrated_to(database: Database, revision: str) -> Iterator[None]:
    """Let the database say that it is of another release, for a while."""
    with database.writing_connection() as connection:
        before = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :to"), {"to": revision})
    yield
    with database.writing_connection() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :to"), {"to": before})


def only_person(database: Database) -> tuple[Person, frozenset[Role]]:
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        roles = queries.roles_of(session, person.id)
        session.expunge_all()
    return person, roles


class TestAdd:
    def test_makes_a_learner_and_prints_the_password_that_it_made(self, run: Run, database: Database) -> None:
        answer = run("add", "Alice@Example.org", *NAMES, "--language", "fr")
        assert answer.exit_code == 0
        first, second = answer.stdout.splitlines()
        assert first == "Alice Learner <alice@example.org> was added as learner."
        assert len(second.removeprefix("Password: ")) >= 16
        person, roles = only_person(database)
        assert (person.language, roles, person.verified_at) == (Language.FR, {Role.LEARNER}, None)
        assert (person.password_hash or "").startswith("$argon2id$")

    def test_takes_the_password_from_standard_input_and_does_not_repeat_it(self, run: Run, database: Database) -> None:
        answer = run("add", "a@example.org", *NAMES, "--password-stdin", typed="a long enough one\nmore\n")
        assert answer.exit_code == 0
        assert "a long enough one" not in answer.output
        assert "Password" not in answer.output
        assert only_person(database)[0].email == "a@example.org"

    def test_gives_the_roles_that_are_named_and_no_other(self, run: Run, database: Database) -> None:
        assert run("add", "a@example.org", *NAMES, "--role", "administrator", "--role", "trainer").exit_code == 0
        assert only_person(database)[1] == {Role.ADMINISTRATOR, Role.TRAINER}

    @pytest.mark.parametrize(
        ("words", "typed", "status", "sentence"),
        [
            (("alice", *NAMES), "", 1, "Error: This is not an email address."),
            (("a@example.org", "--given-name", " ", "--family-name", "B"), "", 1, "Error: Please write the name."),
            (("a@example.org", *NAMES, "--password-stdin"), "short\n", 1, "Error: The password is too short"),
            (("a@example.org", *NAMES, "--password-stdin"), "", 1, "Error: The password is too short"),
            (("a@example.org", *NAMES, "--role", "boss"), "", 2, "'boss' is not one of"),
            (("a@example.org", *NAMES, "--language", "de"), "", 2, "'de' is not one of"),
            (("a@example.org",), "", 2, "Error: --given-name is missing."),
            (("a@example.org", "--given-name", "A"), "", 2, "Error: --family-name is missing."),
            ((), "", 2, "Missing argument 'EMAIL'"),
        ],
    )
    def test_adds_nobody_when_something_is_wrong(
        self, run: Run, database: Database, words: tuple[str, ...], typed: str, status: int, sentence: str
    ) -> None:
        answer = run("add", *words, typed=typed)
        assert answer.exit_code == status
        assert sentence in answer.stderr
        assert "Traceback" not in answer.output
        with database.reading() as session:
            assert session.scalars(select(Person)).all() == []

    def test_refuses_an_address_that_is_taken(self, run: Run) -> None:
        assert run("add", "a@example.org", *NAMES).exit_code == 0
        again = run("add", "A@example.org", *NAMES)
        assert again.exit_code == 1
        assert "already an account with this address" in again.stderr
        assert again.stdout == ""


class TestGrantAndRevoke:
    def test_change_the_roles_and_say_so(self, run: Run, database: Database) -> None:
        with database.transaction() as session:
            make_person(session, email="a@example.org")
        steps = [
            (("grant", "A@example.org", "trainer"), "A@example.org is trainer now."),
            (("grant", "a@example.org", "trainer"), "a@example.org is trainer already; nothing was changed."),
            (("revoke", "a@example.org", "learner"), "a@example.org is not learner any more."),
            (("revoke", "a@example.org", "learner"), "a@example.org is not learner; nothing was changed."),
        ]
        for words, sentence in steps:
            answer = run(*words)
            assert (answer.exit_code, answer.stdout.strip()) == (0, sentence)
        assert only_person(database)[1] == {Role.TRAINER}

    @pytest.mark.parametrize("command", ["grant", "revoke"])
    def test_need_a_person_and_a_role(self, run: Run, command: str) -> None:
        nobody = run(command, "nobody@example.org", "trainer")
        assert (nobody.exit_code, nobody.stderr.strip()) == (
            1, "Error: There is no person with the address nobody@example.org.",
        )  # fmt: skip
        assert run(command, "nobody@example.org", "boss").exit_code == 2


class TestVerify:
    def test_notes_the_official_status_once(self, run: Run, database: Database) -> None:
        with database.transaction() as session:
            make_person(session, email="a@example.org", verified_at=None)
        assert run("verify", "a@example.org").stdout.strip() == "a@example.org is verified now."
        assert "nothing was changed" in run("verify", "a@example.org").stdout
        assert only_person(database)[0].verified_at is not None


class TestCountry:
    def test_is_entered_once(self, run: Run, database: Database) -> None:
        with database.transaction() as session:
            make_person(session, email="a@example.org", roles=[Role.COORDINATOR])
        assert run("country", "a@example.org", "sn").stdout.strip() == "a@example.org is of SN now."
        assert "nothing was changed" in run("country", "a@example.org", "SN").stdout
        assert only_person(database)[0].country == "SN"

    def test_is_one_of_the_world(self, run: Run) -> None:
        answer = run("country", "a@example.org", "XK")
        assert answer.exit_code == 2
        assert "'XK' is not a country" in answer.stderr


class TestList:
    def test_shows_people_with_their_roles(self, run: Run, database: Database) -> None:
        with database.transaction() as session:
            make_person(session, email="b@example.org", given_name="Bob", family_name="Trainer", roles=[Role.TRAINER])
            make_person(session, email="a@example.org", given_name="Alice", family_name="Learner")
        assert run("list").stdout == "a@example.org\tAlice Learner\tlearner\nb@example.org\tBob Trainer\ttrainer\n"
        assert run("list", "--role", "trainer").stdout == "b@example.org\tBob Trainer\ttrainer\n"
        assert run("list", "--role", "administrator").stdout == ""


class TestAnInstallationThatIsNotReady:
    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_is_prepared_at_the_first_command(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
        assert run("add", "a@example.org", *NAMES).exit_code == 0
        assert run("list").stdout == "a@example.org\tAlice Learner\tlearner\n"

    def test_of_an_earlier_release_is_told_what_to_do_about_it(self, run: Run, database: Database) -> None:
        with migrated_to(database, "0000"):
            answer = run("list")
            assert answer.exit_code == 1
            assert "Run 'palier migrate' first" in answer.stderr

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_says_so_when_the_database_is_away(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/palier")
        answer = run("list")
        assert answer.exit_code == 1
        assert "Error: The database cannot be reached" in answer.stderr
