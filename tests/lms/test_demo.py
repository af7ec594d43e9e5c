"""The demonstration: the same every time, near the published figures, and open to its accounts from here only."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attempts.choices import attempt_choice
from courses.attempts.models import ActivityState, Attempt
from courses.catalogue.models import (
    Course,
    CourseLanguage,
    CourseVersion,
    FirstGenerationFile,
    Format,
    ImportState,
    PackageImport,
    Publication,
)
from courses.cohorts.models import Cohort, CohortTrainer
from courses.conversion.queries import conversion_board
from courses.enrolment.models import Enrolment, Outcome, OutcomeChange
from courses.enrolment.services import close_due
from courses.people.models import Gender, Language, Person
from courses.people.queries import PeopleSearch, people_for
from courses.people.standing import standings_of
from lms.application import create_app, create_site
from lms.cli.demo import demo
from lms.config import Settings
from lms.demo.accounts import PRINTED, Account, kept_password
from lms.demo.catalogue import DemoCourse, courses
from lms.demo.loading import NotEmpty, load
from lms.demo.packages import package_of
from lms.demo.pdf import Chapter, pdf_of
from lms.demo.people import regions_of_institute
from lms.site import Site
from scorm.packaging.items import Edition, Manifest
from scorm.packaging.package import read_package
from tests.browsing import installation, sign_in
from tests.builders import NOW, make_course
from tests.demonstrations import PLAN, site_in

GENERATED = [
    pytest.param(course, language, id=f"{course.code}-{language}")
    for course in courses()
    if course.format is Format.SCORM
    for language in course.languages
]


@pytest.fixture
def reading(loaded: Site) -> Iterator[Session]:
    """Return a session that reads the demonstration."""
    with loaded.database.reading() as session:
        yield session


def facts_digest(session: Session) -> str:
    """Return a digest of everything that people see of the demonstration."""
    queries = (
        select(Person.email, Person.given_name, Person.family_name, Person.gender, Person.country, Person.created_at),
        select(Course.code, CourseLanguage.language, CourseLanguage.format, CourseLanguage.converted_at).join(
            CourseLanguage, CourseLanguage.course_id == Course.id
        ),
        select(CourseVersion.title, CourseVersion.archive_sha256, Publication.published_at).join(Publication),
        select(Cohort.name, Cohort.opens_at, Cohort.closes_at),
        select(
            Person.email, Cohort.name, Enrolment.outcome, Enrolment.mark, Enrolment.progress, Enrolment.enrolled_at,
            Enrolment.started_at, Enrolment.seen_at, Enrolment.closed_at, Enrolment.measured_cs,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id),
        select(OutcomeChange.changed_at, OutcomeChange.before, OutcomeChange.after, OutcomeChange.reason),
        select(ActivityState.activity_id, ActivityState.status, ActivityState.score, ActivityState.reported_cs),
    )  # fmt: skip
    rows = [sorted(str(tuple(row)) for row in session.execute(query)) for query in queries]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def outcomes_of(session: Session) -> Counter[Outcome]:
    return Counter(session.scalars(select(Enrolment.outcome)))


def test_the_same_seed_and_day_make_the_same_demonstration(
    reading: Session, tmp_path: Path, sqlite_template: Path
) -> None:
    other = site_in(tmp_path / "other", sqlite_template)
    load(other, PLAN, "another password")
    with other.database.reading() as session:
        assert facts_digest(session) == facts_digest(reading)
    other.database.close()


def test_another_seed_makes_other_people_and_much_the_same_figures(
    reading: Session, tmp_path: Path, sqlite_template: Path
) -> None:
    other = site_in(tmp_path / "other", sqlite_template)
    load(other, replace(PLAN, seed=7))
    with other.database.reading() as session:
        assert facts_digest(session) != facts_digest(reading)
        assert_near_the_published_rates(session)
    other.database.close()


def test_the_command_loads_on_both_databases_and_a_second_time_only_says_how_to_sign_in(settings: Settings) -> None:
    environment = {
        "LMS_FOLDER": str(settings.folder), "LMS_DATABASE_URL": settings.database_url, "LMS_FAST_PASSWORDS": "yes",
    }  # fmt: skip
    parts = create_site(settings)
    said, digests = [], []
    for arguments in (["--today", "2026-11-20"], ["--seed", "7"]):
        answer = CliRunner().invoke(demo, arguments, env=environment, catch_exceptions=False)
        assert answer.exit_code == 0
        said.append(answer.output[answer.output.index("The demonstration at") :])
        with parts.database.reading() as session:
            digests.append(facts_digest(session))
    parts.database.close()
    assert said[0] == said[1]
    assert digests[0] == digests[1]
    assert all(account.person.email in said[0] for account in PRINTED)
    assert re.search(r"Password: \S{14}$", said[0], re.MULTILINE)


def test_it_refuses_an_installation_with_courses_of_its_own(tmp_path: Path, sqlite_template: Path) -> None:
    parts = site_in(tmp_path / "var", sqlite_template)
    with parts.database.transaction() as session:
        make_course(session)
    with pytest.raises(NotEmpty):
        load(parts, PLAN)
    with parts.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
    assert kept_password(parts.settings) is None
    parts.database.close()


def test_thirty_courses_stand_in_the_languages_and_formats_of_the_plan(reading: Session) -> None:
    board = conversion_board(reading, Language.EN)
    assert board.by_course.denominator == 30
    assert board.by_course.value == pytest.approx(0.62, abs=0.02)
    languages = reading.execute(select(CourseLanguage.course_id, func.count()).group_by(CourseLanguage.course_id)).all()
    in_all_three = sum(count == 3 for _, count in languages) / len(languages)
    assert in_all_three == pytest.approx(0.65, abs=0.02)
    assert len(board.months) > 14


def test_a_newer_version_waits_to_be_looked_at_and_one_file_was_refused(reading: Session) -> None:
    told = select(PackageImport.file_name, PackageImport.state, PackageImport.findings)
    waiting = reading.execute(
        told.where(PackageImport.state != ImportState.PUBLISHED).order_by(PackageImport.file_name)
    )
    assert [(name, state, [one["code"] for one in findings]) for name, state, findings in waiting] == [
        ("access-en-2.zip", ImportState.READY, ["hosts_called"]),
        ("legal-en.zip", ImportState.REFUSED, ["other_standard"]),
    ]


def test_what_is_first_generation_has_its_file_and_what_is_scorm_its_archive(loaded: Site, reading: Session) -> None:
    digests = [
        *reading.scalars(select(FirstGenerationFile.sha256)),
        *reading.scalars(select(CourseVersion.archive_sha256)),
    ]
    assert len(digests) == 76  # one is of the version that waits
    assert all(loaded.storage.path(sha256).is_file() for sha256 in digests)


def test_level_two_asks_for_the_first_course_and_self_study_is_not_for_credit(reading: Session) -> None:
    found = reading.scalars(select(Course)).all()
    assert all(course.asks_for == ["1"] for course in found if course.level == 2)
    assert [course.code for course in found if course.confers == ["1"]] == ["INTRO"]
    assert all(course.is_for_credit is (course.level is not None) for course in found)


def assert_near_the_published_rates(session: Session) -> None:
    outcomes = outcomes_of(session)
    left = outcomes[Outcome.CANCELLED] + outcomes[Outcome.TRANSFERRED] + outcomes[Outcome.VOID]
    closed = outcomes.total() - left - outcomes[Outcome.NOT_STARTED] - outcomes[Outcome.ACTIVE]
    distinctions = session.scalar(select(func.count()).where(Enrolment.has_distinction)) or 0
    assert outcomes[Outcome.PASSED] / closed == pytest.approx(0.68, abs=0.02)
    assert outcomes[Outcome.DROPPED_OUT] / closed == pytest.approx(0.24, abs=0.02)
    assert distinctions / outcomes[Outcome.PASSED] == pytest.approx(0.53, abs=0.02)


def test_the_rates_come_near_the_published_ones(reading: Session) -> None:
    assert_near_the_published_rates(reading)


def test_some_two_thousand_people_come_from_all_seven_regions(reading: Session) -> None:
    enrolled = select(Enrolment.person_id)
    people = reading.scalars(select(Person).where(Person.id.in_(enrolled))).all()
    ldcs = {
        country["code"] for region in regions_of_institute() for country in region["countries"] if country["is_ldc"]
    }
    assert len(people) == pytest.approx(2000, abs=50)
    standings = standings_of(reading, [person.country for person in people])
    assert len({standing.region for standing in standings.values()}) == 7
    assert {code for code, standing in standings.items() if standing.is_ldc} <= ldcs
    women = sum(person.gender is Gender.WOMAN for person in people) / len(people)
    assert 0.44 < women < 0.48
    assert sum(person.country in ldcs for person in people) / len(people) == pytest.approx(0.30, abs=0.03)
    assert all(person.verified_at is not None and person.is_demonstration for person in people)


def test_people_of_the_coordinators_country_wait_for_verification(reading: Session) -> None:
    coordinator = reading.scalars(select(Person).where(Person.email == "coordinator@demo.palier.localhost")).one()
    found = people_for(reading, coordinator, PeopleSearch())
    assert found.waiting > 5
    assert all(person.country == "SN" and person.created_at <= NOW for person in found.people)
    assert people_for(reading, coordinator, PeopleSearch(is_verified=True)).found > 5


def test_nothing_is_due_that_a_sweep_would_have_closed(loaded: Site) -> None:
    with loaded.database.transaction() as session:
        assert close_due(session, NOW) == 0


def test_nothing_has_happened_in_the_future_nor_in_the_wrong_order(reading: Session) -> None:
    for enrolment in reading.scalars(select(Enrolment)):
        moments = [enrolment.enrolled_at, enrolment.started_at, enrolment.seen_at, enrolment.closed_at]
        dated = [moment for moment in moments if moment is not None]
        assert dated == sorted(dated)
        assert dated[-1] <= NOW


def test_the_last_change_of_each_enrolment_is_its_outcome(reading: Session) -> None:
    changes: dict[object, list[OutcomeChange]] = {}
    for change in reading.scalars(select(OutcomeChange).order_by(OutcomeChange.changed_at)):
        changes.setdefault(change.enrolment_id, []).append(change)
    for enrolment in reading.scalars(select(Enrolment)):
        story = changes[enrolment.id]
        assert story[-1].after is enrolment.outcome
        assert [one.after for one in story[:-1]] == [one.before for one in story[1:]]


def test_every_cohort_has_a_trainer_and_somebody_was_here_this_week(reading: Session) -> None:
    taught = set(reading.scalars(select(CohortTrainer.cohort_id)))
    assert taught == set(reading.scalars(select(Cohort.id)))
    recent = [seen for seen in reading.scalars(select(Enrolment.seen_at)) if seen and (NOW - seen).days < 7]
    assert len(recent) > 100


def test_the_learner_has_passed_a_course_failed_one_is_in_the_middle_of_another_and_has_one_before_her(
    reading: Session,
) -> None:
    own = select(Person.id).where(Person.email == "learner@demo.palier.localhost")
    rows = reading.execute(
        select(Course.code, Enrolment)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == own.scalar_subquery())
    )
    enrolments = {row.code: row.Enrolment for row in rows}
    assert {code: one.outcome for code, one in enrolments.items()} == {
        "INTRO": Outcome.PASSED, "TBT": Outcome.ACTIVE, "SPS": Outcome.ACTIVE, "SERVICES": Outcome.NOT_STARTED,
    }  # fmt: skip
    assert enrolments["INTRO"].has_distinction
    attempt = reading.scalars(select(Attempt).where(Attempt.enrolment_id == enrolments["TBT"].id)).one()
    state = reading.get_one(ActivityState, (attempt.id, attempt.activity_id))
    assert state.values["cmi.core.lesson_location"] == "page-2"
    assert state.values["cmi.core.exit"] == "suspend"
    choice = attempt_choice(reading, enrolments["SPS"].id, NOW)
    assert (choice.is_review, choice.can_begin, choice.left) == (True, False, 2)  # a week has to pass first
    assert 0 < (enrolments["SPS"].mark or 0) < 0.6


def test_what_people_have_opened_is_in_the_course_and_said_in_the_words_of_its_edition(reading: Session) -> None:
    manifests = {
        version: Manifest.from_dict(definition)
        for version, definition in reading.execute(select(CourseVersion.id, CourseVersion.definition))
    }
    items = {
        version: {item.identifier for item in manifest.organization.walk()} for version, manifest in manifests.items()
    }
    opened = select(ActivityState.activity_id, ActivityState.values, Attempt.version_id)
    played = set()
    for activity, values, version in reading.execute(opened.join(Attempt, Attempt.id == ActivityState.attempt_id)):
        assert activity in items[version]
        assert ("cmi.completion_status" in values) is manifests[version].edition.is_2004
        played.add(manifests[version].edition)
    assert played == {Edition.SCORM_12, Edition.SCORM_2004_4TH}


@pytest.mark.parametrize(("course", "language"), GENERATED)
def test_a_generated_package_is_light_and_has_nothing_to_complain_of(course: DemoCourse, language: Language) -> None:
    content = package_of(course, language)
    package = read_package(lambda offset, size: content[offset : offset + size], len(content))
    assert package.findings == ()
    assert package.scos >= 2
    assert len(content) < 60 * 1024
    assert content == package_of(course, language)


def test_the_file_of_a_first_generation_course_is_a_pdf_whose_offsets_agree() -> None:
    chapters = [Chapter(f"Œuvre {number}", ("Une œuvre, un auteur (ou deux). " * 20,)) for number in range(9)]
    content = pdf_of("Le droit d'auteur (à l'OMC)", chapters)
    assert b"/Count 3" in content
    table = int(re.findall(rb"startxref\n(\d+)", content)[0])
    assert content[table : table + 4] == b"xref"
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", content), 1):
        assert content[int(offset) :].startswith(b"%d 0 obj" % number)


def test_the_password_is_for_the_owner_of_the_installation_alone(loaded: Site) -> None:
    assert (loaded.settings.folder / "demonstration-password").stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def open_to_visitors(loaded: Site) -> Iterator[Flask]:
    """Return the application on the demonstration."""
    app = create_app(loaded.settings)
    yield app
    installation(app).database.close()


def test_a_visitor_reads_the_self_study_material_in_its_three_languages(open_to_visitors: Flask) -> None:
    visitors = open_to_visitors.test_client()
    text = visitors.get("/courses/WTO-10").get_data(as_text=True)
    links = re.findall(r'href="(/courses/WTO-10/files/[^"]+)">(wto-10-..\.pdf)', text)
    assert [name for _, name in links] == ["wto-10-en.pdf", "wto-10-es.pdf", "wto-10-fr.pdf"]
    for link, _ in links:
        with visitors.get(link) as answer:
            assert answer.data.startswith(b"%PDF-")
            assert b"GATT" in answer.data


@pytest.mark.parametrize("account", PRINTED, ids=lambda account: str(account.person.given_name))
def test_an_account_signs_in_from_this_machine_and_from_no_other(open_to_visitors: Flask, account: Account) -> None:
    password = kept_password(installation(open_to_visitors).settings)
    assert password is not None
    here, elsewhere = open_to_visitors.test_client(), open_to_visitors.test_client()
    assert sign_in(here, account.person.email, password).status_code == 302
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere, account.person.email, password).status_code != 302


@pytest.mark.parametrize("language", list(Language))
def test_the_conversion_page_looks_alive_in_each_language(open_to_visitors: Flask, language: Language) -> None:
    browser = open_to_visitors.test_client()
    sign_in(browser, "admin@demo.palier.localhost", kept_password(installation(open_to_visitors).settings) or "")
    answer = browser.get(f"/admin/conversion?lang={language}")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("<meter") > 14
