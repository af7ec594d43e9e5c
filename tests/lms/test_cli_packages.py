"""`palier check` and `palier import`: what they print, what they write, how they end."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from courses.catalogue.models import Course, CourseLanguage, CourseVersion, ImportState, PackageImport, Publication
from courses.people.models import Language
from lms.application import create_site
from lms.cli import cli
from lms.config import Settings
from lms.site import Site
from tests.builders import make_course
from tests.importing import environment, files_of
from tests.scorm.packaging.packages import FILES, MANIFEST, package_bytes

GOOD = package_bytes()
COMPLAINED = package_bytes(MANIFEST.replace('default="org"', 'default="gone"'))

Palier = Callable[..., Result]


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """Return the installation that the commands work on."""
    opened = create_site(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def palier(settings: Settings) -> Palier:
    """Return the command line, at work on the installation under test."""
    return lambda *arguments: CliRunner().invoke(cli, [str(one) for one in arguments], env=environment(settings))


@pytest.fixture
def package(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return what writes a package to a file."""

    def write(data: bytes, name: str = "package.zip") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def count(site: Site, table: type) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


class TestCheck:
    @pytest.mark.parametrize(
        ("data", "status", "words"),
        [
            (GOOD, 0, "Nothing was found that could cause trouble."),
            (COMPLAINED, 1, "Will misbehave"),
            (b"no zip", 2, "cannot be accepted"),
        ],
    )
    def test_its_status_says_how_bad_it_is(
        self, package: Callable[[bytes], Path], data: bytes, status: int, words: str
    ) -> None:
        result = CliRunner().invoke(
            cli, ["check", str(package(data))], env={"LMS_DATABASE_URL": "postgresql://nowhere"}
        )
        assert result.exit_code == status
        assert words in result.output

    def test_no_word_of_a_package_commands_the_terminal(self, package: Callable[[bytes], Path]) -> None:
        title = MANIFEST.replace("Negotiation", "Nego\x9b2J\u202etiation")
        script = '<adlcp:prerequisites type="aicc_script">one &amp;\n&amp; two</adlcp:prerequisites>'
        data = package_bytes(title.replace("<title>Second</title>", f"<title>Second</title>{script}"))
        output = CliRunner().invoke(cli, ["check", str(package(data))]).stdout
        assert "Nego\N{REPLACEMENT CHARACTER}2J\N{REPLACEMENT CHARACTER}tiation" in output
        assert "one & & two" in output

    def test_its_report_as_json_has_stable_codes_and_words(self, package: Callable[[bytes], Path]) -> None:
        result = CliRunner().invoke(cli, ["check", "--json", str(package(COMPLAINED))])
        report = json.loads(result.stdout)
        assert (report["accepted"], report["edition"], report["files"]) == (True, "1.2", 4)
        found = report["findings"][0]
        assert (found["code"], found["grade"]) == ("organization_default_dangling", "will_misbehave")
        assert found["sentence"]
        assert found["advice"]

    def test_its_report_as_json_says_what_the_package_is(self, package: Callable[[bytes], Path]) -> None:
        report = json.loads(CliRunner().invoke(cli, ["check", "--json", str(package(GOOD))]).stdout)
        assert (report["format"], report["status"], report["accepted"], report["language"]) == (1, 0, True, "en")
        assert report["counts"] == {"blocker": 0, "will_misbehave": 0, "cosmetic": 0}
        assert report["facts"]["first_screen"]["name"] == "one/index.html"
        assert report["facts"]["budgets"] == {"first_screen": 512_000, "course": 20_971_520}

    @pytest.mark.parametrize(
        ("arguments", "language", "words"),
        [
            (["--language", "fr"], "fr", "Provoquera"),
            ([], "es", "Causará problemas"),
            (["--language", "en"], "en", "Will"),
        ],
    )
    def test_its_words_are_in_the_language_asked_for(
        self, package: Callable[[bytes], Path], arguments: list[str], language: str, words: str
    ) -> None:
        command, given = ["check", str(package(COMPLAINED)), *arguments], {"LC_ALL": "es_ES.UTF-8"}
        assert words in CliRunner().invoke(cli, command, env=given).stdout
        assert json.loads(CliRunner().invoke(cli, [*command, "--json"], env=given).stdout)["language"] == language

    def test_the_budgets_are_those_of_the_installation(self, package: Callable[[bytes], Path]) -> None:
        heavy = package_bytes(files={**FILES, "one/index.html": random.Random(1).randbytes(3000)})
        given = {"LMS_FIRST_SCREEN_BUDGET": "1024", "LMS_COURSE_BUDGET": "2048"}
        result = CliRunner().invoke(cli, ["check", "--json", str(package(heavy))], env=given)
        codes = {one["code"] for one in json.loads(result.stdout)["findings"]}
        assert codes == {"first_screen_heavy", "course_heavy"}

    def test_a_folder_with_a_manifest_is_one_package(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(COMPLAINED)) as archive:
            archive.extractall(tmp_path / "course")
        result = CliRunner().invoke(cli, ["check", "--json", str(tmp_path / "course")])
        assert result.exit_code == 1
        assert json.loads(result.stdout)["file"] == "course.zip"

    def test_of_several_packages_in_a_folder_the_worst_counts(self, package: Callable[..., Path]) -> None:
        folder = package(GOOD, "a.zip").parent
        package(GOOD[:300], "b.zip")
        package(COMPLAINED, "c.zip")
        result = CliRunner().invoke(cli, ["check", "--json", str(folder)])
        assert result.exit_code == 2
        assert [(one["file"], one["status"]) for one in json.loads(result.stdout)] == [
            ("a.zip", 0), ("b.zip", 2), ("c.zip", 1),
        ]  # fmt: skip

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(cli, ["check", str(tmp_path / "gone.zip")])
        assert result.exit_code == 2
        assert "gone.zip" in result.output


class TestImport:
    def test_a_package_becomes_a_version(self, site: Site, palier: Palier, package: Callable[[bytes], Path]) -> None:
        with site.database.transaction() as session:
            make_course(session, code="TBT", languages=[])
        result = palier("import", package(GOOD), "--course", "TBT", "--language", "fr")
        assert result.exit_code == 0, result.output
        assert "Published as version 1 of TBT in fr." in result.output
        with site.database.reading() as session:
            assert session.scalars(select(PackageImport)).one().state is ImportState.PUBLISHED
            assert session.scalars(select(CourseLanguage)).one().language is Language.FR
        assert len(files_of(site)[0]) == 1
        assert files_of(site)[1] == []

    def test_several_files_become_versions_in_their_order(
        self, site: Site, palier: Palier, package: Callable[..., Path]
    ) -> None:
        files = [package(GOOD, "a.zip"), package(COMPLAINED, "b.zip")]
        result = palier("import", *files, "--course", "TBT", "--language", "en", "--create", "--title-en", "Barriers")
        assert result.exit_code == 0, result.output
        with site.database.reading() as session:
            assert list(session.scalars(select(CourseVersion.number).order_by(CourseVersion.id))) == [1, 2]
            assert session.scalars(select(Course)).one().title_en == "Barriers"

    def test_a_course_is_made_under_the_title_of_the_package(
        self, site: Site, palier: Palier, package: Callable[[bytes], Path]
    ) -> None:
        palier("import", package(GOOD), "--course", "TBT", "--language", "en", "--create")
        with site.database.reading() as session:
            assert session.scalars(select(Course)).one().title_en == "Negotiation"

    def test_it_can_leave_the_publication_for_later(
        self, site: Site, palier: Palier, package: Callable[[bytes], Path]
    ) -> None:
        arguments = ("--course", "TBT", "--language", "en", "--create", "--no-publish")
        assert palier("import", package(GOOD), *arguments).exit_code == 0
        assert count(site, Publication) == 0
        with site.database.reading() as session:
            assert session.scalars(select(PackageImport)).one().state is ImportState.READY

    def test_a_course_that_is_not_there_is_not_made_by_mistake(
        self, site: Site, palier: Palier, package: Callable[[bytes], Path]
    ) -> None:
        result = palier("import", package(GOOD), "--course", "TBT", "--language", "fr")
        assert result.exit_code == 2
        assert "There is no course with the code TBT." in result.output
        assert files_of(site) == ([], [])

    def test_a_refused_package_changes_nothing(
        self, site: Site, palier: Palier, package: Callable[[bytes], Path]
    ) -> None:
        result = palier("import", package(GOOD[:300]), "--course", "TBT", "--language", "fr", "--create")
        assert result.exit_code == 2
        assert "cannot be accepted" in result.output
        assert [count(site, table) for table in (Course, PackageImport, CourseVersion)] == [0, 0, 0]
        assert files_of(site) == ([], [])

    def test_facts_that_break_a_rule_are_told(
        self, site: Site, palier: Palier, package: Callable[[bytes], Path]
    ) -> None:
        arguments = ("--course", "a b", "--language", "fr", "--create", "--hours", "-1")
        result = palier("import", package(GOOD), *arguments)
        assert result.exit_code == 2
        assert "code:" in result.output
        assert "hours:" in result.output
        assert count(site, Course) == 0

    def test_a_new_database_is_prepared_without_a_word(self, tmp_path: Path, package: Callable[[bytes], Path]) -> None:
        result = CliRunner().invoke(
            cli, ["import", str(package(GOOD)), "--course", "A", "--language", "fr", "--create"],
            env={"LMS_FOLDER": str(tmp_path / "new"), "LMS_DATABASE_URL": ""},
        )  # fmt: skip
        assert result.exit_code == 0
        assert "Published as version 1 of A in fr" in result.output

    def test_a_package_that_waits_is_shown_where_the_site_is(
        self, tmp_path: Path, package: Callable[[bytes], Path]
    ) -> None:
        result = CliRunner().invoke(
            cli, ["import", str(package(GOOD)), "--course", "A", "--language", "fr", "--create", "--no-publish"],
            env={"LMS_FOLDER": str(tmp_path / "new"), "LMS_DATABASE_URL": "", "LMS_URL_PREFIX": "/learning"},
        )  # fmt: skip
        assert "http://localhost:8000/learning/admin/imports/" in result.output
